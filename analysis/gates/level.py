"""The adoption gate: was the active share of the invited people held in each of the last waves?"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.gates.posterior import answers_needed, probability_at_least, stratified_probability, verdict
from analysis.gates.robustness import capped, robustness
from analysis.gates.sensitivity import adoption_assumptions
from analysis.intervals import Stratum, share_interval, tipping_point
from analysis.plan import Plan
from analysis.results import Chance, Count, Gate, Robustness, Sentence, Share, Verdict

TITLE = Sentence("Adoption: active people among all invited")
GATE_CONFIDENCE = 0.90


@dataclass(frozen=True, slots=True)
class Level:
    """Active people of one wave: *successes* of *sample* answers from *population* invited people.

    *strata* holds the same by group where every group may be weighted, else nothing.
    """

    wave: int
    successes: int
    sample: int
    population: int | None
    strata: tuple[Stratum, ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    """One wave's verdict with the numbers behind it."""

    level: Level
    population: int
    probability: float
    verdict: Verdict
    robustness: Robustness | None
    by_group: bool  # another verdict when every group is taken on its own


def _judge(level: Level, population: int, plan: Plan) -> _Judged:
    """Return the verdict on one wave, capped where few answered or the groups tell another story."""
    counts = level.successes, level.sample, population
    chance = probability_at_least(*counts, plan.adoption_threshold)
    said = verdict(chance, pass_at=plan.pass_at, fail_at=plan.fail_at)
    how = robustness(said, *counts, plan.adoption_threshold)
    other = False
    if level.strata and how is not Robustness.PROVEN:
        by_group = stratified_probability(level.strata, plan.adoption_threshold)
        other = verdict(by_group, pass_at=plan.pass_at, fail_at=plan.fail_at) is not said
    final = capped(said, how, Fraction(level.sample, population), plan.minimum_response)
    if other:
        final = Verdict.NOT_YET_PROVEN
    return _Judged(level, population, chance, final, how if final is said else None, other)


def adoption_gate(levels: Sequence[Level], plan: Plan) -> Gate:
    """Return the gate from the active share in the pulse and closing waves, in their order; the weakest decides."""
    last = levels[-plan.sustained_pulses :]
    judged = [
        _judge(level, level.population, plan)
        for level in last
        if level.population and 0 < level.sample <= level.population
    ]
    if not judged:
        return Gate(
            "adoption",
            TITLE,
            Verdict.NO_EVIDENCE,
            threshold=plan.adoption_threshold,
            sentences=(_why_nothing(levels),),
        )
    weakest = min(judged, key=lambda one: one.probability)
    said = weakest.verdict
    incomplete = len(judged) < plan.sustained_pulses
    if said is Verdict.PASS and incomplete:
        said = Verdict.NOT_YET_PROVEN
    if said is Verdict.PASS and any(one.verdict is not Verdict.PASS for one in judged):
        said = Verdict.NOT_YET_PROVEN
    interval = share_interval(
        weakest.level.successes, weakest.level.sample, weakest.population, confidence=GATE_CONFIDENCE
    )
    needed = None
    if said is Verdict.NOT_YET_PROVEN:
        needed = _still_needed(weakest, plan)
    return Gate(
        "adoption",
        TITLE,
        said,
        threshold=plan.adoption_threshold,
        estimate=weakest.level.successes / weakest.level.sample,
        low=interval.low,
        high=interval.high,
        probability=weakest.probability,
        robustness=weakest.robustness if said is weakest.verdict else None,
        answers_needed=needed,
        sentences=tuple(_sentences(weakest, said, needed, plan, missing=plan.sustained_pulses - len(judged))),
        assumptions=tuple(
            adoption_assumptions(
                weakest.level.successes, weakest.level.sample, weakest.population, weakest.level.strata, plan
            )
        ),
    )


