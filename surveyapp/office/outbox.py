"""Mails to be sent: claimed one by one, so that nobody is ever mailed twice without a click.

A reminder to the silent ends as sent whatever became of it, also where it was not wanted any more: no state of it tells
who had taken a ballot, and no count has it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select, update

from surveyapp.crypto import codes
from surveyapp.crypto.codes import Code
from surveyapp.database import read, write
from surveyapp.mailing import MOST_ATTEMPTS, REMINDERS, STOPPABLE, Failure, MailState, Template
from surveyapp.office.stopping import StopToken, draw_stop, has_stopped
from surveyapp.office.tables import ACCESS, LEDGER, OUTBOX, PERSON, WAVE
from surveyapp.wave import WaveKey, WaveState

# The state in which a wave must be for a mail without a code; all others need an open one.
_STATE_FOR: Mapping[str, WaveState] = {Template.CANCELLATION: WaveState.CANCELLED}
_COUNTED: Final = OUTBOX.c.template != Template.SILENT_REMINDER
_MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """One mail that this worker alone may send now. Code and token are in no database."""

    id: bytes
    key: WaveKey
    template: str
    email: str
    name: str
    language: str
    code: Code | None  # none: the mail leads to no ballot
    stop: StopToken | None = None  # none: the mail is no reminder and announces none

    @property
    def counted(self) -> bool:
        """Whether anybody may learn that it was sent."""
        return self.template != Template.SILENT_REMINDER


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A mail that did not arrive, to whom, and why."""

    template: Template
    person: bytes
    name: str
    email: str
    reason: Failure


class Again(StrEnum):
    """Which mails are to be sent again."""

    DOUBTFUL = "doubtful"
    FAILED = "failed"


