"""The fewest figures that must be hidden so that no secret of a network can be worked out from the others.

Fischetti and Salazar (2001, Management Science 47:1008), by cutting planes: a small mixed-integer programme chooses the
figures, linear programmes play the attacker, and whatever an attacker could still work out becomes a further demand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.disclosure.network import SAFE, Network, Vector

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NODES = 50  # of one mixed-integer programme; what it found until then is used
NEAR_ENOUGH = 0.02  # a choice at most this much dearer than the cheapest is taken
ROUNDS = 40
EXACT = 1e-6
OTHERS = 2  # who is in the table knows one person more, and may exclude neither 0 nor 2 others
TOGETHER = 1_500  # cells that are solved for at the same time: many small programmes are quicker than a large one


@dataclass(frozen=True, slots=True)
class _Aim:
    """One direction of one secret: how far an attacker must find the sum movable, up (+1) or down (-1).

    An *insider* is in that cell himself, which is not empty then.
    """

    cells: tuple[int, ...]
    direction: int
    distance: float
    insider: int | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What an attacker finds, a line for each aim: how far it is movable, by which shifts of all cells, at which costs.

    The costs are the reduced ones of the cells.
    """

    moved: Vector
    shifts: Matrix
    costs: Matrix


def hide(network: Network, hidden: Collection[int] = ()) -> frozenset[int] | None:
    """Return the figures to hide, with those *hidden* anyway; none where no choice was found.

    What the sums that everybody knows exclude by themselves is no demand: hiding figures cannot protect it.
    """
    chosen = frozenset(hidden)
    if not network.secrets:
        return chosen
    aims = _feasible(network, _aims(network, SAFE))
    cuts: list[Vector] = []
    for _ in range(ROUNDS):
        attack = _attack(network, chosen, aims)
        found = _violations(network, aims, attack)
        if not found:
            closed = _insider_aims(network, chosen, attack.shifts)
            if not closed:
                return chosen
            aims += closed
            continue
        cuts += found
        choice = _cheapest(network, cuts, hidden)
        if choice is None:
            return None
        chosen = choice
    return None


def _aims(network: Network, safe: int) -> list[_Aim]:
    """Return how far each secret must be movable; a small count up to *safe*."""
    found = []
    for secret in network.secrets:
        value = sum(network.values[cell] for cell in secret.cells)
        if secret.lowest is not None:
            found.append(_Aim(secret.cells, -1, value - secret.lowest))
        if secret.highest is not None:
            found.append(_Aim(secret.cells, 1, (safe if secret.highest == SAFE else secret.highest) - value))
    return [aim for aim in found if aim.distance > EXACT]


def _feasible(network: Network, aims: Sequence[_Aim]) -> list[_Aim]:
    """Return the aims, cut to what is left possible when every figure is hidden."""
    moved = _attack(network, range(len(network.figures)), aims).moved
    cut = (
        replace(aim, distance=min(aim.distance, np.floor(most + EXACT))) for aim, most in zip(aims, moved, strict=True)
    )
    return [aim for aim in cut if aim.distance > EXACT]


def _insider_aims(network: Network, hidden: Collection[int], shifts: Matrix) -> list[_Aim]:
    """Return the aims that one person who knows the own answer finds closed; *shifts* are known to be possible."""
    unseen, values = network.open_cells(hidden), np.array(network.values)
    known = np.array([cell for cell in dict.fromkeys(network.answers) if unseen[cell] and values[cell]], dtype=np.int64)
    aims = [
        replace(aim, insider=int(cell))
        for aim in _aims(network, OTHERS)
        for cell in known[~_reached(aim, shifts, known, values)]
        if cell not in aim.cells
    ]
    feasible = _feasible(network, _closed(network, hidden, aims))
    return _closed(network, hidden, feasible)


def _closed(network: Network, hidden: Collection[int], aims: Sequence[_Aim]) -> list[_Aim]:
    """Return the aims that are not reached."""
    moved = _attack(network, hidden, aims).moved
    return [aim for aim, far in zip(aims, moved, strict=True) if far < aim.distance - EXACT]


def _reached(aim: _Aim, shifts: Matrix, known: npt.NDArray[np.int64], values: npt.NDArray[np.int64]) -> Flags:
    """Return for each *known* cell whether *shifts* show that somebody in it finds the aim reached.

    What is possible stays so if everything moves only a part of the way.
    """
    far = aim.direction * shifts[:, list(aim.cells)].sum(axis=1)
    far_enough = far >= aim.distance - EXACT
    parts = np.minimum(1.0, aim.distance / far[far_enough])
    left = values[known] + parts[:, None] * shifts[np.ix_(far_enough, known)]
    found: Flags = (left >= 1 - EXACT).any(axis=0)
    return found