def _still_needed(judged: _Judged, plan: Plan) -> int:
    """Return the answers that settle the verdict, and at least those that make enough people answer."""
    level = judged.level
    settle = answers_needed(
        level.successes,
        level.sample,
        judged.population,
        plan.adoption_threshold,
        pass_at=plan.pass_at,
        fail_at=plan.fail_at,
    )
    minimum = Fraction(str(plan.minimum_response)) * judged.population
    return max(settle, -(-minimum.numerator // minimum.denominator) - level.sample)


def _why_nothing(levels: Sequence[Level]) -> Sentence:
    if not levels:
        return Sentence("No pulse or closing wave has been revealed: adoption has not been measured yet.")
    if all(level.population is None for level in levels):
        return Sentence("How many people were invited is not known: a share of them cannot be judged.")
    return Sentence("The last waves hold no answer that tells active use: adoption cannot be judged.")


def _sentences(judged: _Judged, said: Verdict, needed: int | None, plan: Plan, *, missing: int) -> list[Sentence]:
    """Return the gate in words: the range, the probability, what the silent could change, what is missing."""
    level = judged.level
    interval = share_interval(level.successes, level.sample, judged.population)
    sentences = [
        Sentence(
            "Between %(low)s and %(high)s of the %(invited)s invited people are active "
            "(%(active)s of %(sample)s who answered; 95 %% interval).",
            (
                ("low", Share(interval.low, level.sample)),
                ("high", Share(interval.high, level.sample)),
                ("invited", Count(judged.population)),
                ("active", Count(level.successes)),
                ("sample", Count(level.sample)),
            ),
        ),
        Sentence(
            "Probability that at least %(threshold)s are: %(probability)s.",
            (("threshold", Share(plan.adoption_threshold)), ("probability", Chance(judged.probability))),
        ),
    ]
    sentences += _about_the_silent(judged, said, plan)
    if judged.by_group:
        sentences.append(Sentence("Taken group by group the answers give another verdict: the gate is not yet proven."))
    if Fraction(level.sample, judged.population) < Fraction(str(plan.minimum_response)):
        sentences.append(
            Sentence(
                "Fewer than %(minimum)s of the invited people answered: neither PASS nor FAIL can be said.",
                (("minimum", Share(plan.minimum_response)),),
            )
            if judged.robustness is not Robustness.PROVEN
            else Sentence(
                "Fewer than %(minimum)s of the invited people answered, yet no answer of the others could change this.",
                (("minimum", Share(plan.minimum_response)),),
            )
        )
    if missing > 0:
        sentences.append(
            Sentence(
                "The level must hold in %(waves)s waves in a row; %(missing)s more must be measured.",
                (("waves", Count(plan.sustained_pulses)), ("missing", Count(missing))),
            )
        )
    elif needed:
        sentences.append(
            Sentence(
                "Not yet proven: %(needed)s more answers at today's rate would settle it.", (("needed", Count(needed)),)
            )
        )
    return sentences


def _about_the_silent(judged: _Judged, said: Verdict, plan: Plan) -> list[Sentence]:
    silent = judged.population - judged.level.sample
    if said not in {Verdict.PASS, Verdict.FAIL} or judged.robustness is None:
        return []
    if silent == 0:
        return [Sentence("Everybody answered: this is a census.")]
    if judged.robustness is Robustness.PROVEN:
        return [Sentence("Proven: it holds whatever the silent people do.")]
    needed = tipping_point(judged.level.successes, judged.level.sample, judged.population, plan.adoption_threshold)
    values = (
        ("needed", Count(needed)),
        ("silent", Count(silent)),
        ("share", Share(needed / silent)),
    )
    if said is Verdict.FAIL:
        return [
            Sentence(
                "The threshold would need %(needed)s of the %(silent)s silent people (%(share)s) to be active.",
                values,
            )
            if needed <= silent
            else Sentence("The silent people are too few to reach the threshold.")
        ]
    robust = judged.robustness is Robustness.ROBUST
    return [
        Sentence(
            "PASS, robust: it needs %(needed)s of the %(silent)s silent people (%(share)s) to be active."
            if robust
            else "PASS, fragile: it needs %(needed)s of the %(silent)s silent people (%(share)s) to be active.",
            values,
        )
    ]
