"""The page on which a pilot begins: with customary values, or as a copy of another."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.desk.store import Desk
from surveyapp.drafting import Drafting
from surveyapp.errors import RefusedError
from surveyapp.templating import LANGUAGE_NAMES
from surveyapp.web.pages import render, tell
from surveyapp.web.security import Guard, signed_in

_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class NewPage:
    """A pilot that is to be begun: what was typed, from which others it can be copied, and what was wrong."""

    slug: str
    title: str
    copied: str
    languages: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    problem: RefusedError | None


def make_blueprint(desk: Desk, drafting: Drafting, guard: Guard) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("new_pilot", __name__, url_prefix="/staff/pilots/new")

    def sources() -> tuple[tuple[str, str], ...]:
        return tuple((pilot.slug, pilot.title) for pilot in desk.pilots())

    @blueprint.get("")
    @signed_in
    def new() -> str:
        guard.require_administrator()
        return render("staff/pilot_new.html", NewPage("", "", "", tuple(LANGUAGE_NAMES), sources(), None))

    @blueprint.post("")
    @signed_in
    def begin() -> Response:
        guard.require_administrator()
        slug, title = request.form.get("slug", "").strip(), request.form.get("title", "").strip()
        copied = request.form.get("copied", "")
        languages = tuple(language for language in LANGUAGE_NAMES if f"language.{language}" in request.form) or ("en",)
        try:
            if copied:
                drafting.copy(copied, slug, actor=current_user.email)
            else:
                drafting.begin(slug, title or slug, languages, actor=current_user.email)
        except RefusedError as error:
            page = NewPage(slug, title, copied, languages, sources(), error)
            return make_response(render("staff/pilot_new.html", page), _UNPROCESSABLE)
        tell("The pilot is begun. Fill in its charter, section by section.")
        return redirect(f"/staff/pilots/{slug}/charter")

    return blueprint
