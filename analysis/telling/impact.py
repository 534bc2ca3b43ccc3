"""Impact in figures and words: the measured KPI, and the minutes people report, which alone prove nothing."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from analysis.catalogue import CATALOGUE
from analysis.gates import Measured, entity_mean
from analysis.gates.measured import compared_improvement, improvement
from analysis.intervals import NoEvidenceError
from analysis.plan import KpiTarget, Plan
from analysis.released import ReleasedWave, use_waves
from analysis.results import Amount, Count, Estimate, Figure, Measure, Row, Sentence
from analysis.telling.worth import costs, expectation

KPI_OPTIONS = (
    ("before", Sentence("before")),
    ("after", Sentence("after")),
    ("comparison_before", Sentence("comparison group before")),
    ("comparison_after", Sentence("comparison group after")),
    ("target", Sentence("target")),
)
EFFECTS = (
    ("pilot", Sentence("pilot, before and after")),
    ("comparison", Sentence("comparison group, before and after")),
    ("difference", Sentence("pilot less comparison group")),
)
DIGITS = 1
CAUTION = Sentence("Minutes that people report are grade C: alone they never pass the impact gate.")


def kpi_measures(plan: Plan, values: Measured) -> tuple[Measure, ...]:
    """Return what the rows of the KPI mean, as far as there are any."""
    if plan.kpi is None:
        return ()
    present = {row.measure for row in kpi_rows(plan, values)}
    known = (
        replace(CATALOGUE["kpi_measured"], options=KPI_OPTIONS, unit=plan.kpi.unit),
        replace(CATALOGUE["kpi_effect"], options=EFFECTS),
    )
    return tuple(measure for measure in known if measure.id in present)


def kpi_rows(plan: Plan, values: Measured) -> tuple[Row, ...]:
    """Return the KPI before, after and as planned: figures of teams, desks or weeks, never of a person."""
    if plan.kpi is None or values.foreign_unit:
        return ()
    found = []
    if plan.kpi.baseline is not None:
        found.append(_row("before", None, plan.kpi.baseline))
    elif values.before:
        found.append(_row("before", len(values.before), fmean(values.before)))
    found += _means("after", values.after)
    found += _means("comparison_before", values.comparison_before)
    found += _means("comparison_after", values.comparison_after)
    return (*found, _row("target", None, plan.kpi.target), *_effects(plan.kpi, values))


def _means(option: str, values: Sequence[float]) -> list[Row]:
    """Return the mean over entities, with limits from five of them on."""
    if not values:
        return []
    try:
        mean = entity_mean(values)
    except NoEvidenceError:
        return [_row(option, len(values), fmean(values))]
    return [_row(option, len(values), mean.value, mean.low, mean.high)]


def _effects(target: KpiTarget, values: Measured) -> list[Row]:
    """Return by how many percent pilot and comparison group improved, and their difference, as far as measured."""
    found = []
    try:
        found.append(_effect("pilot", len(values.after), improvement(values, target, compared=False)))
        if values.grade == "A":
            other = compared_improvement(values, target)
            found.append(_effect("comparison", len(values.comparison_after), other))
            entities = len(values.after) + len(values.comparison_after)
            found.append(_effect("difference", entities, improvement(values, target)))
    except NoEvidenceError:
        return found
    return found


def _effect(option: str, base: int, share: Estimate) -> Row:
    value, low, high = (round(100 * number, DIGITS) for number in (share.value, share.low, share.high))
    return Row(0, "", "kpi_effect", "kpi", option, Figure(base=base, value=value, low=low, high=high))


def _row(option: str, base: int | None, value: float, low: float | None = None, high: float | None = None) -> Row:
    limits = [None if limit is None else round(limit, DIGITS) for limit in (low, high)]
    figure = Figure(base=base, value=round(value, DIGITS), low=limits[0], high=limits[1])
    return Row(0, "", "kpi_measured", "kpi", option, figure)


def sentences(waves: Sequence[ReleasedWave], plan: Plan) -> tuple[Sentence, ...]:
    """Return what people report about their time: the latest wave, hopes beside experience, and what it is worth."""
    return (*_reported(waves), *expectation(waves), *costs(waves, plan.costs))


def _reported(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return net time in the latest wave that asked."""
    for wave in reversed(use_waves(waves)):
        median = wave.figure("net_minutes", "median")
        if median is None or median.base is None:
            continue
        return [_of_the_median(median, median.base), *_of_the_mean(wave.figure("net_minutes", "mean")), CAUTION]
    return []


def _of_the_median(figure: Figure, base: int) -> Sentence:
    if figure.low is None or figure.high is None:
        return Sentence("Too many people chose an open band: the net time of the median person has no limit.")
    return Sentence(
        "The median person reports between %(low)s and %(high)s of net working time gained per week (%(base)s people).",
        (("low", Amount(figure.low)), ("high", Amount(figure.high, "minutes")), ("base", Count(base))),
    )


def _of_the_mean(figure: Figure | None) -> list[Sentence]:
    """Return the mean as far as it has limits: one open band is enough for it to have none above."""
    if figure is None or figure.low is None:
        return []
    if figure.high is None:
        least = (("low", Amount(figure.low, "minutes")),)
        return [
            Sentence("On average it is at least %(low)s; an open band leaves the mean without an upper limit.", least)
        ]
    values = (("low", Amount(figure.low)), ("high", Amount(figure.high, "minutes")))
    return [Sentence("On average it is between %(low)s and %(high)s.", values)]
