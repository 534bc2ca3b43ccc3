"""Disclosure control: exact tables go in, published rows come out, and there is no other way between them."""

from analysis.disclosure.control import DisclosureError, control
from analysis.disclosure.exact import (
    PARTITION,
    SEPARATE,
    STEP_ACTIVE,
    STEP_TOLD,
    Amount,
    Attendance,
    Breakdown,
    Course,
    Exact,
    Larger,
    Projection,
    Rules,
    Sensitive,
    Shape,
    Split,
    Table,
    Team,
    Total,
)
from analysis.disclosure.publishing import Published, publish

__all__ = [
    "PARTITION",
    "SEPARATE",
    "STEP_ACTIVE",
    "STEP_TOLD",
    "Amount",
    "Attendance",
    "Breakdown",
    "Course",
    "DisclosureError",
    "Exact",
    "Larger",
    "Projection",
    "Published",
    "Rules",
    "Sensitive",
    "Shape",
    "Split",
    "Table",
    "Team",
    "Total",
    "control",
    "publish",
]
