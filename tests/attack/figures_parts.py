"""What somebody knows about the stuck points of those who stopped at the worst stage, and of those who passed it."""

import numpy as np

from analysis.counting.adoption import stages
from analysis.counting.tabulation import Wave
from analysis.losses import LOSSES, largest_loss
from analysis.plan import Plan
from analysis.released import ReleasedWave
from tests.attack.figures_puzzle import Cell, Puzzle, minus, plus
from tests.attack.figures_tables import Lines, cells_of, codes_of, holds, masks_of, totals


def parts_of(wave: Wave, released: ReleasedWave, plan: Plan) -> tuple[Puzzle, list[Cell]]:
    """Return the puzzle of the stuck points: who stopped at the worst stage, who passed it, and the others."""
    puzzle, cells = Puzzle(), list[Cell]()
    item, reach, days = wave.item("stuck_where"), wave.item("reach"), wave.item("tool_days")
    known = totals(released, "stuck_stage", "stuck_stage")
    if item is None or reach is None or days is None or not known or sum(count for count, _ in known.values()) == 0:
        return puzzle, cells
    worst = largest_loss({name: count for name, (count, _) in known.items()})
    if worst is None:
        return puzzle, cells
    reached, before = stages(wave, plan), wave.frame.answered(reach) & wave.frame.answered(days)
    stopped = {}
    for stage in LOSSES:
        stopped[stage], before = before & ~reached[stage], before & reached[stage]
    stopped["passed"] = before
    later = [*LOSSES[LOSSES.index(worst.stage) + 1 :], "passed"]
    parts = [stopped[worst.stage], np.logical_or.reduce([stopped[stage] for stage in later])]
    parts.append(~parts[0] & ~parts[1])
    sizes = [known[worst.stage][0], sum(known[stage][0] for stage in later)]
    sizes.append(wave.frame.size - sum(sizes))
    masks = dict(zip(codes_of(item), masks_of(wave, item), strict=True))
    counts = {code: [puzzle.unknown(int((mask & part).sum())) for part in parts] for code, mask in masks.items()}
    lines = Lines(counts, [plus(*column) for column in zip(*counts.values(), strict=True)], alternatives=True)
    for option, (count, _) in totals(released, item.measure or "", item.id).items():
        puzzle.bind(plus(*counts[option]), count, count)
    asked = [
        puzzle.unknown(int((part & wave.frame.shown[item.id]).sum()), size)
        for part, size in zip(parts, sizes, strict=True)
    ]
    hearing = totals(released, "reach", reach.id)
    all_asked = sum(
        count for code, (count, _) in hearing.items() if item.shown_if is None or holds(item.shown_if, code)
    )
    puzzle.bind(plus(*asked), all_asked, all_asked)
    for place, people in enumerate(asked):
        puzzle.at_most(lines.bases[place], people)
        if place == 1 or (place == 0 and worst.stage != "aware"):
            puzzle.bind(people, sizes[place], sizes[place])
    for place, measure in enumerate(("barriers_stuck", "barriers_passed")):
        for option, (count, base) in totals(released, measure, item.id).items():
            puzzle.publish(f"{measure} {option}", counts[option][place], count)
            puzzle.publish(f"{measure} {option}", lines.bases[place], base)
    for place, measure in enumerate(("barriers_stuck", "barriers_passed", "the third part")):
        cells += cells_of(lines, place, measure, "part", minus(asked[place], lines.bases[place]))
    return puzzle, cells
