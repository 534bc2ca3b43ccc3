"""Staff pages of results: the readouts that were made, on the screen and as files, as they were made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.canonical import RecordError
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.reporting import Made, Reporting
from surveyapp.results.requests import Request, Requests
from surveyapp.results.store import ReleaseEntry, UnknownReleaseError
from surveyapp.wave import WaveKey
from surveyapp.web import headers
from surveyapp.web.pages import language_of_reader, render
from surveyapp.web.security import Guard, StaffRole, signed_in

if TYPE_CHECKING:
    from analysis.render.document import Document
    from surveyapp.web.screen import Section

_TYPES = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "json": "application/json",
    "sav": "application/x-spss-sav",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_READERS = (StaffRole.ADMINISTRATOR, StaffRole.LEAD, StaffRole.HR, StaffRole.TRUSTEE)
_ASKERS = (StaffRole.ADMINISTRATOR, StaffRole.LEAD, StaffRole.HR)
EXPORTERS = (StaffRole.ADMINISTRATOR, StaffRole.HR)


@dataclass(frozen=True, slots=True)
class ReadoutPage:
    """One readout and its files; without document it was made by a program that kept none for the screen."""

    slug: str
    wave: int
    release: ReleaseEntry
    decision: str
    readouts: tuple[str, ...]
    languages: tuple[str, ...]
    may_export: bool
    may_ask: bool
    request: Request | None
    document: "Document | None" = None
    sections: "tuple[Section, ...]" = ()


@dataclass(frozen=True, slots=True)
class NoReadoutPage:
    """A wave up to which no readout was made, and how far a request for one is."""

    slug: str
    wave: int
    revealed: bool
    request: Request | None
    may_ask: bool


def make_blueprint(reporting: Reporting, requests: Requests, desk: Desk, guard: Guard, clock: Clock) -> Blueprint:
    """Return the routes of readouts and exports."""
    blueprint = Blueprint("results", __name__, url_prefix="/staff/results")

    @blueprint.get("/<slug>/<int:wave>")
    @signed_in
    def readout(slug: str, wave: int) -> Response:
        role = guard.require(slug, *_READERS)
        try:
            made = reporting.made(slug, wave)
        except UnknownReleaseError:
            if not reporting.planned(slug, wave):
                guard.refuse()
            page = NoReadoutPage(
                slug, wave, reporting.revealed(slug, wave), requests.find(WaveKey(slug, wave)), role in _ASKERS
            )
            return make_response(render("staff/no_readout.html", page))
        document, parts = _screen(reporting, made, request.args)
        shown = ReadoutPage(
            slug,
            wave,
            made.entry,
            made.decision,
            tuple(name for name in made.names if name.endswith(".pdf")),
            made.languages,
            role in EXPORTERS,
            role in _ASKERS,
            requests.find(WaveKey(slug, wave)),
            document,
            parts,
        )
        response = make_response(render("staff/readout.html", shown))
        headers.allow_pictures_inside(response)
        return response

    @blueprint.post("/<slug>/<int:wave>/make")
    @signed_in
    def make(slug: str, wave: int) -> AnyResponse:
        guard.require(slug, *_ASKERS)
        if not reporting.revealed(slug, wave):
            guard.refuse()
        requests.ask(WaveKey(slug, wave))
        desk.audit(Audited(clock(), current_user.email, "readout asked for", slug, str(WaveKey(slug, wave))))
        return redirect(f"/staff/results/{slug}/{wave}")

    @blueprint.get("/<slug>/<int:wave>/<name>")
    @signed_in
    def document(slug: str, wave: int, name: str) -> Response:
        suffix = name.rpartition(".")[2]
        guard.require(slug, *(_READERS if suffix == "pdf" else EXPORTERS))
        try:
            made = reporting.made(slug, wave)
        except UnknownReleaseError:
            guard.refuse()
        if name not in made.names:
            guard.refuse()
        content = reporting.document(made.entry, name)
        disposition = {"Content-Disposition": f'attachment; filename="{slug}-{made.entry.number}-{name}"'}
        return Response(content, content_type=_TYPES.get(suffix, "application/octet-stream"), headers=disposition)

    return blueprint


def _screen(
    reporting: Reporting, made: Made, arguments: Mapping[str, str]
) -> "tuple[Document | None, tuple[Section, ...]]":
    """Return the readout in the language that was asked for, or the reader's, or its first; none of one too old."""
    from surveyapp.web.screen import Order, sections

    asked = (arguments.get("lang", ""), language_of_reader(), *made.languages)
    language = next((one for one in asked if one in made.languages), None)
    if language is None:
        return None, ()
    try:
        document = reporting.screen(made, language)
    except RecordError:
        return None, ()
    return document, sections(document, Order.asked(arguments))
