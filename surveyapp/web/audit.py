"""The audit log: for administrators and auditors all of it, for leads what happened in their pilots."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from surveyapp.desk.audit import AuditLog, AuditPage, Wanted
from surveyapp.desk.store import Desk, PilotEntry
from surveyapp.web.pages import render
from surveyapp.web.security import EVERYWHERE, Guard, StaffRole, signed_in


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, and what it can be narrowed to."""

    log: AuditPage
    wanted: Wanted
    pilots: tuple[PilotEntry, ...]
    actions: Sequence[str]


def make_blueprint(log: AuditLog, desk: Desk, guard: Guard) -> Blueprint:
    """Return the routes of the audit log."""
    blueprint = Blueprint("audit", __name__)

    def wanted() -> Wanted:
        mine = None if guard.everywhere(*EVERYWHERE) else guard.pilots_as(StaffRole.LEAD) or guard.refuse()
        return Wanted(mine, request.args.get("pilot", ""), request.args.get("action", ""))

    @blueprint.get("/staff/audit")
    @signed_in
    def show() -> str:
        asked = wanted()
        number = max(request.args.get("page", 1, type=int), 1)
        pilots = tuple(entry for entry in desk.pilots() if asked.pilots is None or entry.slug in asked.pilots)
        page = LogPage(log.page(asked, number), asked, pilots, log.actions(asked.pilots))
        return render("staff/audit.html", page)

    @blueprint.get("/staff/audit.csv")
    @signed_in
    def export() -> Response:
        answer = Response(log.csv(wanted()), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = "attachment; filename=audit.csv"
        return answer

    return blueprint
