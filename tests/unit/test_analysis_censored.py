"""Means and medians of bands against published results, survival analysis and plain maximisation."""

from statistics import median_low

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.censored import Band, difference, mean_bounds, median_bounds, turnbull
from analysis.results import NoEvidenceError

# Months until cosmetic deterioration, 46 women with radiotherapy alone (Finkelstein and Wolfe 1985, Biometrics 41)
RADIOTHERAPY = (
    "45 -; 6 10; 0 7; 46 -; 46 -; 7 16; 17 -; 7 14; 37 44; 0 8; 4 11; 15 -; 11 15; 22 -; 46 -; 46 -; 25 37; 46 -;"
    "26 40; 46 -; 27 34; 36 44; 46 -; 36 48; 37 -; 40 -; 17 25; 46 -; 11 18; 38 -; 5 12; 37 -; 0 5; 18 -; 24 -; 36 -;"
    "5 11; 19 35; 17 25; 24 -; 32 -; 33 -; 19 26; 37 -; 34 -; 36 -"
)
ASKED = (Band(0, 0), Band(0, 15), Band(15, 30), Band(30, 60), Band(60, 120), Band(120, 240), Band(240, None))


def women() -> list[Band]:
    pairs = [pair.split() for pair in RADIOTHERAPY.split(";")]
    return [Band(float(low), None if high == "-" else float(high)) for low, high in pairs]


