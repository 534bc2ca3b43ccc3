"""Which lines of a table must stay hidden, so that no small count can be worked out from what is shown.

Whole lines are hidden, never single cells: what is left hidden is then a complete table with known margins, for which
the smallest and largest possible value of a cell are exact (Frechet bounds). Cautious, not optimal.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.disclosure.exact import Attendance, Rules, Shape, Table, Team

Cells = npt.NDArray[np.int64]  # one line per team or option; everybody in a line is in exactly one column
SMALL = frozenset({1, 2})
SAFE = 3  # an attacker may exclude neither 0 nor 3
LEAST_LINES = 2
NEARLY_ALL = 0.9
LEAST_OF_NEARLY_ALL = 8


def too_small(team: Team, rules: Rules) -> bool:
    """True if the team may not be shown; where nearly everybody answered, the answers point at people sooner."""
    least = rules.group_minimum
    if team.population is not None and team.answers > NEARLY_ALL * team.population:
        least = max(least, LEAST_OF_NEARLY_ALL)
    return team.answers < least or team.unsteady


def barred(wave: Attendance, rules: Rules) -> frozenset[str]:
    """Return the teams that no table of the wave may show: the small ones, and enough others to hide among.

    Ballots without team count as one more; where hidden, they stand as "".
    """
    sizes = {team.code: team.answers for team in wave.teams}
    sizes[""] = wave.answers - sum(sizes.values())
    hidden = {team.code for team in wave.teams if too_small(team, rules)}
    if 0 < sizes[""] < rules.group_minimum:
        hidden.add("")
    others = sorted((code for code in sizes if code not in hidden), key=sizes.__getitem__)
    while hidden and others and not _enough([sizes[code] for code in hidden], rules):
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _enough(bases: Sequence[int], rules: Rules) -> bool:
    """True if so many people are hidden together that none of them stands alone."""
    return sum(base > 0 for base in bases) >= LEAST_LINES and sum(bases) >= rules.group_minimum


def columns(table: Table, shape: Shape) -> Cells:
    """Return the people of one line by exclusive columns."""
    counts = [count for _, count in table.counts]
    if shape is Shape.PARTITION:
        return np.array(counts)
    if shape is Shape.SEPARATE:
        raise ValueError("options that overlap have no exclusive columns")
    stages = [table.base, *counts, 0]
    return np.array([before - after for before, after in pairwise(stages)])


def cell_sets(width: int, shape: Shape) -> tuple[tuple[int, ...], ...]:
    """Return the sets of columns that are published cells: each column, and for nested stages all from one on."""
    single = [(column,) for column in range(width)]
    if shape is not Shape.NESTED:
        return tuple(single)
    return tuple(single + [tuple(range(start, width)) for start in range(1, width - 1)])


def hidden_lines(
    cells: Cells, sets: Sequence[Sequence[int]], forced: Iterable[int], rules: Rules, *, complements: bool = True
) -> frozenset[int]:
    """Return the lines to hide: those with a small cell or complement, those *forced*, and as many as protect them.

    All lines come back where nothing less protects: then only the totals are known.
    """
    bases = cells.sum(axis=1)
    counted = np.stack([cells[:, list(chosen)].sum(axis=1) for chosen in sets], axis=1)
    sides = [counted, bases[:, None] - counted] if complements else [counted]
    small = np.logical_or.reduce([np.isin(side, list(SMALL)) for side in sides])
    hidden = set(forced) | {int(line) for line in np.flatnonzero(small.any(axis=1))}
    if not hidden:
        return frozenset()
    order = [int(line) for line in np.argsort(bases, kind="stable")]
    while len(hidden) < len(cells) and not _protected(bases, sides, sorted(hidden), rules):
        hidden.add(next(line for line in order if line not in hidden))
    return frozenset(hidden)


def _protected(every_base: Cells, sides: Sequence[Cells], hidden: list[int], rules: Rules) -> bool:
    """True if enough is hidden together, and no small cell or complement can be told from 0 or from 3."""
    bases = every_base[hidden]
    if not _enough(bases.tolist(), rules):
        return False
    for side in sides:
        mine = side[hidden]
        known = mine.sum(axis=0)
        lowest = bases[:, None] + known - bases.sum()
        highest = np.minimum(bases[:, None], known)
        # What the totals alone already exclude cannot be protected by hiding lines.
        reachable = np.minimum(np.minimum(SAFE, side.sum(axis=0)), bases[:, None])
        if (np.isin(mine, list(SMALL)) & ((lowest > 0) | (highest < reachable))).any():
            return False
    return True
