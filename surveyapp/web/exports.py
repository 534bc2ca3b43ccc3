"""The page of whoever carries the figures elsewhere: every file with rows, gaps and hash, and how its rows look."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from surveyapp.reporting import Made, Reporting
from surveyapp.results.store import ReleaseEntry, UnknownReleaseError
from surveyapp.web.pages import render
from surveyapp.web.results import EXPORTERS
from surveyapp.web.security import Guard, signed_in

_ARCHIVE, _TABLE = "export.zip", "results.csv"
_FORMS = (_ARCHIVE, "export.xlsx", "export.sav")
_PREVIEWED = 10


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file, or one inside of the archive; *rows* and *gaps* of what is no table are unknown."""

    name: str
    size: int
    sha256: str
    rows: int | None = None
    gaps: int | None = None


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """Everything that can be downloaded of one readout, and the first rows of its figures."""

    slug: str
    wave: int
    release: ReleaseEntry
    files: tuple[ExportFile, ...]
    inside: tuple[ExportFile, ...]
    head: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]
    statuses: Mapping[str, int]

    @property
    def statistics(self) -> bool:
        """Return true if there is a file for SPSS."""
        return any(file.name.endswith(".sav") for file in self.files)


def make_blueprint(reporting: Reporting, guard: Guard) -> Blueprint:
    """Return the route of exports."""
    blueprint = Blueprint("exports", __name__, url_prefix="/staff/results")

    @blueprint.get("/<slug>/<int:wave>/exports")
    @signed_in
    def exports(slug: str, wave: int) -> str | Response:
        guard.require(slug, *EXPORTERS)
        try:
            made = reporting.made(slug, wave)
        except UnknownReleaseError:
            return redirect(f"/staff/results/{slug}/{wave}")
        return render("staff/exports.html", _page(reporting, made, slug, wave))

    return blueprint


def _page(reporting: Reporting, made: Made, slug: str, wave: int) -> ExportsPage:
    contents = {name: reporting.document(made.entry, name) for name in _FORMS if name in made.names}
    with zipfile.ZipFile(io.BytesIO(contents[_ARCHIVE])) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        head, *lines = csv.reader(io.StringIO(archive.read(_TABLE).decode(), newline=""))
    status = head.index("status")
    statuses: dict[str, int] = {}
    for line in lines:
        statuses[line[status]] = statuses.get(line[status], 0) + 1
    gaps = len(lines) - statuses.get("published", 0)
    return ExportsPage(
        slug,
        wave,
        made.entry,
        tuple(
            ExportFile(name, len(content), hashlib.sha256(content).hexdigest(), len(lines), gaps)
            for name, content in contents.items()
        ),
        tuple(_listed(manifest, gaps)),
        tuple(head),
        tuple(tuple(line) for line in islice(lines, _PREVIEWED)),
        statuses,
    )


def _listed(manifest: Mapping[str, list[Mapping[str, object]]], gaps: int) -> Iterator[ExportFile]:
    for file in manifest["files"]:
        name, rows = str(file["name"]), file["rows"]
        figures = name.rpartition("/")[2] == _TABLE
        yield ExportFile(
            name,
            int(str(file["bytes"])),
            str(file["sha256"]),
            None if rows is None else int(str(rows)),
            gaps if figures else None,
        )
