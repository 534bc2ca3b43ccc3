"""The tables of the desk database, except those of accounts."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from surveyapp.database import UtcDateTime, metadata

DESK = metadata()


class Desk(SQLModel, registry=registry(metadata=DESK)):
    """Keeps these tables apart from those of the other databases."""

    __table_args__: ClassVar[Any] = {"sqlite_with_rowid": False}


class Pilot(Desk, table=True):
    """A pilot; its key is the name in addresses."""

    __tablename__ = "pilot"

    pilot_id: str = Field(primary_key=True)
    title: str
    demo: bool = False  # waves of a demo may be closed and revealed at any time, and every page says so


class CharterVersion(Desk, table=True):
    """What was agreed, as canonical JSON; the last locked version counts."""

    __tablename__ = "charter_version"

    pilot_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    charter: str
    sha256: str
    locked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})  # why it took the place of a locked one


class CharterDraft(Desk, table=True):
    """A charter that is being filled in, or a change of a locked one, as JSON; never what a wave goes by."""

    __tablename__ = "charter_draft"

    pilot_id: str = Field(primary_key=True)
    title: str
    entries: str
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class RegisterEntry(Desk, table=True):
    """A dated change outside the lock: readiness with evidence, an owner's name, dates of a wave not yet started."""

    __tablename__ = "register_entry"

    pilot_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    changed_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    change: str


class KpiImport(Desk, table=True):
    """A measured series as imported; the last one counts."""

    __tablename__ = "kpi_import"

    pilot_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    imported_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    series: str
    sha256: str


class AuditEntry(Desk, table=True):
    """What a member of staff did; never anything about a respondent."""

    __tablename__ = "audit_entry"

    id: bytes = Field(primary_key=True, max_length=16)
    pilot_id: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    actor: str
    action: str
    detail: str


PILOT, CHARTER_VERSION, REGISTER_ENTRY = (DESK.tables[name] for name in ("pilot", "charter_version", "register_entry"))


class StaffMail(Desk, table=True):
    """A mail to staff that is to be sent; it holds no secret and no body."""

    __tablename__ = "staff_mail"

    pilot_id: str = Field(primary_key=True)  # empty: it is about no pilot
    id: bytes = Field(primary_key=True, max_length=16)
    template: str
    recipient: str
    name: str
    language: str
    reference: str
    state: str
    attempts: int = 0


STAFF_MAIL = DESK.tables["staff_mail"]
CHARTER_DRAFT = DESK.tables["charter_draft"]
KPI_IMPORT, AUDIT_ENTRY = (DESK.tables[name] for name in ("kpi_import", "audit_entry"))
