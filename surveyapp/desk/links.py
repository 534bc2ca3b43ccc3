"""One-time links with which the owner of an account chooses a password, good for seven days."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final, NewType

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select

from surveyapp.clock import Clock
from surveyapp.database import read, write
from surveyapp.desk.sign_in_tables import ACCOUNT_LINK

LinkToken = NewType("LinkToken", str)  # in the link, never stored

LIFETIME: Final = timedelta(days=7)


class AccountLinks:
    """The open links, as hashes."""

    def __init__(self, engine: Engine, token: Callable[[], str], clock: Clock) -> None:
        self._engine = engine
        self._token = token
        self._clock = clock

    def draw(self, account: str) -> LinkToken:
        """Return a new token for *account*, beside those it has: one is mailed, and one handed over."""
        token, now = LinkToken(self._token()), self._clock()
        values = {"account_id": account, "digest": _digest(token), "expires_at": now + LIFETIME}

        def unit(connection: Connection) -> None:
            connection.execute(delete(ACCOUNT_LINK).where(ACCOUNT_LINK.c.expires_at <= now))
            connection.execute(insert(ACCOUNT_LINK).values(**values))

        write(self._engine, unit)
        return token

    def account_of(self, token: LinkToken) -> str | None:
        """Return the account whose open link this is; None: unknown, used, withdrawn or too old."""
        query = select(ACCOUNT_LINK.c.account_id).where(*self._open(token))
        return read(self._engine, lambda connection: connection.execute(query).scalar_one_or_none())

    def use(self, token: LinkToken) -> bool:
        """Make all links of its account void; true for the one caller who did it while this one was open."""

        def unit(connection: Connection) -> bool:
            query = select(ACCOUNT_LINK.c.account_id).where(*self._open(token))
            account = connection.execute(query).scalar_one_or_none()
            mine = connection.execute(delete(ACCOUNT_LINK).where(*self._open(token))).rowcount == 1
            connection.execute(delete(ACCOUNT_LINK).where(ACCOUNT_LINK.c.account_id == account))
            return mine

        return write(self._engine, unit)

    def waiting(self) -> frozenset[str]:
        """Return the accounts that have an open link."""
        query = select(ACCOUNT_LINK.c.account_id).where(ACCOUNT_LINK.c.expires_at > self._clock())
        return read(self._engine, lambda connection: frozenset(connection.execute(query).scalars()))

    def withdraw(self, account: str) -> None:
        """Make the links of *account* void."""
        statement = delete(ACCOUNT_LINK).where(ACCOUNT_LINK.c.account_id == account)
        write(self._engine, lambda connection: connection.execute(statement))

    def _open(self, token: LinkToken) -> tuple[ColumnElement[bool], ...]:
        return ACCOUNT_LINK.c.digest == _digest(token), ACCOUNT_LINK.c.expires_at > self._clock()


def _digest(token: LinkToken) -> bytes:
    return hashlib.sha256(token.encode()).digest()
