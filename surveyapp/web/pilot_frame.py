"""What frames every page of one pilot: its name, what the reader is in it, and the way to its other rooms."""

from collections.abc import Callable
from dataclasses import dataclass

from surveyapp.desk.store import Desk, UnknownPilotError
from surveyapp.web.security import Guard, StaffRole


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a pilot: its name in English, its address, who may enter, and whether it is there before a charter."""

    name: str
    address: str
    roles: frozenset[StaffRole]
    early: bool = False


# In the order in which a pilot needs them; the address has the pilot's name for {slug}.
STEPS = Room("Steps", "/staff/pilots/{slug}", frozenset(StaffRole), early=True)
CHARTER = Room("Charter", "/staff/pilots/{slug}/charter", frozenset(StaffRole), early=True)
PEOPLE = Room("People", "/staff/people/{slug}", frozenset({StaffRole.LEAD, StaffRole.ADMINISTRATOR}))
MAIL = Room("Mails", "/staff/pilots/{slug}/mail", frozenset({StaffRole.LEAD, StaffRole.ADMINISTRATOR}))
REGISTER = Room("Register", "/staff/pilots/{slug}/register", frozenset({StaffRole.ADMINISTRATOR, StaffRole.LEAD}))
WAVES = Room("Waves", "/staff/pilots/{slug}/waves", frozenset({StaffRole.ADMINISTRATOR, StaffRole.LEAD}))
KPI = Room("Measured KPI", "/staff/pilots/{slug}/kpi", frozenset({StaffRole.ADMINISTRATOR, StaffRole.LEAD}))
LOG = Room("Audit log", "/staff/audit?pilot={slug}", frozenset({StaffRole.ADMINISTRATOR, StaffRole.LEAD}))
TRUSTEE = Room("Keys and opening", "/staff/trustee/{slug}", frozenset({StaffRole.TRUSTEE}))
ROOMS = (STEPS, CHARTER, PEOPLE, MAIL, WAVES, REGISTER, KPI, TRUSTEE, LOG)


@dataclass(frozen=True, slots=True)
class Link:
    """A way to a room; *here*: the reader is in it."""

    name: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class PilotFrame:
    """A pilot around a page, as a reader in *role* sees it from the room *here*."""

    slug: str
    title: str
    demo: bool
    role: StaffRole
    here: Room
    begun: bool = False  # its charter is not whole yet: nothing but that can be worked on

    @property
    def links(self) -> tuple[Link, ...]:
        """The rooms that the reader may enter."""
        return tuple(
            Link(room.name, room.address.format(slug=self.slug), room is self.here)
            for room in ROOMS
            if self.role in room.roles and (room.early or not self.begun)
        )


def enter(
    slug: str, here: Room, *, desk: Desk, guard: Guard, draft_title: Callable[[str], str | None] = lambda _slug: None
) -> PilotFrame:
    """Return the frame of the pilot *slug* for who is signed in; answer 404 to those who may not enter *here*.

    A pilot whose charter is only begun has the title that *draft_title* returns.
    """
    role = guard.require(slug, *here.roles)
    try:
        entry = desk.pilot(slug)
    except UnknownPilotError:
        if not here.early or (title := draft_title(slug)) is None:
            guard.refuse()
        return PilotFrame(slug, title, demo=False, role=role, here=here, begun=True)
    return PilotFrame(slug, entry.title, entry.demo, role, here)
