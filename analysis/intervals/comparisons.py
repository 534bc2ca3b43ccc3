"""Comparing shares: between two samples, over ordered waves, and over many questions at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from analysis.intervals.shares import wilson
from analysis.results import Interval, NoEvidenceError


def newcombe(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    populations: tuple[int, int] | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Return the hybrid score interval of p2 - p1 (Newcombe 1998, method 10), conservative for overlapping people."""
    first, second = populations or (None, None)
    before = wilson(x1, n1, population=first, confidence=confidence)
    after = wilson(x2, n2, population=second, confidence=confidence)
    p1, p2 = x1 / n1, x2 / n2
    difference = p2 - p1
    return Interval(
        difference - sqrt((p2 - after.low) ** 2 + (before.high - p1) ** 2),
        difference + sqrt((after.high - p2) ** 2 + (p1 - before.low) ** 2),
    )


@dataclass(frozen=True, slots=True)
class Trend:
    """A rise (*z* above 0) or fall over ordered samples, with its two-sided p-value."""

    z: float
    p_value: float


def trend(successes: Sequence[int], samples: Sequence[int], scores: Sequence[float]) -> Trend:
    """Return the Cochran-Armitage test for a trend in shares (Agresti 2002, 5.3.5)."""
    from scipy.special import ndtr

    total = sum(samples)
    if total < 1:
        raise NoEvidenceError("nobody answered")
    share = sum(successes) / total
    mean = sum(n * score for n, score in zip(samples, scores, strict=True)) / total
    spread = sum(n * (score - mean) ** 2 for n, score in zip(samples, scores, strict=True))
    if share in {0.0, 1.0} or spread == 0:
        return Trend(0.0, 1.0)
    slope = sum((x - n * share) * (score - mean) for x, n, score in zip(successes, samples, scores, strict=True))
    z = slope / sqrt(share * (1 - share) * spread)
    return Trend(z, float(2 * ndtr(-abs(z))))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return adjusted p-values that keep the chance of any false alarm (Holm 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [0.0] * len(p_values)
    worst = 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = worst
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return adjusted p-values that keep the share of false alarms (Benjamini, Hochberg 1995), in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index], reverse=True)
    adjusted = [0.0] * len(p_values)
    best = 1.0
    for above, index in enumerate(order):
        best = min(best, len(p_values) / (len(p_values) - above) * p_values[index])
        adjusted[index] = best
    return tuple(adjusted)
