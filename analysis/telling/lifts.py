"""What stuck people name more often than people who went on, worked out from published rows only."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.catalogue import CATALOGUE
from analysis.lift import Lift, Named, barrier_lift
from analysis.results import Figure, Measure, Row

DIGITS = 4  # of a probability
POINTS_DIGITS = 1


def lifts(rows: Sequence[Row]) -> tuple[Lift, ...]:
    """Return the lift of each stuck point that is shown both of the stuck and of the passed, most people first.

    *rows* are those of one wave. A point that is a gap on either side takes no part, neither does it adjust anything.
    """
    stuck, passed = (_shown(rows, measure) for measure in ("barriers_stuck", "barriers_passed"))
    common = [option for option in stuck if option in passed]
    bases = [next((base for _, base in part.values()), 0) for part in (stuck, passed)]
    if not common or min(bases) < 1:
        return ()
    named = [Named(option, stuck[option][0], passed[option][0]) for option in common]
    return barrier_lift(named, stuck=bases[0], passed=bases[1])


def _shown(rows: Sequence[Row], measure: str) -> dict[str, tuple[int, int]]:
    """Return people and base of each published option of a measure."""
    return {
        row.option: (row.figure.count, row.figure.base)
        for row in rows
        if row.measure == measure and row.figure.count is not None and row.figure.base is not None
    }


def rows_of_lifts(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the lifts as rows: the difference in percentage points with its limits, and its adjusted probability."""
    place = next((row for row in rows if row.measure == "barriers_stuck"), None)
    if place is None:
        return ()
    found = []
    for lift in lifts(rows):
        points = Figure(
            value=round(100 * lift.difference, POINTS_DIGITS),
            low=round(100 * lift.limits.low, POINTS_DIGITS),
            high=round(100 * lift.limits.high, POINTS_DIGITS),
        )
        found.append(replace(place, measure="barrier_lift", option=lift.code, figure=points))
        chance = Figure(share=round(lift.adjusted, DIGITS))
        found.append(replace(place, measure="barrier_chance", option=lift.code, figure=chance))
    return tuple(found)


def measures_of_lifts(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return what the rows of the lifts mean; their options are those of the stuck people."""
    known = next((measure for measure in measures if measure.id == "barriers_stuck"), None)
    if known is None:
        return ()
    return tuple(replace(CATALOGUE[name], options=known.options) for name in ("barrier_lift", "barrier_chance"))
