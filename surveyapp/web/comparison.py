"""Staff pages of all pilots side by side: for administrators, and for HR of the pilots in which it is HR."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from surveyapp.comparing import Comparing
from surveyapp.web.pages import language_of_reader, render
from surveyapp.web.security import Guard, StaffRole, signed_in

if TYPE_CHECKING:
    from analysis.comparison import Comparison
    from analysis.render.comparison import Overview


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Pilots side by side."""

    document: "Overview"


def make_blueprint(comparing: Comparing, guard: Guard) -> Blueprint:
    """Return the routes of the comparison: page, PDF and CSV."""
    blueprint = Blueprint("comparison", __name__)

    def compared() -> "Comparison":
        mine = guard.pilots_as(StaffRole.HR)
        if mine is not None and not mine:
            guard.refuse()
        return comparing.compared(mine)

    @blueprint.get("/staff/comparison")
    @signed_in
    def comparison() -> str:
        from analysis.render.comparison import overview
        from analysis.wording import wording

        return render("staff/comparison.html", ComparisonPage(overview(compared(), wording(language_of_reader()))))

    @blueprint.get("/staff/comparison.pdf")
    @signed_in
    def comparison_pdf() -> Response:
        return _file(comparing.pdf(compared(), language_of_reader()), "comparison.pdf", "application/pdf")

    @blueprint.get("/staff/comparison.csv")
    @signed_in
    def comparison_csv() -> Response:
        content = comparing.csv(compared(), language_of_reader())
        return _file(content, "comparison.csv", "text/csv; charset=utf-8; header=present")

    return blueprint


def _file(content: bytes, name: str, media_type: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=media_type, headers=disposition)
