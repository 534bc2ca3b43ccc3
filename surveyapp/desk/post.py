"""Mails to staff that are still to be sent. A row holds no secret: what a mail says is written when it is sent."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select, update

from surveyapp.database import read, write
from surveyapp.desk.tables import STAFF_MAIL
from surveyapp.mailing import MOST_ATTEMPTS, Failure, MailState


@dataclass(frozen=True, slots=True)
class StaffMail:
    """A mail to a member of staff, or to an owner of a pilot. *reference* is what its template is about."""

    template: str
    recipient: str
    name: str
    language: str
    pilot: str = ""
    reference: str = ""
    id: bytes = b""

    @property
    def counted(self) -> bool:
        """Whether anybody may learn that it was sent."""
        return True


class Post:
    """The queue of mails to staff."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def plan(self, mail: StaffMail) -> None:
        """Plan *mail*; its id is drawn here."""
        statement = insert(STAFF_MAIL).values(
            pilot_id=mail.pilot,
            id=self._random_bytes(16),
            template=mail.template,
            recipient=mail.recipient,
            name=mail.name,
            language=mail.language,
            reference=mail.reference,
            state=MailState.PLANNED,
        )
        write(self._engine, lambda connection: connection.execute(statement))

    def claim(self, passed_over: Collection[bytes] = ()) -> StaffMail | None:
        """Take a planned mail and return it, or None; those whose id is *passed_over* are left for another time."""

        def unit(connection: Connection) -> StaffMail | None:
            row = connection.execute(
                select(STAFF_MAIL)
                .where(STAFF_MAIL.c.state == MailState.PLANNED, STAFF_MAIL.c.id.not_in(passed_over))
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is None:
                return None
            mail = StaffMail(row.template, row.recipient, row.name, row.language, row.pilot_id, row.reference, row.id)
            _set(connection, mail, MailState.SENDING, attempts=row.attempts + 1)
            return mail

        return write(self._engine, unit)

    def settle(self, mail: StaffMail, state: MailState, reason: Failure | None = None) -> None:
        """Record what became of a claimed mail; of one that was sent, and of reasons, nothing is kept."""
        del reason

        def unit(connection: Connection) -> None:
            if state == MailState.SENT:
                connection.execute(delete(STAFF_MAIL).where(*_is(mail)))
            else:
                _set(connection, mail, state)

        write(self._engine, unit)

    def put_back(self, mail: StaffMail, *, tried: bool) -> None:
        """Plan a mail again that was surely not sent; if the server was *tried* for the last time, it has failed."""

        def unit(connection: Connection) -> None:
            attempts = connection.execute(select(STAFF_MAIL.c.attempts).where(*_is(mail))).scalar_one()
            if not tried:
                _set(connection, mail, MailState.PLANNED, attempts=attempts - 1)
            else:
                _set(connection, mail, MailState.PLANNED if attempts < MOST_ATTEMPTS else MailState.FAILED)

        write(self._engine, unit)

    def doubt_the_unsettled(self) -> int:
        """Mark mails that a dead worker left in the middle as in doubt; return how many."""
        statement = update(STAFF_MAIL).where(STAFF_MAIL.c.state == MailState.SENDING).values(state=MailState.IN_DOUBT)
        return write(self._engine, lambda connection: connection.execute(statement).rowcount)

    def counts(self) -> Mapping[MailState, int]:
        """Return how many mails are in each state."""
        query = select(STAFF_MAIL.c.state, func.count().label("mails")).group_by(STAFF_MAIL.c.state)
        rows = read(self._engine, lambda connection: connection.execute(query).all())
        return {MailState(row.state): row.mails for row in rows}


def _is(mail: StaffMail) -> tuple[ColumnElement[bool], ...]:
    return STAFF_MAIL.c.pilot_id == mail.pilot, STAFF_MAIL.c.id == mail.id


def _set(connection: Connection, mail: StaffMail, state: MailState, **more: int) -> None:
    connection.execute(
        update(STAFF_MAIL)
        .where(STAFF_MAIL.c.pilot_id == mail.pilot, STAFF_MAIL.c.id == mail.id)
        .values(state=state, **more)
    )
