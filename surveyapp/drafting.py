"""A charter from its first field to the lock, and from one locked version to the next."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from surveyapp import canonical
from surveyapp.charter.beginning import beginning
from surveyapp.charter.differences import Difference, differences
from surveyapp.charter.draft import Fault, Judged, judge, read_entries
from surveyapp.charter.loader import SLUG
from surveyapp.charter.lock import locked_hash, missing
from surveyapp.charter.model import Charter
from surveyapp.charter.register import Register
from surveyapp.charter.writing import Plain, entries_of, text_of
from surveyapp.clock import Clock
from surveyapp.desk.charters import current_charter
from surveyapp.desk.drafts import DraftEntry, Drafts
from surveyapp.desk.store import Audited, CharterEntry, Desk, PilotEntry, UnknownPilotError
from surveyapp.errors import RefusedError
from surveyapp.saying import Said

LONGEST_REASON: Final = 500  # characters
Entries = dict[str, Plain]


@dataclass(frozen=True, slots=True)
class Draft:
    """A charter as it is being filled in. *locked*: a version is locked, and *changes* are what would be new."""

    slug: str
    title: str
    entries: Entries
    judged: Judged
    saved: bool
    versions: tuple[CharterEntry, ...]
    changes: tuple[Difference, ...]

    @property
    def locked(self) -> bool:
        """Whether a version of the charter is locked."""
        return bool(self.versions) and self.versions[-1].locked_at is not None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What keeps the entries from being a charter."""
        return self.judged.faults

    @property
    def lacking(self) -> tuple[Said, ...]:
        """What the charter lacks for a decision, though it is one."""
        return missing(self.judged.charter) if self.judged.charter else ()

    @property
    def text(self) -> str:
        """The charter as a file."""
        return text_of(self.entries)


