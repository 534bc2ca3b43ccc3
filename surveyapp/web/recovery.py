"""The trustee's recovery sheet: printed, and put away."""

from datetime import date

from flask import Blueprint, Response, abort, g, redirect
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.clock import Clock
from surveyapp.custody import Custody, KeptPilot
from surveyapp.desk.store import UnknownPilotError
from surveyapp.web.security import Guard, StaffRole, signed_in


def make_blueprint(custody: Custody, guard: Guard, clock: Clock, base_url: str) -> Blueprint:
    """Return the routes of the sheet."""
    blueprint = Blueprint("recovery", __name__, url_prefix="/staff/trustee/<slug>")

    def kept(slug: str) -> KeptPilot:
        guard.require(slug, StaffRole.TRUSTEE)
        try:
            return custody.pilot(slug)
        except UnknownPilotError:
            guard.refuse()

    @blueprint.get("/recovery-sheet.pdf")
    @signed_in
    def sheet(slug: str) -> Response:
        pilot = kept(slug)
        if not any(wave.wrapped for wave in pilot.waves):
            guard.refuse()
        headers = {"Content-Disposition": f'attachment; filename="{slug}-recovery-sheet.pdf"'}
        content = _printed(pilot, base_url, clock().date(), g.staff_language)
        return Response(content, content_type="application/pdf", headers=headers)

    @blueprint.post("/sheet-kept")
    @signed_in
    def put_away(slug: str) -> AnyResponse:
        kept(slug)
        custody.say_sheet_kept(slug, actor=current_user.email)
        return redirect(f"/staff/trustee/{slug}")

    return blueprint


def _printed(pilot: KeptPilot, base_url: str, today: date, language: str) -> bytes:
    # WeasyPrint waits until somebody prints.
    from surveyapp.printing.paper import UnprintableError
    from surveyapp.web.recovery_sheet import recovery_sheet

    try:
        return recovery_sheet(pilot, base_url, today, language)
    except UnprintableError:
        abort(503)
