"""Answers known only as bands: what their mean and median can be, without ever taking the middle of a band."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import numpy.typing as npt

from analysis.results import NoEvidenceError

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
