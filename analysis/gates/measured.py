"""The KPI and impact gates: measured values of teams, desks or weeks against the baseline and the target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from statistics import fmean

from analysis.gates.sensitivity import without_each
from analysis.intervals import NoEvidenceError, relative_improvement, student_mean
from analysis.intervals.means import LEAST_ENTITIES
from analysis.plan import KpiSeries, KpiTarget, Plan
from analysis.results import Amount, Count, Estimate, Gate, Sentence, Share, Verdict

KPI = Sentence("Primary KPI against its target")
IMPACT = Sentence("Impact against the baseline")
GRADE_C = Sentence("Evidence grade C: nothing but what people report.")
DRIFT = Fraction(1, 20)  # an imported baseline this far from the charter's puts both in doubt
CONFIDENCE = 0.80  # two-sided: each bound is a one-sided 90 % bound


def entity_mean(values: Sequence[float], *, confidence: float = CONFIDENCE) -> Estimate:
    """Return the mean of the entities' means with Student's t limits on entities.

    Raises:
        NoEvidenceError: fewer than five entities.
    """
    if len(values) < LEAST_ENTITIES:
        raise NoEvidenceError("fewer than five entities were measured")
    return student_mean(values, confidence=confidence)


@dataclass(frozen=True, slots=True)
class Measured:
    """The KPI as imported: one mean per entity, by arm and period; *grade* A, B or C; *drifted* from the charter."""

    before: tuple[float, ...] = ()
    after: tuple[float, ...] = ()
    comparison_before: tuple[float, ...] = ()
    comparison_after: tuple[float, ...] = ()
    foreign_unit: bool = False
    baseline: float | None = None
    better: str = "lower"

    @property
    def grade(self) -> str:
        """A with a comparison group, B measured before and after, C without measurement."""
        if len(self.after) < LEAST_ENTITIES or (self.baseline is None and len(self.before) < LEAST_ENTITIES):
            return "C"
        compared = min(len(self.comparison_before), len(self.comparison_after), len(self.before))
        return "A" if compared >= LEAST_ENTITIES else "B"

    @property
    def drifted(self) -> bool:
        """True if imported values before the pilot differ from the charter's baseline by more than 5 %."""
        if not self.before or not self.baseline:
            return False
        return abs(fmean(self.before) - self.baseline) > float(DRIFT) * abs(self.baseline)


def measured(series: KpiSeries, target: KpiTarget, *, starts_on: date | None, as_of: date) -> Measured:
    """Return the entity means of the *series*; values after counts only from the start of the pilot on."""
    import pandas as pd

    counted = [
        (point.arm, point.period, point.entity, point.value)
        for point in series.points
        if point.day <= as_of and not (point.period == "after" and starts_on is not None and point.day < starts_on)
    ]
    table = pd.DataFrame(counted, columns=["arm", "period", "entity", "value"])

    def means(arm: str, period: str) -> tuple[float, ...]:
        chosen = table[(table["arm"] == arm) & (table["period"] == period)]
        return tuple(float(mean) for mean in chosen.groupby("entity")["value"].mean())

    return Measured(
        before=means("pilot", "before"),
        after=means("pilot", "after"),
        comparison_before=means("comparison", "before"),
        comparison_after=means("comparison", "after"),
        foreign_unit=any(point.unit != target.unit for point in series.points),
        baseline=target.baseline,
        better=target.better,
    )


def kpi_gate(plan: Plan, values: Measured) -> Gate:
    """Return the gate that passes when the one-sided 90 % bound of the measured mean meets the target."""
    return _with_others_left_out(_kpi_gate, plan, values)


def _with_others_left_out(judge: Callable[[Plan, Measured], Gate], plan: Plan, values: Measured) -> Gate:
    """Return the gate, with what it would say without each entity that was measured after the start."""

    def without(place: int) -> Gate:
        return judge(plan, replace(values, after=values.after[:place] + values.after[place + 1 :]))

    gate = judge(plan, values)
    return replace(gate, assumptions=tuple(without_each(gate, without, len(values.after))))


def _kpi_gate(plan: Plan, values: Measured) -> Gate:
    target = plan.kpi
    if target is None:
        return _nothing("kpi", Sentence("The charter names no primary KPI."))
    if values.foreign_unit:
        return _nothing("kpi", Sentence("Imported values have another unit than the charter's KPI."))
    if target.baseline is None and len(values.before) < LEAST_ENTITIES:
        return _nothing("kpi", Sentence("There is no baseline of the KPI: no verdict is possible."))
    try:
        estimate = entity_mean(values.after)
    except NoEvidenceError:
        return _nothing("kpi", _too_few(len(values.after)), threshold=target.target, unit=target.unit)
    lower = target.better == "lower"
    meets = estimate.high <= target.target if lower else estimate.low >= target.target
    misses = estimate.low > target.target if lower else estimate.high < target.target
    said = Verdict.PASS if meets else Verdict.FAIL if misses else Verdict.NOT_YET_PROVEN
    sentences = [
        Sentence(
            "%(name)s: %(value)s measured in %(entities)s entities (80 %% interval %(low)s to %(high)s); "
            "the target is %(target)s.",
            (
                ("name", target.name),
                ("value", Amount(estimate.value, target.unit)),
                ("entities", Count(len(values.after))),
                ("low", Amount(estimate.low)),
                ("high", Amount(estimate.high, target.unit)),
                ("target", Amount(target.target, target.unit)),
            ),
        )
    ]
    said = _doubted(said, values, target, sentences)
    return Gate(
        "kpi",
        KPI,
        said,
        threshold=target.target,
        estimate=estimate.value,
        low=estimate.low,
        high=estimate.high,
        unit=target.unit,
        grade=values.grade,
        sentences=tuple(sentences),
    )


