"""The waves that were started, with their frozen rosters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select, update

from surveyapp.database import read, write
from surveyapp.errors import RefusedError
from surveyapp.mailing import Template
from surveyapp.office.box import delete_traces
from surveyapp.office.tables import LEDGER, OUTBOX, PERSON, ROSTER, WAVE
from surveyapp.wave import WaveKey, WaveKind, WaveState

_BANDS = ((25, "< 25 %"), (50, "25-50 %"), (75, "50-75 %"))
_FULL_BAND = ">= 75 %"
_CANCELLABLE = frozenset({WaveState.STARTED, WaveState.CLOSED, WaveState.CANCELLED})


class UnknownWaveError(RefusedError):
    """No such wave was started."""

    def __init__(self, key: WaveKey) -> None:
        super().__init__(f"wave {key} has not been started")


@dataclass(frozen=True, slots=True)
class StartedWave:
    """A wave as its respondents meet it. Texts are canonical JSON; *groups* maps charter groups to merged ones."""

    key: WaveKey
    kind: WaveKind
    state: WaveState
    opens_at: datetime
    closes_at: datetime
    promised_at: datetime | None
    box_public_key: bytes
    key_mode: str
    questionnaire: str
    charter: str
    groups: Mapping[str, str]
    reminders: int = 0
    reminded_at: datetime | None = None
    band: str = ""
    sign_public_key: bytes | None = None
    extended: bool = False
    deputy: bool = False


class Waves:
    """The life of waves as the office sees it."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def of_pilot(self, pilot: str) -> tuple[StartedWave, ...]:
        """Return the started waves of *pilot* in order."""
        rows = read(
            self._engine,
            lambda connection: connection.execute(
                select(WAVE).where(WAVE.c.pilot_id == pilot).order_by(WAVE.c.number)
            ).all(),
        )
        return tuple(_started(row) for row in rows)

    def find(self, key: WaveKey) -> StartedWave:
        """Return the wave *key*.

        Raises:
            UnknownWaveError: it was never started.
        """
        row = read(
            self._engine,
            lambda connection: connection.execute(select(WAVE).where(*_is(key))).one_or_none(),
        )
        if row is None:
            raise UnknownWaveError(key)
        return _started(row)

    def start(self, wave: StartedWave) -> int:
        """Freeze the roster, open the ledger and plan an invitation for everybody; return how many are invited.

        Raises:
            RefusedError: the wave was started before, or there is nobody to invite.
        """

        def unit(connection: Connection) -> int:
            if connection.execute(select(WAVE.c.number).where(*_is(wave.key))).one_or_none() is not None:
                raise RefusedError("wave %(wave)s has been started already", wave=wave.key)
            people = connection.execute(
                select(PERSON.c.id, PERSON.c.group_code, PERSON.c.email)
                .where(PERSON.c.pilot_id == wave.key.pilot)
                .order_by(PERSON.c.id)
                .with_for_update(read=True)  # nobody leaves between the list and the roster
            ).all()
            if not people:
                raise RefusedError("pilot %(pilot)s has no people: import them first", pilot=wave.key.pilot)
            connection.execute(insert(WAVE), [_columns(wave)])
            base = {"pilot_id": wave.key.pilot, "number": wave.key.number}
            connection.execute(
                insert(ROSTER),
                [base | {"person_id": row.id, "group_code": wave.groups[row.group_code]} for row in people],
            )
            connection.execute(insert(LEDGER), [base | {"person_id": row.id, "state": "invited"} for row in people])
            self.plan_mails(connection, wave.key, Template.INVITATION, [row.id for row in people if row.email])
            return len(people)

        return write(self._engine, unit)

    def remind(
        self, key: WaveKey, at: datetime, allowed: Callable[[StartedWave], None], *, silent_from: int | None = None
    ) -> int:
        """Plan a reminder for everybody on the roster after *allowed* has not refused; return how many.

        With *silent_from* those who have taken a ballot get none. That is found out when each is sent: planned it is
        for everybody all the same, so that no count tells who is silent.

        Raises:
            RefusedError: the wave is not open, or fewer than *silent_from* could be mailed.
        """

        def unit(connection: Connection) -> int:
            wave = self._locked(connection, key)
            if wave.state != WaveState.STARTED:
                raise RefusedError("wave %(wave)s is not open: only a started wave can be reminded of", wave=key)
            allowed(wave)
            planned = self._tell_all(
                connection, key, Template.REMINDER if silent_from is None else Template.SILENT_REMINDER
            )
            if silent_from is not None and planned < silent_from:
                raise RefusedError(
                    "only from %(least)s invited on can the silent be reminded alone: remind everybody",
                    least=silent_from,
                )
            connection.execute(update(WAVE).where(*_is(key)).values(reminders=wave.reminders + 1, reminded_at=at))
            return planned

        return write(self._engine, unit)

    def extend(self, key: WaveKey, closes_at: datetime, allowed: Callable[[StartedWave], None]) -> int:
        """Move the close and the promised date after *allowed* has not refused; plan a mail to all, return how many.

        Raises:
            RefusedError: the wave is not open.
        """

        def unit(connection: Connection) -> int:
            wave = self._locked(connection, key)
            if wave.state != WaveState.STARTED:
                raise RefusedError("wave %(wave)s is not open: only a started wave can be extended", wave=key)
            allowed(wave)
            promised_at = closes_at if wave.promised_at else None
            connection.execute(
                update(WAVE).where(*_is(key)).values(closes_at=closes_at, promised_at=promised_at, extended=True)
            )
            return self._tell_all(connection, key, Template.EXTENSION)

        return write(self._engine, unit)

    def cancel(self, key: WaveKey) -> int:
        """Delete every ballot, code and trace of a wave and plan a mail to all; return how many. Again does nothing.

        Raises:
            RefusedError: it is being opened, or was revealed.
        """

        def unit(connection: Connection) -> int:
            wave = self._locked(connection, key)
            if wave.state not in _CANCELLABLE:
                raise RefusedError("wave %(wave)s can be cancelled until its box is opened, not later", wave=key)
            if wave.state == WaveState.CANCELLED:
                return 0
            delete_traces(connection, key)
            connection.execute(update(WAVE).where(*_is(key)).values(state=WaveState.CANCELLED))
            return self._tell_all(connection, key, Template.CANCELLATION)

        return write(self._engine, unit)

    def refresh_bands(self, today: date) -> None:
        """Note for every open wave how many ballots were taken, in four steps and once a day: never live."""
        due = (WAVE.c.state == WaveState.STARTED) & (WAVE.c.band_on.is_(None) | (WAVE.c.band_on < today))

        def unit(connection: Connection) -> None:
            for pilot, number in connection.execute(select(WAVE.c.pilot_id, WAVE.c.number).where(due)).all():
                states = connection.execute(
                    select(LEDGER.c.state, func.count().label("people"))
                    .where(LEDGER.c.pilot_id == pilot, LEDGER.c.number == number)
                    .group_by(LEDGER.c.state)
                ).all()
                people = {row.state: row.people for row in states}
                connection.execute(
                    update(WAVE)
                    .where(*_is(WaveKey(pilot, number)))
                    .values(band=_band(people.get("issued", 0), sum(people.values())), band_on=today)
                )

        write(self._engine, unit)

    def close(self, key: WaveKey) -> bool:
        """Stop new ballots; false if the wave was closed before.

        Raises:
            UnknownWaveError: it was never started.
        """

        def unit(connection: Connection) -> bool:
            self._locked(connection, key)
            closed = connection.execute(
                update(WAVE).where(*_is(key), WAVE.c.state == WaveState.STARTED).values(state=WaveState.CLOSED)
            )
            return closed.rowcount == 1

        return write(self._engine, unit)

    def _tell_all(self, connection: Connection, key: WaveKey, template: Template) -> int:
        people = connection.execute(
            select(PERSON.c.id)
            .join(ROSTER, (ROSTER.c.pilot_id == PERSON.c.pilot_id) & (ROSTER.c.person_id == PERSON.c.id))
            .where(ROSTER.c.pilot_id == key.pilot, ROSTER.c.number == key.number, PERSON.c.email.is_not(None))
        ).scalars()
        return self.plan_mails(connection, key, template, list(people))

    def plan_mails(self, connection: Connection, key: WaveKey, template: Template, people: Sequence[bytes]) -> int:
        """Plan a mail to each of *people*, in the transaction of *connection*; return how many."""
        rows = [
            {
                "pilot_id": key.pilot,
                "id": self._random_bytes(16),
                "number": key.number,
                "person_id": person,
                "template": template,
                "state": "planned",
            }
            for person in people
        ]
        if rows:
            connection.execute(insert(OUTBOX), rows)
        return len(rows)

    def _locked(self, connection: Connection, key: WaveKey) -> StartedWave:
        row = connection.execute(select(WAVE).where(*_is(key)).with_for_update()).one_or_none()
        if row is None:
            raise UnknownWaveError(key)
        return _started(row)


