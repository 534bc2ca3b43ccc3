"""Estimators against published numbers and independent programs."""

import itertools
from fractions import Fraction
from math import comb, isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis import intervals
from analysis.intervals import Interval, NoEvidenceError, Stratum


def close(interval: Interval, low: float, high: float, within: float = 0.0005) -> bool:
    return abs(interval.low - low) <= within and abs(interval.high - high) <= within


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_limits_newcombe_published(x: int, n: int, low: float, high: float) -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3
    assert close(intervals.wilson(x, n), low, high, 0.00006)


@given(st.integers(1, 400), st.data())
def test_wilson_agrees_with_statsmodels(n: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n))

    interval = intervals.wilson(x, n)

    low, high = proportion_confint(x, n, method="wilson")
    assert isclose(interval.low, low, abs_tol=1e-9)
    assert isclose(interval.high, high, abs_tol=1e-9)


@given(st.integers(1, 60), st.data())
def test_a_census_has_no_width(n: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n))

    assert intervals.wilson(x, n, population=n) == Interval(x / n, x / n)
    assert intervals.hypergeometric(x, n, n) == Interval(x / n, x / n)
    assert intervals.share_interval(x, n, n) == Interval(x / n, x / n)


def test_without_answers_there_is_no_interval() -> None:
    with pytest.raises(NoEvidenceError):
        intervals.wilson(0, 0)
    with pytest.raises(NoEvidenceError):
        intervals.hypergeometric(0, 0, 20)
    with pytest.raises(NoEvidenceError):
        intervals.stratified([Stratum(0, 0, 10)])


def test_more_answers_than_people_are_refused() -> None:
    with pytest.raises(NoEvidenceError):
        intervals.wilson(5, 11, population=10)


@given(st.integers(1, 40), st.data())
def test_the_exact_interval_holds_every_total_that_no_tail_rules_out(population: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, population))
    drawn = data.draw(st.integers(0, sample))

    interval = intervals.hypergeometric(drawn, sample, population)

    def chance(counts: range, total: int) -> Fraction:
        ways = sum(comb(total, x) * comb(population - total, sample - x) for x in counts)
        return Fraction(ways, comb(population, sample))

    kept = [
        total
        for total in range(drawn, population - sample + drawn + 1)
        if chance(range(drawn, sample + 1), total) > Fraction(1, 40)
        and chance(range(drawn + 1), total) > Fraction(1, 40)
    ]
    assert interval == Interval(min(kept) / population, max(kept) / population)


def test_the_exact_interval_of_the_design_sentence() -> None:
    interval = intervals.hypergeometric(63, 84, 120)

    assert close(interval, 0.69, 0.80, 0.005)


@pytest.mark.parametrize("population", [20, 45])
def test_the_exact_interval_covers_at_least_as_often_as_it_says(population: int) -> None:
    sample = 15
    found = {x: intervals.hypergeometric(x, sample, population) for x in range(sample + 1)}

    for total in range(population + 1):
        covered = sum(
            comb(total, x) * comb(population - total, sample - x)
            for x, interval in found.items()
            if x <= total and sample - x <= population - total and interval.low <= total / population <= interval.high
        )
        assert covered / comb(population, sample) >= 0.95 - 1e-12


def test_a_stratified_share_is_weighted_and_cut_to_the_list() -> None:
    strata = [Stratum(12, 20, 50), Stratum(25, 30, 40)]

    estimate = intervals.stratified(strata)

    share = 50 / 90 * 0.6 + 40 / 90 * 25 / 30
    variance = (50 / 90) ** 2 * 0.24 / 19 * 0.6 + (40 / 90) ** 2 * (25 / 30 * 5 / 30) / 29 * 0.25
    size = share * (1 - share) / variance * (stats.t.ppf(0.025, 49) / stats.t.ppf(0.025, 48)) ** 2
    low = stats.beta.ppf(0.025, size * share, size * (1 - share) + 1)
    high = stats.beta.ppf(0.975, size * share + 1, size * (1 - share))
    assert estimate.value == pytest.approx(share)
    assert estimate.standard_error == pytest.approx(variance**0.5)
    assert (estimate.low, estimate.high) == pytest.approx((low, high))


def test_one_simple_random_stratum_is_the_exact_beta_interval() -> None:
    estimate = intervals.stratified([Stratum(0, 20, 1_000_000)])

    assert (estimate.low, estimate.high) == pytest.approx(proportion_confint(0, 20, method="beta"))


def test_a_stratum_of_one_answer_joins_the_smallest_other_and_it_is_said() -> None:
    thin = intervals.stratified([Stratum(1, 1, 4), Stratum(6, 10, 12), Stratum(9, 20, 60)])
    joined = intervals.stratified([Stratum(7, 11, 16), Stratum(9, 20, 60)])

    assert thin.note == "joined"
    assert (thin.value, thin.low, thin.high) == (joined.value, joined.low, joined.high)


