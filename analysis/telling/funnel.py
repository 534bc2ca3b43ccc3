"""The funnel from stage to stage, worked out from its published counts."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analysis.catalogue import CATALOGUE, STAGES
from analysis.intervals import share_interval
from analysis.results import Figure, Measure, Row

DIGITS = 4  # of a share
_COUNTED = frozenset({"invited", "responded"})  # by roster and box, not by answers


def rows_of_funnel(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return each stage as a share of the stage before, and of everyone who answered, with 95 % limits.

    *rows* are those of one wave. The people who answered are a sample of those invited; how many of the invited
    reached a later stage nobody knows, so that its limits are those of an endless list unless everybody answered.
    """
    stages = [row for row in rows if row.measure == "funnel" and row.figure.count is not None]
    counts = {row.option: row.figure.count or 0 for row in stages}
    answered, invited = counts.get("responded", 0), counts.get("invited")
    census = answered == invited
    found = []
    for before, row in pairwise(stages):
        count, base = counts[row.option], counts[before.option]
        if row.option in _COUNTED:
            figure = _figure(count, base)
        else:
            figure = _sampled(count, base, base if census else invited if before.option == "responded" else None)
        found.append(replace(row, measure="conversion", option=row.option, figure=figure))
    found += [
        replace(row, measure="funnel_answered", figure=_sampled(counts[row.option], answered, invited))
        for row in stages
        if row.option not in _COUNTED
    ]
    return tuple(found)


def _figure(count: int, base: int) -> Figure:
    return Figure(count=count, base=base, share=round(count / base, DIGITS) if base else None)


def _sampled(count: int, base: int, population: int | None) -> Figure:
    if base == 0:
        return _figure(count, base)
    limits = share_interval(count, base, population)
    return replace(_figure(count, base), low=round(limits.low, DIGITS), high=round(limits.high, DIGITS))


def measures_of_funnel() -> tuple[Measure, ...]:
    """Return what the rows of the stages mean."""
    return tuple(replace(CATALOGUE[name], options=STAGES) for name in ("conversion", "funnel_answered"))
