"""Impact from answers and imports whose truth is known: net time, hopes, what it is worth, and the measured effect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log
from statistics import median_high, median_low

import pytest
from scipy.stats import ttest_ind

from analysis.codebook import Codebook, Kind, Option, Values
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import Costs, WaveCounts
from analysis.render.blocks import Table
from analysis.render.chapters import evidence
from analysis.render.reading import Reading
from analysis.report import ReleasedWave, Wave, build, release
from analysis.results import GAP, Report, Sentence
from analysis.telling import impact
from analysis.wording import wording
from tests.unit.pilot_factory import AS_OF, PLAN, PULSE, TEAMS, a_series, a_wave, bands, item, option, people

INVITED = people(240)
MONEY = replace(PLAN, costs=Costs(hourly=60, monthly_per_person=30, currency="EUR"))
HOPES = Codebook(
    "hopes",
    1,
    (item("group", Kind.SINGLE, [*TEAMS]), item("expected_minutes", Kind.SINGLE, [option("costs"), *bands()])),
)


def using(pairs: Mapping[tuple[str, str], int], *, idle: int = 0) -> Wave:
    """Answers of users by the bands that they saved and lost, and of people who never tried."""
    told: list[Values] = [
        {"reach": "use", "tool_days": 5, "minutes_saved": saved, "minutes_lost": lost}
        for (saved, lost), many in pairs.items()
        for _ in range(many)
    ]
    told += [{"reach": "not_tried"}] * idle
    values = [{"group": team, **one} for team, one in zip(INVITED, told, strict=False)]
    return a_wave(values, 2, "pulse", INVITED)


def hoping(counts: Mapping[str, int]) -> Wave:
    chosen = [code for code, many in counts.items() for _ in range(many)]
    values: list[Values] = [
        {"group": team, "expected_minutes": code} for team, code in zip(INVITED, chosen, strict=False)
    ]
    return Wave(WaveCounts(1, "baseline", invited=240), from_packed(HOPES, [pack(HOPES, one) for one in values]))


def held(*waves: Wave) -> list[ReleasedWave]:
    return [release(wave, PLAN) for wave in waves]


def said(sentences: Sequence[Sentence]) -> str:
    return " ".join(wording("en").say(sentence).replace("\xa0", " ") for sentence in sentences)


def net(wave: ReleasedWave, name: str) -> tuple[float | None, float | None]:
    figure = wave.figure("net_minutes", name)
    assert figure is not None
    return figure.low, figure.high


# --------------------------------------------------------------------------- net time


def test_net_time_lies_between_lower_less_upper_and_upper_less_lower_edges() -> None:
    (wave,) = held(using({("to_60", "none"): 10, ("to_120", "to_30"): 20, ("to_30", "to_60"): 5}))

    lows = [30] * 10 + [60 - 30] * 20 + [0 - 60] * 5
    highs = [60] * 10 + [120 - 0] * 20 + [30 - 30] * 5
    assert net(wave, "median") == (median_low(lows), median_high(highs))
    assert net(wave, "mean") == pytest.approx((sum(lows) / 35, sum(highs) / 35), abs=0.05)


def test_of_an_even_number_the_limits_are_the_lower_and_the_upper_median() -> None:
    (wave,) = held(using({("none", "none"): 10, ("to_120", "none"): 10}))

    assert net(wave, "median") == (0, 120)


def test_one_open_band_takes_the_upper_limit_of_the_mean_and_not_of_the_median() -> None:
    (wave,) = held(using({("to_60", "none"): 30, ("more", "none"): 1}))

    assert net(wave, "median") == (30, 60)
    assert net(wave, "mean") == (pytest.approx((30 * 30 + 120) / 31, abs=0.05), None)
    assert "On average it is at least 32.9 minutes" in said(impact.sentences([wave], PLAN))


def test_two_open_bands_leave_no_limit_on_either_side() -> None:
    (wave,) = held(using({("more", "more"): 10, ("to_60", "none"): 5}))

    assert net(wave, "median") == net(wave, "mean") == (None, None)
    assert "has no limit" in said(impact.sentences([wave], PLAN))
    assert "depends on where in their bands they are" in said(impact.sentences([wave], MONEY))


def test_a_mean_that_one_person_makes_is_hidden_and_the_median_is_not() -> None:
    (wave,) = held(using({("none", "none"): 30, ("to_120", "none"): 1}))

    assert [row.figure for row in wave.rows("net_minutes") if row.option == "mean"] == [GAP]
    assert net(wave, "median") == (0, 0)
    assert "On average" not in said(impact.sentences([wave], PLAN))


def test_an_answer_without_edges_is_no_time_at_all() -> None:
    saved = next(one for one in PULSE.items if one.id == "minutes_saved")
    items = tuple(
        replace(one, options=(*saved.options, Option("not_mine", saved.label))) if one is saved else one
        for one in PULSE.items
    )
    book = replace(PULSE, items=items)
    values: list[Values] = [
        {"group": "sales", "reach": "use", "tool_days": 5, "minutes_saved": code, "minutes_lost": "none"}
        for code in ["to_60"] * 20 + ["not_mine"] * 30
    ]
    wave = Wave(WaveCounts(2, "pulse", invited=240), from_packed(book, [pack(book, one) for one in values]))

    figure = release(wave, PLAN).figure("net_minutes", "median")

    assert figure is not None
    assert (figure.base, figure.low, figure.high) == (20, 30, 60)


def test_too_few_users_tell_nothing_of_their_time() -> None:
    (wave,) = held(using({("to_60", "none"): 7}, idle=40))

    assert not wave.rows("net_minutes")


# --------------------------------------------------------------------------- hopes


def test_less_than_hoped_for_is_said_where_the_bands_do_not_overlap() -> None:
    told = said(impact.sentences(held(hoping({"to_120": 40, "to_60": 10}), using({("to_30", "none"): 30})), PLAN))

    assert "expected to save between 60 and 120 minutes per week (50 people)" in told
    assert "the median user reports between 0 and 30 minutes (30 users)" in told
    assert "That is less than was hoped for." in told


def test_more_than_hoped_for_is_said_also_without_an_upper_edge() -> None:
    told = said(impact.sentences(held(hoping({"to_30": 40}), using({("more", "none"): 30})), PLAN))

    assert "the median user reports at least 120 minutes" in told
    assert "That is more than was hoped for." in told


@pytest.mark.parametrize("hope", [{"to_30": 40}, {"to_30": 20, "to_60": 20}])
def test_bands_that_overlap_are_not_ranked(hope: Mapping[str, int]) -> None:
    told = said(impact.sentences(held(hoping(hope), using({("to_30", "none"): 30})), PLAN))

    assert "Hope and experience overlap" in told


def test_equal_numbers_are_neither_more_nor_less() -> None:
    told = said(impact.sentences(held(hoping({"none": 40}), using({("none", "none"): 30})), PLAN))

    assert "expected to save 0 minutes per week" in told
    assert "Hope and experience overlap" in told


def test_people_who_expect_it_to_cost_time_can_only_widen_the_limits() -> None:
    told = said(impact.sentences(held(hoping({"to_60": 20, "costs": 30}), using({("to_30", "none"): 30})), PLAN))

    assert "expected to save an unknown time per week" in told
    assert "Hope and experience overlap" in told


# --------------------------------------------------------------------------- worth


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ({("to_60", "none"): 40}, "reaches that, even at the lower edges"),
        ({("to_30", "none"): 40}, "depends on where in their bands they are"),
        ({("none", "none"): 20, ("none", "to_30"): 20}, "does not reach that, even at the upper edges"),
    ],
)
def test_what_users_report_is_set_against_what_the_tool_costs(
    pairs: Mapping[tuple[str, str], int], verdict: str
) -> None:
    told = said(impact.sentences(held(using(pairs)), MONEY))

    # 30 of 60 an hour are 30 minutes a month, which has 52 / 12 weeks: 6.9 a week.
    assert "At 30 EUR per person and month, and 60 EUR for an hour of work" in told
    assert "from 6.9 minutes of net time per person and week on" in told
    assert verdict in told
    assert "moves no gate" in told


def test_users_have_to_gain_for_those_who_do_not_use_it() -> None:
    told = said(impact.sentences(held(using({("to_60", "none"): 40}, idle=160)), MONEY))

    assert "20 % of the people used it in the last 7 days" in told
    assert "each of them has to gain 34.6 minutes" in told
    assert "depends on where in their bands they are" in told


def test_without_costs_nothing_is_said_of_money_and_without_minutes_only_the_line() -> None:
    wave = held(using({("to_60", "none"): 40}))

    assert "pays for itself" not in said(impact.sentences(wave, PLAN))
    assert said(impact.sentences([], MONEY)).endswith("of net time per person and week on.")


# --------------------------------------------------------------------------- the measured effect


def a_report(**series: float) -> Report:
    return build(PLAN, [], as_of=AS_OF, kpi=a_series(**series))


def effects(report: Report) -> dict[str, tuple[float | None, float | None, float | None]]:
    return {
        row.option: (row.figure.value, row.figure.low, row.figure.high)
        for row in report.rows
        if row.measure == "kpi_effect"
    }


def test_the_effect_is_that_of_the_pilot_less_that_of_the_comparison_group() -> None:
    found = effects(a_report(after=29, comparison=38))

    steps = [0.4 * place for place in range(6)]
    means = {start: start + sum(steps) / 6 for start in (41, 29, 40, 38)}
    pilot, other = means[29] / means[41], means[38] / means[40]
    assert found["pilot"][0] == pytest.approx(100 * (1 - pilot), abs=0.05)
    assert found["comparison"][0] == pytest.approx(100 * (1 - other), abs=0.05)
    assert found["difference"][0] == pytest.approx(100 * (1 - exp(log(pilot) - log(other))), abs=0.05)


def test_the_limits_of_the_pilot_are_close_to_those_of_welch_on_logarithms() -> None:
    value, low, high = effects(a_report(after=29, comparison=38))["pilot"]

    steps = [0.4 * place for place in range(6)]
    logs = [[log(start + step) for step in steps] for start in (41, 29)]
    limits = ttest_ind(logs[1], logs[0], equal_var=False).confidence_interval(0.80)
    assert (low, high) == pytest.approx((100 * (1 - exp(limits.high)), 100 * (1 - exp(limits.low))), abs=0.15)
    assert low is not None
    assert value is not None
    assert low < value


def test_a_comparison_group_that_improves_as_much_leaves_no_effect() -> None:
    report = a_report(after=30, comparison=29.25)

    value, low, high = effects(report)["difference"]
    assert value == pytest.approx(0, abs=0.5)
    assert low is not None
    assert high is not None
    assert low < 0 < high
    assert "On its own the pilot improved by 26 %, the comparison group by 26 %" in said(report.said("impact"))


def test_without_a_comparison_group_there_is_the_effect_of_the_pilot_alone() -> None:
    series = a_series()
    alone = replace(series, points=tuple(point for point in series.points if point.arm == "pilot"))

    report = build(PLAN, [], as_of=AS_OF, kpi=alone)

    assert list(effects(report)) == ["pilot"]
    assert {row.option for row in report.select("kpi_measured")} == {"before", "after", "target"}
    assert "grade B" in said(report.said("impact"))


def test_nothing_measured_is_grade_c_in_words_and_no_row() -> None:
    report = build(PLAN, [], as_of=AS_OF)

    assert not effects(report)
    assert "Evidence grade C" in said(report.said("impact"))


def test_the_effect_stands_in_the_chapter_in_both_languages() -> None:
    report = a_report()

    for language, head in (("en", "pilot less comparison group"), ("de", "Pilot abzüglich Vergleichsgruppe")):
        chapter = evidence.impact(Reading(report, wording(language)))
        (table,) = [block for block in chapter.blocks if isinstance(block, Table)]
        assert [line.head for line in table.lines][-1] == head
        assert all(cell for line in table.lines for cell in line.cells)
