"""Drivers of active use: how much of it goes along with what else people answered, for everyone together.

What is published of it are whole percentages, each made of all answers of at least twenty people per driver, ten of
them active and ten not. Two drivers of seven points and active use make 98 cells, and these figures are a handful of
rounded numbers about all cells at once: no number of people with two particular answers follows from them. They are
made of answers whose distributions are published whole, never of sensitive ones, and never by team.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analysis.catalogue import CATALOGUE
from analysis.codebook import Item, Kind
from analysis.counting.adoption import active
from analysis.counting.tabulation import Chapter, Wave
from analysis.disclosure import Amount
from analysis.drivers import Drivers, rank_drivers
from analysis.frame.columns import Mask
from analysis.packing import points
from analysis.plan import Plan
from analysis.released import USE
from analysis.results import NoEvidenceError

# In this order; what people want or gain (keeping the tool, pace, time) follows from use and is no driver of it.
DRIVERS = ("capability", "ease", "trust", "policy_tools", "policy_how", "confidence", "training", "effort")
LEAST = 2  # one driver alone has nothing to be compared with
SEED = 20_270_112  # any fixed number: the same answers give the same report


def chapter(wave: Wave, plan: Plan) -> Chapter:
    """Return the share of each driver in active use, in whole percentages, and its direction; nothing if too few."""
    found = ranked(wave, plan)
    if found is None:
        return Chapter()
    exact = []
    for one in found.drivers:
        share, low, high = (float(round(100 * part)) for part in (one.share, one.limits.low, one.limits.high))
        exact.append(Amount("drivers", wave.number, "drivers", one.name, found.rows, share, low, high))
    for one in found.drivers:
        direction = float(one.direction)
        exact.append(Amount("drivers_direction", wave.number, "drivers", one.name, found.rows, direction))
    options = tuple((one.name, CATALOGUE[one.name].title) for one in found.drivers)
    measures = tuple(replace(CATALOGUE[name], options=options) for name in ("drivers", "drivers_direction"))
    return Chapter(measures, tuple(exact))


def ranked(wave: Wave, plan: Plan) -> Drivers | None:
    """Return the drivers of active use among the people who answered all of them, none where they are too few.

    The driver that fewest people answered is left out until there are enough active and inactive people for the rest.
    """
    use = active(wave, plan)
    if use is None or wave.counts.kind not in USE:
        return None
    items = _asked(wave)
    while len(items) >= LEAST:
        complete = np.logical_and.reduce([use[1], *(wave.frame.answered(item) for item in items)])
        found = _ranked(wave, items, use[0], complete) if complete.sum() >= plan.reveal_minimum else None
        if found is not None and len(found.drivers) >= LEAST:
            return found
        answers = [int((wave.frame.answered(item) & use[1]).sum()) for item in items]
        fewest = max(place for place, people in enumerate(answers) if people == min(answers))
        items = [item for place, item in enumerate(items) if place != fewest]
    return None


def _asked(wave: Wave) -> list[Item]:
    """Return the questions that can be drivers: graded ones, and the kinds of help, which are counted."""
    found = [item for name in DRIVERS if (item := wave.item(name)) is not None and not item.sensitive]
    return [item for item in found if item.kind is Kind.SCALE or item.measure == "training"]


def _ranked(wave: Wave, items: Sequence[Item], outcome: Mask, complete: Mask) -> Drivers | None:
    columns = np.column_stack([_graded(wave, item)[complete] for item in items])
    try:
        return rank_drivers(outcome[complete], columns, [str(item.measure) for item in items], seed=SEED)
    except NoEvidenceError:
        return None


def _graded(wave: Wave, item: Item) -> npt.NDArray[np.float64]:
    """Return the point that each person gave, or how many options were chosen; whatever where nothing was answered."""
    if item.kind is Kind.SCALE:
        return np.array([0.0, *points(item)])[wave.frame.columns[item.id, ""]]
    codes = [option.code for option in item.options if not option.exclusive and not option.refusal]
    chosen: npt.NDArray[np.float64] = np.sum([wave.frame.chosen(item, code) for code in codes], axis=0, dtype=float)
    return chosen
