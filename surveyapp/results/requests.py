"""Readouts that were asked for and are made by the worker: making one takes longer than a page may."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from surveyapp.database import read, write
from surveyapp.results.tables import REQUEST
from surveyapp.wave import WaveKey


class RequestState(StrEnum):
    """How far a readout is that was asked for; once made there is no request any more."""

    ASKED = "asked"
    MAKING = "making"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Request:
    """A readout up to a wave that somebody asked for; *problem*: why it could not be made."""

    key: WaveKey
    state: RequestState
    problem: str


class Requests:
    """The readouts that are still to be made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, key: WaveKey) -> None:
        """Ask for the readout up to *key*; asking again while it is being made changes nothing."""

        def unit(connection: Connection) -> None:
            known = connection.execute(select(REQUEST.c.state).where(*_is(key)).with_for_update()).scalar_one_or_none()
            if known is None:
                connection.execute(
                    insert(REQUEST).values(pilot_id=key.pilot, number=key.number, state=RequestState.ASKED, problem="")
                )
            elif known == RequestState.FAILED:
                connection.execute(update(REQUEST).where(*_is(key)).values(state=RequestState.ASKED, problem=""))

        write(self._engine, unit)

    def find(self, key: WaveKey) -> Request | None:
        """Return what is known of the request for *key*, if there is one."""
        row = read(self._engine, lambda one: one.execute(select(REQUEST).where(*_is(key))).one_or_none())
        return None if row is None else Request(key, RequestState(row.state), row.problem)

    def take(self) -> WaveKey | None:
        """Take a request to be made now, also one that an ended worker left; the caller is the only worker."""

        def unit(connection: Connection) -> WaveKey | None:
            row = connection.execute(
                select(REQUEST)
                .where(REQUEST.c.state != RequestState.FAILED)
                .order_by(REQUEST.c.pilot_id, REQUEST.c.number)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            key = WaveKey(row.pilot_id, row.number)
            connection.execute(update(REQUEST).where(*_is(key)).values(state=RequestState.MAKING))
            return key

        return write(self._engine, unit)

    def made(self, key: WaveKey) -> None:
        """Forget a request: its readout is there."""
        write(self._engine, lambda one: one.execute(delete(REQUEST).where(*_is(key))))

    def failed(self, key: WaveKey, problem: str) -> None:
        """Keep why a readout could not be made; it is not tried again before somebody asks."""
        values = {"state": RequestState.FAILED, "problem": problem}
        write(self._engine, lambda one: one.execute(update(REQUEST).where(*_is(key)).values(values)))


def _is(key: WaveKey) -> tuple[ColumnElement[bool], ...]:
    return REQUEST.c.pilot_id == key.pilot, REQUEST.c.number == key.number
