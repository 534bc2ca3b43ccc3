"""Drivers of a yes-or-no outcome: how much of it goes along with each of them, and in which direction."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

from analysis.results import Interval, NoEvidenceError

MANY_DRIVERS = 8  # 256 subsets; each further driver doubles them
LEAST_PER_DRIVER = 10  # events, and non-events (Peduzzi et al. 1996)
RESAMPLED_ROWS = 5_000
RESAMPLES = 500
PENALTY = 1.0  # of the ridge, on standardised drivers: it only keeps separated data finite
CLEAR = 1.96  # standard errors from which on a direction is told
_CLOSE = 1e-9  # of its variance left to a driver that the others determine
_STEPS = 100

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Driver:
    """What is associated with the outcome: its *share* of it (0 to 1, with limits) and its direction.

    *direction* is 1 or -1 where more of the driver goes with more or less of the outcome, 0 where that is not clear.
    A share is never negative, so its limits lie above 0 also for a driver without any effect: they are no test.
    """

    name: str
    share: float
    limits: Interval
    direction: int


@dataclass(frozen=True, slots=True)
class Drivers:
    """All drivers, the largest share first; the shares sum to *explained*, the R squared of all of them."""

    drivers: tuple[Driver, ...]
    explained: float
    rows: int
    events: int
    constant: tuple[str, ...]  # drivers left out because everybody answered alike


def rank_drivers(
    outcome: npt.ArrayLike,
    answers: npt.ArrayLike,
    names: Sequence[str],
    *,
    seed: int,
    resamples: int = RESAMPLES,
    confidence: float = 0.95,
) -> Drivers:
    """Return the share of R squared of each column of *answers* in the 0/1 *outcome*, row by row.

    Shares by Lindeman, Merenda and Gold (1980, p. 119); limits from a seeded percentile bootstrap of at most 5,000
    rows (a longer sample is thinned for the limits only, which widens them); direction from a ridge logistic
    regression.

    Raises:
        NoEvidenceError: all drivers are constant, or there are fewer than 10 events or 10 non-events per driver.
        ValueError: more than 8 drivers, an outcome other than 0 or 1, a missing value, or sizes that do not fit.
    """
    found, columns = _checked(outcome, answers, names)
    varied = np.ptp(columns, axis=0) > 0 if len(found) else np.zeros(len(names), dtype=np.bool_)
    kept = [name for name, varies in zip(names, varied, strict=True) if varies]
    events = int(found.sum())
    _require_events(events, len(found) - events, len(kept))
    columns = columns[:, varied]
    columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    table = np.column_stack([found - found.mean(), columns])
    shares = lmg(table.T @ table)
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = np.quantile(_resampled(table, seed, resamples), tails, axis=0)
    coefficients, errors = ridge_logistic(found, columns)
    directions = np.where(np.abs(coefficients) > CLEAR * errors, np.sign(coefficients), 0)
    return Drivers(
        tuple(
            Driver(kept[one], float(shares[one]), Interval(float(low[one]), float(high[one])), int(directions[one]))
            for one in np.argsort(-shares, kind="stable")
        ),
        float(shares.sum()),
        len(found),
        events,
        tuple(name for name, varies in zip(names, varied, strict=True) if not varies),
    )


def _checked(outcome: npt.ArrayLike, answers: npt.ArrayLike, names: Sequence[str]) -> tuple[Matrix, Matrix]:
    """Return outcome and drivers as numbers, or refuse what cannot be computed."""
    found, columns = np.asarray(outcome, dtype=np.float64), np.asarray(answers, dtype=np.float64)
    if len(names) > MANY_DRIVERS:
        raise ValueError(f"at most {MANY_DRIVERS} drivers can be compared")
    if columns.shape != (len(found), len(names)):
        raise ValueError("every row needs an outcome, and every driver a name")
    if not np.isin(found, (0, 1)).all() or not np.isfinite(columns).all():
        raise ValueError("an outcome is 0 or 1, and no answer may be missing")
    return found, columns


def _require_events(events: int, others: int, drivers: int) -> None:
    if drivers == 0:
        raise NoEvidenceError("everybody answered alike: no driver varies")
    least = LEAST_PER_DRIVER * drivers
    if min(events, others) < least:
        raise NoEvidenceError(
            f"{drivers} drivers need {least} people with the outcome and {least} without it, "
            f"there are {events} and {others}"
        )


def lmg(covariance: Matrix) -> Matrix:
    """Return the share of R squared of each driver, averaged over all orders in which they can enter.

    *covariance* (or correlation, or sums of squares) has the outcome first, then the drivers; leading dimensions are
    separate problems. A driver that others determine adds nothing after them. Formula: Grömping 2006, J. Stat. Softw.
    17(1), by subsets instead of orders.
    """
    total = covariance.shape[-1] - 1
    explained = np.zeros((2**total, *covariance.shape[:-2]))
    variances = np.diagonal(covariance, axis1=-2, axis2=-1)

    def enter(left: Matrix, subset: int, first: int) -> None:
        explained[subset] = 1 - left[..., 0, 0] / variances[..., 0]
        for driver in range(first, total):
            enter(_without(left, driver + 1, variances[..., driver + 1]), subset | 1 << driver, driver + 1)

    enter(covariance, 0, 0)
    shares = np.zeros((*covariance.shape[:-2], total))
    for subset in range(2**total):
        before = subset.bit_count()
        for driver in range(total):
            if not subset >> driver & 1:
                orders = factorial(before) * factorial(total - 1 - before) / factorial(total)
                shares[..., driver] += orders * (explained[subset | 1 << driver] - explained[subset])
    return shares


def _without(left: Matrix, driver: int, variance: Matrix) -> Matrix:
    """Return the covariance that is left once *driver* is held constant."""
    spread = left[..., driver, driver]
    alive = spread > _CLOSE * variance
    scale = np.where(alive, 1 / np.where(alive, spread, 1.0), 0.0)
    column = left[..., :, driver]
    rest: Matrix = left - column[..., :, None] * column[..., None, :] * scale[..., None, None]
    return rest


def _resampled(table: Matrix, seed: int, resamples: int) -> Matrix:
    """Return the shares in resamples of the rows of *table*, through weighted sums instead of copies of rows."""
    random = np.random.default_rng(seed)
    if len(table) > RESAMPLED_ROWS:
        table = table[random.choice(len(table), RESAMPLED_ROWS, replace=False)]
    rows, width = table.shape
    weights = np.stack([np.bincount(random.integers(rows, size=rows), minlength=rows) for _ in range(resamples)])
    weights = weights / rows
    upper = np.triu_indices(width)
    sums = weights @ (table[:, upper[0]] * table[:, upper[1]])
    means = weights @ table
    squares = np.empty((resamples, width, width))
    squares[:, upper[0], upper[1]] = squares[:, upper[1], upper[0]] = sums
    covariance = squares - means[:, :, None] * means[:, None, :]
    # A resample without a single event says nothing about shares.
    return lmg(covariance[covariance[:, 0, 0] > _CLOSE])


def ridge_logistic(outcome: Matrix, columns: Matrix, *, penalty: float = PENALTY) -> tuple[Matrix, Matrix]:
    """Return coefficients and standard errors for standardised *columns*, the intercept left out and not penalised.

    Newton's method on the penalised likelihood (le Cessie and van Houwelingen 1992); errors from its curvature.
    """
    from scipy.special import expit

    design = np.column_stack([np.ones(len(outcome)), columns])
    ridge = np.diag([0.0, *[penalty] * columns.shape[1]])
    solution = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chances = expit(design @ solution)
        curvature = (design.T * (chances * (1 - chances))) @ design + ridge
        step = np.linalg.solve(curvature, design.T @ (outcome - chances) - ridge @ solution)
        solution = solution + step
        if np.abs(step).max() < 1e-10:  # noqa: PLR2004 (far below any printed digit)
            break
    return solution[1:], np.sqrt(np.diagonal(np.linalg.inv(curvature)))[1:]
