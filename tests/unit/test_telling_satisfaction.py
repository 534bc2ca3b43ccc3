"""Satisfaction in words: the scores are those of the published distributions, and only of the scales they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean, stdev

import pytest
from scipy.stats import t

from analysis.codebook import Codebook, Kind, Values
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import WaveCounts
from analysis.report import ReleasedWave, Wave, build, release
from analysis.results import Amount, Sentence
from analysis.telling import satisfaction
from analysis.wording import wording
from tests.unit.pilot_factory import AS_OF, PLAN, item

SEVEN = tuple("1234567")
BOOK = Codebook(
    "satisfied",
    1,
    (
        item("capability", Kind.SCALE, SEVEN, minimum=1, maximum=7),
        item("ease", Kind.SCALE, SEVEN, minimum=1, maximum=7),
        item("recommend", Kind.NUMBER, minimum=0, maximum=10),
    ),
)


def a_wave(book: Codebook = BOOK, invited: int = 100, **grades: Sequence[int]) -> Wave:
    size = max(map(len, grades.values()))
    values: list[Values] = [
        {name: given[place] for name, given in grades.items() if place < len(given)} for place in range(size)
    ]
    return Wave(WaveCounts(2, "pulse", invited=invited), from_packed(book, [pack(book, one) for one in values]))


def held(book: Codebook = BOOK, invited: int = 100, **grades: Sequence[int]) -> ReleasedWave:
    return release(a_wave(book, invited, **grades), PLAN)


def said(*waves: ReleasedWave) -> str:
    return " ".join(wording("en").say(one).replace("\xa0", " ") for one in satisfaction.sentences(waves))


def amounts(sentence: Sentence) -> Mapping[str, float]:
    return {name: value.value for name, value in sentence.values if isinstance(value, Amount)}


def test_usability_is_the_mean_of_both_statements_on_a_hundred() -> None:
    capability, ease = [4, 5, 6, 7] * 10, [3, 4, 5, 6] * 10

    (told,) = satisfaction.sentences([held(capability=capability, ease=ease)])

    # Of each person (c + e - 2) / 12, as in Lewis, Utesch and Maher (2013) without their regression.
    assert amounts(told)["score"] == pytest.approx(
        100 * fmean((c + e - 2) / 12 for c, e in zip(capability, ease, strict=True))
    )


def test_the_limits_of_usability_hold_even_if_both_statements_are_answered_alike() -> None:
    grades = [2, 4, 5, 5, 6, 7, 7, 3] * 5

    (told,) = satisfaction.sentences([held(capability=grades, ease=grades)])

    scores = [100 * (grade - 1) / 6 for grade in grades]
    spread = t.interval(0.95, 39, loc=fmean(scores), scale=stdev(scores) / 40**0.5)
    assert amounts(told)["low"] <= spread[0] < spread[1] <= amounts(told)["high"]


def test_recommendation_is_promoters_less_detractors() -> None:
    told = said(held(recommend=[10] * 20 + [9] * 10 + [8] * 15 + [7] * 5 + [6] * 5 + [0] * 5))

    assert "30 of 60 people would recommend the tool (9 or 10), 10 would not (0 to 6)" in told
    assert "a net score of 33.3 points" in told


def test_a_census_of_recommendations_has_no_width() -> None:
    told = said(held(invited=20, recommend=[10] * 15 + [3] * 5))

    assert "50 points (95 % interval 50 to 50 points)" in told


def test_other_scales_and_few_answers_have_no_score() -> None:
    five = tuple(
        replace(one, options=one.options[:5], maximum=5) if one.kind is Kind.SCALE else one for one in BOOK.items
    )

    assert said(held(replace(BOOK, items=five), capability=[5] * 20, ease=[5] * 20)) == ""
    assert said(held(capability=[5] * 20, ease=[5] * 7)) == ""
    assert said(held(capability=[5] * 20)) == ""


def test_the_latest_wave_that_asked_is_told_and_the_readout_has_it() -> None:
    early = a_wave(capability=[7] * 20, ease=[7] * 20)
    late = a_wave(capability=[4] * 20, ease=[4] * 20)

    report = build(PLAN, [early, replace(late, counts=replace(late.counts, number=3))], as_of=AS_OF)

    assert [amounts(one)["score"] for one in report.said("satisfaction")] == [50]
