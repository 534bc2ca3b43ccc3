"""Browsers in which staff are signed in: listed to their owner, and ended one by one or all at once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NewType

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from surveyapp.clock import Clock
from surveyapp.database import read, write
from surveyapp.desk.sign_in_tables import STAFF_SESSION

SessionToken = NewType("SessionToken", str)  # in the cookie, never stored

UNUSED: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """A session as its owner sees it; *handle* names it and opens nothing."""

    handle: str
    account: str
    created_on: date
    seen_on: date
    agent: str


class StaffSessions:
    """The sessions of all accounts."""

    def __init__(self, engine: Engine, token: Callable[[], str], clock: Clock) -> None:
        self._engine = engine
        self._token = token
        self._clock = clock

    def begin(self, account: str, agent: str) -> SessionToken:
        """Record that *account* signed in with a browser of the family *agent*, and return what its cookie holds."""
        token = SessionToken(self._token())
        today = self._clock().date()
        row = {"digest": _digest(token), "account_id": account, "created_on": today, "seen_on": today, "agent": agent}

        def unit(connection: Connection) -> None:
            over = or_(STAFF_SESSION.c.seen_on < today - UNUSED, STAFF_SESSION.c.created_on < today - LONGEST)
            connection.execute(delete(STAFF_SESSION).where(over))
            connection.execute(insert(STAFF_SESSION).values(**row))

        write(self._engine, unit)
        return token

    def alive(self, token: SessionToken, account: str) -> bool:
        """Return whether this session of *account* is still on; notes the day."""
        digest, today = _digest(token), self._clock().date()
        query = select(STAFF_SESSION.c.seen_on).where(
            STAFF_SESSION.c.digest == digest,
            STAFF_SESSION.c.account_id == account,
            STAFF_SESSION.c.seen_on >= today - UNUSED,
            STAFF_SESSION.c.created_on >= today - LONGEST,
        )
        seen = read(self._engine, lambda connection: connection.execute(query).scalar_one_or_none())
        if seen is not None and seen < today:
            # Never more than once a day: when somebody works is nobody's business.
            statement = update(STAFF_SESSION).where(STAFF_SESSION.c.digest == digest).values(seen_on=today)
            write(self._engine, lambda connection: connection.execute(statement))
        return seen is not None

    def of(self, account: str) -> tuple[SessionEntry, ...]:
        """Return the sessions of *account*, the last seen first."""
        columns = STAFF_SESSION.c
        query = (
            select(columns.digest, columns.account_id, columns.created_on, columns.seen_on, columns.agent)
            .where(columns.account_id == account)
            .order_by(columns.seen_on.desc(), columns.created_on.desc(), columns.digest)
        )
        rows = read(self._engine, lambda connection: connection.execute(query).all())
        return tuple(SessionEntry(row[0].hex(), *row[1:]) for row in rows)

    def end(self, account: str, handle: str) -> bool:
        """End one session of *account*; false if there is none of this name."""
        try:
            digest = bytes.fromhex(handle)
        except ValueError:
            return False
        statement = delete(STAFF_SESSION).where(STAFF_SESSION.c.account_id == account, STAFF_SESSION.c.digest == digest)
        return write(self._engine, lambda connection: connection.execute(statement).rowcount == 1)

    def end_all(self, account: str, *, but: str = "") -> int:
        """End all sessions of *account*, except the one with the handle *but*; return how many."""
        statement = delete(STAFF_SESSION).where(
            STAFF_SESSION.c.account_id == account, STAFF_SESSION.c.digest != bytes.fromhex(but)
        )
        return write(self._engine, lambda connection: connection.execute(statement).rowcount)


def handle_of(token: SessionToken) -> str:
    """Return the handle of the session whose cookie holds *token*."""
    return _digest(token).hex()


def _digest(token: SessionToken) -> bytes:
    return hashlib.sha256(token.encode()).digest()
