"""The register of a pilot: readiness with evidence and dates, owners, and evidence for the path to production."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.charter.form import AREA_WORDS, STATUS_WORDS, STEP_WORDS
from surveyapp.charter.model import SIDES, Charter, Person
from surveyapp.charter.register import Change, OwnerNamed, PathShown, ReadinessReviewed
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Desk
from surveyapp.errors import RefusedError
from surveyapp.registering import Dated, Registering
from surveyapp.saying import Said, said
from surveyapp.web.pages import render, tell
from surveyapp.web.pilot_frame import REGISTER, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

_UNPROCESSABLE = 422
_LONGEST = 300  # characters
SIDE_WORDS = {"business": "Business", "technical": "Technology", "compliance": "Compliance"}
CHANGED = {
    OwnerNamed: "An owner was named",
    ReadinessReviewed: "An item was reviewed",
    PathShown: "Evidence for a step was entered",
}
MOVED = "A wave was moved"


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The register as it stands, and how it came to that."""

    frame: PilotFrame
    charter: Charter
    history: tuple[Dated, ...]
    problem: Said | None
    about: str

    areas: Mapping[str, str]
    statuses: Mapping[str, str]
    steps: Mapping[str, str]
    sides: Mapping[str, str]

    def owner(self, side: str) -> Person:
        """Return who answers for *side*."""
        person: Person = getattr(self.charter.owners, side)
        return person

    def words(self, dated: Dated) -> str:
        """Return what a change was, in English."""
        return CHANGED.get(type(dated.change), MOVED)


def make_blueprint(desk: Desk, registering: Registering, guard: Guard) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("register", __name__, url_prefix="/staff/pilots/<slug>/register")

    def page(frame: PilotFrame, problem: Said | None = None, about: str = "") -> str:
        charter, history = current_charter(desk, frame.slug), registering.history(frame.slug)
        shown = RegisterPage(
            frame, charter, history[::-1], problem, about, AREA_WORDS, STATUS_WORDS, STEP_WORDS, SIDE_WORDS
        )
        return render("staff/register.html", shown)

    @blueprint.get("")
    @signed_in
    def show(slug: str) -> str:
        return page(enter(slug, REGISTER, desk=desk, guard=guard))

    @blueprint.post("/<kind>/<name>")
    @signed_in
    def change(slug: str, kind: str, name: str) -> Response:
        frame = enter(slug, REGISTER, desk=desk, guard=guard)
        if kind not in _CHANGES:
            guard.refuse()
        try:
            registering.enter(slug, _CHANGES[kind](name), actor=current_user.email)
        except RefusedError as error:
            problem = said(error.phrase, **error.values)
            return make_response(page(frame, problem, f"{kind}-{name}"), _UNPROCESSABLE)
        tell("Entered in the register.")
        return redirect(f"/staff/pilots/{slug}/register#{kind}-{name}")

    return blueprint


def _reviewed(item: str) -> Change:
    return ReadinessReviewed(
        item,
        request.form.get("status", ""),
        _text("owner"),
        _text("evidence") or None,
        _day("reviewed_on"),
        _day("expires_on"),
    )


def _named(side: str) -> Change:
    if side not in SIDES:
        raise RefusedError("an owner needs a name, a role and one of the three sides")
    return OwnerNamed(side, Person(_text("name"), _text("role"), _text("email")))


def _shown(step: str) -> Change:
    return PathShown(step, _text("evidence"))


_CHANGES: Mapping[str, Callable[[str], Change]] = {"item": _reviewed, "owner": _named, "step": _shown}


def _text(name: str) -> str:
    text = request.form.get(name, "").strip()
    if len(text) > _LONGEST or not text.isprintable():
        raise RefusedError("must have 1 to %(limit)s characters that can be printed", limit=_LONGEST)
    return text


def _day(name: str) -> date | None:
    text = request.form.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RefusedError("must be a day like 2027-01-31") from None
