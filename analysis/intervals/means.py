"""Means with their uncertainty: scores, minutes and measured series."""

from collections.abc import Sequence
from math import exp, inf, log, sqrt
from statistics import fmean, variance

import numpy as np

from analysis.intervals.quantiles import normal, student
from analysis.results import Estimate, NoEvidenceError

RESAMPLES = 9_999
MANY_VALUES = 50
MANY_ROWS = 10_000
LEAST_ENTITIES = 5


def student_mean(values: Sequence[float], *, population: int | None = None, confidence: float = 0.95) -> Estimate:
    """Return the mean with Student's t limits; of a finite *population* with its correction (Cochran 1977, 2.6)."""
    if not values:
        raise NoEvidenceError("there are no values")
    size = len(values)
    mean = fmean(values)
    if size == population:
        return Estimate(mean, 0.0, mean, mean, "census")
    if size < 2:  # noqa: PLR2004 (no variance from one)
        return Estimate(mean, None, -inf, inf, "t")
    error = sqrt(variance(values, mean) / size * (1 - size / population if population else 1))
    half = student(size - 1, confidence) * error
    return Estimate(mean, error, mean - half, mean + half, "t")


def bootstrap_mean(
    values: Sequence[float], *, seed: int, population: int | None = None, confidence: float = 0.95
) -> Estimate:
    """Return the mean with BCa limits (Efron 1987) from resampled counts of the distinct values.

    The note says which method was used: BCa, percentile where BCa degenerates, t for long or varied input.
    """
    from scipy.special import ndtr, ndtri

    if not values:
        raise NoEvidenceError("there are no values")
    distinct, counts = np.unique(np.asarray(values, dtype=float), return_counts=True)
    size = len(values)
    if len(distinct) > MANY_VALUES or size > MANY_ROWS or size == population:
        return student_mean(values, population=population, confidence=confidence)
    mean = float(distinct @ counts / size)
    if len(distinct) == 1:
        return Estimate(mean, 0.0, mean, mean, "percentile")
    draws = np.random.default_rng(seed).multinomial(size, counts / size, size=RESAMPLES) @ distinct / size
    # Resamples spread as from an endless population; the list is finite.
    shrink = sqrt(1 - size / population) if population else 1.0
    draws = mean + shrink * (draws - mean)
    error = float(draws.std(ddof=1))
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    below = float((draws < mean).mean() + (draws == mean).mean() / 2)
    left_out = (mean * size - distinct) / (size - 1)
    gaps = mean - left_out
    spread = float(counts @ gaps**2)
    note = "percentile"
    if size >= LEAST_ENTITIES and 0 < below < 1 and spread > 0:
        acceleration = float(counts @ gaps**3) / (6 * spread**1.5)
        bias = float(ndtri(below))
        shifted = bias + ndtri(tails)
        tails = ndtr(bias + shifted / (1 - acceleration * shifted))
        note = "BCa"
    low, high = np.quantile(draws, tails)
    return Estimate(mean, error, float(low), float(high), note)


def _log_ratio(before: Sequence[float], after: Sequence[float]) -> tuple[float, float, float]:
    """Return the log ratio of two means, its variance by the delta method and Welch's degrees of freedom."""
    if min(len(before), len(after)) < LEAST_ENTITIES:
        raise NoEvidenceError("fewer than five entities were measured")
    means = fmean(before), fmean(after)
    if min(means) <= 0:
        raise NoEvidenceError("a ratio needs measured values above zero")
    parts = [variance(arm) / (len(arm) * mean**2) for arm, mean in zip((before, after), means, strict=True)]
    whole = sum(parts)
    freedom = inf
    if whole > 0:
        freedom = whole**2 / sum(part**2 / (len(arm) - 1) for part, arm in zip(parts, (before, after), strict=True))
    return log(means[1] / means[0]), whole, freedom


def relative_improvement(
    before: Sequence[float],
    after: Sequence[float],
    *,
    better: str,
    comparison: tuple[Sequence[float], Sequence[float]] | None = None,
    confidence: float = 0.80,
) -> Estimate:
    """Return the improvement of the mean over entities as a share of before, by the log ratio with Welch's t.

    *better* is "lower" or "higher"; *comparison* (before, after) of another arm is subtracted on the log scale
    (Hedges, Gurevitch and Curtis 1999; Welch 1947).

    Raises:
        NoEvidenceError: fewer than five entities in an arm and period, or a mean that is not above zero.
    """
    ratio, spread, freedom = _log_ratio(before, after)
    if comparison is not None:
        other, other_spread, other_freedom = _log_ratio(*comparison)
        whole = spread + other_spread
        if whole > 0:
            freedom = whole**2 / (spread**2 / freedom + other_spread**2 / other_freedom)
        ratio, spread = ratio - other, whole
    error = sqrt(spread)
    half = student(freedom, confidence) * error
    changes = (exp(ratio), exp(ratio - half), exp(ratio + half))
    if better == "higher":
        value, low, high = (change - 1 for change in changes)
    else:
        value, high, low = (1 - change for change in changes)
    return Estimate(value, error, low, high)


def net_promoter(
    promoters: int,
    passives: int,
    detractors: int,
    *,
    population: int | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Return promoters minus detractors in percent points, adjusted Wald limits (Rocks 2016), cut to -100..100."""
    sample = promoters + passives + detractors
    if sample < 1:
        raise NoEvidenceError("nobody answered")
    value = 100 * (promoters - detractors) / sample
    if sample == population:
        return Estimate(value, 0.0, value, value, "census")
    size = sample + 3
    up, down = (promoters + 0.75) / size, (detractors + 0.75) / size
    correction = (population - sample) / (population - 1) if population else 1.0
    error = 100 * sqrt((up + down - (up - down) ** 2) / size * correction)
    centre, half = 100 * (up - down), normal(confidence) * error
    return Estimate(value, error, max(-100.0, centre - half), min(100.0, centre + half))


def umux_lite(capability: float, ease: float, *, points: int = 7) -> float:
    """Return the usability score 0 to 100 from two agreement items, raw, without regression (Lewis et al. 2013)."""
    return 100 * (capability + ease - 2) / (2 * (points - 1))
