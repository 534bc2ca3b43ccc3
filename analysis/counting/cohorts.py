"""How people use the tool: on how many days, for how many tasks, and who remembers having been active before.

All of it is told for everyone only: by team it would be a second view of answers that are told there already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from analysis.catalogue import CATALOGUE, RECALLED
from analysis.codebook import Item, Kind
from analysis.counting.tabulation import Wave
from analysis.disclosure import PARTITION, Table, Total
from analysis.frame.columns import Mask
from analysis.packing import points
from analysis.plan import Plan
from analysis.results import Count, Measure, Sentence, Words

DAILY = 5  # days of the last 7: every working day
TASKS: tuple[tuple[str, int, int | None, Words], ...] = (
    ("0", 0, 0, Sentence("no task")),
    ("1", 1, 1, Sentence("one task")),
    ("2_to_3", 2, 3, Sentence("2 to 3 tasks")),
    ("4_or_more", 4, None, Sentence("4 tasks or more")),
)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """One measure with its table: everybody counted is in exactly one of its options."""

    measure: Measure
    total: Total


def cohorts(wave: Wave, plan: Plan, use: tuple[Mask, Mask] | None) -> tuple[Cohorts, ...]:
    """Return what the wave asked for; *use* is who is active and who told it."""
    found = (intensity(wave, plan), breadth(wave), recalled(wave, use))
    return tuple(one for one in found if one is not None)


def intensity(wave: Wave, plan: Plan) -> Cohorts | None:
    """Return people by days of use: none, fewer than active use asks for, active, and every working day."""
    item = wave.item("tool_days")
    if item is None or item.kind is not Kind.NUMBER:
        return None
    last = max(points(item))
    starts = sorted({0, 1, plan.active_days, DAILY} & set(points(item)))
    spans = [(low, high - 1) for low, high in pairwise([*starts, last + 1])]
    # "1-2" would be a day of January in a spreadsheet.
    days = [(f"{low}_to_{high}" if low < high else str(low), low, high, _days(low, high)) for low, high in spans]
    told = wave.frame.answered(item)
    masks = [
        (code, wave.frame.at_least(item, low) & ~wave.frame.at_least(item, high + 1)) for code, low, high, _ in days
    ]
    return _whole(wave, "intensity", item.id, [(code, label) for code, _, _, label in days], masks, told)


def _days(low: int, high: int) -> Words:
    if low == high:
        return Sentence("on no day") if low == 0 else Sentence("on %(low)s of 7 days", (("low", Count(low)),))
    return Sentence("on %(low)s to %(high)s of 7 days", (("low", Count(low)), ("high", Count(high))))


def breadth(wave: Wave) -> Cohorts | None:
    """Return people by the number of tasks they do with AI; whoever used none of it at all does no task with it."""
    item = wave.item("tasks")
    if item is None or item.kind is not Kind.MULTIPLE:
        return None
    number = np.zeros(wave.frame.size, dtype=np.intp)
    for option in item.options:
        if not option.exclusive and not option.refusal:
            number += wave.frame.chosen(item, option.code)
    told = wave.frame.answered(item) | _idle(wave, item)
    masks = [
        (code, (number >= low) & (number <= (len(item.options) if high is None else high)))
        for code, low, high, _ in TASKS
    ]
    return _whole(wave, "breadth", item.id, [(code, label) for code, _, _, label in TASKS], masks, told)


def _idle(wave: Wave, item: Item) -> Mask:
    """Return who was not asked for tasks and used no AI tool in the last 7 days."""
    idle = np.zeros(wave.frame.size, dtype=np.bool_)
    days, asked = wave.item("any_days"), wave.frame.shown.get(item.id)
    if days is None or asked is None:
        return idle
    return wave.frame.answered(days) & ~wave.frame.at_least(days, 1) & ~asked


def recalled(wave: Wave, use: tuple[Mask, Mask] | None) -> Cohorts | None:
    """Return people by what they remember of the wave before and whether they are active now.

    Whoever had no access yet was not active then, neither was anybody who has still never tried the tool and so was
    not asked. Whoever does not remember is left out.
    """
    item = wave.item("sustained_recall")
    if item is None or use is None:
        return None
    active, told = use
    then = wave.frame.chosen(item, "yes")
    never = wave.frame.chosen(item, "no", "no_access") | (_untried(wave) & ~wave.frame.given(item))
    masks = [
        ("yes_active", then & active),
        ("yes_inactive", then & ~active),
        ("no_active", never & active),
        ("no_inactive", never & ~active),
    ]
    return _whole(wave, "recall_by_use", item.id, RECALLED, masks, told & (then | never))


def _untried(wave: Wave) -> Mask:
    """Return who has never tried the tool."""
    reach = wave.item("reach")
    if reach is None:
        return np.zeros(wave.frame.size, dtype=np.bool_)
    return wave.frame.answered(reach) & ~wave.frame.chosen(reach, "tried", "use")


def _whole(
    wave: Wave,
    name: str,
    question: str,
    options: Sequence[tuple[str, Words]],
    masks: Sequence[tuple[str, Mask]],
    among: Mask,
) -> Cohorts:
    counts = tuple((code, int((mask & among).sum())) for code, mask in masks)
    table = Table(int(among.sum()), counts, wave.invited)
    measure = replace(CATALOGUE[name], options=tuple(options))
    return Cohorts(measure, Total(name, wave.number, question, table, PARTITION))