def impact_gate(plan: Plan, values: Measured) -> Gate:
    """Return the gate that passes when the one-sided 90 % bound of the relative improvement reaches the threshold."""
    return _with_others_left_out(_impact_gate, plan, values)


def _impact_gate(plan: Plan, values: Measured) -> Gate:
    target = plan.kpi
    threshold = plan.impact_threshold
    if target is None or values.foreign_unit:
        sentence = Sentence("Nothing measured can be compared with a baseline.")
        return _nothing("impact", sentence, threshold=threshold)
    try:
        estimate = improvement(values, target)
    except NoEvidenceError:
        return _nothing("impact", _too_few(len(values.after)), threshold=threshold)
    said = Verdict.NOT_YET_PROVEN
    if estimate.low >= threshold:
        said = Verdict.PASS
    elif estimate.high < threshold:
        said = Verdict.FAIL
    sentences = [
        Sentence(
            "The KPI improved by %(value)s (80 %% interval %(low)s to %(high)s); the gate asks for %(threshold)s.",
            (
                ("value", Share(estimate.value)),
                ("low", Share(estimate.low)),
                ("high", Share(estimate.high)),
                ("threshold", Share(threshold)),
            ),
        ),
        Sentence("Evidence grade A: measured before and after, beside a comparison group.")
        if values.grade == "A"
        else Sentence("Evidence grade B: measured before and after, without a comparison group."),
        *_beside_comparison(values, target),
    ]
    if said is Verdict.PASS and estimate.low >= plan.impact_strong:
        sentences.append(
            Sentence("Strong: even the lower bound reaches %(strong)s.", (("strong", Share(plan.impact_strong)),))
        )
    said = _doubted(said, values, target, sentences)
    return Gate(
        "impact",
        IMPACT,
        said,
        threshold=threshold,
        estimate=estimate.value,
        low=estimate.low,
        high=estimate.high,
        grade=values.grade,
        sentences=tuple(sentences),
    )


def improvement(values: Measured, target: KpiTarget, *, compared: bool = True) -> Estimate:
    """Return the improvement on measured values before, else on the charter's baseline taken as exact.

    Where there is a comparison group its own change is taken off; not if *compared* is false.

    Raises:
        NoEvidenceError: too few entities, or no baseline.
    """
    if len(values.before) >= LEAST_ENTITIES:
        comparison = (values.comparison_before, values.comparison_after) if values.grade == "A" and compared else None
        return relative_improvement(values.before, values.after, better=target.better, comparison=comparison)
    if not target.baseline or target.baseline <= 0:
        raise NoEvidenceError("there is no baseline")
    after = entity_mean(values.after)
    sign = 1 if target.better == "higher" else -1
    changes = sorted(sign * (value / target.baseline - 1) for value in (after.low, after.high))
    return Estimate(sign * (after.value / target.baseline - 1), None, changes[0], changes[1])


def compared_improvement(values: Measured, target: KpiTarget) -> Estimate:
    """Return how the KPI of the comparison group improved over the same time.

    Raises:
        NoEvidenceError: too few entities in the comparison group.
    """
    return relative_improvement(values.comparison_before, values.comparison_after, better=target.better)


def _beside_comparison(values: Measured, target: KpiTarget) -> list[Sentence]:
    """Return what pilot and comparison group did each on its own, where there is a comparison group."""
    if values.grade != "A":
        return []
    alone, other = improvement(values, target, compared=False), compared_improvement(values, target)
    return [
        Sentence(
            "On its own the pilot improved by %(pilot)s, the comparison group by %(comparison)s over the same time.",
            (("pilot", Share(alone.value)), ("comparison", Share(other.value))),
        )
    ]


def _doubted(said: Verdict, values: Measured, target: KpiTarget, sentences: list[Sentence]) -> Verdict:
    """Return the verdict capped where the imported baseline contradicts the charter's, and say so."""
    if not values.drifted or target.baseline is None:
        return said
    sentences.append(
        Sentence(
            "Values measured before the pilot average %(measured)s, the charter's baseline is %(charter)s: "
            "more than 5 %% apart, so nothing is proven.",
            (
                ("measured", Amount(fmean(values.before), target.unit)),
                ("charter", Amount(target.baseline, target.unit)),
            ),
        )
    )
    return Verdict.NOT_YET_PROVEN


def _too_few(entities: int) -> Sentence:
    return Sentence(
        "The KPI was measured in %(entities)s entities after the start; at least %(least)s are needed.",
        (("entities", Count(entities)), ("least", Count(LEAST_ENTITIES))),
    )


def _nothing(gate: str, sentence: Sentence, *, threshold: float | None = None, unit: str = "share") -> Gate:
    title = KPI if gate == "kpi" else IMPACT
    said = (sentence,) if gate == "kpi" else (sentence, GRADE_C)
    return Gate(gate, title, Verdict.NO_EVIDENCE, threshold=threshold, unit=unit, grade="C", sentences=said)
