"""Figures that follow from published figures: whoever has those can work these out, so nothing new is told by them."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.results import Measure, Row
from analysis.telling.exposing import measures_of_index, rows_of_index
from analysis.telling.funnel import measures_of_funnel, rows_of_funnel
from analysis.telling.lifts import measures_of_lifts, rows_of_lifts


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from the published rows of one wave, and what it means."""

    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]


def derived(measures: Sequence[Measure], rows: Sequence[Row], ballots: int) -> Derived:
    """Return the figures that follow from the published *rows* of a wave of so many *ballots* and its *measures*."""
    found = rows_of_funnel(rows) + rows_of_lifts(rows) + rows_of_index(rows, ballots)
    names = {row.measure for row in found}
    known = measures_of_funnel() + measures_of_lifts(measures) + measures_of_index()
    return Derived(tuple(measure for measure in known if measure.id in names), found)
