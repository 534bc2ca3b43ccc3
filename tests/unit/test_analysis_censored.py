"""Means and medians of bands hold whatever numbers lie in the bands, and never take the middle of one."""

from statistics import median_low

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.censored import Band, difference, mean_bounds, median_bounds
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


answers = st.sampled_from(ASKED)


def test_the_median_lies_between_the_medians_of_the_edges() -> None:
    lows = [band.low for band in women() if band.low is not None]

    assert median_bounds(women()) == Band(median_low(lows), None)
    assert median_bounds([ASKED[0], ASKED[1], ASKED[2], ASKED[3]]) == Band(0, 30)


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


def test_without_answers_there_is_nothing_to_say() -> None:
    for bound in (mean_bounds, median_bounds):
        with pytest.raises(NoEvidenceError):
            bound([])


def test_bands_that_cannot_be_are_refused() -> None:
    for low, high in ((2, 1), (float("nan"), 1), (0, float("inf"))):
        with pytest.raises(ValueError):
            Band(low, high)
