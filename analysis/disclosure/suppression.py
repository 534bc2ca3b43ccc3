"""Which lines of a table must stay hidden, so that no small count can be worked out from what is shown.

Whole lines are hidden, never single cells: what is left hidden is then a complete table with known margins, for which
the smallest and largest possible value of a cell are exact (Frechet bounds). Cautious, not optimal.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from analysis.disclosure.exact import Attendance, Rules, Team

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


def small_lines(cells: Cells, *, complements: bool = True) -> frozenset[int]:
    """Return the lines with a small cell, or with a small rest beside a cell."""
    sides = _sides(cells, complements=complements)
    small = np.logical_or.reduce([np.isin(side, list(SMALL)).any(axis=1) for side in sides])
    return frozenset(int(line) for line in np.flatnonzero(small))


def _sides(cells: Cells, *, complements: bool) -> list[Cells]:
    return [cells, cells.sum(axis=1)[:, None] - cells] if complements else [cells]


def hidden_lines(cells: Cells, forced: Iterable[int], rules: Rules, *, complements: bool = True) -> frozenset[int]:
    """Return the lines to hide: small ones, those *forced*, and as many others as protect them.

    All lines come back where nothing less protects: then only the totals are known.
    """
    hidden = set(forced) | small_lines(cells, complements=complements)
    if not hidden:
        return frozenset()
    bases, sides = cells.sum(axis=1), _sides(cells, complements=complements)
    others = [int(line) for line in np.argsort(bases, kind="stable") if line not in hidden]
    while others and not _protected(bases, sides, sorted(hidden), rules):
        hidden.add(others.pop(0))
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
