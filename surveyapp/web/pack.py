"""The pack for the works council as a PDF, for everybody with a role in the pilot."""

from flask import Blueprint, Response, abort, g, request

from surveyapp import templating
from surveyapp.desk.store import Desk
from surveyapp.printing.pack import Packing, PackPage
from surveyapp.web.pilot_frame import CHARTER, enter
from surveyapp.web.promise_page import MEANINGS
from surveyapp.web.security import Guard, signed_in


def make_blueprint(desk: Desk, packing: Packing, guard: Guard) -> Blueprint:
    """Return the route of the pack."""
    blueprint = Blueprint("pack", __name__, url_prefix="/staff/pilots/<slug>")

    @blueprint.get("/pack.pdf")
    @signed_in
    def pack(slug: str) -> Response:
        # A charter that is only begun promises nothing yet.
        enter(slug, CHARTER, desk=desk, guard=guard)
        language = packing.language(slug, request.args.get("lang") or g.staff_language)
        say = templating.catalogue(language).gettext
        stored = [
            (table, tuple((column, say(meaning)) for column, meaning in columns.items()))
            for table, columns in MEANINGS.items()
        ]
        content = _printed(packing.pack(slug, language, stored), language)
        headers = {
            "Content-Disposition": f'attachment; filename="{slug}-pack-{language}.pdf"',
            "Content-Language": language,
        }
        return Response(content, content_type="application/pdf", headers=headers)

    return blueprint


def _printed(page: PackPage, language: str) -> bytes:
    # WeasyPrint waits until somebody prints.
    from surveyapp.printing.paper import UnprintableError, on_paper

    try:
        return on_paper("pack/pack.html", "pack/pack.css", page, language)
    except UnprintableError:
        abort(503)
