"""The page on which a charter is locked, or a change of a locked one."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.desk.store import Desk
from surveyapp.drafting import LONGEST_REASON, Draft, Drafting
from surveyapp.errors import RefusedError
from surveyapp.locking import Locking
from surveyapp.web.charter import framed
from surveyapp.web.pages import render, tell
from surveyapp.web.pilot_frame import PilotFrame
from surveyapp.web.security import Guard, signed_in

_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class LockPage:
    """What the lock will freeze, or what a change after it would be; *why_not* keeps it from being locked."""

    frame: PilotFrame
    draft: Draft
    why_not: RefusedError | None
    reason: str
    longest_reason: int
    problem: RefusedError | None


def make_blueprint(*, desk: Desk, drafting: Drafting, locking: Locking, guard: Guard) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("charter_lock", __name__, url_prefix="/staff/pilots/<slug>/lock")

    def page(frame: PilotFrame, reason: str = "", problem: RefusedError | None = None) -> str:
        shown = LockPage(
            frame, drafting.draft(frame.slug), locking.why_not(frame.slug), reason, LONGEST_REASON, problem
        )
        return render("staff/charter_lock.html", shown)

    @blueprint.get("")
    @signed_in
    def summary(slug: str) -> str:
        return page(framed(slug, desk=desk, drafting=drafting, guard=guard, writing=True))

    @blueprint.post("")
    @signed_in
    def lock(slug: str) -> Response:
        frame = framed(slug, desk=desk, drafting=drafting, guard=guard, writing=True)
        reason = request.form.get("reason", "")
        try:
            if drafting.draft(slug).locked:
                drafting.amend(slug, reason, actor=current_user.email)
                locking.tell_owners(slug)
            else:
                locking.lock(slug, actor=current_user.email)
        except RefusedError as error:
            return make_response(page(frame, reason, error), _UNPROCESSABLE)
        tell("The charter is locked. Whoever answers for it gets a mail with its numbers.")
        return redirect(f"/staff/pilots/{slug}")

    return blueprint
