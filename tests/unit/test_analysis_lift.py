"""Barrier lift against published limits, statsmodels and SciPy."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.lift import Named, barrier_lift
from analysis.results import NoEvidenceError

BARRIERS = (Named("time", 9, 4), Named("access", 14, 2), Named("trust", 9, 11), Named("other", 0, 0))


def exact_p(first: int, of_first: int, second: int, of_second: int) -> float:
    """Fisher's two-sided test by its definition: all tables with these margins that are no likelier."""
    both, everybody = first + second, of_first + of_second
    ways = {
        here: comb(of_first, here) * comb(of_second, both - here)
        for here in range(max(0, both - of_second), min(of_first, both) + 1)
    }
    return sum(way for way in ways.values() if way <= ways[first]) / comb(everybody, both)


def test_the_limits_are_those_newcombe_published() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10
    (first,) = barrier_lift([Named("a", 56, 48)], stuck=70, passed=80)
    (second,) = barrier_lift([Named("b", 9, 3)], stuck=10, passed=10)

    assert first.difference == pytest.approx(0.2)
    assert (first.limits.low, first.limits.high) == pytest.approx((0.0524, 0.3339), abs=0.00006)
    assert (second.limits.low, second.limits.high) == pytest.approx((0.1705, 0.8090), abs=0.00006)


def test_the_lady_tasting_tea_has_her_published_p_value() -> None:
    # Fisher 1935, The Design of Experiments: three of four cups right, 17/70 one-sided and 34/70 two-sided
    (tea,) = barrier_lift([Named("milk first", 3, 1)], stuck=4, passed=4)

    assert tea.p_value == pytest.approx(34 / 70)


def test_the_barrier_that_most_stuck_people_named_comes_first_and_equal_ones_as_given() -> None:
    found = barrier_lift(BARRIERS, stuck=20, passed=30)

    assert [lift.code for lift in found] == ["access", "time", "trust", "other"]
    assert [lift.named.stuck for lift in found] == [14, 9, 9, 0]
    assert found[0].stuck_share == pytest.approx(0.7)
    assert found[0].passed_share == pytest.approx(2 / 30)
    assert found[0].difference == pytest.approx(0.7 - 2 / 30)
    assert found[0].limits.low > 0
    assert found[0].adjusted < 0.01


def test_a_barrier_that_nobody_named_says_nothing() -> None:
    other = barrier_lift(BARRIERS, stuck=20, passed=30)[-1]

    assert (other.difference, other.p_value, other.adjusted) == (0, 1, 1)
    assert other.limits.low < 0 < other.limits.high


def test_p_values_are_adjusted_for_all_barriers_together() -> None:
    found = barrier_lift(BARRIERS, stuck=20, passed=30)

    expected = multipletests([lift.p_value for lift in found], method="fdr_bh")[1]
    assert [lift.adjusted for lift in found] == pytest.approx(list(expected))
    assert found[1].adjusted > found[1].p_value


@given(st.data(), st.integers(1, 40), st.integers(1, 40))
def test_every_lift_agrees_with_independent_programs(data: st.DataObject, stuck: int, passed: int) -> None:
    named = Named("any", data.draw(st.integers(0, stuck)), data.draw(st.integers(0, passed)))

    (lift,) = barrier_lift([named], stuck=stuck, passed=passed)

    low, high = confint_proportions_2indep(named.stuck, stuck, named.passed, passed, method="newcomb")
    assert (lift.limits.low, lift.limits.high) == pytest.approx((low, high), abs=1e-9)
    assert lift.p_value == pytest.approx(exact_p(named.stuck, stuck, named.passed, passed), rel=1e-9)
    assert lift.adjusted == lift.p_value


@given(st.integers(0, 12), st.integers(0, 15))
def test_the_other_way_round_changes_the_sign_only(here: int, there: int) -> None:
    (forth,) = barrier_lift([Named("a", here, there)], stuck=12, passed=15)

    (back,) = barrier_lift([Named("a", there, here)], stuck=15, passed=12)

    assert back.difference == pytest.approx(-forth.difference)
    assert (back.limits.low, back.limits.high) == pytest.approx((-forth.limits.high, -forth.limits.low))
    assert back.p_value == pytest.approx(forth.p_value)


def test_without_both_groups_there_is_no_evidence() -> None:
    for stuck, passed in ((0, 9), (9, 0)):
        with pytest.raises(NoEvidenceError):
            barrier_lift([], stuck=stuck, passed=passed)


def test_without_barriers_there_is_no_lift() -> None:
    assert barrier_lift([], stuck=9, passed=9) == ()


def test_counts_that_cannot_be_are_refused() -> None:
    for named in (Named("a", 10, 3), Named("a", 3, 10), Named("a", -1, 3)):
        with pytest.raises(ValueError):
            barrier_lift([named], stuck=9, passed=9)
