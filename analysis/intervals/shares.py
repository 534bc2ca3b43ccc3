"""Intervals for one share: of a sample, of a finite list of people, and of a list in groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt

import numpy as np

from analysis.intervals.quantiles import normal
from analysis.results import Estimate, Interval, NoEvidenceError

EXACT_SAMPLE = 200  # up to this many answers the exact interval is used


def _checked(successes: int, sample: int, population: int | None) -> None:
    """Refuse counts that cannot be.

    Raises:
        NoEvidenceError: there is no answer, or there are more answers than people.
    """
    if sample < 1:
        raise NoEvidenceError("nobody answered")
    if not 0 <= successes <= sample:
        raise NoEvidenceError("more people counted than answered")
    if population is not None and population < sample:
        raise NoEvidenceError("more people answered than were invited")


def wilson(successes: int, sample: int, *, population: int | None = None, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval of a share (Wilson 1927); of a finite *population* with n(N-1)/(N-n) answers."""
    _checked(successes, sample, population)
    share = successes / sample
    if population == sample:
        return Interval(share, share)
    size = float(sample) if population is None else sample * (population - 1) / (population - sample)
    square = normal(confidence) ** 2
    centre = share + square / (2 * size)
    half = sqrt(square * (share * (1 - share) / size + square / (4 * size**2)))
    low, high = (centre - half) / (1 + square / size), (centre + half) / (1 + square / size)
    # At the ends the formula is exactly 0 or 1; floating point is not.
    return Interval(0.0 if successes == 0 else max(0.0, low), 1.0 if successes == sample else min(1.0, high))


def hypergeometric(successes: int, sample: int, population: int, *, confidence: float = 0.95) -> Interval:
    """Return the exact interval of the share in a finite list, by strict inversion of both tails (Wright 1991)."""
    _checked(successes, sample, population)
    # A tail of exactly half the error is ruled out; floating point must not keep it.
    tail = (1 - confidence) / 2 * (1 + 1e-9)
    lowest, highest = successes, population - (sample - successes)

    def enough(total: int) -> bool:
        return _upper_tail(successes, sample, total, population) > tail

    def not_too_many(total: int) -> bool:
        return _upper_tail(sample - successes, sample, population - total, population) > tail

    low = _first(enough, lowest, highest)
    high = population - _first(lambda missing: not_too_many(population - missing), sample - successes, population - low)
    return Interval(low / population, high / population)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the smallest number from low to high for which a rising statement *holds* (it does for high)."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _upper_tail(drawn: int, sample: int, total: int, population: int) -> float:
    """Return P(X >= drawn) when *sample* are drawn from *population* with *total* successes."""
    from scipy.special import gammaln

    first, last = max(drawn, sample + total - population), min(sample, total)
    if first > last:
        return 0.0
    if first > drawn or (drawn == first == max(0, sample + total - population)):
        return 1.0
    # Beyond twelve standard deviations nothing changes a digit: long lists stay quick.
    mean = sample * total / population
    far = 50 + 12 * sqrt(mean * (1 - total / population))
    first, last = max(first, int(mean - far)), min(last, int(max(drawn, mean) + far))
    counts = np.arange(first, last + 1, dtype=float)

    def choose(items: float, chosen: np.ndarray) -> np.ndarray:
        return np.asarray(gammaln(items + 1) - gammaln(chosen + 1) - gammaln(items - chosen + 1))

    logs = choose(total, counts) + choose(population - total, sample - counts)
    whole = choose(population, np.array([float(sample)]))[0]
    return min(1.0, float(np.exp(logs - whole).sum()))


def share_interval(
    successes: int, sample: int, population: int | None, *, group: bool = False, confidence: float = 0.95
) -> Interval:
    """Return the interval that fits: exact for groups, up to 200 answers and at 0 % or 100 %, else Wilson."""
    exact = group or sample <= EXACT_SAMPLE or successes in {0, sample}
    if population is not None and exact:
        return hypergeometric(successes, sample, population, confidence=confidence)
    return wilson(successes, sample, population=population, confidence=confidence)


@dataclass(frozen=True, slots=True)
class Stratum:
    """One group: *successes* of *sample* answers from *population* people."""

    successes: int
    sample: int
    population: int


def _joined(strata: Sequence[Stratum]) -> list[Stratum]:
    """Join every group with fewer than two answers to the smallest other one."""
    joined = list(strata)
    while len(joined) > 1 and any(stratum.sample < 2 for stratum in joined):  # noqa: PLR2004 (no variance from one)
        thin = next(stratum for stratum in joined if stratum.sample < 2)  # noqa: PLR2004 (the same)
        joined.remove(thin)
        place = min(range(len(joined)), key=lambda index: joined[index].population)
        partner = joined[place]
        joined[place] = Stratum(
            partner.successes + thin.successes,
            partner.sample + thin.sample,
            partner.population + thin.population,
        )
    return joined


def stratified(strata: Sequence[Stratum], *, confidence: float = 0.95) -> Estimate:
    """Return the share of all people, weighted by group, with the beta interval of Korn and Graubard (1998).

    As R ``svyciprop(method="beta")``: degrees of freedom n - groups, finite-population variance.
    """
    from scipy.special import betaincinv, stdtrit

    # A group without people, as when all have left it, is no group.
    groups = [stratum for stratum in strata if stratum.population or stratum.sample or stratum.successes]
    for stratum in groups:
        _checked(stratum.successes, max(1, stratum.sample), stratum.population)
    joined = _joined(groups)
    sample = sum(stratum.sample for stratum in joined)
    if sample < 1:
        raise NoEvidenceError("nobody answered")
    people = sum(stratum.population for stratum in joined)
    note = "joined" if len(joined) < len(groups) else ""
    if sample == people:
        share = sum(s.successes for s in joined) / people
        return Estimate(share, 0.0, share, share, "census")
    share = sum(s.population / people * s.successes / s.sample for s in joined)
    variance = sum(_variance(s) * (s.population / people) ** 2 for s in joined)
    tail = (1 - confidence) / 2
    effective = float(sample)
    freedom = sample - len(joined)
    if variance > 0 and freedom > 0:
        effective = share * (1 - share) / variance
        effective *= float(stdtrit(sample - 1, tail) / stdtrit(freedom, tail)) ** 2
    hits = effective * share
    low = 0.0 if share <= 0 else float(betaincinv(hits, effective - hits + 1, tail))
    high = 1.0 if share >= 1 else float(betaincinv(hits + 1, effective - hits, 1 - tail))
    return replace(Estimate(share, sqrt(variance), low, high), note=note)


def _variance(stratum: Stratum) -> float:
    """Return the variance of a group's share with the finite-population correction."""
    if stratum.sample == stratum.population or stratum.sample < 2:  # noqa: PLR2004 (no variance from one)
        return 0.0
    share = stratum.successes / stratum.sample
    return share * (1 - share) / (stratum.sample - 1) * (1 - stratum.sample / stratum.population)


def sample_for_precision(population: int, share: float, margin: float, *, confidence: float = 0.95) -> int:
    """Return how many answers give plus or minus *margin* for a share expected at *share* (Cochran 1977, 4.2)."""
    spread = share * (1 - share)
    needed = spread / (margin**2 / normal(confidence) ** 2 + spread / population)
    # A whole number must not become the next one through floating point.
    return min(population, ceil(round(needed, 9)))
