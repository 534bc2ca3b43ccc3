"""Disclosure control: exact tables go in, published rows come out, and there is no other way between them."""

from analysis.disclosure.exact import (
    Amount,
    Attendance,
    Breakdown,
    Exact,
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
    "Amount",
    "Attendance",
    "Breakdown",
    "Exact",
    "Projection",
    "Published",
    "Rules",
    "Sensitive",
    "Shape",
    "Split",
    "Table",
    "Team",
    "Total",
    "publish",
]
