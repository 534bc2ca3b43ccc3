"""Raking against a log-linear model, the closed form for two by two, and its own promise."""

from math import isclose, sqrt

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.raking import raked, recall_check
from analysis.results import NoEvidenceError

# Table and margins of the example of IPFP in the R package TeachingSampling, there after Ardilly and Tille
ARDILLY = ((80, 170, 150), (90, 80, 210), (10, 80, 130))
ARDILLY_ROWS = (430, 360, 210)
ARDILLY_COLUMNS = (150, 300, 550)


def by_log_linear_model(table: npt.ArrayLike, rows: npt.ArrayLike, columns: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The same table as a Poisson regression: row and column effects on top of the logarithm of the cells."""
    cells, down, across = np.asarray(table, float), np.asarray(rows, float), np.asarray(columns, float)
    target = np.outer(down, across) / down.sum()
    row, column = (one.ravel() for one in np.indices(cells.shape))
    effects = np.column_stack([np.eye(len(down))[row], np.eye(len(across))[column][:, 1:]])
    model = sm.GLM(target.ravel(), effects, family=sm.families.Poisson(), offset=np.log(cells.ravel()))
    fitted: npt.NDArray[np.float64] = model.fit(tol=1e-14, maxiter=200).fittedvalues.reshape(cells.shape)
    return fitted / fitted.sum()


def by_plackett(ratio: float, first: float, second: float) -> float:
    """The share in both of two by two, from odds ratio and margins (Plackett 1965)."""
    if isclose(ratio, 1, abs_tol=1e-9):
        return first * second
    total = 1 + (first + second) * (ratio - 1)
    return (total - sqrt(total**2 - 4 * ratio * (ratio - 1) * first * second)) / (2 * (ratio - 1))


counts = st.integers(1, 60)
shares = st.floats(0.05, 0.95)


def test_a_table_of_three_by_three_is_that_of_the_log_linear_model() -> None:
    result = raked(ARDILLY, ARDILLY_ROWS, ARDILLY_COLUMNS)

    assert result.converged
    assert not result.reason
    expected = by_log_linear_model(ARDILLY, ARDILLY_ROWS, ARDILLY_COLUMNS)
    assert np.array(result.shares) == pytest.approx(expected, abs=1e-8)


@given(counts, counts, counts, counts, shares, shares)
def test_two_by_two_agrees_with_the_closed_form(
    both: int, before: int, after: int, neither: int, first: float, second: float
) -> None:
    result = raked([[both, before], [after, neither]], [first, 1 - first], [second, 1 - second])

    expected = by_plackett(both * neither / (before * after), first, second)
    assert result.converged
    assert result.shares[0][0] == pytest.approx(expected, abs=1e-8)


@given(st.lists(counts, min_size=12, max_size=12), st.lists(counts, min_size=3), st.lists(counts, min_size=4))
@settings(max_examples=50)
def test_the_margins_are_met_and_every_odds_ratio_is_kept(cells: list[int], down: list[int], across: list[int]) -> None:
    table = np.array(cells, float).reshape(3, 4)
    rows, columns = np.array(down[:3], float), np.array(across[:4], float)

    result = raked(table.tolist(), rows.tolist(), columns.tolist())

    found = np.array(result.shares)
    assert result.converged
    assert found.sum(axis=1) == pytest.approx(rows / rows.sum(), abs=1e-9)
    assert found.sum(axis=0) == pytest.approx(columns / columns.sum(), abs=1e-9)
    for one in (table, found):
        assert (one > 0).all()
    ratios = [one[:-1, :-1] * one[1:, 1:] / (one[:-1, 1:] * one[1:, :-1]) for one in (table, found)]
    assert ratios[1] == pytest.approx(ratios[0], rel=1e-6)


def test_margins_that_fit_already_change_nothing() -> None:
    result = raked([[30, 10], [20, 40]], [40, 60], [50, 50])

    assert result.rounds == 1
    assert np.array(result.shares) == pytest.approx(np.array([[0.3, 0.1], [0.2, 0.4]]))


def test_an_empty_cell_stays_empty_where_the_margins_allow_it() -> None:
    result = raked([[0, 10, 5], [10, 5, 5]], [0.4, 0.6], [0.3, 0.4, 0.3])

    assert result.converged
    assert result.shares[0][0] == 0
    assert sum(result.shares[0]) == pytest.approx(0.4)


def test_a_margin_of_nobody_empties_its_row() -> None:
    result = raked([[3, 4], [5, 6]], [0, 1], [0.3, 0.7])

    assert result.converged
    assert result.shares == ((0.0, 0.0), (pytest.approx(0.3), pytest.approx(0.7)))


@pytest.mark.parametrize(
    ("table", "rows", "columns", "reason"),
    [
        ([[0, 0], [10, 5]], [0.6, 0.4], [0.5, 0.5], "row 1 is empty"),
        ([[0, 10], [0, 5]], [0.6, 0.4], [0.5, 0.5], "column 1 is empty"),
        ([[0, 10], [10, 0]], [0.6, 0.4], [0.5, 0.5], "impossible"),
        ([[0, 10], [10, 5]], [0.7, 0.3], [0.5, 0.5], "impossible"),
        ([[0, 10], [10, 5]], [0.6, 0.4], [0.4, 0.6], "further cell empty"),
    ],
)
def test_empty_cells_that_make_the_margins_impossible_are_said(
    table: list[list[float]], rows: list[float], columns: list[float], reason: str
) -> None:
    result = raked(table, rows, columns)

    assert not result.converged
    assert reason in result.reason


def test_nothing_to_rake_is_no_evidence() -> None:
    for table, rows in (([[0, 0], [0, 0]], [1, 1]), ([[1, 2], [3, 4]], [0, 0])):
        with pytest.raises(NoEvidenceError):
            raked(table, rows, [1, 1])


def test_a_table_that_cannot_be_is_refused() -> None:
    for table, rows in (
        ([[1, 2], [3, -4]], [1, 1]),
        ([[1, 2], [3, float("nan")]], [1, 1]),
        ([[1, 2], [3, 4]], [1, 1, 1]),
        ([1, 2], [1, 1]),
    ):
        with pytest.raises(ValueError):
            raked(table, rows, [1, 1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("remembered", "measured", "reliable"),
    [(0.55, 0.60, True), (0.5, 0.6, True), (0.7, 0.6, True), (0.4, 0.3, True), (0.71, 0.6, False), (0.1, 0.9, False)],
)
def test_memory_is_reliable_up_to_ten_points_from_the_measured_level(
    remembered: float, measured: float, *, reliable: bool
) -> None:
    assert recall_check(remembered, measured) is reliable


def test_the_limit_of_memory_can_be_set_and_shares_are_shares() -> None:
    assert not recall_check(0.5, 0.6, limit=0.05)
    with pytest.raises(ValueError):
        recall_check(55, 0.6)
