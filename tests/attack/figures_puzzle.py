"""Unknown numbers of people and all that is known of them: which values can somebody exclude who knows it all?

Every number carries its truth, so that nothing can be told to the attacker that is not so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Terms = Mapping[int, int]  # unknown to its factor: a sum
Condition = tuple[Terms, float, float]  # a sum and its limits, both included
INFEASIBLE = 2
MOST_NODES = 20_000
FIRST_GUESSES = 6
UNREACHED = 3  # what must stay possible above 1 and 2


class UndecidedError(AssertionError):
    """The solver stopped before it knew."""


def plus(*parts: Terms) -> Terms:
    """Return the sum of sums."""
    found: dict[int, int] = {}
    for part in parts:
        for place, factor in part.items():
            found[place] = found.get(place, 0) + factor
    return found


def times(factor: int, terms: Terms) -> Terms:
    """Return a multiple of a sum."""
    return {place: factor * value for place, value in terms.items()}


def minus(first: Terms, second: Terms) -> Terms:
    """Return a difference."""
    return plus(first, times(-1, second))


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that the attacker must not exclude, unless he could without the figures in question."""

    name: str
    kept: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of people of *place*; who is in it knows that, and so do those in one of *beside*."""

    place: str
    name: str
    people: Terms
    beside: tuple[Terms, ...] = ()


@dataclass(slots=True)
class Puzzle:
    """Unknown integers with their truth, what binds them, and which of their sums are published."""

    truths: list[int] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)
    bonds: list[Condition] = field(default_factory=list)
    published: dict[str, list[Condition]] = field(default_factory=dict)

    def unknown(self, truth: int, most: float = inf) -> Terms:
        """Return a new number of people, from 0 to *most*, that is *truth*."""
        assert 0 <= truth <= most, (truth, most)
        self.truths.append(int(truth))
        self.tops.append(most)
        return {len(self.truths) - 1: 1}

    def value(self, terms: Terms) -> int:
        """Return what a sum truly is."""
        return sum(factor * self.truths[place] for place, factor in terms.items())

    def bind(self, terms: Terms, low: float, high: float) -> None:
        """Let the attacker know that a sum is from *low* to *high*."""
        assert low <= self.value(terms) <= high, (low, self.value(terms), high)
        self.bonds.append((terms, low, high))

    def at_most(self, smaller: Terms, larger: Terms) -> None:
        """Let the attacker know that one sum is no more than another."""
        self.bind(minus(larger, smaller), 0, inf)

    def publish(self, name: str, terms: Terms, value: int) -> None:
        """Let the attacker read the *value* of a sum under *name*."""
        assert self.value(terms) == value, (name, value, self.value(terms))
        self.published.setdefault(name, []).append((terms, value, value))

    def shown(self, *, without: Iterable[str] = ()) -> list[Condition]:
        """Return what is published, *without* some of it."""
        left = set(without)
        return [one for name, conditions in self.published.items() if name not in left for one in conditions]


def protecting(puzzle: Puzzle, cell: Cell) -> Iterator[Claim]:
    """Yield what must stay possible for a cell of one or two people: nobody and three; for an insider, two others."""
    people, name = cell.people, f"{cell.place} {cell.name} = {puzzle.value(cell.people)}"
    yield Claim(name, "0", ((people, 0, 0),))
    yield Claim(name, "3", ((people, UNREACHED, inf),))
    yield Claim(name, "1 for one of them", ((people, 1, 1),))
    for known in cell.beside:
        if puzzle.value(known) >= 1:
            yield Claim(name, f"0 for somebody beside {dict(known)}", ((known, 1, inf), (people, 0, 0)))
            yield Claim(name, f"2 for somebody beside {dict(known)}", ((known, 1, inf), (people, 2, inf)))


def is_small(puzzle: Puzzle, cell: Cell) -> bool:
    """True for a cell of one or two people."""
    return puzzle.value(cell.people) in {1, 2}


def matrix(puzzle: Puzzle, conditions: Sequence[Condition]) -> csr_array:
    """Return the factors of all unknowns (columns) in each condition (rows)."""
    places = [(row, place, factor) for row, (terms, _, _) in enumerate(conditions) for place, factor in terms.items()]
    rows, columns, factors = zip(*places, strict=True) if places else ((), (), ())
    return csr_array((np.array(factors, dtype=float), (rows, columns)), shape=(len(conditions), len(puzzle.truths)))


class Solver:
    """Looks for numbers that agree with everything that binds and is *known*, and with some conditions more."""

    def __init__(self, puzzle: Puzzle, known: Sequence[Condition]) -> None:
        self._puzzle, self._always = puzzle, constraint(puzzle, [*puzzle.bonds, *known])
        self._bounds = Bounds(np.zeros(len(puzzle.truths)), np.array(puzzle.tops))

    def find(
        self, conditions: Sequence[Condition], wish: npt.NDArray[np.float64] | None = None, *, gap: float = 0.2
    ) -> npt.NDArray[np.int64] | None:
        """Return numbers that meet the *conditions* and make the *wish* small, or none if there are none.

        Raises:
            UndecidedError: the solver did not come to an end.
        """
        size = len(self._puzzle.truths)
        constraints = [self._always, *([constraint(self._puzzle, conditions)] if conditions else [])]
        done = milp(
            np.zeros(size) if wish is None else wish,
            integrality=np.ones(size),
            bounds=self._bounds,
            constraints=constraints,
            options={"mip_rel_gap": gap, "node_limit": MOST_NODES},
        )
        if done.x is None:
            if done.status == INFEASIBLE:
                return None
            raise UndecidedError(done.message)
        found = np.rint(done.x).astype(np.int64)
        for one in constraints:
            sums = one.A @ found
            assert ((one.lb <= sums) & (sums <= one.ub)).all()
        return found


def constraint(puzzle: Puzzle, conditions: Sequence[Condition]) -> LinearConstraint:
    """Return *conditions* as the solver wants them."""
    lows, highs = [low for _, low, _ in conditions], [high for _, _, high in conditions]
    return LinearConstraint(matrix(puzzle, conditions), lows, highs)


@dataclass
class Witnesses:
    """Which claims were seen to be possible: one set of numbers bears witness for many."""

    puzzle: Puzzle
    claims: Sequence[Claim]
    pending: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pending = set(range(len(self.claims)))
        conditions = [one for claim in self.claims for one in claim.conditions]
        self._sums = matrix(self.puzzle, conditions)
        self._lows = np.array([low for _, low, _ in conditions])
        self._highs = np.array([high for _, _, high in conditions])
        self._starts = np.cumsum([0, *(len(claim.conditions) for claim in self.claims)])[:-1]

    def hear(self, numbers: npt.NDArray[np.int64]) -> None:
        """Take the claims that *numbers* meet off those pending."""
        sums = self._sums @ numbers
        met = np.logical_and.reduceat((self._lows <= sums) & (sums <= self._highs), self._starts)
        self.pending -= set(np.flatnonzero(met).tolist())

    def wish(self, draw: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return an objective that pulls towards the pending claims, with random strength."""
        pull = np.zeros(len(self.puzzle.truths))
        for place in self.pending:
            for terms, _, high in self.claims[place].conditions:
                strength = draw.random() * (-1 if high == inf else 1)
                for unknown, factor in terms.items():
                    pull[unknown] += strength * factor
        return pull


