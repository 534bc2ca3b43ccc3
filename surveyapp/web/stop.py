"""The way out of reminders: a page that changes nothing, and a button that does (RFC 8058 for mail programs).

Whatever was sent, the answer is the same: it tells nobody whether a link was real, or whether its person has answered.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from surveyapp import templating
from surveyapp.web import assets
from surveyapp.web.errors import language_in_address
from surveyapp.web.respondent import keep_quiet

_LONGEST = 200  # characters of a token, with room for what people copy around it


@dataclass(frozen=True, slots=True)
class StopPage:
    """The page; *done*: somebody has pressed the button."""

    title: str
    language: str
    languages: tuple[str, ...]
    token: str
    done: bool
    contact: str = ""


def make_blueprint(stop: Callable[[str], bool]) -> Blueprint:
    """Return the routes; *stop* ends the reminders of whoever a token belongs to."""
    blueprint = Blueprint("stop", __name__)
    blueprint.after_request(keep_quiet)

    @blueprint.get("/stop")
    def ask() -> Response:
        return _page("", done=False)

    @blueprint.get("/stop/<token>")
    def ask_with(token: str) -> Response:
        return _page(token[:_LONGEST], done=False)

    @blueprint.post("/stop")
    def confirm() -> Response:
        stop(_token(request.form.get("token", "")))
        return _page("", done=True)

    @blueprint.post("/stop/<token>")
    def one_click(token: str) -> Response:
        stop(_token(token))
        return _page("", done=True)

    return blueprint


def _token(typed: str) -> str:
    """Return what comes last of a link that was copied whole."""
    return typed[-_LONGEST:].strip().rpartition("#")[2].rpartition("/")[2]


def _page(token: str, *, done: bool) -> Response:
    language = language_in_address()
    say = templating.catalogue(language).gettext
    title = say("No more reminders") if done else say("No more reminders?")
    page = StopPage(title, language, tuple(templating.LANGUAGE_NAMES), token, done)
    template = templating.environment(language).get_template("respondent/stop.html")
    return Response(template.render(page=page, assets=assets.address))
