"""Impact in figures and words: the measured KPI, and the minutes people report, which alone prove nothing."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from analysis.catalogue import CATALOGUE
from analysis.gates import Measured, entity_mean
from analysis.intervals import NoEvidenceError
from analysis.plan import Plan
from analysis.released import ReleasedWave, use_waves
from analysis.results import Amount, Count, Figure, Measure, Row, Sentence

KPI_OPTIONS = (
    ("before", Sentence("before")),
    ("after", Sentence("after")),
    ("target", Sentence("target")),
)
DIGITS = 1


def kpi_measure(plan: Plan) -> Measure | None:
    """Return what the rows of the KPI mean, if there is one."""
    if plan.kpi is None:
        return None
    return replace(CATALOGUE["kpi_measured"], options=KPI_OPTIONS, unit=plan.kpi.unit)


def kpi_rows(plan: Plan, values: Measured) -> tuple[Row, ...]:
    """Return the KPI before, after and as planned: figures of teams, desks or weeks, never of a person."""
    if plan.kpi is None or values.foreign_unit:
        return ()
    found = []
    if plan.kpi.baseline is not None:
        found.append(_row("before", None, plan.kpi.baseline))
    elif values.before:
        found.append(_row("before", len(values.before), fmean(values.before)))
    try:
        after = entity_mean(values.after)
        found.append(_row("after", len(values.after), after.value, after.low, after.high))
    except NoEvidenceError:
        if values.after:
            found.append(_row("after", len(values.after), fmean(values.after)))
    return (*found, _row("target", None, plan.kpi.target))


def _row(option: str, base: int | None, value: float, low: float | None = None, high: float | None = None) -> Row:
    limits = [None if limit is None else round(limit, DIGITS) for limit in (low, high)]
    figure = Figure(base=base, value=round(value, DIGITS), low=limits[0], high=limits[1])
    return Row(0, "", "kpi_measured", "kpi", option, figure)


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return what people report about their time in the latest wave that asked."""
    for wave in reversed(use_waves(waves)):
        figure = next((row.figure for row in wave.rows("net_minutes")), None)
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
                    ("low", Amount(figure.low)),
                    ("high", Amount(figure.high, "minutes")),
                    ("base", Count(figure.base)),
                ),
            ),
            caution,
        )
    return ()