def _attack(network: Network, hidden: Collection[int], aims: Sequence[_Aim]) -> _Found:
    """Return what an attacker finds who sees all figures that are not *hidden*.

    Raises:
        ArithmeticError: the true values do not meet the ties of the network.
    """
    # What is seen does not move.
    unseen = np.flatnonzero(network.open_cells(hidden))
    every_tie = network.tied()
    shape = len(aims), len(network.values)
    found = _Found(np.zeros(len(aims)), np.zeros(shape), np.zeros(shape))
    for line, aim in enumerate(aims):
        found.costs[line, list(aim.cells)] = aim.direction
    step = max(1, TOGETHER // max(1, len(unseen)))
    for start in range(0, len(aims) if len(unseen) else 0, step):
        part = slice(start, start + step)
        wanted = found.costs[part]
        shifts, prices = _solved(network, unseen, every_tie[:, unseen], wanted[:, unseen], aims[part])
        found.moved[part] = (wanted[:, unseen] * shifts).sum(axis=1)
        found.shifts[part, unseen] = shifts
        found.costs[part] = wanted + prices @ every_tie
    return found


def _solved(
    network: Network, unseen: npt.NDArray[np.intp], ties: "csr_matrix", wanted: Matrix, aims: Sequence[_Aim]
) -> tuple[Matrix, Matrix]:
    """Return how the *unseen* cells move furthest where each aim *wanted* them to, and the prices of the ties.

    All aims are one linear programme: each has its own copy of the cells, and the copies share nothing.
    """
    from scipy.optimize import linprog
    from scipy.sparse import identity, kron

    values, number = np.array(network.values, dtype=float), len(aims)
    lowest = np.tile(-values, (number, 1))
    for line, aim in enumerate(aims):
        if aim.insider is not None:
            lowest[line, aim.insider] = min(0.0, lowest[line, aim.insider] + 1)
    highest = np.tile(network.most - values[unseen], number)
    solved = linprog(  # type: ignore[call-overload]  # the stubs do not know that ties may be sparse
        -wanted.ravel(),
        A_eq=kron(identity(number, format="csr"), ties, format="csr"),
        b_eq=np.zeros(number * len(network.ties)),
        bounds=np.column_stack([lowest[:, unseen].ravel(), highest]),
        method="highs",
    )
    if solved.x is None:
        raise ArithmeticError("sums that everybody knows contradict each other")
    return solved.x.reshape(wanted.shape), solved.eqlin.marginals.reshape(number, len(network.ties))


def _violations(network: Network, aims: Sequence[_Aim], attack: _Found) -> list[Vector]:
    """Return, for each aim that is not reached, how much every cell would add to it if it were open; 1 is enough."""
    values = np.array(network.values, dtype=float)
    found = []
    for aim, reached, cost in zip(aims, attack.moved, attack.costs, strict=True):
        if reached < aim.distance - EXACT:
            below = values.copy()
            if aim.insider is not None:
                below[aim.insider] -= 1
            room = (network.most - values) * np.maximum(cost, 0) + below * np.maximum(-cost, 0)
            found.append(np.round(np.minimum(room / aim.distance, 1.0), 6))
    return found


def _cheapest(network: Network, cuts: Sequence[Vector], hidden: Collection[int]) -> frozenset[int] | None:
    """Return the cheapest figures that meet all *cuts* so far; a cell is open once all its figures are hidden."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix, hstack

    figures, cells = len(network.figures), len(network.values)
    pairs = np.array([(cell, figure) for figure, shown in enumerate(network.figures) for cell in shown])
    lines = np.repeat(np.arange(len(pairs)), 2)
    places = np.column_stack([figures + pairs[:, 0], pairs[:, 1]]).ravel()
    signs = np.tile([1.0, -1.0], len(pairs))
    opened = csr_matrix((signs, (lines, places)), shape=(len(pairs), figures + cells))
    demands = hstack([csr_matrix((len(cuts), figures)), csr_matrix(np.array(cuts))], format="csr")
    lowest = np.zeros(figures + cells)
    lowest[list(hidden)] = 1
    solved = milp(
        np.concatenate([network.weights, np.zeros(cells)]),
        integrality=np.ones(figures + cells, dtype=np.int64),
        bounds=Bounds(lowest, np.ones(figures + cells)),
        constraints=[LinearConstraint(opened, -np.inf, 0), LinearConstraint(demands, 1 - EXACT, np.inf)],
        options={"node_limit": NODES, "mip_rel_gap": NEAR_ENOUGH, "presolve": False},
    )
    if solved.x is None:
        return None
    return frozenset(int(figure) for figure in np.flatnonzero(solved.x[:figures] > 0.5))  # noqa: PLR2004 (0 or 1)
