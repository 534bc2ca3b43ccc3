"""What sign-in keeps beside the accounts: one-time links, sessions and wrong attempts; secrets as hashes only."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from surveyapp.database import UtcDateTime
from surveyapp.desk.tables import DESK, Desk


class AccountLink(Desk, table=True):
    """An open link with which the owner of an account chooses a password."""

    __tablename__ = "account_link"

    digest: bytes = Field(primary_key=True, max_length=32)
    account_id: str = Field(foreign_key="account.id", index=True)
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class StaffSession(Desk, table=True):
    """A browser that is signed in."""

    __tablename__ = "staff_session"

    digest: bytes = Field(primary_key=True, max_length=32)
    account_id: str = Field(foreign_key="account.id", index=True)
    created_on: date
    seen_on: date
    agent: str  # family of the browser, nothing finer


class SignInAttempt(Desk, table=True):
    """How often in a row somebody was wrong about an address, which stands here as a keyed hash only."""

    __tablename__ = "sign_in_attempt"

    digest: bytes = Field(primary_key=True, max_length=32)
    failures: int
    last_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


ACCOUNT_LINK, STAFF_SESSION = DESK.tables["account_link"], DESK.tables["staff_session"]
SIGN_IN_ATTEMPT = DESK.tables["sign_in_attempt"]
