"""Cells, the sums of them that everybody knows, the figures that would show them, and what must stay open."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SMALL = frozenset({1, 2})
SAFE = 3  # an attacker may exclude neither 0 nor 3

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Secret:
    """A sum of *cells* that an attacker must find possible at *lowest* or less, and at *highest* or more."""

    cells: tuple[int, ...]
    lowest: int | None = 0
    highest: int | None = SAFE


@dataclass(frozen=True, slots=True)
class Network:
    """Everything an attacker knows about some cells before any figure is shown, with their true *values*.

    Attributes:
        values: people in each cell, 0 or more.
        ties: sums that everybody knows, each as (cell, factor) pairs; that they hold for the true values is enough.
        figures: the cells that each figure shows. A cell in no figure is never shown itself.
        weights: what hiding each figure costs.
        secrets: what must stay open.
        answers: the cells that somebody knows to be in, because it is the own answer.
        most: no cell can be larger, sums of several cells and what is left of them included.
    """

    values: tuple[int, ...]
    ties: tuple[tuple[tuple[int, int], ...], ...]
    figures: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]
    secrets: tuple[Secret, ...]
    answers: tuple[int, ...]
    most: int

    def tied(self) -> "csr_matrix":
        """Return the ties as a matrix of factors: a line per tie, a column per cell."""
        from scipy.sparse import csr_matrix

        lines = np.repeat(np.arange(len(self.ties)), [len(tie) for tie in self.ties])
        pairs = np.array(list(chain.from_iterable(self.ties)), dtype=np.int64).reshape(-1, 2)
        return csr_matrix((pairs[:, 1].astype(float), (lines, pairs[:, 0])), shape=(len(self.ties), len(self.values)))

    def open_cells(self, hidden: Iterable[int]) -> npt.NDArray[np.bool_]:
        """True for each cell that no figure shows while these figures are *hidden*."""
        unseen = np.ones(len(self.values), dtype=np.bool_)
        gone = set(hidden)
        for figure, cells in enumerate(self.figures):
            if figure not in gone:
                unseen[list(cells)] = False
        return unseen


@dataclass(slots=True)
class Weaving:
    """A network about so many *people* while it is made."""

    people: int
    values: list[int] = field(default_factory=list)
    ties: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    figures: list[tuple[int, ...]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def cell(self, value: int) -> int:
        """Add a cell and return its place."""
        self.values.append(value)
        return len(self.values) - 1

    def cells(self, values: Iterable[int]) -> list[int]:
        """Add several cells and return their places."""
        return [self.cell(value) for value in values]

    def answer_cells(self, values: Iterable[int]) -> list[int]:
        """Add several cells whose people know that they are in it, and return their places."""
        cells = self.cells(values)
        self.answers += cells
        return cells

    def know_sum(self, cells: Iterable[int], less: Iterable[int] = ()) -> None:
        """Let everybody know the sum of *cells* without those that are *less*; one named twice counts twice."""
        factors = Counter(cells)
        factors.subtract(less)
        self.ties.append(tuple(factors.items()))

    def know_at_most(self, smaller: Sequence[int], larger: Sequence[int]) -> int:
        """Let everybody know that the *smaller* cells are no more than the *larger* ones; return a cell of the rest."""
        rest = self.cell(sum(self.values[cell] for cell in larger) - sum(self.values[cell] for cell in smaller))
        self.know_sum([*smaller, rest], larger)
        return rest

    def show(self, cells: Sequence[int], *, weight: float = 1.0) -> int:
        """Add a figure that shows *cells*, and return its place."""
        self.figures.append(tuple(cells))
        self.weights.append(weight)
        return len(self.figures) - 1

    def guard(self, cells: Sequence[int], *, lowest: int | None = 0, highest: int | None = SAFE) -> None:
        """Keep the sum of *cells* open."""
        self.secrets.append(Secret(tuple(cells), lowest, highest))

    def guard_if_small(self, cells: Sequence[int]) -> None:
        """Keep the sum of *cells* open if it is a small count."""
        if sum(self.values[cell] for cell in cells) in SMALL:
            self.guard(cells)

    def network(self) -> Network:
        """Return what was woven."""
        return Network(
            tuple(self.values),
            tuple(self.ties),
            tuple(self.figures),
            tuple(self.weights),
            tuple(dict.fromkeys(self.secrets)),
            tuple(self.answers),
            self.people * max(1, len(self.values)),
        )
