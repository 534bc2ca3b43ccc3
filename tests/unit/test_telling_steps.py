"""The next steps: each names what is in the way, how many people it is for, who owns it and which gate it moves."""

from dataclasses import replace

from analysis.codebook import Values
from analysis.report import ReleasedWave, build, release
from analysis.results import GAP, Gate, Sentence, Step, Verdict
from analysis.telling import summary, unsticking
from analysis.wording import wording
from surveyapp.questionnaire.columns import codebook
from tests.unit.instrument_factory import settled
from tests.unit.pilot_factory import AS_OF, PLAN, a_wave, people
from tests.unit.test_telling_shadow import a_pulse
from tests.unit.test_telling_stuck import answers, asking, stuck_people

OPEN = (Gate("adoption", Sentence("Adoption"), Verdict.NOT_YET_PROVEN),)
LACKING = {"better": 10, "ours_cannot": 20, "no_access": 12, "habit": 0, "unknown_rules": 8}


def steps_of(*waves: ReleasedWave) -> tuple[Step, ...]:
    return summary.steps(waves, PLAN, OPEN)


def said(step: Step) -> tuple[str, str]:
    return wording("en").say(step.problem), wording("en").say(step.action)


def test_every_step_names_people_owner_action_and_the_gate_it_moves() -> None:
    report = build(PLAN, [asking(stuck_people())], as_of=AS_OF)

    gates = {gate.id for gate in report.gates}
    assert report.steps
    for step in report.steps:
        assert step.gate in gates
        assert step.owner in {owner.name for owner in PLAN.owners}
        assert wording("de").say(step.problem) != wording("en").say(step.problem)
        assert wording("de").say(step.action) != wording("en").say(step.action)


def test_the_worst_stage_comes_first_then_stuck_points_by_people() -> None:
    found = steps_of(release(a_wave(answers(), 2, "pulse", people(240)), PLAN))

    assert said(found[0])[0] == "People tried the tool but do not use it regularly"
    assert [said(step)[0] for step in found[1:]] == ["People got stuck: wrong", "People got stuck: slow"]
    assert [step.people for step in found] == [60, 50, 50]


def test_people_who_turned_away_are_a_step_of_their_own() -> None:
    wave = release(asking(stuck_people()), PLAN)

    turned = [step for step in unsticking.stuck_steps([wave], PLAN, besides="") if "gave up" in said(step)[0]]

    assert [(step.people, step.owner, step.gate) for step in turned] == [(45, "business owner", "adoption")]


def test_people_who_lack_something_are_a_step_and_without_reasons_those_who_leak_are() -> None:
    wave = a_pulse(LACKING)
    rows = tuple(replace(row, figure=GAP) if row.option == "no_access" else row for row in wave.release.rows)
    without_reasons = replace(wave, release=replace(wave.release, rows=rows))
    rows = tuple(replace(row, figure=GAP) if row.measure == "leakage" else row for row in rows)
    without_both = replace(wave, release=replace(wave.release, rows=rows))

    lacking, leaking, neither = (
        unsticking.stuck_steps([one], PLAN, besides="") for one in (wave, without_reasons, without_both)
    )

    assert [(said(step)[0], step.people) for step in lacking] == [
        ("People use other tools because they lack something here", 40)
    ]
    assert [(said(step)[0], step.people) for step in leaking] == [("People use another tool instead of this one", 30)]
    assert not neither


def test_lost_access_is_not_named_twice() -> None:
    wave = release(a_wave([*answers(), *locked_out()], 2, "pulse", people(300)), PLAN)

    named, besides = (
        {said(step)[0] for step in unsticking.stuck_steps([wave], PLAN, besides=stage)} for stage in ("", "access")
    )

    assert "People got stuck: login" in named
    assert named - besides == {"People got stuck: login"}


def locked_out() -> list[Values]:
    return [{"group": "sales", "reach": "no_access", "stuck_where": "login"} for _ in range(45)]


def test_every_shipped_stuck_point_has_its_own_action() -> None:
    for name in ("pulse", "closing"):
        item = codebook(settled(name)).measuring("stuck_where")
        assert item is not None
        points = {option.code for option in item.options if not option.exclusive}
        assert points - set(unsticking.BY_POINT) == {"no_access"}  # lost access is told by its stage


def test_a_stuck_point_of_an_own_instrument_gets_the_action_of_its_stage() -> None:
    (step, *_) = unsticking.stuck_steps([release(a_wave(answers(), 2, "pulse", people(240)), PLAN)], PLAN, besides="")

    assert step.action == unsticking.BY_STAGE["active"][0]


def test_nothing_published_is_no_step() -> None:
    few, many = (release(a_wave(values, 2, "pulse", people(240)), PLAN) for values in (answers()[:7], answers()))

    assert unsticking.stuck_steps([many], PLAN, besides="")
    assert not unsticking.stuck_steps([few], PLAN, besides="")
