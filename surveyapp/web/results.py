"""Staff pages of results: the readouts that were made, and their files as they were made."""

from dataclasses import dataclass

from flask import Blueprint, Response

from surveyapp.reporting import Reporting
from surveyapp.results.store import ReleaseEntry, UnknownReleaseError
from surveyapp.web.pages import render
from surveyapp.web.security import Guard, StaffRole, signed_in

_TYPES = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_READERS = (StaffRole.ADMINISTRATOR, StaffRole.LEAD, StaffRole.HR, StaffRole.TRUSTEE)
_EXPORTERS = (StaffRole.ADMINISTRATOR, StaffRole.HR)


@dataclass(frozen=True, slots=True)
class ReadoutPage:
    """One readout and its files."""

    slug: str
    wave: int
    release: ReleaseEntry
    decision: str
    readouts: tuple[str, ...]
    may_export: bool


@dataclass(frozen=True, slots=True)
class NoReadoutPage:
    """A wave up to which no readout was made."""

    slug: str
    wave: int


def make_blueprint(reporting: Reporting, guard: Guard) -> Blueprint:
    """Return the routes of readouts and exports."""
    blueprint = Blueprint("results", __name__, url_prefix="/staff/results")

    @blueprint.get("/<slug>/<int:wave>")
    @signed_in
    def readout(slug: str, wave: int) -> str:
        role = guard.require(slug, *_READERS)
        try:
            made = reporting.made(slug, wave)
        except UnknownReleaseError:
            return render("staff/no_readout.html", NoReadoutPage(slug, wave))
        readouts = tuple(name for name in made.names if name.endswith(".pdf"))
        page = ReadoutPage(slug, wave, made.entry, made.decision, readouts, role in _EXPORTERS)
        return render("staff/readout.html", page)

    @blueprint.get("/<slug>/<int:wave>/<name>")
    @signed_in
    def document(slug: str, wave: int, name: str) -> Response:
        suffix = name.rpartition(".")[2]
        guard.require(slug, *(_READERS if suffix == "pdf" else _EXPORTERS))
        try:
            made = reporting.made(slug, wave)
            content = reporting.document(made.entry, name)
        except UnknownReleaseError:
            guard.refuse()
        headers = {"Content-Disposition": f'attachment; filename="{slug}-{made.entry.number}-{name}"'}
        return Response(content, content_type=_TYPES.get(suffix, "application/octet-stream"), headers=headers)

    return blueprint
