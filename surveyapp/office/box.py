"""The ballot box of a wave: fixed when it is closed, emptied once, and then nothing is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, select, update

from surveyapp.crypto.sealing import SealedBallot
from surveyapp.database import read, write
from surveyapp.errors import RefusedError, SurveyError
from surveyapp.office.forgetting import rewrite
from surveyapp.office.slot import GRACE
from surveyapp.office.tables import ACCESS, BOX, LEDGER, OUTBOX, SPENT, WAVE
from surveyapp.wave import WaveKey, WaveState

_TRACES = (BOX, SPENT, ACCESS, LEDGER, OUTBOX)
_CHUNK = 1000
OPENABLE = frozenset({WaveState.CLOSED, WaveState.DESTROYING})


class BoxChangedError(SurveyError):
    """The box does not hold what was revealed; nothing more is destroyed."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many ballots were taken, and how many lie in the box."""

    issued: int
    cast: int


class BallotBox:
    """The sealed ballots of all waves and the ledger of who took one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def turnout(self, key: WaveKey) -> Turnout:
        """Return how many ballots of *key* were taken and cast."""

        def unit(connection: Connection) -> Turnout:
            issued = connection.execute(
                select(func.count())
                .select_from(LEDGER)
                .where(LEDGER.c.pilot_id == key.pilot, LEDGER.c.number == key.number, LEDGER.c.state == "issued")
            ).scalar_one()
            return Turnout(issued, _in_box(connection, key))

        return read(self._engine, unit)

    def fix(self, key: WaveKey, now: datetime) -> None:
        """Set a closed wave to *destroying*: from here on its box does not change. Again is harmless.

        Raises:
            RefusedError: it is not closed, or its promised date lies ahead.
        """

        def unit(connection: Connection) -> None:
            wave = connection.execute(
                select(WAVE.c.state, WAVE.c.promised_at)
                .where(WAVE.c.pilot_id == key.pilot, WAVE.c.number == key.number)
                .with_for_update()
            ).one_or_none()
            if wave is None or wave.state not in OPENABLE:
                raise RefusedError(
                    f"wave {key} is {wave.state if wave else 'not started'}: only a closed wave can be revealed"
                )
            if wave.promised_at is not None and now < wave.promised_at + GRACE:
                raise RefusedError(
                    f"wave {key} was promised to stay sealed until {wave.promised_at:%Y-%m-%d %H:%M} UTC, and ballots "
                    f"may arrive for {GRACE.seconds // 60} minutes more"
                )
            _set_state(connection, key, WaveState.DESTROYING)

        write(self._engine, unit)

    def ballots(self, key: WaveKey) -> Iterator[SealedBallot]:
        """Yield every sealed ballot of *key*, in the order of their random ids."""
        last = b""
        while rows := read(self._engine, partial(_next_ballots, key=key, after=last)):
            yield from (SealedBallot(row.sealed) for row in rows)
            last = rows[-1].id

    def empty(self, key: WaveKey, cast: int) -> None:
        """Delete box, codes, ledger and outbox of *key*, whose box must hold *cast* ballots or be empty already.

        Raises:
            BoxChangedError: the box holds another number.
        """

        def unit(connection: Connection) -> None:
            held = _in_box(connection, key)
            if held not in {cast, 0}:
                raise BoxChangedError(f"wave {key}: {cast} ballots were revealed but the box holds {held}")
            delete_traces(connection, key)

        write(self._engine, unit)

    def forget(self) -> None:
        """Rewrite the storage so that no deleted row can be read from it.

        Raises:
            RefusedError: somebody is reading the database; nothing is lost, try again.
        """
        if not rewrite(self._engine, _TRACES):
            raise RefusedError(
                "the office database is being read: the last traces are not yet gone, try again in a minute"
            )

    def mark_revealed(self, key: WaveKey) -> None:
        """Set *key* to revealed: nothing of its box is left."""
        write(self._engine, lambda connection: _set_state(connection, key, WaveState.REVEALED))


def delete_traces(connection: Connection, key: WaveKey) -> None:
    """Delete ballots, slips, codes, ledger and mails of *key*."""
    for table in _TRACES:
        connection.execute(delete(table).where(table.c.pilot_id == key.pilot, table.c.number == key.number))


def _next_ballots(connection: Connection, key: WaveKey, after: bytes) -> Sequence[Row[Any, Any]]:
    return connection.execute(
        select(BOX.c.id, BOX.c.sealed)
        .where(BOX.c.pilot_id == key.pilot, BOX.c.number == key.number, BOX.c.id > after)
        .order_by(BOX.c.id)
        .limit(_CHUNK)
    ).all()


def _in_box(connection: Connection, key: WaveKey) -> int:
    return connection.execute(
        select(func.count()).select_from(BOX).where(BOX.c.pilot_id == key.pilot, BOX.c.number == key.number)
    ).scalar_one()


def _set_state(connection: Connection, key: WaveKey, state: WaveState) -> None:
    connection.execute(
        update(WAVE).where(WAVE.c.pilot_id == key.pilot, WAVE.c.number == key.number).values(state=state)
    )
