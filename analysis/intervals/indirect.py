"""Shares of people from questions whose single answers say nothing about a person."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, variance

from analysis.intervals.quantiles import normal
from analysis.results import Estimate, NoEvidenceError

# Values and limits are not cut to 0..1: one outside shows that people did not follow the procedure.


def _around(value: float, error: float, confidence: float) -> Estimate:
    """Return the estimate with normal limits."""
    half = normal(confidence) * error
    return Estimate(value, error, value - half, value + half)


def _binomial_variance(share: float, sample: int) -> float:
    """Return the unbiased variance of a sample share."""
    if sample < 2:  # noqa: PLR2004 (no variance from one)
        raise NoEvidenceError("at least two answers are needed")
    return share * (1 - share) / (sample - 1)


def crosswise(yes: int, sample: int, p: float, *, confidence: float = 0.95) -> Estimate:
    """Return the prevalence from *yes* = "both or neither", innocuous prevalence *p* (Yu, Tian and Tang 2008)."""
    share = yes / sample if sample else 0.0
    error = sqrt(_binomial_variance(share, sample)) / abs(2 * p - 1)
    return _around((share + p - 1) / (2 * p - 1), error, confidence)


def crosswise_corrected(
    yes: int, anchor_yes: int, sample: int, p: float, p_anchor: float, *, confidence: float = 0.95
) -> Estimate:
    """Return the prevalence corrected for careless answers by an anchor nobody has (Atsusaka and Stevenson 2023).

    Standard error by the delta method, the two questions taken as independent.
    """
    share, anchor = (yes / sample, anchor_yes / sample) if sample else (0.0, 0.0)
    attentive = (anchor - 0.5) / (0.5 - p_anchor)
    if attentive <= 0:
        raise NoEvidenceError("the anchor question shows no attention at all")
    slope = 1 / (attentive * (2 * p - 1))
    value = 0.5 + (share - 0.5) * slope
    by_anchor = (value - 0.5) / (anchor - 0.5)
    error = sqrt(slope**2 * _binomial_variance(share, sample) + by_anchor**2 * _binomial_variance(anchor, sample))
    return _around(value, error, confidence)


def forced_response(yes: int, sample: int, truth: float, forced_yes: float, *, confidence: float = 0.95) -> Estimate:
    """Return the prevalence when a die asks for the truth, a forced yes or a forced no (Boruch 1971)."""
    if not 0 < truth <= 1 or forced_yes < 0 or truth + forced_yes > 1:
        raise NoEvidenceError("the chances of truth and forced yes must be positive and at most 1 together")
    share = yes / sample if sample else 0.0
    error = sqrt(_binomial_variance(share, sample)) / truth
    return _around((share - forced_yes) / truth, error, confidence)


def list_experiment(treated: Sequence[int], control: Sequence[int], *, confidence: float = 0.95) -> Estimate:
    """Return the prevalence as the difference of mean counts with and without the sensitive entry (Imai 2011)."""
    if min(len(treated), len(control)) < 2:  # noqa: PLR2004 (no variance from one)
        raise NoEvidenceError("at least two answers to each list are needed")
    error = sqrt(variance(treated) / len(treated) + variance(control) / len(control))
    return _around(fmean(treated) - fmean(control), error, confidence)
