"""The page of the people of a pilot: how many in which group, who is invited, and how groups will be shown.

Leads see who is asked. Nothing here depends on who answered.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, request

from analysis.codebook import Text
from surveyapp.asking import OTHER_TEAMS
from surveyapp.charter.model import Charter
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Desk
from surveyapp.office.people import Listed, People
from surveyapp.office.people_file import plain
from surveyapp.web.pages import render
from surveyapp.web.pilot_frame import PEOPLE, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the charter with its people by language. *merged*: shown under "other teams".

    *label* is None for people without a team; of a group that the charter lacks it is the code.
    """

    code: str
    label: Text | None
    languages: tuple[int, ...]
    merged: bool
    known: bool = True

    @property
    def people(self) -> int:
        """How many are in it."""
        return sum(self.languages)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people are looked for: *words* in name or address, a *group*, and which page (from 1)."""

    words: str = ""
    group: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The people of a pilot: counts, what is merged (*decided*: for good), and one page of those looked for.

    *slips* of them have no address: they are counted and not listed.
    """

    frame: PilotFrame
    charter: Charter
    languages: tuple[str, ...]
    groups: tuple[Group, ...]
    decided: bool
    asked: Asked
    found: int
    shown: tuple[Listed, ...]
    slips: int

    @property
    def total(self) -> int:
        """How many people there are."""
        return sum(group.people for group in self.groups)

    @property
    def merged(self) -> tuple[Group, ...]:
        """The groups with people that are shown together."""
        return tuple(group for group in self.groups if group.merged and group.people)

    @property
    def small(self) -> tuple[Group, ...]:
        """Those of them that are no group by themselves."""
        return tuple(
            group for group in self.merged if group.label and group.people < self.charter.privacy.group_minimum
        )

    @property
    def along(self) -> tuple[Group, ...]:
        """Those of them that are large enough, and needed because the others are too few together."""
        return tuple(group for group in self.merged if group.label and group not in self.small)

    @property
    def too_few(self) -> bool:
        """Whether so few are asked that no ballot could ever be shown."""
        return not self.frame.demo and 0 < self.total < self.charter.privacy.reveal_minimum

    @property
    def unknown(self) -> tuple[Group, ...]:
        """Groups that the charter lacks."""
        return tuple(group for group in self.groups if not group.known)

    @property
    def pages(self) -> int:
        """How many pages those who were found fill."""
        return max(1, -(-self.found // PER_PAGE))

    def step(self, pages: int) -> str:
        """Return the address of the page so many *pages* on."""
        words = {"q": self.asked.words, "group": self.asked.group, "page": str(self.asked.page + pages)}
        return f"/staff/people/{self.frame.slug}?{urlencode({name: word for name, word in words.items() if word})}"


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the groups of a pilot are shown: *merged* gives the group in which each is, *started* says if for good."""

    merged: Callable[[str], Mapping[str, str]]
    started: Callable[[str], bool]


def make_blueprint(desk: Desk, people: People, grouping: Grouping, guard: Guard) -> Blueprint:
    """Return the route of the list."""
    blueprint = Blueprint("people", __name__)

    @blueprint.get("/staff/people/<slug>")
    @signed_in
    def people_of(slug: str) -> str:
        frame = enter(slug, PEOPLE, desk=desk, guard=guard)
        charter = current_charter(desk, slug)
        everybody = people.listed(slug)
        languages = tuple(dict.fromkeys((*charter.languages, *sorted({one.entry.language for one in everybody}))))
        groups = groups_of(charter, everybody, languages, grouping.merged(slug))
        asked = _asked()
        found = _looked_for([one for one in everybody if one.entry.email is not None], asked)
        start = (asked.page - 1) * PER_PAGE
        shown = tuple(found[start : start + PER_PAGE])
        decided = grouping.started(slug)
        slips = sum(one.entry.email is None for one in everybody)
        page = PeoplePage(frame, charter, languages, groups, decided, asked, len(found), shown, slips)
        return render("staff/people.html", page)

    return blueprint


def groups_of(
    charter: Charter, everybody: Sequence[Listed], languages: Sequence[str], becomes: Mapping[str, str]
) -> tuple[Group, ...]:
    """Return the groups in the order of the charter, then people without a team, then groups that it lacks."""
    counts = Counter((one.entry.group_code, one.entry.language) for one in everybody)
    labels: dict[str, Text | None] = {group.code: group.label for group in charter.groups}
    labels.setdefault(OTHER_TEAMS, None)
    known = tuple(labels)
    labels |= {code: Text.plain(code) for code in sorted({one.entry.group_code for one in everybody} - labels.keys())}
    return tuple(
        Group(
            code,
            label,
            tuple(counts[code, language] for language in languages),
            merged=becomes.get(code) == OTHER_TEAMS,
            known=code in known,
        )
        for code, label in labels.items()
    )


def _looked_for(everybody: Sequence[Listed], asked: Asked) -> list[Listed]:
    """Return those in whose name or address the words stand, whatever their case and accents."""
    words = [plain(word) for word in asked.words.split()]
    return [
        one
        for one in everybody
        if (not asked.group or one.entry.group_code == asked.group)
        and all(word in plain(f"{one.entry.name} {one.entry.email or ''}") for word in words)
    ]


def _asked() -> Asked:
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < len("100000") else 1
    return Asked(request.args.get("q", "").strip(), request.args.get("group", ""), max(1, number))