def likeliest(bands: list[Band]) -> float:
    """The largest average log likelihood, by maximising over all edges and all pieces between them."""
    edges = sorted({0.0, *(edge for band in bands for edge in (band.low, band.high) if edge is not None)})
    middles = [edges[0] - 1, *edges, *(np.array(edges[:-1]) + np.diff(edges) / 2), edges[-1] + 1]
    holds = np.array([[holds_number(band, middle) for middle in middles] for band in bands], float)

    def chances(free: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        powers = np.exp(free - free.max())
        shares: npt.NDArray[np.float64] = powers / powers.sum()
        return shares

    def missed(free: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        share = chances(free)
        slope = (1 / (holds @ share)) @ holds / len(bands)
        return -float(np.log(holds @ share).mean()), -share * (slope - 1)

    found = minimize(missed, np.zeros(len(middles)), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    return -float(found.fun)


def holds_number(band: Band, number: float) -> bool:
    if band.low is not None and band.low == band.high:
        return number == band.low
    return (band.low is None or band.low < number) and (band.high is None or number < band.high)


def within(inner: Band, outer: Band) -> bool:
    low = outer.low is None or (inner.low is not None and inner.low >= outer.low - 1e-9)
    high = outer.high is None or (inner.high is not None and inner.high <= outer.high + 1e-9)
    return low and high


answers = st.sampled_from(ASKED)
pairs = st.lists(st.tuples(answers, answers), min_size=1, max_size=40)


def test_the_radiotherapy_data_give_the_published_probabilities() -> None:
    # Fay and Shaw 2010, J. Stat. Softw. 36(2), icfit for treatment=Rad
    result = turnbull(women())

    assert result.converged
    assert result.people == 46
    assert [(band.low, band.high, round(probability, 4)) for band, probability in result.bands] == [
        (4, 5, 0.0463),
        (6, 7, 0.0334),
        (7, 8, 0.0887),
        (11, 12, 0.0708),
        (24, 25, 0.0926),
        (33, 34, 0.0818),
        (38, 40, 0.1209),
        (46, 48, 0.4656),
    ]


def test_the_median_lies_in_the_band_where_half_is_passed() -> None:
    result = turnbull(women())

    assert result.median == Band(38, 40)


def test_the_median_without_assumptions_lies_between_the_medians_of_the_edges() -> None:
    lows = [band.low for band in women() if band.low is not None]

    assert median_bounds(women()) == Band(median_low(lows), None)
    assert median_bounds([ASKED[0], ASKED[1], ASKED[2], ASKED[3]]) == Band(0, 30)


@given(pairs)
@settings(max_examples=25, deadline=None)
def test_no_distribution_is_likelier(asked: list[tuple[Band, Band]]) -> None:
    bands = [difference(gained, lost) for gained, lost in asked]

    result = turnbull(bands)

    best = likeliest(bands)
    inner = [(band, probability) for band, probability in result.bands]
    own = [sum(probability for band, probability in inner if within_open(band, answer)) for answer in bands]
    assert result.converged
    assert sum(probability for _, probability in inner) == pytest.approx(1)
    assert np.log(own).mean() >= best - 1e-5


def within_open(inner: Band, outer: Band) -> bool:
    """Whether the interval lies in the band, whose edges do not belong to it."""
    if inner.low is not None and inner.low == inner.high:
        return holds_number(outer, inner.low)
    return within(inner, outer)


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=2, max_size=40))
@settings(max_examples=60)
def test_exact_numbers_and_open_bands_give_the_kaplan_meier_curve(seen: list[tuple[int, bool]]) -> None:
    bands = [Band(number, number if exact else None) for number, exact in seen]

    result = turnbull(bands)

    curve = SurvfuncRight([number for number, _ in seen], [int(exact) for _, exact in seen])
    steps = dict(zip(curve.surv_times, -np.diff([1.0, *curve.surv_prob]), strict=True))
    points = {band.low: probability for band, probability in result.bands if band.low == band.high}
    assert points == pytest.approx({time: step for time, step in steps.items() if step > 0}, abs=2e-4)


def test_bands_of_one_question_have_their_shares() -> None:
    result = turnbull([ASKED[1]] * 3 + [ASKED[0]] * 2 + [ASKED[2]] * 4 + [ASKED[6]])

    assert result.bands == tuple(
        (ASKED[code], pytest.approx(share)) for code, share in ((0, 0.2), (1, 0.3), (2, 0.4), (6, 0.1))
    )
    assert result.median == Band(0, 30)  # exactly half said 15 minutes or less
    assert result.mean.low == pytest.approx(0.4 * 15 + 0.1 * 240)
    assert result.mean.high is None


@given(st.lists(st.tuples(answers, answers, st.floats(0.01, 0.99), st.floats(0.01, 0.99)), min_size=1, max_size=30))
def test_true_mean_and_median_lie_between_their_bounds(people: list[tuple[Band, Band, float, float]]) -> None:
    def truth(band: Band, place: float) -> float:
        assert band.low is not None
        return band.low + place * ((band.low + 600 if band.high is None else band.high) - band.low)

    net = [truth(gained, first) - truth(lost, second) for gained, lost, first, second in people]
    bands = [difference(gained, lost) for gained, lost, _, _ in people]

    for value, bounds in ((np.mean(net), mean_bounds(bands)), (np.median(net), median_bounds(bands))):
        assert bounds.low is None or bounds.low <= value + 1e-9
        assert bounds.high is None or value <= bounds.high + 1e-9


@given(pairs)
@settings(max_examples=60)
def test_the_likeliest_mean_lies_within_the_bounds_that_assume_nothing(asked: list[tuple[Band, Band]]) -> None:
    bands = [difference(gained, lost) for gained, lost in asked]

    assert within(turnbull(bands).mean, Band(*_loosened(mean_bounds(bands))))


def _loosened(band: Band) -> tuple[float | None, float | None]:
    """The bounds, by as much wider as rounds that stop near the maximum may miss them."""
    return None if band.low is None else band.low - 0.1, None if band.high is None else band.high + 0.1


def test_a_difference_is_never_that_of_the_middles() -> None:
    assert difference(Band(60, 120), Band(15, 30)) == Band(30, 105)
    assert difference(Band(0, 0), Band(15, 30)) == Band(-30, -15)
    assert difference(Band(240, None), Band(15, 30)) == Band(210, None)
    assert difference(Band(15, 30), Band(240, None)) == Band(None, -210)
    assert difference(Band(240, None), Band(240, None)) == Band(None, None)


def test_open_bands_leave_the_mean_without_that_bound() -> None:
    assert mean_bounds([Band(0, 15), Band(60, 120)]) == Band(30, 67.5)
    assert mean_bounds([Band(0, 15), Band(240, None)]) == Band(120, None)
    assert mean_bounds([Band(None, None)]) == Band(None, None)


def test_the_same_answers_in_another_order_give_the_same_result() -> None:
    assert turnbull(women()) == turnbull(women()[::-1])


def test_too_few_rounds_are_said() -> None:
    result = turnbull(women(), rounds=3)

    assert not result.converged
    assert result.rounds == 3


def test_without_answers_there_is_nothing_to_say() -> None:
    for bound in (mean_bounds, median_bounds, turnbull):
        with pytest.raises(NoEvidenceError):
            bound([])


def test_bands_that_cannot_be_are_refused() -> None:
    for low, high in ((2, 1), (float("nan"), 1), (0, float("inf"))):
        with pytest.raises(ValueError):
            Band(low, high)