class Drafting:
    """Keeps drafts; one that makes a charter is the charter at once, until the lock. *started*: has a pilot a wave?"""

    def __init__(self, *, desk: Desk, drafts: Drafts, started: Callable[[str], bool], clock: Clock) -> None:
        self._desk = desk
        self._drafts = drafts
        self._started = started
        self._clock = clock

    def pilots(self) -> tuple[PilotEntry, ...]:
        """Return all pilots by name, also those whose charter is only begun."""
        known = self._desk.pilots()
        slugs = {pilot.slug for pilot in known}
        begun = (PilotEntry(draft.slug, draft.title, demo=False) for draft in self._drafts.all())
        return tuple(sorted((*known, *(one for one in begun if one.slug not in slugs)), key=lambda one: one.slug))

    def title(self, slug: str) -> str | None:
        """Return the title of a draft, if there is one."""
        begun = self._drafts.find(slug)
        return None if begun is None else begun.title

    def draft(self, slug: str) -> Draft:
        """Return the draft of a pilot, or what its charter says where none was begun.

        Raises:
            UnknownPilotError: there is neither.
        """
        versions = self._desk.versions(slug)
        begun = self._drafts.find(slug)
        if begun is None and not versions:
            raise UnknownPilotError
        current = current_charter(self._desk, slug) if versions else None
        entries = json.loads(begun.entries) if begun else entries_of(current) if current else {}
        judged = judge(entries, f"{slug}.yaml")
        changes = differences(current, judged.charter) if current and judged.charter else ()
        title = begun.title if begun else current.title if current else slug
        return Draft(slug, title, entries, judged, begun is not None, versions, changes)

    def begin(self, slug: str, title: str, languages: Sequence[str], *, actor: str) -> None:
        """Begin the charter of a new pilot.

        Raises:
            RefusedError: the name is taken or cannot stand in an address.
        """
        self._begin(slug, beginning(slug, title, languages), actor, "new")

    def copy(self, source: str, slug: str, *, actor: str) -> None:
        """Begin a new pilot with the charter of another: all but dates, and what was reviewed and found.

        Raises:
            UnknownPilotError: there is no such other.
            RefusedError: the name is taken or cannot stand in an address.
        """
        entries = entries_of(current_charter(self._desk, source))
        entries |= {"pilot": slug, "starts_on": None, "ends_on": None}
        for wave in entries["waves"]:
            wave |= {"opens_at": None, "closes_at": None}
        for item in entries["gates"]["readiness"]:
            item |= {"status": "open", "evidence": None, "reviewed_on": None, "expires_on": None}
        for step in entries["path"]:
            step["evidence"] = None
        self._begin(slug, entries, actor, f"copy of {source}")

    def upload(self, slug: str, data: bytes, file: str, *, actor: str) -> None:
        """Put what a charter file says in place of the draft.

        Raises:
            DocumentError: it is no YAML mapping; nothing was changed.
        """
        self.save(slug, read_entries(data, file) | {"pilot": slug}, actor=actor)

    def save(self, slug: str, entries: Entries, *, actor: str) -> None:
        """Keep *entries*; before the lock they are the charter from the moment on that they make one."""
        title = str(entries.get("title") or slug)
        versions = self._desk.versions(slug)
        now = self._clock()
        self._drafts.save(DraftEntry(slug, title, json.dumps(entries, ensure_ascii=False), now))
        if versions and versions[-1].locked_at:
            return
        charter = judge(entries, f"{slug}.yaml").charter
        if charter is None:
            return
        self._desk.create(slug, charter.title, canonical.to_json(charter), locked_hash(charter), demo=self._demo(slug))
        self._desk.audit(Audited(now, actor, "charter", slug, f"charter {locked_hash(charter)[:12]}"))

    def discard(self, slug: str) -> None:
        """Forget what was changed since the charter."""
        self._drafts.drop(slug)

    def amend(self, slug: str, reason: str, *, actor: str) -> CharterEntry:
        """Let the draft take the place of the locked charter, as its next version; return it.

        Raises:
            RefusedError: it is no charter, changes nothing, changes what was promised, or goes against the register.
        """
        draft = self.draft(slug)
        charter = draft.judged.charter
        if not draft.locked or charter is None:
            raise RefusedError("only a locked charter has a next version, and only a whole one can be it")
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise RefusedError(
                "a reason of at most %(limit)s characters is needed: every readout prints it", limit=LONGEST_REASON
            )
        if not draft.changes:
            raise RefusedError("nothing was changed")
        if self._started(slug) and (promised := [change.path for change in draft.changes if change.promised]):
            raise RefusedError(
                "employees were promised this, and a wave has started: %(entries)s", entries=", ".join(promised)
            )
        self._refuse_against_register(slug, charter)
        last = draft.versions[-1]
        entry = CharterEntry(
            last.version + 1, canonical.to_json(charter), locked_hash(charter), self._clock(), reason.strip()
        )
        self._desk.amend(slug, entry, charter.title)
        self._drafts.drop(slug)
        self._desk.audit(
            Audited(self._clock(), actor, "charter amended", slug, f"version {entry.version} {entry.sha256[:12]}")
        )
        return entry

    def _begin(self, slug: str, entries: Entries, actor: str, how: str) -> None:
        if not SLUG.fullmatch(slug):
            raise RefusedError("a name has small letters, digits and -, and begins with a letter")
        if self._drafts.find(slug) or self._desk.versions(slug):
            raise RefusedError("a pilot is called %(name)s already", name=slug)
        self.save(slug, entries, actor=actor)
        self._desk.audit(Audited(self._clock(), actor, "pilot begun", slug, how))

    def _refuse_against_register(self, slug: str, charter: Charter) -> None:
        register = Register.of(charter, (change.change for change in self._desk.register(slug)))
        if register.applied_to(charter) != charter:
            raise RefusedError("owners, readiness and dates of waves are changed in the register, not in the charter")

    def _demo(self, slug: str) -> bool:
        return any(pilot.demo for pilot in self._desk.pilots() if pilot.slug == slug)