def test_a_group_that_everybody_left_is_no_group() -> None:
    two = [Stratum(5, 8, 10), Stratum(9, 12, 30)]

    assert intervals.stratified([*two, Stratum(0, 0, 0)]) == intervals.stratified(two)


def test_a_stratified_census_has_no_width() -> None:
    estimate = intervals.stratified([Stratum(3, 5, 5), Stratum(8, 9, 9)])

    assert (estimate.low, estimate.value, estimate.high, estimate.note) == (11 / 14, 11 / 14, 11 / 14, "census")


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2", "low", "high"),
    [(48, 80, 56, 70, 0.0524, 0.3339), (3, 10, 9, 10, 0.1705, 0.8090), (0, 10, 10, 10, 0.6075, 1.0)],
)
def test_newcombe_gives_the_limits_newcombe_published(
    x1: int, n1: int, x2: int, n2: int, low: float, high: float
) -> None:
    # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10
    assert close(intervals.newcombe(x1, n1, x2, n2), low, high, 0.00006)


def test_newcombe_agrees_with_statsmodels() -> None:
    interval = intervals.newcombe(31, 60, 44, 55)

    assert (interval.low, interval.high) == pytest.approx(confint_proportions_2indep(44, 55, 31, 60, method="newcomb"))


def test_the_trend_is_the_one_agresti_published() -> None:
    # Agresti 2002, table 5.? alcohol consumption and malformation: z^2 = 6.570
    cases, absent, scores = (48, 38, 5, 1, 1), (17066, 14464, 788, 126, 37), (0, 0.5, 1.5, 4, 7)

    found = intervals.trend(cases, [a + b for a, b in zip(cases, absent, strict=True)], scores)

    assert found.z**2 == pytest.approx(6.5701, abs=0.0005)
    assert found.p_value == pytest.approx(0.01037, abs=0.00005)


def test_the_trend_agrees_with_statsmodels() -> None:
    found = intervals.trend((10, 14, 20, 25), (40, 41, 42, 40), (1, 2, 3, 4))

    oracle = Table(np.array([[10, 14, 20, 25], [30, 27, 22, 15]]), shift_zeros=False).test_ordinal_association(
        np.array([1, 0]), np.array([1, 2, 3, 4])
    )
    assert abs(found.z) == pytest.approx(abs(oracle.zscore), rel=0.01)


def test_bounds_hold_whatever_the_silent_do() -> None:
    assert intervals.nonresponse_bounds(63, 84, 120) == Interval(63 / 120, 99 / 120)
    assert intervals.tipping_point(63, 84, 120, 0.70) == 21
    assert intervals.tipping_point(90, 100, 120, 0.70) == 0
    assert intervals.frechet_bounds(0.7, 0.8) == Interval(pytest.approx(0.5), 0.7)
    assert intervals.frechet_bounds(0.2, 0.3) == Interval(0.0, 0.2)


def test_thresholds_mean_the_decimal_that_was_written() -> None:
    assert intervals.least_count(0.55, 100) == 55
    assert intervals.least_count(0.7, 10) == 7
    assert intervals.least_count(0.7, 60) == 42
    assert intervals.least_count(0.701, 60) == 43


def test_net_promoter_is_the_adjusted_wald_interval() -> None:
    # Rocks 2016: three answers are added, three quarters each to promoters and detractors
    estimate = intervals.net_promoter(50, 30, 20)

    up, down = 50.75 / 103, 20.75 / 103
    half = 1.959964 * ((up + down - (up - down) ** 2) / 103) ** 0.5
    assert estimate.value == 30.0
    assert (estimate.low, estimate.high) == pytest.approx((100 * (up - down - half), 100 * (up - down + half)))
    assert intervals.net_promoter(5, 0, 0).high == 100.0
    assert intervals.net_promoter(5, 2, 1, population=8).note == "census"


def test_umux_lite_runs_from_nought_to_a_hundred() -> None:
    assert [intervals.umux_lite(a, b) for a, b in ((1, 1), (4, 4), (7, 7), (6, 5))] == [0, 50, 100, 75]


def test_the_bootstrap_is_repeatable_and_near_scipy() -> None:
    values = [0, 1, 1, 2, 2, 2, 3, 5, 8, 13, 1, 2, 4, 4, 3, 2, 2, 1, 0, 6]

    estimate = intervals.bootstrap_mean(values, seed=7)

    oracle = stats.bootstrap(
        (values,), np.mean, n_resamples=9_999, method="BCa", rng=np.random.default_rng(3)
    ).confidence_interval
    assert estimate == intervals.bootstrap_mean(values, seed=7)
    assert estimate.note == "BCa"
    assert (estimate.low, estimate.high) == pytest.approx((oracle.low, oracle.high), abs=0.2)


