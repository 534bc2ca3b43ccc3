"""Stuck-points: where people stop, and what is named by those who stopped at the worst stage and who went on."""

from dataclasses import replace

import numpy as np

from analysis.catalogue import CATALOGUE, STOPPED
from analysis.codebook import Item
from analysis.counting.adoption import active, stages
from analysis.counting.tabulation import Chapter, Wave, listed
from analysis.disclosure import Exact, Split, Table, Total
from analysis.frame.columns import Mask
from analysis.losses import LOSSES, largest_loss
from analysis.plan import Plan
from analysis.released import USE


def _stopped_at(wave: Wave, plan: Plan) -> dict[str, Mask]:
    """Return who stopped before each stage, and who passed all, among people whose way is known."""
    found, use, reach = stages(wave, plan), active(wave, plan), wave.item("reach")
    if use is None or reach is None:
        return {}
    before = known = use[1] & wave.frame.answered(reach)
    stopped: dict[str, Mask] = {}
    for stage in LOSSES:
        reached = found[stage] & known
        stopped[stage] = before & ~reached
        before = reached
    return {**stopped, "passed": before}


def chapter(wave: Wave, plan: Plan) -> Chapter:
    """Return the losses by stage, and the stuck points of those who stopped at the worst beside those who went on."""
    stopped = _stopped_at(wave, plan) if wave.counts.kind in USE else {}
    if not stopped:
        return Chapter()
    counts = tuple((stage, int(mask.sum())) for stage, mask in stopped.items())
    known = sum(people for _, people in counts)
    exact: list[Exact] = [Total("stuck_stage", wave.number, "stuck_stage", Table(known, counts))]
    measures = [replace(CATALOGUE["stuck_stage"], options=tuple(STOPPED.items()))]
    worst, item = largest_loss(dict(counts)), wave.item("stuck_where")
    if worst is not None and item is not None:
        exact.append(_split(wave, item, stopped, worst.stage))
        measures += [replace(CATALOGUE[name], options=listed(item)) for name in ("barriers_stuck", "barriers_passed")]
    return Chapter(tuple(measures), tuple(exact))


def _split(wave: Wave, item: Item, stopped: dict[str, Mask], stage: str) -> Split:
    """Return the stuck points of the people who stopped at the worst stage and of those who passed it."""
    answered = wave.frame.answered(item)
    later = [*LOSSES[LOSSES.index(stage) + 1 :], "passed"]
    went_on = np.logical_or.reduce([stopped[stage] for stage in later])

    asked = wave.frame.shown.get(item.id, np.ones(wave.frame.size, dtype=np.bool_))

    def table(among: Mask) -> Table:
        counts = tuple((code, int((wave.frame.chosen(item, code) & among).sum())) for code, _ in listed(item))
        return Table(int((among & answered).sum()), counts)

    return Split(
        wave.number,
        item.id,
        table(answered),
        (("barriers_stuck", table(stopped[stage])), ("barriers_passed", table(went_on))),
        (int((stopped[stage] & asked).sum()), int((went_on & asked).sum())),
        int(asked.sum()),
    )
