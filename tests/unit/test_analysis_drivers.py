"""Drivers of an outcome against the R package relaimpo, statsmodels and their own definition."""

import time
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.drivers import MANY_DRIVERS, RESAMPLED_ROWS, _resampled, lmg, rank_drivers, ridge_logistic
from analysis.results import NoEvidenceError

# R data set swiss (Mosteller, Tukey 1977): fertility, agriculture, examination, education, catholic, infant mortality
SWISS = """
80.2 17 15 12 9.96 22.2; 83.1 45.1 6 9 84.84 22.2; 92.5 39.7 5 5 93.4 20.2; 85.8 36.5 12 7 33.77 20.3;
76.9 43.5 17 15 5.16 20.6; 76.1 35.3 9 7 90.57 26.6; 83.8 70.2 16 7 92.85 23.6; 92.4 67.8 14 8 97.16 24.9;
82.4 53.3 12 7 97.67 21; 82.9 45.2 16 13 91.38 24.4; 87.1 64.5 14 6 98.61 24.5; 64.1 62 21 12 8.52 16.5;
66.9 67.5 14 7 2.27 19.1; 68.9 60.7 19 12 4.43 22.7; 61.7 69.3 22 5 2.82 18.7; 68.3 72.6 18 2 24.2 21.2;
71.7 34 17 8 3.3 20; 55.7 19.4 26 28 12.11 20.2; 54.3 15.2 31 20 2.15 10.8; 65.1 73 19 9 2.84 20;
65.5 59.8 22 10 5.23 18; 65 55.1 14 3 4.52 22.4; 56.6 50.9 22 12 15.14 16.7; 57.4 54.1 20 6 4.2 15.3;
72.5 71.2 12 1 2.4 21; 74.2 58.1 14 8 5.23 23.8; 72 63.5 6 3 2.56 18; 60.5 60.8 16 10 7.72 16.3;
58.3 26.8 25 19 18.46 20.9; 65.4 49.5 15 8 6.1 22.5; 75.5 85.9 3 2 99.71 15.1; 69.3 84.9 7 6 99.68 19.8;
77.3 89.7 5 2 100 18.3; 70.5 78.2 12 6 98.96 19.4; 79.4 64.9 7 3 98.22 20.2; 65 75.9 9 9 99.06 17.8;
92.2 84.6 3 3 99.46 16.3; 79.3 63.1 13 13 96.83 18.1; 70.4 38.4 26 12 5.62 20.3; 65.7 7.7 29 11 13.79 20.5;
72.7 16.7 22 13 11.22 18.9; 64.4 17.6 35 32 16.92 23; 77.6 37.6 15 7 4.97 20; 67.6 18.7 25 7 8.65 19.5;
35 1.2 37 53 42.34 18; 44.7 46.6 16 29 50.43 18.2; 42.8 27.7 22 29 58.33 19.3
"""


