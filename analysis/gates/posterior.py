"""How probable it is that enough of the invited people do something, and how many answers would settle it."""

from collections.abc import Sequence

import numpy as np

from analysis.intervals import NoEvidenceError, Stratum, least_count
from analysis.results import Verdict

Prior = tuple[float, float]
NEGLIGIBLE = 1e-30  # far below the digits of a float: long lists are added up in milliseconds
FLICKER = 100  # answers; wider than any back and forth from rounding a rate to whole people


def _future(successes: int, sample: int, population: int, prior: Prior) -> np.ndarray:
    """Return the beta-binomial probabilities of 0, 1, ... further successes among the silent (Bolfarine 1992, 7.1)."""
    from scipy.special import betaln, gammaln

    if not 0 <= successes <= sample <= population:
        raise NoEvidenceError("the counts of people, answers and successes do not fit together")
    silent = population - sample
    more = np.arange(silent + 1, dtype=float)
    first, second = prior[0] + successes, prior[1] + sample - successes
    logs = gammaln(silent + 1) - gammaln(more + 1) - gammaln(silent - more + 1)
    logs += betaln(first + more, second + silent - more) - betaln(first, second)
    return np.asarray(np.exp(logs))


def _tail(probabilities: np.ndarray, missing: int) -> float:
    """Return the probability of at least *missing*; exactly 0 or 1 where nothing is open."""
    if missing <= 0:
        return 1.0
    if missing >= len(probabilities):
        return 0.0
    # The smaller side is summed, so that neither end loses digits.
    above = float(probabilities[missing:].sum())
    return above if above < 0.5 else 1 - float(probabilities[:missing].sum())  # noqa: PLR2004 (the smaller side)


def probability_at_least(
    successes: int, sample: int, population: int, threshold: float, *, prior: Prior = (1, 1)
) -> float:
    """Return the posterior probability that at least threshold * population people are successes."""
    missing = least_count(threshold, population) - successes
    return _tail(_future(successes, sample, population, prior), missing)


def stratified_probability(strata: Sequence[Stratum], threshold: float, *, prior: Prior = (1, 1)) -> float:
    """Return the same from one posterior per group, added up by exact convolution."""
    whole, start = np.ones(1), 0
    for stratum in strata:
        future = _future(stratum.successes, stratum.sample, stratum.population, prior)
        likely = np.flatnonzero(future > NEGLIGIBLE)
        whole = np.convolve(whole, future[likely[0] : likely[-1] + 1])
        start += int(likely[0])
    population = sum(stratum.population for stratum in strata)
    missing = least_count(threshold, population) - sum(stratum.successes for stratum in strata)
    return _tail(whole, missing - start)


def verdict(probability: float, *, pass_at: float = 0.90, fail_at: float = 0.10) -> Verdict:
    """Return what a probability says: PASS from *pass_at*, FAIL up to *fail_at*, never rounded."""
    if probability >= pass_at:
        return Verdict.PASS
    return Verdict.FAIL if probability <= fail_at else Verdict.NOT_YET_PROVEN


def answers_needed(
    successes: int,
    sample: int,
    population: int,
    threshold: float,
    *,
    pass_at: float = 0.90,
    fail_at: float = 0.10,
    prior: Prior = (1, 1),
) -> int:
    """Return how many more answers at today's rate settle the verdict for good; 0 if settled, at most all silent."""
    if sample < 1:
        raise NoEvidenceError("nobody answered")

    def said(more: int, further: int) -> Verdict:
        chance = probability_at_least(successes + further, sample + more, population, threshold, prior=prior)
        return verdict(chance, pass_at=pass_at, fail_at=fail_at)

    def settled(more: int) -> Verdict | None:
        verdicts = {said(more, more * successes // sample), said(more, -(-more * successes // sample))}
        only = verdicts.pop()
        return None if verdicts or only is Verdict.NOT_YET_PROVEN else only

    if said(0, 0) is not Verdict.NOT_YET_PROVEN:
        return 0
    silent = population - sample
    last = settled(silent)
    if last is None:
        return silent
    # Whole people make the verdict flicker a little around the answer: halve the way to it, then walk back over
    # the flicker until the first number that is not enough.
    low, high = 0, silent
    while high - low > FLICKER:
        middle = (low + high) // 2
        low, high = (low, middle) if settled(middle) is last else (middle, high)
    start = min(silent, high + FLICKER)
    return next(more + 1 for more in range(start - 1, -1, -1) if more == 0 or settled(more) is not last)
