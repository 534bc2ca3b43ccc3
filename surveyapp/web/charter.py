"""Pages of the charter: what it lacks, its sections, and the file."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, request
from flask_security import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.charter.draft import Fault
from surveyapp.charter.filling import taken
from surveyapp.charter.form import Section
from surveyapp.desk.store import Desk
from surveyapp.documents.problems import DocumentError
from surveyapp.drafting import Draft, Drafting
from surveyapp.web.charter_form import (
    Noted,
    Progress,
    Shown,
    after,
    elsewhere,
    faults_in,
    noted,
    progress,
    section_called,
    shown,
)
from surveyapp.web.pages import render, tell
from surveyapp.web.pilot_frame import CHARTER, PilotFrame, enter
from surveyapp.web.security import Guard, StaffRole, signed_in

_UNPROCESSABLE = 422
_WRITERS = frozenset({StaffRole.ADMINISTRATOR, StaffRole.LEAD})


@dataclass(frozen=True, slots=True)
class CharterPage:
    """How far a charter is."""

    frame: PilotFrame
    draft: Draft
    sections: tuple[Progress, ...]
    other_faults: tuple[Fault, ...]
    may_write: bool
    problems: tuple[str, ...] = ()

    @property
    def first_lacking(self) -> str:
        """The name of the first section that lacks something."""
        return next((one.section.id for one in self.sections if one.lacking), self.sections[0].section.id)


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section of a charter, with what is wrong in it where it was just saved."""

    frame: PilotFrame
    section: Section
    parts: tuple[Shown, ...]
    problems: tuple[Noted, ...]
    locked: bool


def framed(slug: str, *, desk: Desk, drafting: Drafting, guard: Guard, writing: bool) -> PilotFrame:
    """Return the frame of a charter's page; answer 404 to those who may not read it, or not write where they would."""
    frame = enter(slug, CHARTER, desk=desk, guard=guard, draft_title=drafting.title)
    if writing and frame.role not in _WRITERS:
        guard.refuse()
    return frame


def make_blueprint(*, desk: Desk, drafting: Drafting, guard: Guard) -> Blueprint:
    """Return the routes of charters."""
    blueprint = Blueprint("charter", __name__, url_prefix="/staff/pilots/<slug>")

    def enter_to(slug: str, *, writing: bool) -> PilotFrame:
        return framed(slug, desk=desk, drafting=drafting, guard=guard, writing=writing)

    @blueprint.get("/charter")
    @signed_in
    def charter(slug: str) -> str:
        return _overview(enter_to(slug, writing=False), drafting.draft(slug))

    @blueprint.get("/charter.yaml")
    @signed_in
    def file(slug: str) -> Response:
        enter_to(slug, writing=False)
        headers = {"Content-Disposition": f'attachment; filename="{slug}.yaml"'}
        return Response(drafting.draft(slug).text, content_type="application/yaml; charset=utf-8", headers=headers)

    @blueprint.post("/charter/upload")
    @signed_in
    def upload(slug: str) -> AnyResponse:
        frame = enter_to(slug, writing=True)
        problems = _uploaded(drafting, slug, request.files.get("file"))
        if problems:
            return make_response(_overview(frame, drafting.draft(slug), problems), _UNPROCESSABLE)
        tell("The file was read. What it says stands in the sections below.")
        return redirect(f"/staff/pilots/{slug}/charter")

    @blueprint.post("/charter/discard")
    @signed_in
    def discard(slug: str) -> AnyResponse:
        enter_to(slug, writing=True)
        drafting.discard(slug)
        tell("The changes are forgotten; the locked charter stands.")
        return redirect(f"/staff/pilots/{slug}/charter")

    @blueprint.get("/charter/<section>")
    @signed_in
    def show_section(slug: str, section: str) -> str:
        frame = enter_to(slug, writing=True)
        return _section_page(frame, _known(section, guard), drafting.draft(slug), judged=False)

    @blueprint.post("/charter/<section>")
    @signed_in
    def save_section(slug: str, section: str) -> AnyResponse:
        frame, found = enter_to(slug, writing=True), _known(section, guard)
        entries = taken(found, drafting.draft(slug).entries, request.form.to_dict())
        drafting.save(slug, entries, actor=current_user.email)
        draft = drafting.draft(slug)
        if faults_in(found, draft.faults):
            return make_response(_section_page(frame, found, draft, judged=True), _UNPROCESSABLE)
        tell("Saved.")
        return redirect(f"/staff/pilots/{slug}/charter" + _onward(found))

    return blueprint


def _overview(frame: PilotFrame, draft: Draft, problems: Sequence[str] = ()) -> str:
    may_write = frame.role in _WRITERS
    page = CharterPage(frame, draft, progress(draft.faults), elsewhere(draft.faults), may_write, tuple(problems))
    return render("staff/charter.html", page)


def _uploaded(drafting: Drafting, slug: str, sent: FileStorage | None) -> tuple[str, ...]:
    """Take in the file that was *sent*; return what is wrong with it."""
    if sent is None or not sent.filename:
        return ("Choose a file first.",)
    try:
        drafting.upload(slug, sent.read(), sent.filename, actor=current_user.email)
    except DocumentError as error:
        return tuple(str(problem) for problem in error.found)
    return ()


def _onward(section: Section) -> str:
    follower = after(section) if "next" in request.form else None
    return f"/{follower.id}" if follower else ""


def _known(name: str, guard: Guard) -> Section:
    section = section_called(name)
    if section is None:
        guard.refuse()
    return section


def _section_page(frame: PilotFrame, section: Section, draft: Draft, *, judged: bool) -> str:
    """Show a section; what is missing in it is marked only after it was saved."""
    faults = faults_in(section, draft.faults) if judged else ()
    parts = shown(section, draft.entries, faults)
    page = SectionPage(frame, section, parts, noted(parts), draft.locked)
    return render("staff/charter_section.html", page)