def survey(rows: int, drivers: int, *, seed: int = 1) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Answers on a scale of five; the first driver helps, the second hinders, the others do nothing."""
    random = np.random.default_rng(seed)
    answers = random.integers(1, 6, size=(rows, drivers)).astype(float)
    return answers[:, 0] - answers[:, 1] + random.normal(scale=2, size=rows) > 0, answers


def averaged_over_orders(table: npt.NDArray[np.float64]) -> list[float]:
    """Shares by their definition: the gain in R squared when a driver enters, over every order, by least squares."""
    outcome, drivers = table[:, 0], range(1, table.shape[1])

    def explained(names: frozenset[int]) -> float:
        return float(sm.OLS(outcome, sm.add_constant(table[:, sorted(names)])).fit().rsquared) if names else 0.0

    known = {frozenset(order[:size]): 0.0 for order in permutations(drivers) for size in range(len(order) + 1)}
    known = {names: explained(names) for names in known}
    orders = list(permutations(drivers))
    gains = dict.fromkeys(drivers, 0.0)
    for order in orders:
        for place, driver in enumerate(order):
            gains[driver] += known[frozenset(order[: place + 1])] - known[frozenset(order[:place])]
    return [gain / len(orders) for gain in gains.values()]


def test_the_shares_are_those_relaimpo_gives_for_its_own_example() -> None:
    # calc.relimp(swiss, type = "lmg") of relaimpo (Groemping 2006, J. Stat. Softw. 17(1)); R squared 70.67 %
    table = np.array([[float(value) for value in row.split()] for row in SWISS.split(";")])

    shares = lmg(np.cov(table.T))

    assert table.shape == (47, 6)
    assert shares == pytest.approx([0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592], abs=5e-9)
    assert shares.sum() == pytest.approx(0.7067350, abs=5e-8)


def test_the_shares_are_the_average_gain_over_all_orders() -> None:
    random = np.random.default_rng(3)
    table = random.normal(size=(60, 5)) @ random.normal(size=(5, 5))

    shares = lmg(np.cov(table.T))

    assert shares == pytest.approx(averaged_over_orders(table), abs=1e-10)


@given(st.integers(0, 10_000), st.integers(1, 6))
@settings(max_examples=40)
def test_the_shares_sum_to_what_all_drivers_explain_and_none_is_negative(seed: int, drivers: int) -> None:
    random = np.random.default_rng(seed)
    table = random.normal(size=(40, drivers + 1)) @ random.normal(size=(drivers + 1, drivers + 1))

    shares = lmg(np.cov(table.T))

    explained = sm.OLS(table[:, 0], sm.add_constant(table[:, 1:])).fit().rsquared
    assert shares.sum() == pytest.approx(explained, abs=1e-9)
    assert shares.min() >= -1e-12


@given(st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=6))
def test_drivers_that_have_nothing_in_common_have_their_squared_correlations(correlations: list[float]) -> None:
    matrix = np.eye(len(correlations) + 1)
    matrix[0, 1:] = matrix[1:, 0] = correlations

    assert lmg(matrix) == pytest.approx(np.square(correlations), abs=1e-12)


def test_two_questions_with_the_same_answers_share_equally() -> None:
    active, answers = survey(400, 2)
    twice = np.column_stack([answers, answers[:, 0]])

    found = {one.name: one.share for one in rank_drivers(active, twice, ["help", "barrier", "again"], seed=1).drivers}

    alone = {one.name: one.share for one in rank_drivers(active, answers, ["help", "barrier"], seed=1).drivers}
    assert found["help"] == pytest.approx(found["again"])
    assert sum(found.values()) == pytest.approx(sum(alone.values()))


def test_what_helps_and_what_hinders_is_found_with_its_direction() -> None:
    active, answers = survey(600, 4)

    result = rank_drivers(active, answers, ["help", "barrier", "weather", "desk"], seed=5)

    assert {one.name for one in result.drivers[:2]} == {"help", "barrier"}
    assert {one.name: one.direction for one in result.drivers} == {"help": 1, "barrier": -1, "weather": 0, "desk": 0}
    assert result.explained == pytest.approx(sum(one.share for one in result.drivers))
    assert (result.rows, result.events, result.constant) == (600, int(active.sum()), ())


def test_the_limits_cover_the_true_share_about_as_often_as_they_say() -> None:
    # Positive control: the share in a population of 200,000 rows; samples of 400 of it.
    active, answers = survey(200_000, 2, seed=9)
    truth = lmg(np.cov(np.column_stack([active, answers]).T))[0]

    covered = 0
    for seed in range(100):
        rows = slice(seed * 400, seed * 400 + 400)
        found = rank_drivers(active[rows], answers[rows], ["help", "barrier"], seed=seed)
        limits = next(one.limits for one in found.drivers if one.name == "help")
        covered += limits.low <= truth <= limits.high

    assert 88 <= covered <= 100


def test_the_same_seed_gives_the_same_limits_and_another_one_others() -> None:
    active, answers = survey(300, 3)

    first, again, other = (rank_drivers(active, answers, ["a", "b", "c"], seed=seed) for seed in (4, 4, 5))

    assert first == again
    assert [one.share for one in first.drivers] == [one.share for one in other.drivers]
    assert [one.limits for one in first.drivers] != [one.limits for one in other.drivers]


def test_a_question_that_all_answer_alike_is_left_out_by_name() -> None:
    active, answers = survey(300, 3)
    answers[:, 2] = 4

    result = rank_drivers(active, answers, ["help", "barrier", "same"], seed=1)

    assert result.constant == ("same",)
    assert {one.name for one in result.drivers} == {"help", "barrier"}


def test_ten_events_and_ten_others_per_driver_are_needed() -> None:
    random = np.random.default_rng(2)
    answers = random.normal(size=(60, 2))

    enough = np.arange(60) < 20

    assert rank_drivers(enough, answers, ["a", "b"], seed=1).events == 20
    assert rank_drivers(~enough, answers, ["a", "b"], seed=1).events == 40
    for short in (np.arange(60) < 19, np.arange(60) >= 19):
        with pytest.raises(NoEvidenceError, match="2 drivers need 20 people"):
            rank_drivers(short, answers, ["a", "b"], seed=1)


def test_weighted_sums_give_the_shares_of_copied_rows() -> None:
    active, answers = survey(60, 3)
    table = np.column_stack([active, answers])

    shares = _resampled(table - table.mean(axis=0), 7, 5)

    random = np.random.default_rng(7)
    copies = [table[random.integers(60, size=60)] for _ in range(5)]
    assert shares == pytest.approx(np.array([averaged_over_orders(copy) for copy in copies]), abs=1e-9)


def test_resamples_without_any_event_are_passed_over() -> None:
    random = np.random.default_rng(0)
    table = np.column_stack([np.arange(300) < 10, random.normal(size=300)])

    shares = _resampled(table - table.mean(axis=0), 1, 20_000)

    # One in about 20,000 resamples is without event, and its shares would be noise divided by noise.
    assert 19_990 <= len(shares) < 20_000
    assert 0 <= shares.min() <= shares.max() < 1


@given(st.integers(0, 10_000), st.integers(2, 8))
@settings(max_examples=40, deadline=None)
def test_drivers_that_others_determine_add_nothing(seed: int, drivers: int) -> None:
    random = np.random.default_rng(seed)
    outcome, parts = random.normal(size=50), random.normal(size=(50, 2))
    table = np.column_stack([outcome, parts @ random.normal(size=(2, drivers)) * 1_000])

    shares = lmg(np.cov(table.T))

    explained = sm.OLS(outcome, sm.add_constant(parts)).fit().rsquared
    assert shares.sum() == pytest.approx(explained, abs=1e-6)
    assert shares.min() >= -1e-9


def test_drivers_that_never_vary_or_are_missing_give_no_evidence() -> None:
    with pytest.raises(NoEvidenceError, match="no driver varies"):
        rank_drivers(np.arange(60) < 30, np.ones((60, 2)), ["a", "b"], seed=1)
    with pytest.raises(NoEvidenceError, match="no driver varies"):
        rank_drivers([], np.empty((0, 2)), ["a", "b"], seed=1)


def test_what_cannot_be_computed_is_refused() -> None:
    active, answers = survey(200, MANY_DRIVERS + 1)
    names = [str(number) for number in range(MANY_DRIVERS + 1)]
    hole = answers[:, :2].copy()
    hole[7, 1] = np.nan

    for outcome, columns, called in (
        (active, answers, names),
        (active, answers[:, :2], names[:3]),
        (active[:-1], answers[:, :2], names[:2]),
        (active, hole, names[:2]),
        (active + 1, answers[:, :2], names[:2]),
    ):
        with pytest.raises(ValueError):
            rank_drivers(outcome, columns, called, seed=1)


def test_the_ridge_regression_agrees_with_statsmodels() -> None:
    active, answers = survey(250, 3)
    columns = (answers - answers.mean(axis=0)) / answers.std(axis=0)
    penalty = 5.0

    coefficients, _ = ridge_logistic(active.astype(float), columns, penalty=penalty)

    weights = np.array([0.0, penalty, penalty, penalty]) / len(active)
    model = sm.GLM(active.astype(float), sm.add_constant(columns), family=sm.families.Binomial())
    fitted = model.fit_regularized(alpha=weights, L1_wt=0.0, cnvrg_tol=1e-12, maxiter=500).params
    assert coefficients == pytest.approx(fitted[1:], abs=1e-4)  # statsmodels stops that far from the end


def test_without_penalty_coefficients_and_errors_are_those_of_plain_logistic_regression() -> None:
    active, answers = survey(250, 3)
    columns = (answers - answers.mean(axis=0)) / answers.std(axis=0)

    coefficients, errors = ridge_logistic(active.astype(float), columns, penalty=0.0)

    plain = sm.Logit(active.astype(float), sm.add_constant(columns)).fit(disp=0)
    assert coefficients == pytest.approx(plain.params[1:], abs=1e-6)
    assert errors == pytest.approx(plain.bse[1:], abs=1e-6)


def test_answers_that_separate_the_active_from_the_others_still_have_a_direction() -> None:
    active = np.arange(60) < 30
    answers = np.column_stack([active, np.tile([0.0, 1.0], 30)])

    result = rank_drivers(active, answers, ["perfect", "noise"], seed=1)

    assert {one.name: one.direction for one in result.drivers} == {"perfect": 1, "noise": 0}
    assert result.drivers[0].share == pytest.approx(1.0, abs=0.01)


def test_a_long_sample_is_thinned_for_the_limits_only_and_takes_well_under_a_second() -> None:
    active, answers = survey(RESAMPLED_ROWS + 2_000, MANY_DRIVERS)
    started = time.process_time()

    result = rank_drivers(active, answers, [str(number) for number in range(MANY_DRIVERS)], seed=1)

    assert time.process_time() - started < 2  # 0.3 s on an idle core
    assert result.rows == RESAMPLED_ROWS + 2_000
    for one in result.drivers[:2]:
        assert one.limits.low < one.share < one.limits.high
