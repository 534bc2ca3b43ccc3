"""Barrier lift: what is named more often by people who are stuck than by people who passed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
    from scipy.stats import fisher_exact

    if min(stuck, passed) < 1:
        raise NoEvidenceError("nobody is stuck, or nobody passed: there is nothing to compare")
    if any(not (0 <= one.stuck <= stuck and 0 <= one.passed <= passed) for one in named):
        raise ValueError("a barrier cannot be named by more people than there are")
    tables = [np.array([[one.stuck, stuck - one.stuck], [one.passed, passed - one.passed]]) for one in named]
    p_values = [float(fisher_exact(table).pvalue) for table in tables]
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
