"""Answers known only as bands: what their mean and median can be, without ever taking the middle of a band."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite

import numpy as np
import numpy.typing as npt

from analysis.results import NoEvidenceError

GAP = 1e-8  # average log likelihood that may be missing to the maximum
ROUNDS = 50_000
_NOTHING = 1e-6  # a probability that is only what the last round left behind

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """A number strictly between two edges, None where there is no edge; two equal edges are that very number."""

    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        """Refuse edges that cannot be.

        Raises:
            ValueError: the lower edge is above the upper one, or an edge is not a number.
        """
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"the band from {self.low} to {self.high} is upside down")
        if any(edge is not None and not isfinite(edge) for edge in (self.low, self.high)):
            raise ValueError("an edge is a finite number; None is no edge")


def difference(gained: Band, lost: Band) -> Band:
    """Return where *gained* less *lost* lies: from lower less upper edge to upper less lower edge (Moore 1966)."""
    low = None if gained.low is None or lost.high is None else gained.low - lost.high
    high = None if gained.high is None or lost.low is None else gained.high - lost.low
    return Band(low, high)


def mean_bounds(bands: Sequence[Band]) -> Band:
    """Return the mean of all lower and of all upper edges, None where one is missing; nothing else is assumed.

    Raises:
        NoEvidenceError: nobody answered.
    """
    lows, highs = _edges(bands)
    return _band(float(lows.mean()), float(highs.mean()))


def median_bounds(bands: Sequence[Band]) -> Band:
    """Return the median of all lower and of all upper edges, None where it is missing; nothing else is assumed.

    Of an even number of people the lower and the upper median: both are medians.

    Raises:
        NoEvidenceError: nobody answered.
    """
    lows, highs = _edges(bands)
    size = len(bands)
    return _band(float(np.sort(lows)[(size - 1) // 2]), float(np.sort(highs)[size // 2]))


@dataclass(frozen=True, slots=True)
class Distribution:
    """How likely each band is, lowest first; likelihood cannot say where inside a band the probability is."""

    bands: tuple[tuple[Band, float], ...]
    people: int
    rounds: int
    converged: bool

    @property
    def median(self) -> Band:
        """The band that holds the median; across two of them where exactly half lies below the second."""
        below = np.cumsum([probability for _, probability in self.bands])
        first, last = np.searchsorted(below, [0.5 - _NOTHING, 0.5 + _NOTHING])
        return Band(self.bands[int(first)][0].low, self.bands[int(last)][0].high)

    @property
    def mean(self) -> Band:
        """The mean if everybody is at the lower edge of a band, and if everybody is at the upper one."""
        lows, highs = _edges([band for band, _ in self.bands])
        weights = np.array([probability for _, probability in self.bands])
        return _band(float(lows @ weights), float(highs @ weights))


def turnbull(bands: Sequence[Band], *, gap: float = GAP, rounds: int = ROUNDS) -> Distribution:
    """Return the nonparametric maximum likelihood distribution of numbers known as *bands* (Turnbull 1976).

    Only the innermost intervals between a lower and the next upper edge can hold probability; their probabilities come
    from the self-consistency (EM) rounds, started evenly. It stops once the average log likelihood is within *gap* of
    its maximum (Gentleman and Geyer 1994).

    Narrower than `mean_bounds` and `median_bounds` because it assumes more: that a band says nothing but that the
    number is in it. Wide bands then follow the narrow ones and the exact numbers inside them. Bands of one question
    cannot break that; differences of two answers can, so the bounds that assume nothing belong beside it.

    Raises:
        NoEvidenceError: nobody answered.
    """
    lows, highs = _edges(bands)
    edges, counts = np.unique(np.column_stack([lows, highs]), axis=0, return_counts=True)
    innermost = _innermost(edges)
    holds = _holds(edges, innermost)
    weights = counts / counts.sum()
    chances = np.full(len(innermost), 1 / len(innermost))
    done, missing = 0, inf
    while missing > gap and done < rounds:
        # Above 1 where a band deserves more than it has; the largest one bounds what is missing to the maximum.
        slope = (weights / (holds @ chances)) @ holds
        missing = float(slope.max()) - 1
        chances = chances * slope
        done += 1
    kept = chances > _NOTHING
    chances = chances[kept] / chances[kept].sum()
    found = zip(innermost[kept], chances, strict=True)
    return Distribution(
        tuple((_band(float(low), float(high)), float(chance)) for (low, high), chance in found),
        len(bands),
        done,
        missing <= gap,
    )


def _edges(bands: Sequence[Band]) -> tuple[Numbers, Numbers]:
    """Return lower and upper edges, infinite where there is none."""
    if not bands:
        raise NoEvidenceError("nobody answered")
    lows = np.array([-inf if band.low is None else band.low for band in bands])
    highs = np.array([inf if band.high is None else band.high for band in bands])
    return lows, highs


def _band(low: float, high: float) -> Band:
    """Return the band, without an edge where it is infinite."""
    return Band(low if isfinite(low) else None, high if isfinite(high) else None)


def _innermost(edges: Numbers) -> Numbers:
    """Return the intervals from a lower edge to an upper one with no other edge between them.

    At the same number an upper edge of a band ends just before it, a lower edge begins just after it, and a number
    that is known exactly lies between the two.
    """
    exact = edges[:, 0] == edges[:, 1]
    begins = {(low, 0 if known else 2, 0) for (low, _), known in zip(edges.tolist(), exact, strict=True)}
    ends = {(high, 1 if known else -1, 1) for (_, high), known in zip(edges.tolist(), exact, strict=True)}
    ordered = sorted(begins | ends)
    return np.array([(first[0], second[0]) for first, second in pairwise(ordered) if (first[2], second[2]) == (0, 1)])


def _holds(edges: Numbers, innermost: Numbers) -> Numbers:
    """Return 1 where the band of a row holds the interval of a column, else 0; an edge belongs to no band."""
    low, high = edges[:, :1], edges[:, 1:]
    inside = (low <= innermost[:, 0]) & (innermost[:, 1] <= high)
    point = innermost[:, 0] == innermost[:, 1]
    outside = point & (low < high) & ((low == innermost[:, 0]) | (high == innermost[:, 1]))
    held: Numbers = (inside & ~outside).astype(np.float64)
    return held
