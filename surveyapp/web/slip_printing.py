"""The page on which a trustee prints the slips of an open wave: codes are drawn, put on paper, and kept nowhere."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, g, make_response, request
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.clock import Clock
from surveyapp.desk.charters import current_charter
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError
from surveyapp.office.slips import Slips
from surveyapp.office.waves import Waves
from surveyapp.poll import Polls
from surveyapp.saying import Said, said
from surveyapp.wave import WaveKey, WaveState
from surveyapp.web.pages import render
from surveyapp.web.pilot_frame import TRUSTEE, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class PrintedWave:
    """An open wave with slips: how many, and whether they were printed before."""

    number: int
    slips: int
    printed: bool


@dataclass(frozen=True, slots=True)
class SlipPrintingPage:
    """The waves whose slips can be printed. *planned*: slips from the next wave on; *problem*: why none were."""

    frame: PilotFrame
    waves: tuple[PrintedWave, ...]
    planned: int
    problem: Said | None = None


def make_blueprint(
    *, desk: Desk, waves: Waves, polls: Polls, slips: Slips, guard: Guard, clock: Clock, base_url: str
) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("slip_printing", __name__, url_prefix="/staff/trustee/<slug>/slips")

    def page(frame: PilotFrame, problem: Said | None = None) -> str:
        started = (wave.key for wave in waves.of_pilot(frame.slug) if wave.state == WaveState.STARTED)
        found = tuple(
            PrintedWave(key.number, count, slips.drawn(key)) for key in started if (count := slips.invited(key))
        )
        planned = sum(slips.counts(frame.slug).values())
        return render("staff/slip_printing.html", SlipPrintingPage(frame, found, planned, problem))

    @blueprint.get("")
    @signed_in
    def show(slug: str) -> str:
        return page(enter(slug, TRUSTEE, desk=desk, guard=guard))

    @blueprint.post("/<int:number>.pdf")
    @signed_in
    def print_all(slug: str, number: int) -> AnyResponse:
        frame = enter(slug, TRUSTEE, desk=desk, guard=guard)
        key, again = WaveKey(slug, number), "again" in request.form
        _refuse_without_printer()
        try:
            drawn = slips.draw(key, again=again)
        except RefusedError as error:
            return make_response(page(frame, said(error.phrase, **error.values)), _CONFLICT)
        detail = f"{key}: {len(drawn)}{', again' if again else ''}"
        desk.audit(Audited(clock(), current_user.email, "slips printed", slug, detail))
        from surveyapp.printing.slips import slips_on_paper

        teams = {group.code: group.label for group in current_charter(desk, slug).groups}
        headers = {
            "Content-Disposition": f'attachment; filename="{slug}-{number}-slips.pdf"',
            "Cache-Control": "no-store",
        }
        content = slips_on_paper(polls.known(key), drawn, teams, base_url, g.staff_language)
        return Response(content, content_type="application/pdf", headers=headers)

    return blueprint


def _refuse_without_printer() -> None:
    """Answer 503 before a code is drawn that could not be put on paper."""
    from surveyapp.printing.paper import UnprintableError, load_printer

    try:
        load_printer()
    except UnprintableError:
        abort(503)
