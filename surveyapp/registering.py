"""The register of a pilot: what goes on after the lock, each change dated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.charter.register import (
    Change,
    OwnerNamed,
    PathShown,
    ReadinessReviewed,
    Register,
    WaveMoved,
    read,
    written,
)
from surveyapp.clock import Clock
from surveyapp.desk import store
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError

_ACTIONS = {
    OwnerNamed: "owner named",
    ReadinessReviewed: "readiness reviewed",
    PathShown: "path shown",
    WaveMoved: "wave moved",
}


@dataclass(frozen=True, slots=True)
class Dated:
    """A change and when it was entered."""

    at: datetime
    change: Change


class Registering:
    """Enters changes. *started*: the numbers of the waves of a pilot that have started."""

    def __init__(self, *, desk: Desk, started: Callable[[str], frozenset[int]], clock: Clock) -> None:
        self._desk = desk
        self._started = started
        self._clock = clock

    def history(self, slug: str) -> tuple[Dated, ...]:
        """Return all changes, oldest first."""
        return tuple(Dated(entry.changed_at, read(entry.change)) for entry in self._desk.register(slug))

    def enter(self, slug: str, change: Change, *, actor: str) -> None:
        """Append *change*.

        Raises:
            RefusedError: it does not fit the charter, changes nothing, or moves a wave that has started.
            UnknownPilotError: there is no pilot of this name.
        """
        charter = canonical.from_json(self._desk.charter(slug).charter, Charter)
        register = Register(tuple(one.change for one in self.history(slug)))
        if isinstance(change, WaveMoved) and change.number in self._started(slug):
            raise RefusedError("this wave has started: it can be extended, not moved")
        if register.apply(change).applied_to(charter) == register.applied_to(charter):
            raise RefusedError("nothing was changed")
        now = self._clock()
        self._desk.enter(slug, store.Change(now, written(change)))
        self._desk.audit(Audited(now, actor, _ACTIONS[type(change)], slug, _detail(change)))


def _detail(change: Change) -> str:
    """Return what the audit log says of *change*: what it is about, not what it says."""
    if isinstance(change, OwnerNamed):
        return change.side
    if isinstance(change, ReadinessReviewed):
        return f"{change.item} {change.status}"
    if isinstance(change, PathShown):
        return change.step
    return f"{change.number} {change.opens_at:%Y-%m-%d %H:%M} {change.closes_at:%Y-%m-%d %H:%M}"
