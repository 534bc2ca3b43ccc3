"""Net time: minutes saved less minutes lost, as limits and never as products of middles."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.catalogue import CATALOGUE
from analysis.censored import Band, difference, mean_bounds, median_bounds
from analysis.codebook import Item
from analysis.counting.tabulation import Chapter, Wave
from analysis.disclosure import Amount, Exact
from analysis.plan import Plan
from analysis.released import USE
from analysis.results import Sentence

OPTIONS = (("median", Sentence("median person")), ("mean", Sentence("mean")))


def chapter(wave: Wave, plan: Plan) -> Chapter:
    """Return net time of a pulse or closing wave as limits of median and mean."""
    exact = _net_minutes(wave, plan) if wave.counts.kind in USE else []
    if not exact:
        return Chapter()
    return Chapter((replace(CATALOGUE["net_minutes"], options=OPTIONS),), tuple(exact))


def _bands(item: Item) -> Mapping[int, Band]:
    """Return the band of each position that tells minutes: never below 0; an option without edges tells none."""
    return {
        place: Band(option.low or 0.0, option.high)
        for place, option in enumerate(item.options, start=1)
        if option.low is not None or option.high is not None
    }


def _net_minutes(wave: Wave, plan: Plan) -> list[Exact]:
    """Return limits of median and mean over the people who told both what they saved and what they lost."""
    saved, lost = wave.item("minutes_saved"), wave.item("minutes_lost")
    if saved is None or lost is None:
        return []
    gains, losses = _bands(saved), _bands(lost)
    # Few different pairs, many people: each pair is worked out once.
    nets = {(gain, loss): difference(gains[gain], losses[loss]) for gain in gains for loss in losses}
    pairs = zip(wave.frame.columns[saved.id, ""].tolist(), wave.frame.columns[lost.id, ""].tolist(), strict=True)
    told = [pair for pair in pairs if pair in nets]
    if len(told) < plan.reveal_minimum:
        return []
    bands = [nets[pair] for pair in told]
    median, mean = median_bounds(bands), mean_bounds(bands)
    common = Amount("net_minutes", wave.number, saved.id, "median", len(told), None, median.low, median.high)
    # Only a mean is a sum behind which one person could stand.
    size = {
        pair: max((abs(edge) for edge in (net.low, net.high) if edge is not None), default=0.0)
        for pair, net in nets.items()
    }
    sizes = np.sort([size[pair] for pair in told])
    largest, others = float(sizes[-1]), float(sizes[:-2].sum())
    return [
        common,
        replace(common, option="mean", low=mean.low, high=mean.high, largest=largest, others=others),
    ]
