"""Adoption from published figures: the way from stage to stage, use that lasts, and use over the weeks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.proportion import proportion_confint

from analysis.codebook import Values
from analysis.plan import Plan
from analysis.render.blocks import Plot
from analysis.render.chapters import evidence
from analysis.render.reading import Reading
from analysis.report import ReleasedWave, build, release
from analysis.results import Sentence
from analysis.telling import adoption, waves
from analysis.telling.deriving import derived
from analysis.wording import wording
from tests.unit.pilot_factory import AS_OF, PLAN, a_wave, people

INVITED = people(240)
YES, NO = {"sustained_recall": "yes"}, {"sustained_recall": "no"}


def a_release(
    number: int, ways: Sequence[tuple[int, Values]], *, plan: Plan = PLAN, opened: date | None = None
) -> ReleasedWave:
    values = [way for many, way in ways for _ in range(many)]
    wave = a_wave(
        [{"group": team, **one} for team, one in zip(INVITED, values, strict=False)], number, "pulse", INVITED
    )
    return release(replace(wave, counts=replace(wave.counts, opened_on=opened or wave.counts.opened_on)), plan)


def level(number: int, active: int, answered: int = 200, *, opened: date | None = None) -> ReleasedWave:
    using: Values = {"reach": "use", "tool_days": 5}
    return a_release(number, [(active, using), (answered - active, {"reach": "tried", "tool_days": 1})], opened=opened)


def said(sentences: Sequence[Sentence]) -> str:
    return " ".join(wording("en").say(sentence).replace("\xa0", " ") for sentence in sentences)


STEPS: list[tuple[int, Values]] = [
    (20, {"reach": "not_heard"}),
    (30, {"reach": "no_access"}),
    (10, {"reach": "not_tried"}),
    (40, {"reach": "tried", "tool_days": 1}),
    (60, {"reach": "use", "tool_days": 4}),
]


def test_every_stage_is_told_of_all_who_answered_and_of_the_stage_before() -> None:
    wave = a_release(2, STEPS)

    steps = {row.option: (row.figure.count, row.figure.base) for row in wave.rows("conversion")}
    whole = {row.option: (row.figure.count, row.figure.base) for row in wave.rows("funnel_answered")}
    assert steps == {
        "responded": (160, 240),
        "aware": (140, 160),
        "access": (110, 140),
        "tried": (100, 110),
        "active": (60, 100),
    }
    assert whole == {"aware": (140, 160), "access": (110, 160), "tried": (100, 160), "active": (60, 160)}


def test_the_limits_of_a_later_stage_are_those_of_wilson() -> None:
    wave = a_release(2, STEPS)

    low, high = proportion_confint(60, 100, method="wilson")
    figure = wave.figure("conversion", "active")
    assert figure is not None
    assert (figure.low, figure.high) == pytest.approx((low, high), abs=0.00005)


def test_a_census_has_no_limits_at_any_stage_and_the_answered_share_is_counted() -> None:
    wave = a_release(2, [(many * 3 // 2, way) for many, way in STEPS])

    for name in ("conversion", "funnel_answered"):
        figure = wave.figure(name, "active")
        assert figure is not None
        assert figure.low == figure.share == figure.high
    responded = wave.figure("conversion", "responded")
    assert responded is not None
    assert (responded.share, responded.low) == (1.0, None)


def test_a_stage_that_nobody_reached_breaks_nothing() -> None:
    wave = a_release(2, [(40, {"reach": "not_heard"})])

    figure = wave.figure("conversion", "tried")
    assert figure is not None
    assert (figure.count, figure.base, figure.share) == (0, 0, None)


def test_the_stages_follow_from_the_published_funnel_alone() -> None:
    wave = a_release(2, STEPS)
    funnel = [row for row in wave.release.rows if row.measure == "funnel"]

    again = derived(wave.release.measures, funnel, wave.ballots)

    assert [row for row in wave.release.rows if row.measure in {"conversion", "funnel_answered"}] == list(again.rows)
    assert not derived(wave.release.measures, [row for row in funnel if row.option == "invited"], 0).rows


def test_the_readout_sets_the_stages_beside_each_other() -> None:
    values = [
        {"group": team, **way} for team, way in zip(INVITED, (w for n, w in STEPS for _ in range(n)), strict=False)
    ]
    report = build(PLAN, [a_wave(values, 2, "pulse", INVITED)], as_of=AS_OF)

    chapter = evidence.adoption(Reading(report, wording("en")))
    german = evidence.adoption(Reading(report, wording("de")))

    (table,) = [block.table for block in chapter.blocks if isinstance(block, Plot) and "funnel" in block.measures]
    lines = {line.head: [cell.replace("\xa0", " ") for cell in line.cells] for line in table.lines}
    assert table.heads == ("People", "Of all invited", "Of those who answered", "Of the stage before", "95 %")
    assert lines["invited"] == ["240", "100.0 %", "", "", ""]
    assert lines["answered"] == ["160", "66.7 %", "", "66.7 %", ""]
    assert lines["are active"] == ["60", "25.0 %", "38 %", "60 %", "50\N{EN DASH}69 %"]
    assert any(
        "Von einer Stufe zur nächsten" in block.table.title for block in german.blocks if isinstance(block, Plot)
    )


# --------------------------------------------------------------------------- use that lasts


def remembering(yes: int, began: int, stopped: int, never: int) -> list[tuple[int, Values]]:
    using: Values = {"reach": "use", "tool_days": 5}
    trying: Values = {"reach": "tried", "tool_days": 1}
    return [(yes, {**using, **YES}), (began, {**using, **NO}), (stopped, {**trying, **YES}), (never, {**trying, **NO})]


def test_memory_that_agrees_is_fitted_to_both_measured_levels() -> None:
    # Everybody answered both and remembers rightly: fitting changes nothing, and 50, 10, 15 and 25 % are true.
    first, second = level(2, 120), a_release(3, remembering(100, 30, 20, 50))

    told = said(adoption.sentences([first, second], PLAN))

    assert "60.0 % remember having been active in the wave before; 60 % were measured." in told
    assert "about 50 % were active in both waves, 10 % stopped and 15 % began in between" in told


def test_fitted_memory_lies_within_the_bounds_that_assume_nothing() -> None:
    first, second = level(2, 130), a_release(3, remembering(90, 35, 30, 45))

    told = said(adoption.sentences([first, second], PLAN))

    # Levels of 65 and 62.5 % bound it by 27.5 and 62.5 %; the share that keeps the odds ratio of the table is between.
    odds = 90 * 45 / (35 * 30)
    both = brentq(lambda p: p * (p - 0.275) - odds * (0.65 - p) * (0.625 - p), 0.275, 0.625)
    assert "Between 28 % and 63 % of the people can have been active in both" in told
    assert f"about {both:.0%} were active in both waves".replace("%", " %", 1) in told


def test_memory_that_disagrees_is_said_to_be_unreliable_and_nothing_is_fitted() -> None:
    first, second = level(2, 60), a_release(3, remembering(100, 30, 20, 50))

    told = said(adoption.sentences([first, second], PLAN))

    assert "the memory is unreliable" in told
    assert "Memory fitted" not in told
    assert "can have been active in both of the last two waves" in told


def test_people_who_never_tried_count_in_memory_as_they_do_in_the_level() -> None:
    # Of those who tried all remember; of everybody 50 % do, which is what was measured.
    first = level(2, 100)
    second = a_release(3, [(100, {"reach": "use", "tool_days": 5, **YES}), (100, {"reach": "no_access"})])

    told = said(adoption.sentences([first, second], PLAN))

    assert "50.0 % remember having been active in the wave before; 50 % were measured." in told


def test_memory_of_a_wave_that_was_not_shown_is_not_compared_with_another() -> None:
    hidden = a_release(3, [(4, {"reach": "use", "tool_days": 5})])

    told = said(adoption.sentences([level(2, 120), hidden, a_release(4, remembering(100, 30, 20, 50))], PLAN))

    assert "remember" not in told


# --------------------------------------------------------------------------- over the weeks


def test_each_step_and_the_whole_way_are_compared() -> None:
    told = waves.sentences([level(2, 80), level(3, 100), level(4, 150)])

    ends = [(dict(one.values)["before"], dict(one.values)["after"]) for one in told]
    assert [(before.value, after.value) for before, after in ends] == [(2, 3), (3, 4), (2, 4)]  # type: ignore[union-attr]
    assert "Since wave 2, the first of use, until wave 4" in said(told)


def test_two_waves_are_one_comparison_and_no_trend() -> None:
    told = waves.sentences([level(2, 80), level(3, 100)])

    assert len(told) == 1
    assert "Over all waves" not in said(told)


def test_the_trend_counts_weeks_and_not_waves() -> None:
    counts, days = (80, 90, 92, 130), (date(2027, 1, 4), date(2027, 1, 11), date(2027, 1, 18), date(2027, 4, 12))
    held = [level(place, count, opened=day) for place, (count, day) in enumerate(zip(counts, days, strict=True), 2)]
    weeks = np.array([0.0, 1.0, 2.0, 14.0])

    told = waves.sentences(held)

    table = Table([[count, 200 - count] for count in counts])
    outcome = table.test_ordinal_association(row_scores=weeks, col_scores=np.array([1, 0]))
    # Without the factor (n - 1) / n that statsmodels keeps in the variance of the permutation.
    z = outcome.zscore * (800 / 799) ** 0.5
    (chance,) = [value for one in told for name, value in one.values if name == "chance"]
    assert chance.value == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)  # type: ignore[union-attr]
    assert "active use rises" in said(told)


def test_a_level_that_stays_is_neither_a_rise_nor_a_fall() -> None:
    told = said(waves.sentences([level(place, 100) for place in (2, 3, 4, 5)]))

    assert "neither rises nor falls" in told
