"""What may change after the lock: owners, readiness, evidence and wave dates, as changes beside the charter."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from surveyapp import canonical
from surveyapp.charter import waves
from surveyapp.charter.model import SIDES, STATUSES, Charter, Person
from surveyapp.errors import RefusedError


@dataclass(frozen=True, slots=True)
class OwnerNamed:
    """Another person answers for one side."""

    side: str
    owner: Person


@dataclass(frozen=True, slots=True)
class ReadinessReviewed:
    """A readiness item has this status now."""

    item: str
    status: str
    owner: str = ""
    evidence: str | None = None
    reviewed_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class PathShown:
    """There is evidence for a step to production."""

    step: str
    evidence: str


@dataclass(frozen=True, slots=True)
class WaveMoved:
    """A wave that has not started (1 is the first) is open at other times, local to the charter's zone."""

    number: int
    opens_at: datetime
    closes_at: datetime


Change = OwnerNamed | ReadinessReviewed | PathShown | WaveMoved


@dataclass(frozen=True, slots=True)
class _Entry:
    change: Change


def written(change: Change) -> str:
    """Return *change* as the desk keeps it."""
    return canonical.to_json(_Entry(change))


def read(text: str) -> Change:
    """Return the change that `written` wrote.

    Raises:
        RecordError: it did not.
    """
    return canonical.from_json(text, _Entry).change


@dataclass(frozen=True, slots=True)
class Register:
    """All changes of one pilot, oldest first."""

    changes: tuple[Change, ...] = ()

    @classmethod
    def of(cls, charter: Charter, texts: Iterable[str]) -> "Register":
        """Return the register whose changes `written` wrote.

        Raises:
            RecordError: it did not write one of them.
            RefusedError: one of them does not fit *charter*.
        """
        register = cls(tuple(map(read, texts)))
        register.applied_to(charter)
        return register

    def apply(self, change: Change) -> "Register":
        """Return the register with *change* at its end."""
        return Register((*self.changes, change))

    def applied_to(self, charter: Charter) -> Charter:
        """Return *charter* as it stands today.

        Raises:
            RefusedError: a change does not fit it; the message says why.
        """
        for change in self.changes:
            charter = _APPLY[type(change)](charter, change)
        return charter


def _named(charter: Charter, change: OwnerNamed) -> Charter:
    if change.side not in SIDES or not change.owner.name.strip() or not change.owner.role.strip():
        raise RefusedError("an owner needs a name, a role and one of the three sides")
    return replace(charter, owners=replace(charter.owners, **{change.side: change.owner}))


def _reviewed(charter: Charter, change: ReadinessReviewed) -> Charter:
    items = charter.gates.readiness
    if change.status not in STATUSES or change.item not in {item.id for item in items}:
        raise RefusedError("a review needs an item of the charter and a status")
    readiness = tuple(
        replace(
            item,
            status=change.status,
            owner=change.owner or item.owner,
            evidence=change.evidence,
            reviewed_on=change.reviewed_on,
            expires_on=change.expires_on,
        )
        if item.id == change.item
        else item
        for item in items
    )
    return replace(charter, gates=replace(charter.gates, readiness=readiness))


def _shown(charter: Charter, change: PathShown) -> Charter:
    if change.step not in {step.step for step in charter.path}:
        raise RefusedError("the charter does not speak of this step")
    path = tuple(replace(step, evidence=change.evidence) if step.step == change.step else step for step in charter.path)
    return replace(charter, path=path)


def _moved(charter: Charter, change: WaveMoved) -> Charter:
    if not 1 <= change.number <= len(charter.waves):
        raise RefusedError("the charter plans %(planned)s waves", planned=len(charter.waves))
    planned = list(charter.waves)
    planned[change.number - 1] = replace(
        planned[change.number - 1], opens_at=change.opens_at, closes_at=change.closes_at
    )
    for _, fault in waves.faults(planned, ZoneInfo(charter.time_zone)):
        raise RefusedError(fault)
    return replace(charter, waves=tuple(planned))


_APPLY: Final[Mapping[type[Change], Callable[[Charter, Any], Charter]]] = {
    OwnerNamed: _named,
    ReadinessReviewed: _reviewed,
    PathShown: _shown,
    WaveMoved: _moved,
}
