"""The tables of the results database. Nothing here is a function of a code, a person or a time of answering."""

from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from surveyapp.database import metadata

RESULTS = metadata()


class _Results(SQLModel, registry=registry(metadata=RESULTS)):
    """Keeps these tables apart from those of the other databases."""

    # With rowids SQLite would give away the order in which rows arrived.
    __table_args__: ClassVar[Any] = {"sqlite_with_rowid": False}


class Wave(_Results, table=True):
    """A revealed wave: what was asked, how many were invited, and how many ballots the box held."""

    __tablename__ = "wave"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    opened_on: date
    closed_on: date
    questionnaire: str
    questionnaire_sha256: str
    charter: str
    charter_sha256: str
    key_mode: str
    fingerprint: str
    invited_by_group: dict[str, int] = Field(sa_column=Column(JSON, nullable=False))
    # number of an earlier wave -> group -> people who joined or left since
    joined_by_group: dict[str, dict[str, int]] = Field(sa_column=Column(JSON, nullable=False))
    left_by_group: dict[str, dict[str, int]] = Field(sa_column=Column(JSON, nullable=False))
    groups: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    issued: int
    cast: int
    spoiled: int
    empty: int
    revealed: int
    destroyed_unread: bool  # too few valid ballots: only that fact is known


class Answer(_Results, table=True):
    """One ballot: closed answers as the record, and packed for the analysis."""

    __tablename__ = "answer"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: bytes = Field(primary_key=True, max_length=16)
    values: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    codes: bytes


class Comment(_Results, table=True):
    """A comment, scrubbed; nothing leads from it to its ballot."""

    __tablename__ = "comment"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    id: bytes = Field(primary_key=True, max_length=16)
    question: str
    text: str
    review: str  # waiting, approved, paraphrased, dropped
    paraphrase: str | None  # empty where settled, as long as the words it replaced may still be in the files
    decided_on: date | None  # the trustee's day, long after the ballots are gone
    settled: bool  # a readout was made after the decision: nothing can change, and no other text is kept


class Figures(_Results, table=True):
    """The survey figures of a wave as they were released with its first readout; they never change again."""

    __tablename__ = "figures"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    figures: str
    sha256: str
    released_on: date


class Release(_Results, table=True):
    """A numbered readout: what went in, what was published, and its hash."""

    __tablename__ = "release"

    pilot_id: str = Field(primary_key=True)
    release: int = Field(primary_key=True)
    wave: int
    inputs_sha256: str
    published: bytes  # report.json
    sha256: str
    made_on: date


class Document(_Results, table=True):
    """A file of a release, kept byte for byte."""

    __tablename__ = "document"

    pilot_id: str = Field(primary_key=True)
    release: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    content: bytes


class ReadoutRequest(_Results, table=True):
    """A readout that somebody asked for and the worker makes."""

    __tablename__ = "readout_request"

    pilot_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    state: str
    problem: str


REQUEST = RESULTS.tables["readout_request"]
WAVE, ANSWER, COMMENT = (RESULTS.tables[name] for name in ("wave", "answer", "comment"))
FIGURES, RELEASE, DOCUMENT = (RESULTS.tables[name] for name in ("figures", "release", "document"))
