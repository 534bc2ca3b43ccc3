"""Break-even by hand, and as a property."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.breakeven import break_even

money = st.floats(0.5, 10_000)
minutes = st.floats(-600, 600)


def test_thirty_a_month_and_sixty_an_hour_are_paid_by_seven_minutes_a_week() -> None:
    # 30 / 60 an hour is half an hour a month; 30 minutes / (52 / 12 weeks) is 6.92 minutes a week.
    result = break_even(0, 13, people=1, hourly_cost=60, monthly_cost=30)

    assert result.needed == pytest.approx(30 / (52 / 12))
    assert result.worth.low == 0
    assert result.worth.high == pytest.approx(13 * 52 / 12)  # a minute is worth 1
    assert result.paid.high == pytest.approx(13 * 52 / 12 / 30)
    assert result.clear is None


def test_a_hundred_people_share_the_cost() -> None:
    alone = break_even(5, 10, people=1, hourly_cost=60, monthly_cost=30)

    together = break_even(5, 10, people=100, hourly_cost=60, monthly_cost=3_000)

    assert together.needed == pytest.approx(alone.needed)
    assert together.worth.high == pytest.approx(100 * alone.worth.high)


@given(minutes, minutes, st.integers(1, 5_000), money, money)
def test_the_needed_minutes_pay_exactly_the_cost(
    one: float, other: float, people: int, hourly: float, monthly: float
) -> None:
    low, high = sorted((one, other))
    needed = break_even(low, high, people=people, hourly_cost=hourly, monthly_cost=monthly).needed

    result = break_even(needed, needed, people=people, hourly_cost=hourly, monthly_cost=monthly)

    assert result.worth.low == result.worth.high == pytest.approx(monthly)
    assert result.paid.low == pytest.approx(1)


@given(minutes, minutes, st.integers(1, 5_000), money, money)
def test_more_minutes_than_needed_pay_and_fewer_do_not(
    one: float, other: float, people: int, hourly: float, monthly: float
) -> None:
    low, high = sorted((one, other))

    result = break_even(low, high, people=people, hourly_cost=hourly, monthly_cost=monthly)

    if low > result.needed * 1.000001:
        assert result.clear is True
    elif high < result.needed * 0.999999:
        assert result.clear is False
    elif low < result.needed * 0.999999 and high > result.needed * 1.000001:
        assert result.clear is None


def test_minutes_without_a_limit_leave_the_worth_without_one() -> None:
    result = break_even(None, None, people=3, hourly_cost=60, monthly_cost=30)

    assert (result.worth.low, result.worth.high) == (-inf, inf)
    assert result.clear is None


def test_lost_time_costs_money() -> None:
    result = break_even(-20, -10, people=1, hourly_cost=60, monthly_cost=30)

    assert result.worth.high < 0
    assert result.clear is False


@pytest.mark.parametrize(
    ("low", "high", "people", "hourly", "monthly"),
    [
        (10, 5, 1, 60, 30),
        (float("nan"), 5, 1, 60, 30),
        (0, 5, 0, 60, 30),
        (0, 5, 1, 0, 30),
        (0, 5, 1, -60, 30),
        (0, 5, 1, 60, 0),
        (0, 5, 1, 60, float("nan")),
        (0, 5, 1, inf, 30),
    ],
)
def test_nonsense_is_refused(low: float, high: float, people: int, hourly: float, monthly: float) -> None:
    with pytest.raises(ValueError):
        break_even(low, high, people=people, hourly_cost=hourly, monthly_cost=monthly)
