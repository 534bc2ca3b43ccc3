"""Everything an attacker can write down about a published table, and how far that pins a number of people down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LARGEST = 1_500  # unknowns that are solved for at the same time: many small programmes are quicker than a large one
EXACT = 1e-6
CONTRADICTION = "published figures contradict each other"


Vector = npt.NDArray[np.float64]
Sum = tuple[tuple[int, int], ...]  # unknowns with their factors


@dataclass(frozen=True, slots=True)
class Question:
    """How small (-1) or large (+1) a sum of unknowns can be, if a *certain* one is at least 1."""

    sum: Sum
    direction: int
    certain: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The smallest or largest value, and the numbers of people that show it can be so."""

    value: int
    shown_by: npt.NDArray[np.float64]


@dataclass(slots=True)
class Programme:
    """Unknown numbers of people and the linear conditions they meet; *whole* where only whole numbers give the limits.

    Tables whose lines and options only add up have whole limits by themselves (Hoffman and Kruskal 1956).
    """

    most: int
    whole: bool = False
    lows: list[int] = field(default_factory=list)
    highs: list[int] = field(default_factory=list)
    conditions: list[tuple[dict[int, int], float, float]] = field(default_factory=list)

    def unknown(self, known: int | None = None) -> int:
        """Add a number of people, *known* or not, and return its place."""
        self.lows.append(known or 0)
        self.highs.append(self.most if known is None else known)
        return len(self.lows) - 1

    def equal(self, parts: Sequence[int], whole: Sequence[int] = (), plus: int = 0) -> None:
        """State that the *parts* add up to the *whole* ones *plus* a number."""
        self._state(parts, whole, plus, plus)

    def between(self, parts: Sequence[int], low: int, high: int) -> None:
        """State that the *parts* add up to a number from *low* to *high*."""
        self._state(parts, (), low, high)

    def at_most(self, parts: Sequence[int], whole: Sequence[int], times: int = 1) -> None:
        """State that the *parts* are no more than *times* the *whole*."""
        self._state(parts, list(whole) * times, -np.inf, 0)

    def _state(self, parts: Sequence[int], whole: Sequence[int], low: float, high: float) -> None:
        factors: dict[int, int] = {}
        for place in parts:
            factors[place] = factors.get(place, 0) + 1
        for place in whole:
            factors[place] = factors.get(place, 0) - 1
        self.conditions.append((factors, low, high))

    def replies(self, questions: Sequence[Question]) -> list[Reply]:
        """Return the reply to each of these *questions*."""
        free = sum(low < high for low, high in zip(self.lows, self.highs, strict=True))
        size = max(1, LARGEST // max(1, free))
        parts = (questions[start : start + size] for start in range(0, len(questions), size))
        return [reply for part in parts for reply in self._solved(part)]

    def _solved(self, questions: Sequence[Question]) -> Iterator[Reply]:
        """Yield the replies from one programme in which each question has its own copy of the unknowns.

        Raises:
            ArithmeticError: the programme has no solution; the published figures contradict each other.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import identity, kron

        lows, highs = np.array(self.lows, dtype=float), np.array(self.highs, dtype=float)
        if np.any(lows > highs):
            raise ArithmeticError(CONTRADICTION)
        # What is known needs no copies.
        free = np.flatnonzero(lows < highs)
        matrix, least, most = self._conditions(np.where(lows < highs, 0.0, lows), free)
        copies = len(questions)
        cost = np.zeros((copies, len(self.lows)))
        floors = np.tile(lows, (copies, 1))
        for copy, question in enumerate(questions):
            for place, factor in question.sum:
                cost[copy, place] = -question.direction * factor
            if question.certain is not None:
                floors[copy, question.certain] = max(1.0, floors[copy, question.certain])
        found = np.tile(lows, (copies, 1))
        if len(free):
            solved = milp(
                cost[:, free].ravel(),
                integrality=np.full(copies * len(free), int(self.whole)),
                bounds=Bounds(floors[:, free].ravel(), np.tile(highs[free], copies)),
                constraints=LinearConstraint(
                    kron(identity(copies, format="csr"), matrix, format="csr"),
                    np.tile(least, copies),
                    np.tile(most, copies),
                ),
                # With whole numbers the presolve of HiGHS 1.12 calls some programmes infeasible that are not.
                options={"presolve": not self.whole},
            )
            if solved.x is None:
                raise ArithmeticError(CONTRADICTION)
            found[:, free] = solved.x.reshape(copies, len(free))
        for question, people in zip(questions, found, strict=True):
            total = sum(factor * people[place] for place, factor in question.sum)
            limit = np.floor(total + EXACT) if question.direction > 0 else np.ceil(total - EXACT)
            yield Reply(int(limit), people)

    def _conditions(self, known: Vector, free: npt.NDArray[np.intp]) -> "tuple[csr_matrix, Vector, Vector]":
        """Return the conditions on the *free* unknowns, with the *known* ones moved into their limits.

        Raises:
            ArithmeticError: known numbers do not meet a condition.
        """
        from scipy.sparse import csr_matrix

        lines = np.repeat(np.arange(len(self.conditions)), [len(factors) for factors, _, _ in self.conditions])
        places = [place for factors, _, _ in self.conditions for place in factors]
        values = [float(value) for factors, _, _ in self.conditions for value in factors.values()]
        matrix = csr_matrix((values, (lines, places)), shape=(len(self.conditions), len(self.lows)))
        moved = matrix @ known
        least = np.array([low for _, low, _ in self.conditions]) - moved
        most = np.array([high for _, _, high in self.conditions]) - moved
        left = matrix[:, free]
        open_ones = np.diff(left.indptr) > 0
        if np.any(least[~open_ones] > EXACT) or np.any(most[~open_ones] < -EXACT):
            raise ArithmeticError(CONTRADICTION)
        return left[open_ones], least[open_ones], most[open_ones]
