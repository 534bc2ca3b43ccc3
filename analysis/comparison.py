"""Pilots side by side: what the newest readout of each tells, and what each waits for. Published figures only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analysis.results import Decision, Gate, WaveFacts

# What somebody has to work on comes first, then what somebody has to end, then what may begin.
ORDER = (Decision.FIX, Decision.NO_GO, Decision.GO)


class Stand(StrEnum):
    """What a pilot waits for."""

    UNLOCKED = "unlocked"  # its charter
    PLANNED = "planned"  # a wave that has not begun
    OPEN = "open"  # a wave that people answer
    CLOSED = "closed"  # a ballot box that is not opened
    UNREPORTED = "unreported"  # a readout of a revealed wave
    UNREAD = "unread"  # nothing more: no wave is left, and none could be read


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a pilot waits for: the number of the wave, 0 where it is none, and the day on which it opens or closes."""

    stand: Stand
    wave: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What a `report.json` tells of decision, gates and waves; *done* of *items* are ready, with evidence that holds.

    *owners* is the number of sides of which somebody is named as owner. Titles of gates are in the language of the
    readout.
    """

    decision: Decision
    gates: tuple[Gate, ...]
    waves: tuple[WaveFacts, ...]
    done: int
    items: int
    owners: int


@dataclass(frozen=True, slots=True)
class Readout:
    """The newest readout up to the last wave that has one; no *published*: it has a form that is not read any more."""

    number: int
    wave: int
    made_on: date
    published: Published | None


@dataclass(frozen=True, slots=True)
class Pilot:
    """One pilot; nothing to wait for: its readout tells of everything that was planned."""

    slug: str
    title: str
    readout: Readout | None
    waiting: Waiting | None

    @property
    def published(self) -> Published | None:
        """What is known of it, if anything is."""
        return self.readout.published if self.readout else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Pilots in order on one day; *whole*: they are all that there are."""

    pilots: tuple[Pilot, ...]
    as_of: date
    whole: bool

    @classmethod
    def of(cls, pilots: Iterable[Pilot], *, as_of: date, whole: bool) -> "Comparison":
        """Return *pilots* side by side: by decision, then by title."""
        return cls(tuple(sorted(pilots, key=_place)), as_of, whole)

    @property
    def decided(self) -> tuple[Pilot, ...]:
        """The pilots of which a decision is known."""
        return tuple(pilot for pilot in self.pilots if pilot.published)

    @property
    def undecided(self) -> tuple[Pilot, ...]:
        """The pilots of which none is known."""
        return tuple(pilot for pilot in self.pilots if not pilot.published)


def _place(pilot: Pilot) -> tuple[int, str, str]:
    place = ORDER.index(pilot.published.decision) if pilot.published else len(ORDER)
    return place, pilot.title.casefold(), pilot.slug
