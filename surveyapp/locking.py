"""The lock of a charter, and what has to come first."""

from collections.abc import Callable

from surveyapp.clock import Clock
from surveyapp.desk.charters import current_charter
from surveyapp.desk.post import StaffMail
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError
from surveyapp.saying import Said


class Locking:
    """Locks charters. *before_lock* tells what a charter lacks, or refuses; *mail* plans a mail to staff."""

    def __init__(
        self,
        *,
        desk: Desk,
        before_lock: Callable[[str], tuple[Said, ...]],
        mail: Callable[[StaffMail], None],
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._before_lock = before_lock
        self._mail = mail
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
        self.tell_owners(slug)
        return True, lacking

    def tell_owners(self, slug: str) -> None:
        """Plan a mail with what the charter says to everybody who answers for it and has an address, once each."""
        charter, version = current_charter(self._desk, slug), self._desk.charter(slug).version
        owners = (charter.owners.business, charter.owners.technical, charter.owners.compliance, charter.trustee)
        for person in {owner.email.lower(): owner for owner in owners if owner.email}.values():
            self._mail(StaffMail("charter_locked", person.email, person.name, charter.languages[0], slug, str(version)))
