"""The page on which measured values of the KPI are handed in."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, request
from flask_security import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from surveyapp.desk.series import COLUMNS, SeriesError
from surveyapp.desk.store import Desk
from surveyapp.measuring import Measuring
from surveyapp.web.pages import render, tell
from surveyapp.web.pilot_frame import KPI, PilotFrame, enter
from surveyapp.web.security import Guard, signed_in

_UNPROCESSABLE = 422
_SHOWN = 10  # rows


@dataclass(frozen=True, slots=True)
class KpiPage:
    """The series that counts, and what was wrong with one that was handed in."""

    frame: PilotFrame
    unit: str
    columns: tuple[str, ...]
    taken_at: datetime | None
    sha256: str
    count: int
    rows: tuple[tuple[str, ...], ...]
    problems: tuple[str, ...]


def make_blueprint(desk: Desk, measuring: Measuring, guard: Guard) -> Blueprint:
    """Return the routes of the page."""
    blueprint = Blueprint("kpi", __name__, url_prefix="/staff/pilots/<slug>/kpi")

    def page(frame: PilotFrame, problems: tuple[str, ...] = ()) -> str:
        entry = measuring.entry(frame.slug)
        rows = tuple(csv.DictReader(io.StringIO(entry.series))) if entry else ()
        shown = KpiPage(
            frame,
            measuring.unit(frame.slug),
            COLUMNS,
            entry.imported_at if entry else None,
            entry.sha256 if entry else "",
            len(rows),
            tuple(tuple(row[column] for column in COLUMNS) for row in rows[:_SHOWN]),
            problems,
        )
        return render("staff/kpi.html", shown)

    @blueprint.get("")
    @signed_in
    def show(slug: str) -> str:
        return page(enter(slug, KPI, desk=desk, guard=guard))

    @blueprint.get("/template.csv")
    @signed_in
    def template(slug: str) -> Response:
        enter(slug, KPI, desk=desk, guard=guard)
        headers = {"Content-Disposition": f'attachment; filename="{slug}-kpi.csv"'}
        return Response(_template(measuring.unit(slug)), content_type="text/csv; charset=utf-8", headers=headers)

    @blueprint.post("")
    @signed_in
    def take(slug: str) -> AnyResponse:
        frame = enter(slug, KPI, desk=desk, guard=guard)
        problems = _taken(measuring, slug, request.files.get("file"))
        if problems:
            return make_response(page(frame, problems), _UNPROCESSABLE)
        tell("The measured values count from the next readout on.")
        return redirect(f"/staff/pilots/{slug}/kpi")

    return blueprint


def _taken(measuring: Measuring, slug: str, sent: FileStorage | None) -> tuple[str, ...]:
    """Take in the file that was *sent*; return what is wrong with it."""
    if sent is None or not sent.filename:
        return ("Choose a file first.",)
    try:
        measuring.take(slug, sent.read(), sent.filename, actor=current_user.email)
    except SeriesError as error:
        return tuple(str(error).splitlines())
    return ()


def _template(unit: str) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    writer.writerow(("team 1", "before", "pilot", "2027-01-04", unit, "42"))
    writer.writerow(("team 1", "after", "pilot", "2027-04-05", unit, "33"))
    return buffer.getvalue()