class Outbox:
    """The queue of mails to people."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def claim(self, passed_over: Collection[bytes] = ()) -> ClaimedMail | None:
        """Take a planned mail, store the digests of what is drawn for it, and return it, or None.

        Mails whose id is *passed_over* are left for another time.
        On the way mails whose person has left or whose wave has closed are marked failed, and reminders that are not
        wanted any more are dropped.
        """

        def unit(connection: Connection) -> ClaimedMail | None:
            while True:
                row = connection.execute(
                    select(OUTBOX)
                    .where(
                        # The pilots are few and lead into the index; without them every row would be read.
                        OUTBOX.c.pilot_id.in_(select(WAVE.c.pilot_id)),
                        OUTBOX.c.state == MailState.PLANNED,
                        OUTBOX.c.id.not_in(passed_over),
                    )
                    .limit(1)
                    .with_for_update(skip_locked=True, of=OUTBOX)
                ).one_or_none()
                if row is None:
                    return None
                person = connection.execute(
                    select(PERSON.c.email, PERSON.c.name, PERSON.c.language)
                    .join(WAVE, WAVE.c.pilot_id == PERSON.c.pilot_id)
                    .where(
                        PERSON.c.pilot_id == row.pilot_id,
                        PERSON.c.id == row.person_id,
                        WAVE.c.number == row.number,
                        WAVE.c.state == _STATE_FOR.get(row.template, WaveState.STARTED),
                    )
                ).one_or_none()
                if row.template in REMINDERS and _unwanted(connection, row):
                    _set(connection, row.pilot_id, row.id, {"state": MailState.SENT})
                elif person is None or person.email is None:
                    _set(connection, row.pilot_id, row.id, _ended(row.template, MailState.FAILED, Failure.OVER))
                else:
                    return self._claimed(connection, row, person)

        return write(self._engine, unit)

    def _claimed(self, connection: Connection, row: Row[Any], person: Row[Any, Any, Any]) -> ClaimedMail:
        code = None if row.template in _STATE_FOR else self._fresh_code(connection, row)
        stop = (
            draw_stop(connection, row.pilot_id, row.person_id, self._random_bytes)
            if row.template in STOPPABLE
            else None
        )
        _set(connection, row.pilot_id, row.id, {"state": MailState.SENDING, "attempts": row.attempts + 1})
        key = WaveKey(row.pilot_id, row.number)
        return ClaimedMail(row.id, key, row.template, person.email, person.name, person.language, code, stop)

    def _fresh_code(self, connection: Connection, mail: Row[Any]) -> Code:
        code = codes.draw(self._random_bytes)
        connection.execute(
            insert(ACCESS).values(
                pilot_id=mail.pilot_id,
                number=mail.number,
                code_digest=codes.digest(code),
                person_id=mail.person_id,
            )
        )
        return code

    def settle(self, mail: ClaimedMail, state: MailState, reason: Failure | None = None) -> None:
        """Record what became of a claimed mail; *reason* says why it failed."""
        values = _ended(mail.template, state, reason)
        write(self._engine, lambda connection: _set(connection, mail.key.pilot, mail.id, values))

    def put_back(self, mail: ClaimedMail, *, tried: bool) -> None:
        """Plan a mail again that was surely not sent; if the server was *tried* for the last time, it has failed."""

        def unit(connection: Connection) -> None:
            attempts = connection.execute(
                select(OUTBOX.c.attempts).where(OUTBOX.c.pilot_id == mail.key.pilot, OUTBOX.c.id == mail.id)
            ).scalar_one_or_none()
            if attempts is None:
                return  # its wave was cancelled or opened meanwhile
            values: Mapping[str, object] = {"state": MailState.PLANNED, "attempts": attempts - (not tried)}
            if tried and attempts >= MOST_ATTEMPTS:
                values = _ended(mail.template, MailState.FAILED, Failure.GIVEN_UP)
            _set(connection, mail.key.pilot, mail.id, values)

        write(self._engine, unit)

    def doubt_the_unsettled(self) -> int:
        """Mark mails that a dead worker left in the middle as in doubt; return how many."""

        def unit(connection: Connection) -> int:
            left = update(OUTBOX).where(OUTBOX.c.state == MailState.SENDING)
            connection.execute(left.where(~_COUNTED).values(state=MailState.SENT))
            return connection.execute(left.values(state=MailState.IN_DOUBT)).rowcount

        return write(self._engine, unit)

    def send_again(self, key: WaveKey, which: Again) -> int:
        """Plan mails of *key* again that are in doubt or have failed; return how many.

        Those that failed because their person left or their wave closed stay as they are.
        """
        states = {
            Again.DOUBTFUL: OUTBOX.c.state == MailState.IN_DOUBT,
            Again.FAILED: (OUTBOX.c.state == MailState.FAILED) & (OUTBOX.c.reason != Failure.OVER) & _shown(),
        }
        statement = (
            update(OUTBOX).where(*_of(key), states[which]).values(state=MailState.PLANNED, attempts=0, reason="")
        )
        return write(self._engine, lambda connection: connection.execute(statement).rowcount)

    def came_back(self, mail: bytes) -> bool:
        """Mark a mail as failed that a delivery report says did not arrive; false if it is none that was sent."""

        def unit(connection: Connection) -> bool:
            row = connection.execute(
                select(OUTBOX).where(
                    OUTBOX.c.pilot_id.in_(select(WAVE.c.pilot_id)),
                    OUTBOX.c.id == mail,
                    OUTBOX.c.state.in_([MailState.SENT, MailState.IN_DOUBT]),
                )
            ).one_or_none()
            if row is None:
                return False
            _set(connection, row.pilot_id, row.id, _ended(row.template, MailState.FAILED, Failure.CAME_BACK))
            return True

        return write(self._engine, unit)

    def counts(self, key: WaveKey) -> Mapping[MailState, int]:
        """Return how many mails of *key* are in each state, without reminders to the silent."""
        query = select(OUTBOX.c.state, func.count().label("mails")).where(*_of(key), _COUNTED).group_by(OUTBOX.c.state)
        rows = read(self._engine, lambda connection: connection.execute(query).all())
        return {MailState(row.state): row.mails for row in rows}

    def progress(self, key: WaveKey) -> Mapping[Template, Mapping[MailState, int]]:
        """Return by template how many mails of *key* are in each state; of reminders nothing."""
        query = (
            select(OUTBOX.c.template, OUTBOX.c.state, func.count().label("mails"))
            .where(*_of(key), _shown())
            .group_by(OUTBOX.c.template, OUTBOX.c.state)
        )
        found: dict[Template, dict[MailState, int]] = {}
        for row in read(self._engine, lambda connection: connection.execute(query).all()):
            found.setdefault(Template(row.template), {})[MailState(row.state)] = row.mails
        return found

    def doubtful_reminders(self, key: WaveKey) -> bool:
        """Return whether reminders of *key* to everybody are in doubt."""
        query = select(OUTBOX.c.id).where(*_of(key), OUTBOX.c.state == MailState.IN_DOUBT, ~_shown()).limit(1)
        return read(self._engine, lambda connection: connection.execute(query).first() is not None)

    def failed(self, key: WaveKey) -> tuple[FailedMail, ...]:
        """Return whose mails of *key* failed, a hundred at most; of reminders nothing, nor of those who left."""
        query = (
            select(OUTBOX.c.template, OUTBOX.c.person_id, PERSON.c.name, PERSON.c.email, OUTBOX.c.reason)
            .join(PERSON, (PERSON.c.pilot_id == OUTBOX.c.pilot_id) & (PERSON.c.id == OUTBOX.c.person_id))
            .where(*_of(key), _shown(), OUTBOX.c.state == MailState.FAILED, OUTBOX.c.reason.not_in(["", Failure.OVER]))
            .order_by(PERSON.c.name, PERSON.c.email, OUTBOX.c.template)
            .limit(_MOST_SHOWN)
        )
        rows = read(self._engine, lambda connection: connection.execute(query).all())
        return tuple(
            FailedMail(Template(row.template), row.person_id, row.name, row.email or "", Failure(row.reason))
            for row in rows
        )


def _of(key: WaveKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OUTBOX.c.pilot_id == key.pilot, OUTBOX.c.number == key.number


def _shown() -> ColumnElement[bool]:
    """Return the condition of mails that go to everybody, whatever anybody did: these may be counted on pages."""
    return OUTBOX.c.template.not_in(list(REMINDERS))


def _unwanted(connection: Connection, reminder: Row[Any]) -> bool:
    """Return whether its person stopped reminders or, if it is for the silent, has taken a ballot by now."""
    if has_stopped(connection, reminder.pilot_id, reminder.person_id):
        return True
    if reminder.template != Template.SILENT_REMINDER:
        return False
    silent = connection.execute(
        select(LEDGER.c.state).where(
            LEDGER.c.pilot_id == reminder.pilot_id,
            LEDGER.c.number == reminder.number,
            LEDGER.c.person_id == reminder.person_id,
            LEDGER.c.state == "invited",
        )
    ).first()
    # Who corrected an address to an own mailbox would learn there whether its person has answered.
    invitations = connection.execute(
        select(func.count())
        .select_from(OUTBOX)
        .where(
            OUTBOX.c.pilot_id == reminder.pilot_id,
            OUTBOX.c.person_id == reminder.person_id,
            OUTBOX.c.number == reminder.number,
            OUTBOX.c.template == Template.INVITATION,
        )
    ).scalar_one()
    return silent is None or invitations > 1


def _ended(template: str, state: MailState, reason: Failure | None = None) -> Mapping[str, str]:
    """Return what is stored of a mail that ended in *state*: of a reminder to the silent the same in any case."""
    if template == Template.SILENT_REMINDER:
        return {"state": MailState.SENT}
    return {"state": state, "reason": reason or ""}


def _set(connection: Connection, pilot: str, mail: bytes, values: Mapping[str, object]) -> None:
    connection.execute(update(OUTBOX).where(OUTBOX.c.pilot_id == pilot, OUTBOX.c.id == mail).values(values))
