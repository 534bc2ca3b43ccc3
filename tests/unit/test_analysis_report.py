"""The whole way from answers to a decision, with people whose truth is known, and with very little."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from analysis.codebook import Codebook, Kind, Values
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import KpiSeries, Plan, WaveCounts
from analysis.report import NO_SERIES, ReleasedWave, Wave, build, compose, release
from analysis.results import GAP, Decision, Report, Sentence, Verdict
from analysis.synthetic import Truth, ballots
from tests.unit.pilot_factory import (
    AS_OF,
    BASELINE,
    FIX_TRUTH,
    GO_TRUTH,
    KINDS,
    PLAN,
    PULSE,
    a_pilot,
    a_series,
    a_wave,
    item,
    people,
)

SEEDS = (0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 5)))


@cache
def released(truth: Truth, number: int, seed: int, kinds: Sequence[str]) -> tuple[ReleasedWave, ...]:
    """Return what is released of a pilot, worked out once for all tests that look at it."""
    return tuple(release(wave, PLAN) for wave in a_pilot(truth, number=number, seed=seed, kinds=kinds))


def told(
    truth: Truth,
    *,
    number: int = 60,
    seed: int = 1,
    kinds: Sequence[str] = KINDS,
    plan: Plan = PLAN,
    kpi: KpiSeries = NO_SERIES,
    written: Mapping[int, Mapping[str, int]] | None = None,
) -> Report:
    """Return the report of a pilot; the *plan* differs from the usual one in nothing that a release depends on."""
    return compose(plan, released(truth, number, seed, kinds), as_of=AS_OF, kpi=kpi, written=written or {})


def verdicts(report: Report) -> dict[str, Verdict]:
    return {gate.id: gate.verdict for gate in report.gates}


def messages(sentences: tuple[Sentence, ...]) -> str:
    return " ".join(sentence.message for sentence in sentences)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pilot_that_works_is_go(seed: int) -> None:
    report = told(GO_TRUTH, seed=seed, kpi=a_series())

    assert report.decision is Decision.GO
    assert set(verdicts(report).values()) == {Verdict.PASS}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pilot_stuck_at_access_is_to_be_fixed_and_says_where(seed: int) -> None:
    report = told(FIX_TRUTH, seed=seed, kpi=a_series())

    assert report.decision is Decision.FIX
    assert verdicts(report)["adoption"] is Verdict.FAIL
    assert report.steps[0].problem == Sentence("People know the tool but have no access")
    assert report.steps[0].owner == "technical owner"


def test_a_measured_kpi_that_misses_is_no_go() -> None:
    report = told(GO_TRUTH, kpi=a_series(after=40.5))

    assert report.decision is Decision.NO_GO


def test_every_measure_of_a_pilot_has_its_rows_and_every_row_its_measure() -> None:
    report = told(GO_TRUTH, number=240, kpi=a_series())

    names = {measure.id for measure in report.measures}
    assert {row.measure for row in report.rows} == names
    assert {
        "response",
        "reach",
        "funnel",
        "active",
        "active_invited",
        "sustained_recall",
        "stuck_stage",
        "stuck_where",
        "barriers",
        "other_tools",
        "data_entered",
        "tool_by_data",
        "leakage",
        "minutes_saved",
        "minutes_lost",
        "net_minutes",
        "kpi_measured",
        "capability",
        "capability.levels",
        "trust_survey",
        "any_days",
        "tool_days",
        "answers.mood",
        "answers.age",
        "answers.aspects.speed",
    } <= names


def test_rows_and_options_fit_together() -> None:
    report = told(GO_TRUTH, number=240, kpi=a_series())

    options = {measure.id: {code for code, _ in measure.options} for measure in report.measures}
    for row in report.rows:
        assert row.option in options[row.measure], row.measure


def test_the_active_share_is_the_truth_within_its_interval() -> None:
    report = told(GO_TRUTH, number=240)

    for wave, truth in zip((2, 3, 4), GO_TRUTH.active, strict=True):
        (row,) = report.select("active", wave=wave, group="")
        assert row.figure.low is not None
        assert row.figure.high is not None
        assert row.figure.low <= round(truth * 240) / 240 <= row.figure.high


def test_the_funnel_never_rises_and_begins_with_the_invited() -> None:
    report = told(FIX_TRUTH, number=120)

    rows = report.select("funnel", wave=4, group="")
    counts = [row.figure.count or 0 for row in rows]
    assert [row.option for row in rows] == ["invited", "responded", "aware", "access", "tried", "active"]
    assert counts == sorted(counts, reverse=True)
    assert counts[:2] == [120, 96]


def test_the_same_answers_give_the_same_report() -> None:
    again = build(PLAN, a_pilot(GO_TRUTH), as_of=AS_OF, kpi=a_series())

    assert again == told(GO_TRUTH, kpi=a_series())


def test_teams_see_their_active_share_and_no_other_view_of_the_same_answers() -> None:
    report = told(FIX_TRUTH, number=600)

    by_team = {row.measure for row in report.rows if row.group}
    assert {"response", "active"} <= by_team
    assert by_team.isdisjoint({"funnel", "reach", "tool_days", "stuck_stage", "stuck_where"})


def test_nobody_published_of_a_sensitive_measure_by_team() -> None:
    report = told(GO_TRUTH, number=600)

    sensitive = {measure.id for measure in report.measures if measure.sensitive}
    assert {"other_tools", "data_entered", "tool_by_data", "leakage"} <= sensitive
    assert not [row for row in report.rows if row.measure in sensitive and row.group]


def test_a_plan_without_waves_is_a_report_that_says_so() -> None:
    report = build(PLAN, [], as_of=AS_OF)

    assert not [row for row in report.rows if row.measure != "kpi_measured"]
    assert report.decision is Decision.FIX
    assert verdicts(report)["adoption"] is Verdict.NO_EVIDENCE
    assert report.coverage == Sentence("No wave has been revealed yet.")


def test_one_wave_shows_no_trend_and_proves_nothing() -> None:
    report = told(GO_TRUTH, kinds=("pulse",))

    assert verdicts(report)["adoption"] is Verdict.NOT_YET_PROVEN
    assert "One wave so far: no trend can be shown." in messages(report.limits)
    assert "No baseline wave was held" in messages(report.limits)


def test_four_waves_of_use_show_a_trend() -> None:
    rising = Truth(active=(0.2, 0.4, 0.6, 0.8), response=0.9)
    kinds = ("baseline", "pulse", "pulse", "pulse", "closing")

    said = told(rising, kinds=kinds).said("adoption")
    falling = told(replace(rising, active=(0.8, 0.6, 0.4, 0.2)), kinds=kinds)

    assert "active use rises" in messages(said)
    assert "active use falls" in messages(falling.said("adoption"))


def test_a_distrusted_survey_puts_a_caveat_on_the_use_of_other_tools() -> None:
    doubted = told(replace(GO_TRUTH, trust=0.2))
    trusted = told(replace(GO_TRUTH, trust=0.95))

    assert "expect more use than people admit" in messages(doubted.said("shadow"))
    assert "expect more use than people admit" not in messages(trusted.said("shadow"))


def test_a_kpi_in_another_unit_is_no_evidence() -> None:
    series = a_series()
    hours = replace(series, points=tuple(replace(point, unit="hours") for point in series.points))

    report = told(GO_TRUTH, kpi=hours)

    assert verdicts(report)["kpi"] is Verdict.NO_EVIDENCE
    assert not report.select("kpi_measured")


def test_open_bands_give_net_time_no_upper_limit() -> None:
    values: list[Values] = [
        {"group": team, "reach": "use", "tool_days": 5, "minutes_saved": "more", "minutes_lost": "none"}
        for team in people(40)
    ]

    report = build(PLAN, [a_wave(values, 2, "pulse", people(60))], as_of=AS_OF)

    for row in report.select("net_minutes"):
        assert (row.figure.value, row.figure.low, row.figure.high) == (None, 120, None)
    assert [row.option for row in report.select("net_minutes")] == ["median", "mean"]
    assert "no limit" in messages(report.said("impact"))


def test_without_a_kpi_there_is_no_evidence_of_impact() -> None:
    report = told(GO_TRUTH, plan=replace(PLAN, kpi=None))

    assert verdicts(report)["kpi"] is Verdict.NO_EVIDENCE
    assert verdicts(report)["impact"] is Verdict.NO_EVIDENCE
    assert report.decision is Decision.FIX


def test_any_answers_without_plan_and_roster_become_distributions() -> None:
    colour = item("colour", Kind.SINGLE, ["red", "blue"], measure=None)
    codebook = Codebook("any", 1, (item("group", Kind.SINGLE, ["a", "b"]), colour))
    values: list[Values] = [{"group": "ab"[place % 2], "colour": ("red", "blue")[place % 3 > 0]} for place in range(90)]
    frame = from_packed(codebook, [pack(codebook, value) for value in values])

    report = build(Plan("any", "Any", ""), [Wave(WaveCounts(1, "closing"), frame)], as_of=AS_OF)

    figures = {(row.group, row.option): row.figure.count for row in report.select("answers.colour")}
    by_team = {(team, code): count for team in "ab" for code, count in (("red", 15), ("blue", 30))}
    assert figures == {("", "red"): 30, ("", "blue"): 60, **by_team}
    assert {measure.id for measure in report.measures} == {"response", "answers.colour"}
    assert verdicts(report)["adoption"] is Verdict.NO_EVIDENCE
    assert [group.code for group in report.pilot.groups] == ["a", "b"]


def test_unknown_invited_people_leave_adoption_without_evidence() -> None:
    values = [one for one in ballots(PULSE, PLAN, GO_TRUTH, people=people(60), kind="pulse", number=2, seed=1) if one]

    report = build(PLAN, [a_wave(values, number, "pulse", None) for number in (2, 3)], as_of=AS_OF)

    assert verdicts(report)["adoption"] is Verdict.NO_EVIDENCE
    assert not report.select("active_invited")
    assert report.select("active", group="")


def test_more_ballots_than_people_are_said_and_nothing_is_estimated() -> None:
    values = [one for one in ballots(PULSE, PLAN, GO_TRUTH, people=people(60), kind="pulse", number=2, seed=1) if one]

    report = build(PLAN, [a_wave(values, 2, "pulse", people(30))], as_of=AS_OF)

    assert verdicts(report)["adoption"] is Verdict.NO_EVIDENCE
    assert "more ballots than invited people" in messages(report.waves[0].notes)
    assert report.waves[0].invited == 30


def test_too_few_ballots_show_nothing_at_all() -> None:
    values: list[Values] = [{"group": "sales", "reach": "use", "tool_days": 5}] * 7

    report = build(PLAN, [a_wave(values, 2, "pulse", people(60))], as_of=AS_OF)

    assert not [row for row in report.rows if row.measure != "kpi_measured"]
    assert "fewer than" in messages(report.waves[0].notes)
    assert all(gate.estimate is None for gate in report.gates)


@pytest.mark.parametrize("days", [0, 7])
def test_nobody_or_everybody_active_is_no_exception(days: int) -> None:
    values: list[Values] = [{"group": "sales", "reach": "use", "tool_days": days}] * 40

    report = build(PLAN, [a_wave(values, number, "pulse", people(60)) for number in (2, 3)], as_of=AS_OF)

    (row,) = report.select("active", wave=2, group="")
    assert row.figure.share == float(days > 0)
    assert row.figure.low != row.figure.high


def test_a_census_has_no_width() -> None:
    values: list[Values] = [
        {"group": team, "reach": "use", "tool_days": 5 if place % 4 else 0} for place, team in enumerate(people(60))
    ]

    report = build(PLAN, [a_wave(values, number, "pulse", people(60)) for number in (2, 3)], as_of=AS_OF)

    (row,) = report.select("active_invited", wave=3)
    assert (row.figure.low, row.figure.share, row.figure.high) == (0.75, 0.75, 0.75)
    assert verdicts(report)["adoption"] is Verdict.PASS


def test_ballots_with_nothing_but_the_team_are_no_exception() -> None:
    values: list[Values] = [{"group": team} for team in people(40)]

    report = build(PLAN, [a_wave(values, number, "pulse", people(60)) for number in (2, 3)], as_of=AS_OF)

    assert verdicts(report)["adoption"] is Verdict.NO_EVIDENCE
    assert all(row.figure.share is None for row in report.select("active"))


def test_a_changed_question_is_named() -> None:
    items = (replace(one, wording="new") if one.id == "reach" else one for one in PULSE.items)
    changed = replace(PULSE, items=tuple(items))
    values: list[Values] = [{"group": team, "reach": "use", "tool_days": 5} for team in people(40)]
    later = Wave(WaveCounts(3, "pulse", invited=60), from_packed(changed, [pack(changed, value) for value in values]))

    report = build(PLAN, [a_wave(values, 2, "pulse", people(60)), later], as_of=AS_OF)

    assert "must not be compared" in messages(report.said("answers"))


def test_gaps_hold_no_number() -> None:
    report = told(GO_TRUTH)

    hidden = [row.figure for row in report.rows if row.figure.status is GAP.status]
    assert hidden
    assert all(figure == GAP for figure in hidden)


def test_comments_are_counted_and_never_read() -> None:
    report = told(GO_TRUTH, written={2: {"comment": 4}, 4: {"comment": 25}})

    assert "fewer than" in report.said("voices")[0].message
    assert report.said("voices")[1].message == "Wave %(wave)s: %(comments)s comments were written."


# --------------------------------------------------------------------------- made-up people


@pytest.mark.parametrize("codebook", [PULSE, BASELINE])
def test_made_up_ballots_are_valid_and_answer_only_what_is_shown(codebook: Codebook) -> None:
    made = ballots(codebook, PLAN, Truth(), people=people(120), kind="pulse", number=3, seed=9)

    frame = from_packed(codebook, [pack(codebook, values) for values in made if values is not None])
    assert frame.size == 96
    assert frame.contradictions == 0


def test_made_up_people_are_as_active_as_the_truth_says() -> None:
    truth = Truth(response=1, active=(0.5,), silence=0)

    made = ballots(PULSE, PLAN, truth, people=people(80), kind="pulse", number=2, seed=3)

    frame = from_packed(PULSE, [pack(PULSE, values) for values in made if values is not None])
    assert frame.at_least(PULSE.items[2], 3).sum() == 40


def test_the_same_seed_makes_the_same_people() -> None:
    first, second = (ballots(PULSE, PLAN, Truth(), people=people(30), kind="pulse", number=2, seed=5) for _ in range(2))

    assert first == second


def test_the_readiness_counts_on_the_day_of_the_report() -> None:
    expiring = replace(PLAN.readiness[0], expires_on=date(2027, 5, 1))
    plan = replace(PLAN, readiness=(expiring,))

    early, late = (build(plan, [], as_of=day) for day in (date(2027, 4, 30), date(2027, 5, 2)))

    assert verdicts(early)["readiness"] is Verdict.PASS
    assert verdicts(late)["readiness"] is Verdict.NO_EVIDENCE
