"""Staff pages of pilots: the overview, and how far the waves of one pilot are. Never a person, never an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from surveyapp.checklist import Checklist, Step, StepState, merges, steps
from surveyapp.desk.store import Desk, PilotEntry
from surveyapp.drafting import Drafting
from surveyapp.fieldwork import WaveView
from surveyapp.web.pages import language_of_reader, render
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
    worker_silent: bool  # told to administrators alone
    auditor: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as its reader sees it; *open*: this reader can do it."""

    step: Step
    open: bool

    @property
    def style(self) -> str:
        """How it looks."""
        return _STYLES[self.step.state]


@dataclass(frozen=True, slots=True)
class PilotPage:
    """One pilot: its steps, the teams that are too small, and its waves."""

    frame: PilotFrame
    locked_on: str
    charter_sha256: str
    steps: tuple[StepLine, ...]
    merges: tuple[tuple[str, int], ...]
    group_minimum: int
    waves: tuple[WaveView, ...]


_STYLES = {
    StepState.DONE: "done",
    StepState.NOW: "now",
    StepState.WAITING: "waiting",
    StepState.ANY: "any",
}
_LEADING = frozenset({StaffRole.ADMINISTRATOR, StaffRole.LEAD})


def make_blueprint(
    desk: Desk, checklist: Checklist, drafting: Drafting, guard: Guard, worker_silent: Callable[[], bool]
) -> Blueprint:
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
            for entry in drafting.pilots()
            if mine is None or entry.slug in mine
        )
        may_compare = any(line.role in (StaffRole.ADMINISTRATOR, StaffRole.HR) for line in lines)
        silent = guard.everywhere(StaffRole.ADMINISTRATOR) and worker_silent()
        return render(
            "staff/overview.html",
            Overview(lines, mine is None, may_compare, silent, guard.everywhere(StaffRole.AUDITOR)),
        )

    @blueprint.get("/staff/pilots/<slug>")
    @signed_in
    def pilot(slug: str) -> str | Response:
        frame = enter(slug, STEPS, desk=desk, guard=guard, draft_title=drafting.title)
        if frame.begun:
            return redirect(f"/staff/pilots/{slug}/charter")
        entry, facts = desk.charter(slug), checklist.facts(slug)
        locked = f"{entry.locked_at:%Y-%m-%d}" if entry.locked_at else ""
        lines = tuple(StepLine(step, _may(step, frame.role)) for step in steps(facts))
        labels = {group.code: group.label.into(language_of_reader()) for group in facts.charter.groups}
        small = tuple((labels.get(team, team), people) for team, people, _ in merges(facts))
        minimum = facts.charter.privacy.group_minimum
        page = PilotPage(frame, locked, entry.sha256, lines, small, minimum, facts.waves)
        return render("staff/pilot.html", page)

    return blueprint


def _may(step: Step, role: StaffRole) -> bool:
    """Return whether somebody in *role* can do *step* on a page."""
    return role is StaffRole.TRUSTEE if step.trustee else role in _LEADING