def excluded(puzzle: Puzzle, claims: Sequence[Claim], *, seed: int = 1) -> list[Claim]:
    """Return the *claims* that somebody who knows everything published can exclude, and could not without it."""
    if not claims:
        return []
    draw = np.random.default_rng(seed)
    solver, open_claims = Solver(puzzle, puzzle.shown()), Witnesses(puzzle, claims)
    open_claims.hear(np.array(puzzle.truths))
    for _ in range(FIRST_GUESSES):
        if open_claims.pending:
            numbers = solver.find((), open_claims.wish(draw))
            assert numbers is not None
            open_claims.hear(numbers)
    impossible = []
    while open_claims.pending:
        place = min(open_claims.pending)
        numbers = solver.find(claims[place].conditions, open_claims.wish(draw))
        open_claims.pending.discard(place)
        if numbers is None:
            impossible.append(claims[place])
        else:
            open_claims.hear(numbers)
    blind = Solver(puzzle, ())
    return [claim for claim in impossible if blind.find(claim.conditions) is not None]


def limits(puzzle: Puzzle, terms: Terms) -> tuple[int, int]:
    """Return the smallest and the largest value that a sum can have for somebody who knows everything published."""
    solver, wish = Solver(puzzle, puzzle.shown()), np.zeros(len(puzzle.truths))
    wish[list(terms)] = list(terms.values())
    ends = [solver.find((), wish, gap=0), solver.find((), -wish, gap=0)]
    low, high = (sum(factor * int(end[place]) for place, factor in terms.items()) for end in ends if end is not None)
    return low, high
