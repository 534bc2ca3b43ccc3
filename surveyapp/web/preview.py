"""The page of a wave as employees will see it, in the frame of a telephone and as wide as the window; sends nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.desk.store import Desk
from surveyapp.errors import RefusedError
from surveyapp.fieldwork import WaveView
from surveyapp.poll import Poll
from surveyapp.previewing import Previewing
from surveyapp.questionnaire.settling import SettlingError
from surveyapp.saying import Said, said
from surveyapp.wave import WaveKey
from surveyapp.web import headers
from surveyapp.web.pages import render
from surveyapp.web.pilot_frame import MAIL, PilotFrame, enter
from surveyapp.web.respondent import Pages
from surveyapp.web.security import Guard, signed_in


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """One wave in one language, with the way to the others. *why_not*: it cannot be shown yet."""

    frame: PilotFrame
    waves: tuple[WaveView, ...]
    number: int
    language: str
    languages: tuple[str, ...]
    why_not: Said | None = None


def make_blueprint(
    desk: Desk, plan: Callable[[str], tuple[WaveView, ...]], previewing: Previewing, guard: Guard
) -> Blueprint:
    """Return the routes of the preview; *plan* gives the waves of a pilot."""
    blueprint = Blueprint("preview", __name__, url_prefix="/staff/pilots/<slug>/preview/<int:number>")

    @blueprint.get("")
    @signed_in
    def preview(slug: str, number: int) -> AnyResponse:
        return _framed(slug, number, None)

    @blueprint.get("/<language>")
    @signed_in
    def in_language(slug: str, number: int, language: str) -> AnyResponse:
        return _framed(slug, number, language)

    @blueprint.get("/<language>/page.html")
    @signed_in
    def page(slug: str, number: int, language: str) -> Response:
        enter(slug, MAIL, desk=desk, guard=guard)
        try:
            poll = previewing.poll(WaveKey(slug, number))
        except (RefusedError, SettlingError):
            # The page around it says why, and frames none.
            guard.refuse()
        if language not in poll.languages:
            guard.refuse()
        pages = Pages(previewing.polls(), lambda: 0.0)
        answer = Response(pages.ballot(poll, language, preview=True), content_type="text/html; charset=utf-8")
        headers.allow_frame_of_ours(answer)
        return answer

    def _framed(slug: str, number: int, language: str | None) -> AnyResponse:
        frame = enter(slug, MAIL, desk=desk, guard=guard)
        waves = plan(slug)
        if number not in {wave.key.number for wave in waves}:
            guard.refuse()
        poll, why_not = _poll(previewing, WaveKey(slug, number))
        languages = poll.languages if poll else ()
        shown = language or (languages[0] if languages else "")
        if poll and shown not in languages:
            guard.refuse()
        answer = Response(render("staff/preview.html", PreviewPage(frame, waves, number, shown, languages, why_not)))
        headers.allow_frames(answer)
        return answer

    return blueprint


def _poll(previewing: Previewing, key: WaveKey) -> tuple[Poll | None, Said | None]:
    try:
        return previewing.poll(key), None
    except RefusedError as error:
        return None, said(error.phrase, **error.values)
    except SettlingError as error:
        return None, Said(str(error))
