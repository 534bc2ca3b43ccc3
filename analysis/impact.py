"""Impact: the measured KPI, and the minutes people report, which alone prove nothing."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
import numpy.typing as npt

from analysis.adoption import use_waves
from analysis.catalogue import CATALOGUE
from analysis.codebook import Item
from analysis.disclosure import Amount, Exact, Published
from analysis.gates import Measured, entity_mean
from analysis.intervals import NoEvidenceError
from analysis.plan import Plan
from analysis.results import Amount as Minutes
from analysis.results import Count, Measure, Sentence
from analysis.tabulation import Chapter, Wave, measures_in

KPI_OPTIONS = (
    ("before", Sentence("before")),
    ("after", Sentence("after")),
    ("target", Sentence("target")),
)


def chapter(waves: Sequence[Wave], plan: Plan, values: Measured) -> Chapter:
    """Return the KPI beside its target, and net time as limits of the median."""
    measures: list[Measure] = []
    exact: list[Exact] = _kpi(plan, values)
    if exact and plan.kpi is not None:
        measures.append(replace(CATALOGUE["kpi_measured"], options=KPI_OPTIONS, unit=plan.kpi.unit))
    for wave in use_waves(waves):
        exact += _net_minutes(wave, plan)
    if "net_minutes" in measures_in(exact):
        median = (("median", Sentence("median person")),)
        measures.append(replace(CATALOGUE["net_minutes"], options=median))
    return Chapter(tuple(measures), tuple(exact))


def _kpi(plan: Plan, values: Measured) -> list[Exact]:
    if plan.kpi is None or values.foreign_unit:
        return []
    found: list[Exact] = []
    if plan.kpi.baseline is not None:
        found.append(Amount("kpi_measured", 0, "kpi", "before", None, plan.kpi.baseline))
    elif values.before:
        found.append(Amount("kpi_measured", 0, "kpi", "before", len(values.before), fmean(values.before)))
    try:
        after = entity_mean(values.after)
        found.append(Amount("kpi_measured", 0, "kpi", "after", len(values.after), after.value, after.low, after.high))
    except NoEvidenceError:
        if values.after:
            found.append(Amount("kpi_measured", 0, "kpi", "after", len(values.after), fmean(values.after)))
    found.append(Amount("kpi_measured", 0, "kpi", "target", None, plan.kpi.target))
    return found


def _edges(item: Item) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return lower and upper edge by position; an open band reaches to infinity, no edges mean 0."""
    lows = [0.0, *(option.low or 0.0 for option in item.options)]
    highs = [0.0]
    for option in item.options:
        open_ended = option.high is None and option.low is not None
        highs.append(np.inf if open_ended else option.high or 0.0)
    return np.array(lows), np.array(highs)


def _net_minutes(wave: Wave, plan: Plan) -> list[Exact]:
    """Return limits of the median net time: saved at the lower edge less lost at the upper one, and the other way."""
    saved, lost = wave.item("minutes_saved"), wave.item("minutes_lost")
    if saved is None or lost is None:
        return []
    told = wave.frame.answered(saved) & wave.frame.answered(lost)
    base = int(told.sum())
    if base < plan.reveal_minimum:
        return []
    first, second = wave.frame.columns[saved.id, ""][told], wave.frame.columns[lost.id, ""][told]
    (saved_low, saved_high), (lost_low, lost_high) = _edges(saved), _edges(lost)
    low = _median(saved_low[first] - lost_high[second])
    high = _median(saved_high[first] - lost_low[second])
    return [
        Amount(
            "net_minutes",
            wave.number,
            saved.id,
            "median",
            base,
            None,
            low if np.isfinite(low) else None,
            high if np.isfinite(high) else None,
        )
    ]


def _median(values: npt.NDArray[np.float64]) -> float:
    """Return the lower median, which infinite values cannot spoil."""
    return float(np.sort(values)[(len(values) - 1) // 2])


def sentences(waves: Sequence[Wave], published: Published) -> tuple[Sentence, ...]:
    """Return what people report about their time in the latest wave that asked."""
    for wave in reversed(use_waves(waves)):
        figure = next(
            (row.figure for row in published.rows if (row.measure, row.wave) == ("net_minutes", wave.number)), None
        )
        if figure is None or figure.base is None:
            continue
        caution = Sentence("Minutes that people report are grade C: alone they never pass the impact gate.")
        if figure.low is None or figure.high is None:
            open_band = Sentence("Too many people chose an open band: the net time of the median person has no limit.")
            return (open_band, caution)
        return (
            Sentence(
                "The median person reports between %(low)s and %(high)s of net working time gained per week "
                "(%(base)s people).",
                (
                    ("low", Minutes(figure.low)),
                    ("high", Minutes(figure.high, "minutes")),
                    ("base", Count(figure.base)),
                ),
            ),
            caution,
        )
    return ()
