"""Barrier lift: what is named more often by people who are stuck than by people who passed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.intervals import Interval, NoEvidenceError, benjamini_hochberg, newcombe


@dataclass(frozen=True, slots=True)
class Named:
    """How many of the people who are *stuck*, and of those who *passed*, named a barrier."""

    code: str
    stuck: int
    passed: int


@dataclass(frozen=True, slots=True)
class Lift:
    """A barrier among the stuck and the passed: shares from 0 to 1 and their difference, stuck less passed.

    *p_value* is two-sided; *adjusted* is the same with all barriers looked at together. Both are exploratory: they say
    what is worth a question, not what causes anything.
    """

    code: str
    named: Named
    stuck_share: float
    passed_share: float
    difference: float
    limits: Interval
    p_value: float
    adjusted: float


def barrier_lift(named: Sequence[Named], *, stuck: int, passed: int, confidence: float = 0.95) -> tuple[Lift, ...]:
    """Return the lift of each barrier, the one named by most stuck people first, equal ones as they were given.

    *stuck* and *passed* are the people who answered in each group. Limits: Newcombe 1998, method 10. P-values: Fisher's
    exact test, two-sided, because groups are small; adjusted by Benjamini and Hochberg 1995.

    Raises:
        NoEvidenceError: one of the groups is empty.
        ValueError: a barrier was named by more people than there are, or by fewer than none.
    """
    if min(stuck, passed) < 1:
        raise NoEvidenceError("nobody is stuck, or nobody passed: there is nothing to compare")
    if any(not (0 <= one.stuck <= stuck and 0 <= one.passed <= passed) for one in named):
        raise ValueError("a barrier cannot be named by more people than there are")
    p_values = [_fisher(one, stuck, passed) for one in named]
    found = [
        Lift(
            one.code,
            one,
            one.stuck / stuck,
            one.passed / passed,
            one.stuck / stuck - one.passed / passed,
            newcombe(one.passed, passed, one.stuck, stuck, confidence=confidence),
            p_value,
            adjusted,
        )
        for one, p_value, adjusted in zip(named, p_values, benjamini_hochberg(p_values), strict=True)
    ]
    return tuple(sorted(found, key=lambda lift: -lift.named.stuck))


def _fisher(named: Named, stuck: int, passed: int) -> float:
    """Return the two-sided p-value of Fisher's exact test: all tables at most as likely as this one.

    Written out because importing SciPy's takes longer than the rest of a report's figures.
    """
    from scipy.special import betaln

    total = named.stuck + named.passed
    counts = np.arange(max(0, total - passed), min(total, stuck) + 1)

    def choose(items: int, chosen: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        logs: npt.NDArray[np.float64] = -betaln(1 + items - chosen, 1 + chosen) - np.log(items + 1)
        return logs

    logs = choose(stuck, counts) + choose(passed, total - counts)
    chances = np.exp(logs - logs.max())
    here = chances[named.stuck - counts[0]]
    return float(min(1.0, chances[chances <= here * (1 + 1e-7)].sum() / chances.sum()))
