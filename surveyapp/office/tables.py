"""The tables of the office database. None that a submission touches holds a time, a counter or an ordered id."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from surveyapp.database import UtcDateTime, metadata

OFFICE = metadata()


class _Office(SQLModel, registry=registry(metadata=OFFICE)):
    """Keeps these tables apart from those of the other databases."""

    # With rowids SQLite would give away the order in which rows arrived.
    __table_args__: ClassVar[Any] = {"sqlite_with_rowid": False}


class Person(_Office, table=True):
    """Somebody who is invited; until 30 days after the pilot."""

    __tablename__ = "person"
    __table_args__: ClassVar[Any] = (UniqueConstraint("pilot_id", "email"), {"sqlite_with_rowid": False})

    pilot_id: str = Field(primary_key=True)
    id: bytes = Field(primary_key=True, max_length=16)
    email: str | None
    name: str
    group_code: str
    language: str


class Wave(_Office, table=True):
    """A wave that was started; the row that cast, close and reveal lock."""

    __tablename__ = "wave"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    state: str
    opens_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    closes_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    promised_at: datetime | None = Field(sa_column=Column(UtcDateTime, nullable=True))  # none: a demo, at any time
    box_public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sign_public_key: bytes | None = Field(
        default=None, sa_column=Column(LargeBinary, nullable=True)
    )  # none: started by a version that sealed on the server only
    key_mode: str
    questionnaire: str  # as asked, canonical JSON
    charter: str  # as locked, canonical JSON
    groups: dict[str, str] = Field(
        sa_column=Column(JSON, nullable=False)
    )  # every charter group to the one it is merged into
    band: str = ""  # share of ballots taken, in four steps, as of the night of band_on
    band_on: date | None = None
    reminders: int = 0
    reminded_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    extended: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    deputy: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # holds a copy of the box key


class Roster(_Office, table=True):
    """Who is on the frozen list of a wave, and in which group after merging."""

    __tablename__ = "roster"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    person_id: bytes = Field(primary_key=True, max_length=16)
    group_code: str


class Access(_Office, table=True):
    """A code that opens the box for one person; several per person, none after reveal."""

    __tablename__ = "access"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    code_digest: bytes = Field(primary_key=True, max_length=32)
    person_id: bytes = Field(max_length=16)


class Ledger(_Office, table=True):
    """Who has taken a ballot: invited or issued."""

    __tablename__ = "ledger"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    person_id: bytes = Field(primary_key=True, max_length=16)
    state: str
    blinded_digest: bytes | None = Field(default=None, max_length=32)


class Box(_Office, table=True):
    """The sealed ballots, all of one length within a wave."""

    __tablename__ = "box"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: bytes = Field(primary_key=True, max_length=16)
    sealed: bytes


class Spent(_Office, table=True):
    """Signed slips that have put their ballot into the box."""

    __tablename__ = "spent"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    message_digest: bytes = Field(primary_key=True, max_length=32)
    sealed_digest: bytes = Field(max_length=32)


class Outbox(_Office, table=True):
    """A mail to be sent; it holds no code, address or body."""

    __tablename__ = "outbox"
    __table_args__: ClassVar[Any] = (
        Index(None, "pilot_id", "state"),
        Index(None, "pilot_id", "person_id"),
        {"sqlite_with_rowid": False},
    )

    pilot_id: str = Field(primary_key=True)
    id: bytes = Field(primary_key=True, max_length=16)
    number: int
    person_id: bytes = Field(max_length=16)
    template: str
    state: str
    attempts: int = 0
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})  # why it failed: a kind, never a reply


class ReminderStop(_Office, table=True):
    """A link that stops all reminders of a pilot to one person; *stopped* once one of theirs was used."""

    __tablename__ = "reminder_stop"
    __table_args__: ClassVar[Any] = (Index(None, "pilot_id", "person_id"), {"sqlite_with_rowid": False})

    pilot_id: str = Field(primary_key=True)
    token_digest: bytes = Field(primary_key=True, max_length=32)
    person_id: bytes = Field(max_length=16)
    stopped: bool = False


PERSON, WAVE, ROSTER, ACCESS = (OFFICE.tables[name] for name in ("person", "wave", "roster", "access"))
LEDGER, BOX, SPENT, OUTBOX = (OFFICE.tables[name] for name in ("ledger", "box", "spent", "outbox"))
REMINDER_STOP = OFFICE.tables["reminder_stop"]
