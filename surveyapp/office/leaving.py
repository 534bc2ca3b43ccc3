"""Leaving a pilot, also while a wave is open: nothing tells any more who somebody was, and every count stays."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, delete, select, update

from surveyapp.database import write
from surveyapp.office.forgetting import rewrite
from surveyapp.office.tables import LEDGER, OFFICE, OUTBOX, PERSON, ROSTER, WAVE

# Rows that are counted stay: on the roster under the random number, which from then on is nobody's, so that joined and
# left are counted right and the number that the trustee compares does not change; in ledger and outbox under a fresh
# one, so that roster and ballot no longer belong together.
_COUNTED: Final = (ROSTER, LEDGER, OUTBOX)
_ABOUT_PEOPLE: Final = tuple(table for table in OFFICE.sorted_tables if "person_id" in table.c)
_DELETED: Final = tuple(table for table in _ABOUT_PEOPLE if table not in _COUNTED)
_AT_ONCE: Final = 500  # people in one statement: every one of them reads the tables of the pilot once


class Leaving:
    """Takes people off the lists of pilots."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def remove(self, pilot: str, person: bytes) -> bool:
        """Take *person* off every list of *pilot*; false if they were on none."""

        def unit(connection: Connection) -> bool:
            # The people of a pilot before its waves, everywhere: a wave that is starting is waited for, and seen below.
            connection.execute(
                select(PERSON.c.id).where(PERSON.c.pilot_id == pilot).order_by(PERSON.c.id).with_for_update()
            ).all()
            return take_out(connection, pilot, [person], self._random_bytes) == 1

        return write(self._engine, unit)

    def forget(self) -> bool:
        """Rewrite the storage so that no deleted row can be read from it; false: it is in use, ask again later."""
        return rewrite(self._engine, (PERSON, *_ABOUT_PEOPLE))


def take_out(connection: Connection, pilot: str, people: Sequence[bytes], random_bytes: Callable[[int], bytes]) -> int:
    """Take *people* off every list of *pilot*, whose people are locked; return how many were on it."""
    # Issue, cast and reveal hold these rows too: a ballot is taken before or after, never in between.
    waves = connection.execute(
        select(WAVE.c.number).where(WAVE.c.pilot_id == pilot).order_by(WAVE.c.number).with_for_update()
    ).scalars()
    numbers = waves.all()
    left = 0
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        drop_planned_mails(connection, pilot, some)
        _disconnect(connection, pilot, some, numbers, random_bytes)
        # After the mails: whose sending had begun has stored its code by now.
        for table in _DELETED:
            connection.execute(delete(table).where(table.c.pilot_id == pilot, table.c.person_id.in_(some)))
        left += connection.execute(delete(PERSON).where(PERSON.c.pilot_id == pilot, PERSON.c.id.in_(some))).rowcount
    return left


def drop_planned_mails(connection: Connection, pilot: str, people: Sequence[bytes], number: int | None = None) -> None:
    """Delete what is planned to be sent to *people*, of one wave or of all; what is being claimed is waited for."""
    planned = [OUTBOX.c.pilot_id == pilot, OUTBOX.c.state == "planned", OUTBOX.c.person_id.in_(people)]
    if number is not None:
        planned.append(OUTBOX.c.number == number)
    connection.execute(delete(OUTBOX).where(*planned))


def _disconnect(
    connection: Connection,
    pilot: str,
    people: Sequence[bytes],
    numbers: Sequence[int],
    random_bytes: Callable[[int], bytes],
) -> None:
    """Give what is counted of *people*, their ballots taken and mails sent, to numbers that are nobody's."""
    ballots = [
        {"wave": number, "person": person, "nobody": random_bytes(16)} for number in numbers for person in people
    ]
    if ballots:
        connection.execute(
            update(LEDGER)
            .where(
                LEDGER.c.pilot_id == pilot,
                LEDGER.c.number == bindparam("wave"),
                LEDGER.c.person_id == bindparam("person"),
            )
            .values(person_id=bindparam("nobody")),
            ballots,
        )
    sent = connection.execute(
        select(OUTBOX.c.id).where(OUTBOX.c.pilot_id == pilot, OUTBOX.c.person_id.in_(people))
    ).scalars()
    mails = [{"mail": mail, "nobody": random_bytes(16)} for mail in sent]
    if mails:
        connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.pilot_id == pilot, OUTBOX.c.id == bindparam("mail"))
            .values(person_id=bindparam("nobody")),
            mails,
        )
