"""Raking: a table of what people remember, fitted to the margins that were measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.results import NoEvidenceError

RECALL_ERROR = 0.10  # memory and measurement further apart than this: the memory is unreliable
ROUNDS = 10_000
_CLOSE = 1e-10  # between a raked margin and its target

Cells = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raked:
    """A table of shares that sum to 1, row by row, and how it was reached.

    Where it was not reached (*converged* is false), *reason* says why and the shares do not have the margins.
    """

    shares: tuple[tuple[float, ...], ...]
    rounds: int
    converged: bool
    reason: str = ""


def raked(table: Sequence[Sequence[float]], rows: Sequence[float], columns: Sequence[float]) -> Raked:
    """Return *table* (counts or shares, any number of rows and columns) fitted to both margins.

    Iterative proportional fitting (Deming and Stephan 1940): of all tables with these margins the one that keeps every
    odds ratio of the table. *rows* and *columns* are shares or totals; each is divided by its own sum. A cell of 0
    stays 0, so zeros may make the margins impossible: then nothing converges and the reason says so.

    Raises:
        NoEvidenceError: the table or a margin is empty.
        ValueError: a negative or missing number, or sizes that do not fit.
    """
    cells, down, across = (np.asarray(values, dtype=np.float64) for values in (table, rows, columns))
    if cells.ndim != 2 or cells.shape != (len(down), len(across)):  # noqa: PLR2004 (rows and columns)
        raise ValueError("every row and every column of the table needs its margin")
    if any(not np.isfinite(values).all() or (values < 0).any() for values in (cells, down, across)):
        raise ValueError("a table and its margins hold no negative and no missing number")
    if min(cells.sum(), down.sum(), across.sum()) <= 0:
        raise NoEvidenceError("there is nothing to rake: the table or a margin is empty")
    cells, down, across = cells / cells.sum(), down / down.sum(), across / across.sum()
    reason = _obstacle(cells > 0, down, across)
    if reason:
        return Raked(_frozen(cells), 0, converged=False, reason=reason)
    for number in range(1, ROUNDS + 1):
        cells = cells * _factors(down, cells.sum(axis=1))[:, None]
        cells = cells * _factors(across, cells.sum(axis=0))
        # The columns fit by now; what is left is in the rows.
        if np.abs(cells.sum(axis=1) - down).max() <= _CLOSE:
            return Raked(_frozen(cells), number, converged=True)
    return Raked(_frozen(cells), ROUNDS, converged=False, reason="the margins were not reached in time")


def _factors(target: Cells, found: Cells) -> Cells:
    """Return what to multiply by; an empty line stays empty."""
    return np.divide(target, found, out=np.zeros_like(target), where=found > 0)


def _frozen(cells: Cells) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(cell) for cell in row) for row in cells)


def _obstacle(filled: npt.NDArray[np.bool_], rows: Cells, columns: Cells) -> str:
    """Return why no raking can give the table these margins, "" where one can.

    A transport problem: what the rows hold must reach the columns through the cells that are not empty, and a little
    of it through each of them, since raking never empties a cell whose margins are not 0.
    """
    from scipy.optimize import linprog

    filled = filled & (rows > 0)[:, None] & (columns > 0)
    for name, lines, margin in (("row", filled, rows), ("column", filled.T, columns)):
        for number, (line, target) in enumerate(zip(lines, margin, strict=True), start=1):
            if target > 0 and not line.any():
                return f"{name} {number} is empty, but its margin is not"
    places = np.argwhere(filled)
    size = len(places)
    # What each cell holds beyond the smallest one, and last the smallest one, to be as large as possible.
    sums = np.zeros((len(rows) + len(columns), size + 1))
    sums[places[:, 0], np.arange(size)] = 1
    sums[len(rows) + places[:, 1], np.arange(size)] = 1
    sums[:, size] = sums.sum(axis=1)
    aim = np.append(np.zeros(size), -1)
    fit = linprog(aim, A_eq=sums, b_eq=np.concatenate([rows, columns]), bounds=(0, None))
    if fit.fun is None:
        return "the empty cells make the margins impossible"
    return "" if -fit.fun > _CLOSE else "the margins could only be reached with a further cell empty"


def recall_check(remembered: float, measured: float, *, limit: float = RECALL_ERROR) -> bool:
    """Return whether memory can be relied on: the two shares (0 to 1) differ by at most *limit*."""
    if not (0 <= remembered <= 1 and 0 <= measured <= 1):
        raise ValueError("shares lie between 0 and 1")
    # 0.4 - 0.3 is 0.10000000000000003 in binary floating point; the decimals that people wrote are meant.
    return abs(remembered - measured) <= limit + 1e-9
