"""The lock of a charter, and what has to come first."""

from collections.abc import Callable

from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError
from surveyapp.saying import Said


class Locking:
    """Locks charters. *before_lock* tells what a charter lacks, or refuses."""

    def __init__(self, *, desk: Desk, before_lock: Callable[[str], tuple[Said, ...]], clock: Clock) -> None:
        self._desk = desk
        self._before_lock = before_lock
        self._clock = clock

    def why_not(self, slug: str) -> RefusedError | None:
        """Return what keeps the charter of a pilot from being locked, or nothing."""
        try:
            self._before_lock(slug)
        except RefusedError as error:
            return error
        return None

    def lock(self, slug: str, *, actor: str) -> tuple[bool, tuple[Said, ...]]:
        """Freeze the charter of a pilot; return whether it was open, and what it lacks.

        Raises:
            RefusedError: no wave could ever start.
            UnknownPilotError: there is none of this name.
        """
        lacking = self._before_lock(slug)
        if not self._desk.lock(slug, self._clock()):
            return False, lacking
        self._desk.audit(
            Audited(self._clock(), actor, "pilot lock", slug, f"charter {self._desk.charter(slug).sha256[:12]}")
        )
        return True, lacking
