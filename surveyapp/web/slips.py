"""The page on which a lead says how many people of each team get a slip of paper instead of a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from analysis.codebook import Text
from surveyapp.asking import OTHER_TEAMS
from surveyapp.charter.model import Charter
from surveyapp.clock import Clock
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Audited, Desk
from surveyapp.office.leaving import Leaving
from surveyapp.office.slips import Place, Slips
from surveyapp.web.pages import render, tell
from surveyapp.web.people_person import tell_if_traces_remain
from surveyapp.web.pilot_frame import PEOPLE, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

MOST: Final = 2000  # slips of one place; printing many more in one file takes minutes
_SEE_OTHER, _UNPROCESSABLE = 303, 422


@dataclass(frozen=True, slots=True)
class Line:
    """One number that is asked for. *label* is None for people without a team; *typed* is what stands in the field."""

    place: Place
    label: Text | None
    typed: str
    wrong: bool = False

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"slips-{self.place.group_code}-{self.place.language}"


@dataclass(frozen=True, slots=True)
class SlipsPage:
    """How many slips each team gets in each language."""

    frame: PilotFrame
    lines: tuple[Line, ...]
    total: int
    most: int = MOST

    @property
    def problems(self) -> tuple[Line, ...]:
        """The numbers that cannot be."""
        return tuple(line for line in self.lines if line.wrong)


def make_blueprint(*, desk: Desk, slips: Slips, leaving: Leaving, guard: Guard, clock: Clock) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("slips", __name__, url_prefix="/staff/people/<slug>/slips")

    @blueprint.get("")
    @signed_in
    def show(slug: str) -> str:
        frame = enter(slug, PEOPLE, desk=desk, guard=guard)
        held = slips.counts(slug)
        lines = tuple(
            Line(place, label, str(held.get(place, 0))) for place, label in _places(current_charter(desk, slug), held)
        )
        return render("staff/slips.html", SlipsPage(frame, lines, sum(held.values())))

    @blueprint.post("")
    @signed_in
    def save(slug: str) -> Response:
        frame = enter(slug, PEOPLE, desk=desk, guard=guard)
        held = slips.counts(slug)
        lines = tuple(_posted(place, label) for place, label in _places(current_charter(desk, slug), held))
        if any(line.wrong for line in lines):
            return make_response(
                render("staff/slips.html", SlipsPage(frame, lines, sum(held.values()))), _UNPROCESSABLE
            )
        changed = slips.settle(slug, {line.place: int(line.typed) for line in lines})
        detail = f"added {changed.added}, taken out {changed.removed}"
        desk.audit(Audited(clock(), current_user.email, "slips", slug, detail))
        tell("Saved: %(slips)s slips from the next wave on.", slips=sum(int(line.typed) for line in lines))
        if changed.removed:
            tell_if_traces_remain(leaving)
        return redirect(f"/staff/people/{slug}/slips", _SEE_OTHER)

    return blueprint


def _places(charter: Charter, held: Mapping[Place, int]) -> tuple[tuple[Place, Text | None], ...]:
    """Return every team in every language, people without a team last, and where there are slips already."""
    labels: dict[str, Text | None] = {group.code: group.label for group in charter.groups}
    labels.setdefault(OTHER_TEAMS, None)
    places = dict.fromkeys(Place(code, language) for code in labels for language in charter.languages)
    strange = sorted(place for place in held if place not in places)
    return tuple((place, labels.get(place.group_code, Text.plain(place.group_code))) for place in (*places, *strange))


def _posted(place: Place, label: Text | None) -> Line:
    empty = Line(place, label, "")
    typed = request.form.get(empty.field, "").strip() or "0"
    right = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST)) and int(typed) <= MOST
    return Line(place, label, typed, wrong=not right)
