"""What a check of the doctor is given, and what it says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine

from surveyapp.clock import Clock
from surveyapp.settings import Settings


class Health(StrEnum):
    """How one thing is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor, with the fix where one is needed."""

    health: Health
    subject: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Installation:
    """What is looked at. *engines* holds the databases that can be used."""

    settings: Settings
    engines: Mapping[str, Engine]
    clock: Clock


Check = Callable[[Installation], Iterator[Finding]]


def ok(subject: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(Health.OK, subject)


def warn(subject: str, fix: str) -> Finding:
    """Return that something should be looked at."""
    return Finding(Health.WARN, subject, fix)


def fail(subject: str, fix: str) -> Finding:
    """Return that something is wrong."""
    return Finding(Health.FAIL, subject, fix)
