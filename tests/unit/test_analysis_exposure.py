"""The shadow-AI index by hand, and what it promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.exposure import Component, bounds, exposure, steps
from analysis.results import Interval, NoEvidenceError


def test_the_index_is_the_share_of_possible_steps_that_people_took() -> None:
    # 40 + 20 + 10 of 3 * 100 possible steps
    result = exposure(steps(users=40, private=20, sensitive=10), base=100)

    assert result.index == pytest.approx(100 * 70 / 300)
    assert result.components == (("users", 0.4), ("private", 0.2), ("sensitive", 0.1))
    assert result.limits == Interval(pytest.approx(result.index), pytest.approx(result.index))


def test_each_weight_is_halved_and_raised_by_half_alone() -> None:
    result = exposure(steps(users=40, private=20, sensitive=10), base=100)

    users, private, sensitive = result.swings
    assert (users.lowered, users.raised) == pytest.approx((100 * 0.5 / 2.5, 100 * 0.9 / 3.5))
    assert (private.lowered, private.raised) == pytest.approx((100 * 0.6 / 2.5, 100 * 0.8 / 3.5))
    assert (sensitive.lowered, sensitive.raised) == pytest.approx((100 * 0.65 / 2.5, 100 * 0.75 / 3.5))
    assert result.by_weight == Interval(pytest.approx(20.0), pytest.approx(26.0))


def test_nobody_exposed_is_0_and_everybody_exposed_is_100() -> None:
    assert exposure(steps(users=0, private=0, sensitive=0), base=9).index == 0
    assert exposure(steps(users=9, private=9, sensitive=9), base=9).index == 100


def test_people_who_prefer_not_to_say_widen_the_index() -> None:
    result = exposure(steps(users=40, private=20, sensitive=10), base=100, silent=20)

    assert result.index == pytest.approx(100 * 70 / 300)
    assert result.limits == Interval(pytest.approx(100 * 70 / 360), pytest.approx(100 * 130 / 360))


counts = st.integers(0, 50)


@given(counts, counts, counts, st.integers(0, 50), st.tuples(*[st.floats(0.1, 5)] * 3))
def test_the_index_lies_between_its_limits_and_more_exposure_never_lowers_it(
    users: int, private: int, sensitive: int, silent: int, weights: tuple[float, float, float]
) -> None:
    counted = (users, private, sensitive)
    parts = [Component(str(place), *both) for place, both in enumerate(zip(counted, weights, strict=True))]

    result = exposure(parts, base=50, silent=silent)

    assert 0 <= result.limits.low <= result.index + 1e-9
    assert result.index - 1e-9 <= result.limits.high <= 100 + 1e-9
    assert result.by_weight.low <= result.index <= result.by_weight.high
    for place, part in enumerate(parts):
        if part.people < 50:
            more = [*parts[:place], Component(part.name, part.people + 1, part.weight), *parts[place + 1 :]]
            assert exposure(more, base=50).index > result.index


def test_refusals_are_bounds() -> None:
    assert bounds(12, 60, 20) == Interval(12 / 80, 32 / 80)
    assert bounds(12, 60, 0) == Interval(0.2, 0.2)


@given(st.integers(1, 60), st.integers(0, 30), st.data())
def test_whatever_the_silent_do_lies_within_the_bounds(base: int, silent: int, data: st.DataObject) -> None:
    users, hidden = data.draw(st.integers(0, base)), data.draw(st.integers(0, silent))

    possible = bounds(users, base, silent)

    assert possible.low <= (users + hidden) / (base + silent) <= possible.high


def test_without_answers_there_is_no_index() -> None:
    with pytest.raises(NoEvidenceError):
        exposure(steps(users=0, private=0, sensitive=0), base=0)
    with pytest.raises(NoEvidenceError):
        bounds(0, 0, 0)


def test_counts_and_weights_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError):
        steps(users=5, private=6, sensitive=0)
    with pytest.raises(ValueError):
        exposure(steps(users=5, private=5, sensitive=5), base=9, silent=-1)
    with pytest.raises(ValueError):
        bounds(10, 9, 3)
    for parts in (
        [Component("a", 10)],
        [Component("a", -1)],
        [Component("a", 1, -1.0), Component("b", 1)],
        [Component("a", 1, 0.0)],
        [],
    ):
        with pytest.raises(ValueError):
            exposure(parts, base=9)
