"""What a gate would say under other assumptions than the one that was fixed before: shown beside it, never deciding."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from analysis.gates.posterior import probability_at_least, stratified_probability, verdict
from analysis.intervals import Stratum, least_count, stratified
from analysis.plan import Plan
from analysis.results import Assumption, Count, Gate, Sentence, Share, Verdict, Words

SILENT_AS: tuple[tuple[Fraction, Words], ...] = (
    (Fraction(1, 2), Sentence("The silent are half as active as those who answered")),
    (Fraction(3, 4), Sentence("The silent are three quarters as active")),
    (Fraction(1), Sentence("The silent are as active as those who answered")),
)
JEFFREYS = (0.5, 0.5)


def adoption_assumptions(
    successes: int, sample: int, population: int, strata: Sequence[Stratum], plan: Plan
) -> Iterator[Assumption]:
    """Yield what the deciding wave says with other priors, by team, and if the silent are less active or anything."""
    counts, rate = (successes, sample, population), Fraction(successes, sample)

    def judged(words: Words, share: float, probability: float) -> Assumption:
        return Assumption(words, share, probability, verdict(probability, pass_at=plan.pass_at, fail_at=plan.fail_at))

    uniform = probability_at_least(*counts, plan.adoption_threshold)
    yield judged(Sentence("As fixed before: uniform prior, people not weighted"), float(rate), uniform)
    jeffreys = probability_at_least(*counts, plan.adoption_threshold, prior=JEFFREYS)
    yield judged(Sentence("Jeffreys prior instead of the uniform one"), float(rate), jeffreys)
    if strata:
        by_team = stratified_probability(strata, plan.adoption_threshold)
        yield judged(Sentence("Weighted by team"), stratified(strata).value, by_team)
    needed, silent = least_count(plan.adoption_threshold, population), population - sample
    if silent == 0:
        return
    for factor, words in SILENT_AS:
        people = successes + factor * rate * silent
        said = Verdict.PASS if people >= needed else Verdict.FAIL
        yield Assumption(words, float(people / population), None, said)
    for active, words in (
        (successes, Sentence("None of the silent is active")),
        (successes + silent, Sentence("All of the silent are active")),
    ):
        yield Assumption(words, active / population, None, Verdict.PASS if active >= needed else Verdict.FAIL)


def without_each(gate: Gate, judge: Callable[[int], Gate], entities: int) -> Iterator[Assumption]:
    """Yield the worst and best verdict of a measured gate when one of its *entities* is left out.

    *judge* returns the gate without the entity at a place.
    """
    if gate.verdict is Verdict.NO_EVIDENCE or entities == 0:
        return
    others = [judge(place) for place in range(entities)]
    same = sum(other.verdict is gate.verdict for other in others)
    found = sorted((other for other in others if other.estimate is not None), key=lambda other: other.estimate or 0.0)
    if not found:
        return
    for other, words in (
        (found[0], Sentence("Without the entity that lifts the value most")),
        (found[-1], Sentence("Without the entity that lowers the value most")),
    ):
        yield Assumption(words, other.estimate, None, other.verdict)
    yield Assumption(
        Sentence(
            "The verdict stays the same without one of them in %(same)s of %(all)s cases (%(share)s)",
            (("same", Count(same)), ("all", Count(entities)), ("share", Share(same / entities, entities))),
        ),
        None,
        None,
        gate.verdict,
    )
