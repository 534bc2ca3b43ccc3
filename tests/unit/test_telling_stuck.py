"""Stuck-points in words and as figures: what is told follows from published figures, and is not told without them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from analysis.codebook import Codebook, Kind, Values
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import WaveCounts
from analysis.render.blocks import Plot
from analysis.render.chapters import evidence
from analysis.render.reading import Reading
from analysis.report import ReleasedWave, Wave, build, release
from analysis.results import GAP, Report, Sentence
from analysis.telling import stuck
from analysis.telling.deriving import derived
from analysis.wording import wording
from tests.unit.pilot_factory import AS_OF, PLAN, PULSE, a_wave, item, people, when

INVITED = people(240)
STOPPED = {"wrong": 40, "slow": 10, "no_idea": 5, "not_stuck": 5}
WENT_ON = {"wrong": 10, "slow": 40, "no_idea": 10, "not_stuck": 40}


def answers(stopped: Mapping[str, int] = STOPPED, went_on: Mapping[str, int] = WENT_ON) -> list[Values]:
    """People who tried the tool and are not active, then people who are."""
    parts: list[tuple[Mapping[str, int], Values]] = [
        (stopped, {"reach": "tried", "tool_days": 0}),
        (went_on, {"reach": "use", "tool_days": 5}),
    ]
    found = [{**way, "stuck_where": code} for named, way in parts for code, many in named.items() for _ in range(many)]
    return [{"group": team, **one} for team, one in zip(INVITED, found, strict=False)]


def a_release(stopped: Mapping[str, int] = STOPPED, went_on: Mapping[str, int] = WENT_ON) -> ReleasedWave:
    return release(a_wave(answers(stopped, went_on), 2, "pulse", INVITED), PLAN)


def said(*waves: ReleasedWave) -> str:
    return " ".join(wording("en").say(sentence).replace("\xa0", " ") for sentence in stuck.sentences(waves))


def reading(report: Report) -> Reading:
    return Reading(report, wording("en"))


def test_the_lift_is_the_difference_of_the_published_shares_in_points() -> None:
    wave = a_release()

    for code, many in STOPPED.items():
        stopped, went_on = many / 60, WENT_ON[code] / 100
        lift = wave.figure("barrier_lift", code)
        assert lift is not None
        assert lift.value == pytest.approx(100 * (stopped - went_on), abs=0.05)
        assert lift.low is not None
        assert lift.high is not None
        assert lift.low < 100 * (stopped - went_on) < lift.high


def test_the_probability_by_chance_is_that_of_an_exact_test_adjusted_for_all_stuck_points() -> None:
    wave = a_release()

    chances = {row.option: row.figure.share for row in wave.rows("barrier_chance")}
    # "login" was named by nobody, which is published too, and takes part in the adjustment.
    named = [(STOPPED.get(code, 0), WENT_ON.get(code, 0)) for code in chances]
    tables = [np.array([[first, 60 - first], [second, 100 - second]]) for first, second in named]
    adjusted = multipletests([fisher_exact(table).pvalue for table in tables], method="fdr_bh")[1]
    assert set(chances) == {*STOPPED, "login"}
    assert list(chances.values()) == pytest.approx(list(adjusted), abs=0.00005)


def test_a_stuck_point_that_the_stuck_name_more_often_is_told_with_both_shares() -> None:
    told = said(a_release())

    assert '"wrong" is named by 67 % of those who stopped there and by 10 % of those who went on' in told
    assert '"slow" is named by' not in told
    assert '"not_stuck"' not in told


def test_equal_shares_are_said_to_be_no_difference() -> None:
    same = {"wrong": 20, "slow": 10, "no_idea": 10, "not_stuck": 20}

    told = said(a_release(same, {code: many * 3 // 2 for code, many in same.items()}))

    assert "None of them is named clearly more often by those who stopped" in told


def test_a_stuck_point_that_is_a_gap_on_one_side_has_no_lift() -> None:
    wave = a_release({**STOPPED, "wrong": 43, "no_idea": 2})

    gaps = {
        row.option for name in ("barriers_stuck", "barriers_passed") for row in wave.rows(name) if row.figure == GAP
    }
    compared = {row.option for row in wave.rows("barrier_lift")}
    assert "no_idea" in gaps
    assert compared
    assert compared.isdisjoint(gaps)


def test_without_a_published_split_nothing_is_compared() -> None:
    wave = a_release()
    hidden = tuple(replace(row, figure=GAP) if row.measure == "barriers_passed" else row for row in wave.release.rows)
    without = replace(wave, release=replace(wave.release, rows=hidden))

    assert "stopped there" in said(wave)
    assert "stopped there" not in said(without)
    assert "went on" not in said(without)


# --------------------------------------------------------------------------- tasks and reactions

STUCK = when("stuck_where", "one_of", "wrong", "slow", "no_idea")
REACTIONS = ("worked_out", "asked", "without_ai", "other_tool", "gave_up")
ASKING = Codebook(
    "pulse",
    1,
    (
        *PULSE.items[:3],
        PULSE.items[6],
        item("stuck_task", Kind.SINGLE, ["drafting", "research", "other"], shown_if=STUCK),
        item("stuck_reaction", Kind.SINGLE, REACTIONS, shown_if=STUCK),
    ),
)


def asking(values: list[Values]) -> Wave:
    counts = WaveCounts(2, "pulse", invited=len(INVITED))
    return Wave(counts, from_packed(ASKING, [pack(ASKING, value) for value in values]))


def stuck_people() -> list[Values]:
    """30 went to another tool and 15 gave up, of 115 who were stuck; 75 of them while drafting."""
    stuck_ones = [value for value in answers() if value["stuck_where"] != "not_stuck"]
    then = ["other_tool"] * 30 + ["gave_up"] * 15 + ["asked"] * 60 + ["worked_out"] * 10
    return [
        {**value, "stuck_reaction": reaction, "stuck_task": "drafting" if place < 75 else "research"}
        for place, (value, reaction) in enumerate(zip(stuck_ones, then, strict=True))
    ]


def test_tasks_and_reactions_are_told_by_people_affected() -> None:
    told = said(release(asking(stuck_people()), PLAN))

    assert 'People were stuck most often during "drafting" (75 of 115 who told the task).' in told
    assert 'What most people did then: "asked" (60 of 115).' in told
    assert "39 % of the people who were stuck went to another tool (30) or gave up (15)." in told


def test_reactions_that_are_not_published_are_not_told() -> None:
    wave = release(asking(stuck_people()), PLAN)
    rows = tuple(row for row in wave.release.rows if (row.measure, row.option) != ("stuck_reaction", "gave_up"))

    assert "gave up" not in said(replace(wave, release=replace(wave.release, rows=rows)))
    assert stuck.left([wave]) == (30, 15, 115)


# --------------------------------------------------------------------------- the chapter


def test_the_chapter_sets_shares_difference_and_chance_side_by_side_by_people() -> None:
    report = build(PLAN, [a_wave(answers(), 2, "pulse", INVITED)], as_of=AS_OF)

    chapter = evidence.stuck(reading(report))

    (table,) = [block.table for block in chapter.blocks if isinstance(block, Plot) and "barrier_lift" in block.measures]
    assert [line.head for line in table.lines][:2] == ["wrong", "slow"]
    shares = [cell.replace("\xa0", " ") for cell in table.lines[0].cells]
    assert [head.partition(" ")[0] for head in table.heads[:2]] == ["stuck", "passed"]
    assert [share.partition(" (")[0] for share in shares[:2]] == ["67 %", "10 %"]
    assert shares[2].startswith("57 (")
    assert table.lines[-1].head != "wrong"


def test_every_derived_figure_is_a_row_of_the_report() -> None:
    report = build(PLAN, [a_wave(answers(), 2, "pulse", INVITED)], as_of=AS_OF)

    for name in ("barrier_lift", "barrier_chance"):
        measure = report.measure(name)
        assert measure is not None
        assert {row.option for row in report.select(name)} <= {code for code, _ in measure.options}


def test_the_sentences_are_there_in_german() -> None:
    report = build(PLAN, [asking(stuck_people())], as_of=AS_OF)

    for sentence in report.said("stuck"):
        assert wording("de").say(sentence) != wording("en").say(sentence)
    assert isinstance(report.said("stuck")[0], Sentence)


# --------------------------------------------------------------------------- whatever is hidden

SHOWN = release(a_wave(answers(), 2, "pulse", INVITED), PLAN).release
PLACES = [(row.measure, row.option) for row in SHOWN.rows if row.measure in {"barriers_stuck", "barriers_passed"}]


@given(st.sets(st.sampled_from(PLACES)))
def test_whatever_is_hidden_only_what_is_shown_on_both_sides_is_compared(hidden: set[tuple[str, str]]) -> None:
    published = [row for row in SHOWN.rows if not row.measure.startswith("barrier_")]
    rows = [replace(row, figure=GAP) if (row.measure, row.option) in hidden else row for row in published]

    found = derived(SHOWN.measures, rows, SHOWN.facts.revealed).rows

    open_places = set(PLACES) - hidden
    both = {code for _, code in PLACES if {("barriers_stuck", code), ("barriers_passed", code)} <= open_places}
    assert {row.option for row in found if row.measure == "barrier_lift"} == both
    assert {row.option for row in found if row.measure == "barrier_chance"} == both