def _is(key: WaveKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return WAVE.c.pilot_id == key.pilot, WAVE.c.number == key.number


def _band(issued: int, invited: int) -> str:
    return next((band for share, band in _BANDS if issued * 100 < share * invited), _FULL_BAND)


def _columns(wave: StartedWave) -> dict[str, object]:
    return {
        "pilot_id": wave.key.pilot,
        "number": wave.key.number,
        "kind": wave.kind,
        "state": wave.state,
        "opens_at": wave.opens_at,
        "closes_at": wave.closes_at,
        "promised_at": wave.promised_at,
        "box_public_key": wave.box_public_key,
        "key_mode": wave.key_mode,
        "questionnaire": wave.questionnaire,
        "charter": wave.charter,
        "groups": dict(wave.groups),
        "reminders": wave.reminders,
        "reminded_at": wave.reminded_at,
        "band": wave.band,
        "sign_public_key": wave.sign_public_key,
        "extended": wave.extended,
        "deputy": wave.deputy,
    }


def _started(row: Row[Any, Any]) -> StartedWave:
    return StartedWave(
        WaveKey(row.pilot_id, row.number),
        WaveKind(row.kind),
        WaveState(row.state),
        row.opens_at,
        row.closes_at,
        row.promised_at,
        row.box_public_key,
        row.key_mode,
        row.questionnaire,
        row.charter,
        row.groups,
        row.reminders,
        row.reminded_at,
        row.band,
        row.sign_public_key,
        row.extended,
        row.deputy,
    )