def test_the_bootstrap_names_its_substitutes() -> None:
    assert intervals.bootstrap_mean([3.0] * 8, seed=1).note == "percentile"
    assert intervals.bootstrap_mean([0.5 * i for i in range(80)], seed=1).note == "t"
    assert intervals.bootstrap_mean([1, 2, 3], seed=1, population=3).note == "census"
    with pytest.raises(NoEvidenceError):
        intervals.bootstrap_mean([], seed=1)


def test_improvement_is_welch_on_the_log_ratio() -> None:
    before, after = [40, 42, 44, 41, 43], [30, 31, 29, 33, 32]

    estimate = intervals.relative_improvement(before, after, better="lower")

    part = [np.var(arm, ddof=1) / (5 * np.mean(arm) ** 2) for arm in (before, after)]
    freedom = sum(part) ** 2 / sum(p**2 / 4 for p in part)
    half = stats.t.ppf(0.9, freedom) * sum(part) ** 0.5
    ratio = np.log(31 / 42)
    assert estimate.value == pytest.approx(1 - 31 / 42)
    assert (estimate.low, estimate.high) == pytest.approx((1 - np.exp(ratio + half), 1 - np.exp(ratio - half)))


def test_improvement_beside_a_comparison_counts_only_the_difference() -> None:
    arm = [10.0, 11.0, 12.0, 13.0, 14.0], [8.0, 8.8, 9.6, 10.4, 11.2]

    estimate = intervals.relative_improvement(*arm, better="lower", comparison=arm)

    assert estimate.value == pytest.approx(0)
    assert estimate.low < 0 < estimate.high


def test_improvement_needs_five_entities_and_positive_means() -> None:
    with pytest.raises(NoEvidenceError):
        intervals.relative_improvement([1, 2, 3, 4], [1, 2, 3, 4, 5], better="lower")
    with pytest.raises(NoEvidenceError):
        intervals.relative_improvement([0] * 5, [1] * 5, better="higher")


def test_improvement_upwards_is_counted_when_more_is_better() -> None:
    estimate = intervals.relative_improvement([10] * 5, [12] * 5, better="higher")

    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((0.2, 0.2, 0.2))


def test_indirect_questions_give_back_the_share_they_were_made_from() -> None:
    share, p = 0.3, 0.2
    yes = round(10_000 * (share * p + (1 - share) * (1 - p)))

    assert intervals.crosswise(yes, 10_000, p).value == pytest.approx(share)
    assert intervals.forced_response(
        round(10_000 * (0.75 * share + 0.125)), 10_000, 0.75, 0.125
    ).value == pytest.approx(share)


def test_the_crosswise_correction_removes_careless_answers() -> None:
    share, p, p_anchor, attentive = 0.1, 0.15, 0.25, 0.8
    yes = round(100_000 * (attentive * (share * p + (1 - share) * (1 - p)) + (1 - attentive) / 2))
    anchor = round(100_000 * (attentive * (1 - p_anchor) + (1 - attentive) / 2))

    corrected = intervals.crosswise_corrected(yes, anchor, 100_000, p, p_anchor)

    assert corrected.value == pytest.approx(share, abs=0.0005)
    assert intervals.crosswise(yes, 100_000, p).value > 0.15


def test_a_list_experiment_is_a_difference_of_means() -> None:
    estimate = intervals.list_experiment([2, 3, 2, 3], [2, 2, 2, 2])

    assert estimate.value == 0.5
    assert estimate.standard_error == pytest.approx((1 / 3 / 4) ** 0.5)


# statsmodels collects garbage in each call of Holm's method: among many tests that takes a quarter of a second.
@settings(max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values_agree_with_statsmodels(p_values: list[float]) -> None:
    assert intervals.holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])
    assert intervals.benjamini_hochberg(p_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1])


@pytest.mark.parametrize(("population", "needed"), [(100, 80), (1_000, 278), (10_000, 370), (1_000_000, 384)])
def test_sample_sizes_are_those_of_the_usual_table(population: int, needed: int) -> None:
    # Krejcie and Morgan 1970 print the same, with N - 1 in the place of N
    assert intervals.sample_for_precision(population, 0.5, 0.05) == needed


def test_intervals_are_symmetric() -> None:
    for x, (n, population) in itertools.product(range(11), [(10, 10), (10, 37)]):
        straight, mirrored = intervals.hypergeometric(x, n, population), intervals.hypergeometric(n - x, n, population)

        assert (straight.low, straight.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low))
