"""Wrong passwords and codes: after five in a row for one address each further try waits, longer every time.

The address need not belong to an account, and is kept as a keyed hash only: what is counted and said is the same.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from surveyapp.clock import Clock
from surveyapp.database import write
from surveyapp.desk.sign_in_tables import SIGN_IN_ATTEMPT

FREE: Final = 5  # wrong tries in a row before the first wait
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)
_FORGOTTEN: Final = timedelta(days=1)


class Attempts:
    """How often somebody was wrong in a row."""

    def __init__(self, engine: Engine, key: bytes, clock: Clock) -> None:
        self._engine = engine
        self._key = key
        self._clock = clock

    def begin(self, address: str) -> timedelta:
        """Count a try for *address* as wrong until `forget` says otherwise; return how long it must wait instead.

        Counted before the password is looked at: many tries at once are no way round.
        """
        digest, now = self._digest(address), self._clock()

        def unit(connection: Connection) -> timedelta:
            table = SIGN_IN_ATTEMPT
            connection.execute(delete(table).where(table.c.last_at < now - _FORGOTTEN))
            row = connection.execute(
                select(table.c.failures, table.c.last_at).where(table.c.digest == digest).with_for_update()
            ).one_or_none()
            if row is None:
                connection.execute(insert(table).values(digest=digest, failures=1, last_at=now))
                return timedelta(0)
            wait: timedelta = row.last_at + _wait_after(row.failures) - now
            if wait > timedelta(0):
                return wait
            changed = update(table).where(table.c.digest == digest).values(failures=row.failures + 1, last_at=now)
            connection.execute(changed)
            return timedelta(0)

        return write(self._engine, unit)

    def forget(self, address: str) -> None:
        """Forget what was wrong: the owner of *address* has signed in or chosen a new password."""
        statement = delete(SIGN_IN_ATTEMPT).where(SIGN_IN_ATTEMPT.c.digest == self._digest(address))
        write(self._engine, lambda connection: connection.execute(statement))

    def _digest(self, address: str) -> bytes:
        return hmac.digest(self._key, address.strip().lower().encode(), hashlib.sha256)


def _wait_after(failures: int) -> timedelta:
    if failures < FREE:
        return timedelta(0)
    return min(_FIRST_WAIT * int(2 ** min(failures - FREE, 10)), _LONGEST_WAIT)


def minutes(wait: timedelta) -> int:
    """Return *wait* in whole minutes, rounded up."""
    return -(-int(wait / timedelta(seconds=1)) // 60) or 1
