"""Mails to be sent: claimed one by one, so that nobody is ever mailed twice without a click."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from surveyapp.crypto import codes
from surveyapp.crypto.codes import Code
from surveyapp.database import read, write
from surveyapp.mailing import MOST_ATTEMPTS, MailState
from surveyapp.office.tables import ACCESS, OUTBOX, PERSON, WAVE
from surveyapp.wave import WaveKey, WaveState

# The state in which a wave must be for a mail without a code; all others need an open one.
_STATE_FOR: Mapping[str, WaveState] = {"cancellation": WaveState.CANCELLED}


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """One mail that this worker alone may send now. The code is in no database."""

    id: bytes
    key: WaveKey
    template: str
    email: str
    name: str
    language: str
    code: Code | None  # none: the mail leads to no ballot


class Outbox:
    """The queue of mails to people."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def claim(self, passed_over: Collection[bytes] = ()) -> ClaimedMail | None:
        """Take a planned mail, store the digest of a fresh code where it leads to a ballot, and return it, or None.

        Mails whose id is *passed_over* are left for another time.
        Mails whose person has left or whose wave has closed are marked failed on the way.
        """

        def unit(connection: Connection) -> ClaimedMail | None:
            while True:
                row = connection.execute(
                    select(OUTBOX)
                    .where(OUTBOX.c.state == MailState.PLANNED, OUTBOX.c.id.not_in(passed_over))
                    .limit(1)
                    .with_for_update(skip_locked=True)
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
                if person is None or person.email is None:
                    _set(connection, row.pilot_id, row.id, MailState.FAILED)
                    continue
                code = None if row.template in _STATE_FOR else self._fresh_code(connection, row)
                _set(connection, row.pilot_id, row.id, MailState.SENDING, attempts=row.attempts + 1)
                key = WaveKey(row.pilot_id, row.number)
                return ClaimedMail(row.id, key, row.template, person.email, person.name, person.language, code)

        return write(self._engine, unit)

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

    def settle(self, mail: ClaimedMail, state: MailState) -> None:
        """Record what became of a claimed mail."""
        write(self._engine, lambda connection: _set(connection, mail.key.pilot, mail.id, state))

    def put_back(self, mail: ClaimedMail, *, tried: bool) -> None:
        """Plan a mail again that was surely not sent; if the server was *tried* for the last time, it has failed."""

        def unit(connection: Connection) -> None:
            attempts = connection.execute(
                select(OUTBOX.c.attempts).where(OUTBOX.c.pilot_id == mail.key.pilot, OUTBOX.c.id == mail.id)
            ).scalar_one()
            if not tried:
                _set(connection, mail.key.pilot, mail.id, MailState.PLANNED, attempts=attempts - 1)
            elif attempts < MOST_ATTEMPTS:
                _set(connection, mail.key.pilot, mail.id, MailState.PLANNED)
            else:
                _set(connection, mail.key.pilot, mail.id, MailState.FAILED)

        write(self._engine, unit)

    def doubt_the_unsettled(self) -> int:
        """Mark mails that a dead worker left in the middle as in doubt; return how many."""
        return write(
            self._engine,
            lambda connection: (
                connection.execute(
                    update(OUTBOX).where(OUTBOX.c.state == MailState.SENDING).values(state=MailState.IN_DOUBT)
                ).rowcount
            ),
        )

    def counts(self, key: WaveKey) -> Mapping[MailState, int]:
        """Return how many mails of *key* are in each state."""
        rows = read(
            self._engine,
            lambda connection: connection.execute(
                select(OUTBOX.c.state, func.count().label("mails"))
                .where(OUTBOX.c.pilot_id == key.pilot, OUTBOX.c.number == key.number)
                .group_by(OUTBOX.c.state)
            ).all(),
        )
        return {MailState(row.state): row.mails for row in rows}


def _set(connection: Connection, pilot: str, mail: bytes, state: MailState, **more: int) -> None:
    connection.execute(
        update(OUTBOX).where(OUTBOX.c.pilot_id == pilot, OUTBOX.c.id == mail).values(state=state, **more)
    )
