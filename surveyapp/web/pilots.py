"""Staff pages of pilots: the overview, and how far the waves of one pilot are. Never a person, never an answer."""

from dataclasses import dataclass

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from surveyapp.desk.store import Desk, PilotEntry
from surveyapp.drafting import Drafting
from surveyapp.fieldwork import Fieldwork, WaveView
from surveyapp.web.pages import render
from surveyapp.web.pilot_frame import STEPS, PilotFrame, enter
from surveyapp.web.security import Guard, StaffRole, signed_in


@dataclass(frozen=True, slots=True)
class PilotLine:
    """A pilot in the overview, with what the reader is in it."""

    entry: PilotEntry
    role: StaffRole


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page after sign-in."""

    pilots: tuple[PilotLine, ...]
    administrator: bool
    may_compare: bool


@dataclass(frozen=True, slots=True)
class PilotPage:
    """One pilot."""

    frame: PilotFrame
    locked_on: str
    charter_sha256: str
    waves: tuple[WaveView, ...]


def make_blueprint(desk: Desk, fieldwork: Fieldwork, drafting: Drafting, guard: Guard) -> Blueprint:
    """Return the routes of the overview and of pilots."""
    blueprint = Blueprint("pilots", __name__)

    @blueprint.get("/")
    def front_door() -> Response:
        return redirect("/staff/")

    @blueprint.get("/staff/")
    @signed_in
    def overview() -> str:
        mine = guard.pilots()
        lines = tuple(
            PilotLine(entry, StaffRole.ADMINISTRATOR if mine is None else mine[entry.slug])
            for entry in desk.pilots()
            if mine is None or entry.slug in mine
        )
        may_compare = any(line.role in (StaffRole.ADMINISTRATOR, StaffRole.HR) for line in lines)
        return render("staff/overview.html", Overview(lines, mine is None, may_compare))

    @blueprint.get("/staff/pilots/<slug>")
    @signed_in
    def pilot(slug: str) -> str | Response:
        frame = enter(slug, STEPS, desk=desk, guard=guard, draft_title=drafting.title)
        if frame.begun:
            return redirect(f"/staff/pilots/{slug}/charter")
        charter = desk.charter(slug)
        locked = f"{charter.locked_at:%Y-%m-%d}" if charter.locked_at else ""
        return render("staff/pilot.html", PilotPage(frame, locked, charter.sha256, fieldwork.plan(slug)))

    return blueprint
