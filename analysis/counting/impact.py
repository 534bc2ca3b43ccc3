"""Net time: minutes saved less minutes lost, as limits and never as products of middles."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analysis.catalogue import CATALOGUE
from analysis.codebook import Item
from analysis.counting.tabulation import Chapter, Wave
from analysis.disclosure import Amount, Exact
from analysis.plan import Plan
from analysis.released import USE
from analysis.results import Sentence


def chapter(wave: Wave, plan: Plan) -> Chapter:
    """Return net time of a pulse or closing wave as limits of the median."""
    exact = _net_minutes(wave, plan) if wave.counts.kind in USE else []
    if not exact:
        return Chapter()
    median = (("median", Sentence("median person")),)
    return Chapter((replace(CATALOGUE["net_minutes"], options=median),), tuple(exact))


def _edges(item: Item) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return lower and upper edge by position; an open band reaches to infinity, no edges mean 0."""
    lows = [0.0, *(option.low or 0.0 for option in item.options)]
    highs = [0.0]
    for option in item.options:
        open_ended = option.high is None and option.low is not None
        highs.append(np.inf if open_ended else option.high or 0.0)
    return np.array(lows), np.array(highs)


def _net_minutes(wave: Wave, plan: Plan) -> list[Exact]:
    """Return limits of the median net time: saved at the lower edge less lost at the upper one, and the other way."""
    saved, lost = wave.item("minutes_saved"), wave.item("minutes_lost")
    if saved is None or lost is None:
        return []
    told = wave.frame.answered(saved) & wave.frame.answered(lost)
    base = int(told.sum())
    if base < plan.reveal_minimum:
        return []
    first, second = wave.frame.columns[saved.id, ""][told], wave.frame.columns[lost.id, ""][told]
    (saved_low, saved_high), (lost_low, lost_high) = _edges(saved), _edges(lost)
    low = _median(saved_low[first] - lost_high[second])
    high = _median(saved_high[first] - lost_low[second])
    return [
        Amount(
            "net_minutes",
            wave.number,
            saved.id,
            "median",
            base,
            None,
            low if np.isfinite(low) else None,
            high if np.isfinite(high) else None,
        )
    ]


def _median(values: npt.NDArray[np.float64]) -> float:
    """Return the lower median, which infinite values cannot spoil."""
    return float(np.sort(values)[(len(values) - 1) // 2])
