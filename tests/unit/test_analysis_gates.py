"""Gates: exact probabilities, verdicts that are never rounded up, and the decision they add up to."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import gates
from analysis.codebook import Text
from analysis.gates import Decision, Gate, Level, Measured, Robustness, Verdict, kpi_gate
from analysis.gates.sensitivity import adoption_assumptions
from analysis.intervals import NoEvidenceError, Stratum
from analysis.plan import KpiPoint, KpiSeries, KpiTarget, Owner, Plan, ReadinessItem
from analysis.results import Count, Sentence, Share

PLAN = Plan(
    pilot="p",
    title="P",
    tool="T",
    kpi=KpiTarget(name="Minutes per offer", unit="minutes", better="lower", baseline=42, target=33),
)
DAY = date(2027, 4, 1)


def test_thirty_of_forty_in_sixty_pass_a_gate_of_seventy_percent() -> None:
    assert gates.probability_at_least(30, 40, 60, 0.70) == pytest.approx(0.9083, abs=0.00005)
    assert gates.verdict(0.908) is Verdict.PASS
    assert gates.verdict(0.896) is Verdict.NOT_YET_PROVEN


@pytest.mark.parametrize(("population", "sample", "passes", "fails"), [(60, 36, 28, 22), (120, 96, 70, 64)])
def test_the_rule_passes_and_fails_where_it_is_stated(population: int, sample: int, passes: int, fails: int) -> None:
    said = [gates.verdict(gates.probability_at_least(x, sample, population, 0.70)) for x in range(sample + 1)]

    assert said.index(Verdict.PASS) == passes
    assert sample - said[::-1].index(Verdict.FAIL) == fails


@given(st.integers(1, 80), st.data())
def test_the_probability_is_the_beta_binomial_tail(population: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(0, population))
    hits = data.draw(st.integers(0, sample))
    threshold = data.draw(st.sampled_from([0.2, 0.5, 0.55, 0.7, 0.9]))

    chance = gates.probability_at_least(hits, sample, population, threshold)

    missing = (
        -(-(Fraction(str(threshold)) * population).numerator // (Fraction(str(threshold)) * population).denominator)
        - hits
    )
    silent = population - sample
    oracle = stats.betabinom.sf(missing - 1, silent, 1 + hits, 1 + sample - hits) if silent else float(missing <= 0)
    assert chance == pytest.approx(oracle, abs=1e-9)


def test_one_stratum_is_the_unstratified_probability() -> None:
    assert gates.stratified_probability([Stratum(30, 40, 60)], 0.70) == pytest.approx(
        gates.probability_at_least(30, 40, 60, 0.70)
    )


def test_strata_add_up_by_convolution() -> None:
    chance = gates.stratified_probability([Stratum(2, 3, 5), Stratum(4, 5, 6)], 0.7)

    by_hand = sum(
        stats.betabinom.pmf(a, 2, 3, 2) * stats.betabinom.pmf(b, 1, 5, 2)
        for a in range(3)
        for b in range(2)
        if 6 + a + b >= 8
    )
    assert chance == pytest.approx(by_hand)


def needed_by_walking(hits: int, sample: int, population: int, threshold: float) -> int:
    def said(more: int, further: int) -> Verdict:
        return gates.verdict(gates.probability_at_least(hits + further, sample + more, population, threshold))

    if said(0, 0) is not Verdict.NOT_YET_PROVEN:
        return 0
    enough = population - sample
    first = None
    for more in range(population - sample, 0, -1):
        verdicts = {said(more, more * hits // sample), said(more, -(-more * hits // sample))}
        first = first or verdicts
        if len(verdicts) > 1 or Verdict.NOT_YET_PROVEN in verdicts or verdicts != first:
            break
        enough = more
    return enough


@given(st.integers(2, 150), st.data())
def test_answers_needed_are_the_smallest_number_that_settles_it_for_good(population: int, data: st.DataObject) -> None:
    sample = data.draw(st.integers(1, population - 1))
    hits = data.draw(st.integers(0, sample))

    assert gates.answers_needed(hits, sample, population, 0.7) == needed_by_walking(hits, sample, population, 0.7)


def test_answers_needed_without_answers_is_no_evidence() -> None:
    with pytest.raises(NoEvidenceError):
        gates.answers_needed(0, 0, 60, 0.7)


def test_robustness_tells_what_the_silent_could_change() -> None:
    assert gates.robustness(Verdict.PASS, 90, 100, 120, 0.7) is Robustness.PROVEN
    assert gates.robustness(Verdict.PASS, 76, 96, 120, 0.7) is Robustness.ROBUST
    assert gates.robustness(Verdict.PASS, 63, 84, 120, 0.7) is Robustness.FRAGILE
    assert gates.robustness(Verdict.FAIL, 20, 100, 120, 0.7) is Robustness.PROVEN
    assert gates.robustness(Verdict.FAIL, 35, 70, 120, 0.7) is Robustness.ROBUST
    assert gates.robustness(Verdict.NOT_YET_PROVEN, 60, 84, 120, 0.7) is None


def test_the_gate_takes_the_weakest_of_the_last_waves() -> None:
    levels = [Level(2, 20, 50, 60), Level(3, 45, 50, 60), Level(4, 40, 50, 60)]

    gate = gates.adoption_gate(levels, PLAN)

    assert gate.verdict is Verdict.PASS
    assert gate.estimate == 0.8
    assert gate.probability == gates.probability_at_least(40, 50, 60, 0.7)


def test_one_wave_alone_never_passes() -> None:
    gate = gates.adoption_gate([Level(2, 55, 58, 60)], PLAN)

    assert gate.verdict is Verdict.NOT_YET_PROVEN
    assert "must hold in" in " ".join(sentence.message for sentence in gate.sentences)


def test_few_answers_cap_the_verdict_in_both_directions() -> None:
    high, low = [Level(w, 28, 29, 60) for w in (2, 3)], [Level(w, 12, 29, 60) for w in (2, 3)]

    assert gates.adoption_gate(high, PLAN).verdict is Verdict.NOT_YET_PROVEN
    assert gates.adoption_gate(low, PLAN).verdict is Verdict.NOT_YET_PROVEN


def test_what_no_silent_person_can_change_is_said_in_spite_of_few_answers() -> None:
    plan = replace(PLAN, adoption_threshold=0.2)

    gate = gates.adoption_gate([Level(w, 15, 20, 60) for w in (2, 3)], plan)

    assert (gate.verdict, gate.robustness) == (Verdict.PASS, Robustness.PROVEN)


def test_groups_that_tell_another_story_cap_the_gate() -> None:
    # Sales answered and adopted, support did neither: the total looks better than the people are.
    strata = (Stratum(38, 38, 40), Stratum(1, 8, 40))

    gate = gates.adoption_gate([Level(w, 39, 46, 80, strata) for w in (2, 3)], PLAN)

    assert gates.verdict(gates.probability_at_least(39, 46, 80, 0.7)) is Verdict.PASS
    assert gate.verdict is Verdict.NOT_YET_PROVEN


@pytest.mark.parametrize("levels", [[], [Level(2, 10, 12, None)], [Level(2, 0, 0, 60)]])
def test_without_waves_people_or_answers_there_is_no_evidence(levels: list[Level]) -> None:
    gate = gates.adoption_gate(levels, PLAN)

    assert gate.verdict is Verdict.NO_EVIDENCE
    assert gate.sentences


def test_an_unproven_gate_asks_at_least_for_the_response_that_counts() -> None:
    gate = gates.adoption_gate([Level(w, 28, 29, 60) for w in (2, 3)], PLAN)

    assert gate.answers_needed == 1


AFTER = tuple(30.0 + 0.5 * i for i in range(5))
BEFORE = tuple(41.0 + 0.5 * i for i in range(5))


def test_measured_values_that_meet_the_target_pass_both_gates() -> None:
    values = Measured(before=BEFORE, after=AFTER, baseline=42)

    kpi, impact = gates.kpi_gate(PLAN, values), gates.impact_gate(PLAN, values)

    assert (kpi.verdict, kpi.grade) == (Verdict.PASS, "B")
    assert (impact.verdict, impact.grade) == (Verdict.PASS, "B")
    assert impact.estimate == pytest.approx(1 - 31 / 42)


def test_a_kpi_on_the_wrong_side_of_the_target_fails() -> None:
    values = Measured(before=BEFORE, after=tuple(40.0 + 0.1 * i for i in range(5)), baseline=42)

    assert gates.kpi_gate(PLAN, values).verdict is Verdict.FAIL
    assert gates.impact_gate(PLAN, values).verdict is Verdict.FAIL


def test_four_entities_are_no_evidence() -> None:
    values = Measured(before=BEFORE, after=AFTER[:4], baseline=42)

    assert gates.kpi_gate(PLAN, values).verdict is Verdict.NO_EVIDENCE
    assert gates.impact_gate(PLAN, values).verdict is Verdict.NO_EVIDENCE
    with pytest.raises(NoEvidenceError):
        gates.entity_mean(AFTER[:4])


def test_no_baseline_no_impact_verdict() -> None:
    assert PLAN.kpi
    plan = replace(PLAN, kpi=replace(PLAN.kpi, baseline=None))
    values = Measured(after=AFTER, baseline=None)

    assert gates.kpi_gate(plan, values).verdict is Verdict.NO_EVIDENCE
    assert gates.impact_gate(plan, values).verdict is Verdict.NO_EVIDENCE


def test_an_imported_baseline_that_contradicts_the_charter_caps_both_gates() -> None:
    values = Measured(before=tuple(v + 5 for v in BEFORE), after=AFTER, baseline=42)

    assert gates.kpi_gate(PLAN, values).verdict is Verdict.NOT_YET_PROVEN
    assert gates.impact_gate(PLAN, values).verdict is Verdict.NOT_YET_PROVEN


def test_a_comparison_group_that_improved_as_much_leaves_nothing_to_the_pilot() -> None:
    values = Measured(BEFORE, AFTER, comparison_before=BEFORE, comparison_after=AFTER, baseline=42)

    gate = gates.impact_gate(PLAN, values)

    assert gate.grade == "A"
    assert gate.verdict is not Verdict.PASS


def test_entities_are_averaged_first_and_early_values_do_not_count() -> None:
    points = tuple(
        KpiPoint(entity, period, "pilot", day, "minutes", value)
        for entity, period, day, value in [
            ("a", "before", date(2027, 1, 1), 40),
            ("a", "before", date(2027, 1, 2), 44),
            ("b", "after", date(2027, 1, 3), 99),
            ("b", "after", date(2027, 2, 3), 30),
        ]
    )
    assert PLAN.kpi

    values = gates.measured(KpiSeries(points), PLAN.kpi, starts_on=date(2027, 1, 11), as_of=DAY)

    assert (values.before, values.after) == ((42.0,), (30.0,))


def item(status: str, **more: object) -> ReadinessItem:
    return ReadinessItem("security", "security", Text.plain("Review"), status=status, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], Verdict.NO_EVIDENCE),
        ([item("open")], Verdict.NO_EVIDENCE),
        ([item("done")], Verdict.NO_EVIDENCE),
        ([item("done", evidence="e", expires_on=date(2027, 3, 1))], Verdict.NO_EVIDENCE),
        ([item("done", evidence="e")], Verdict.PASS),
        ([item("done", evidence="e"), item("waived", evidence="e")], Verdict.FAIL),
        ([item("open"), item("failed")], Verdict.FAIL),
    ],
)
def test_readiness_counts_only_what_is_done_with_valid_evidence(items: list[ReadinessItem], said: Verdict) -> None:
    assert gates.readiness_gate(items, as_of=DAY).verdict is said


def test_owners_must_have_names() -> None:
    sides = ("business", "technical", "compliance")

    assert gates.owners_gate([Owner(side, "N") for side in sides]).verdict is Verdict.PASS
    assert gates.owners_gate([Owner("business", " ")]).verdict is Verdict.FAIL


def gate(name: str, said: Verdict, grade: str = "") -> Gate:
    return Gate(name, Text.plain(name), said, grade=grade)


def test_only_all_passes_are_go() -> None:
    passes = [gate(name, Verdict.PASS) for name in ("kpi", "adoption", "impact", "readiness", "owners")]

    assert gates.decide(passes) is Decision.GO
    assert gates.decide([*passes[:-1], gate("owners", Verdict.NO_EVIDENCE)]) is Decision.FIX
    assert gates.decide([]) is Decision.FIX


def test_only_measured_failure_or_an_orphaned_risk_is_no_go() -> None:
    assert gates.decide([gate("kpi", Verdict.FAIL, "B")]) is Decision.NO_GO
    assert gates.decide([gate("impact", Verdict.FAIL, "C")]) is Decision.FIX
    assert gates.decide([gate("adoption", Verdict.FAIL)]) is Decision.FIX
    assert gates.decide([gate("readiness", Verdict.FAIL)], [item("failed")]) is Decision.NO_GO
    assert gates.decide([gate("readiness", Verdict.FAIL)], [item("failed", owner="N")]) is Decision.FIX


# --------------------------------------------------------------------------- other assumptions


def test_the_sentence_of_the_design_under_other_assumptions() -> None:
    told = {
        one.words.message: (one.value, one.verdict)  # type: ignore[union-attr]
        for one in adoption_assumptions(63, 84, 120, (), Plan("p", "P", "T"))
        if one.probability is None
    }

    # 63 of 84 answered; 36 are silent; 84 of 120 are needed.
    assert told == {
        "The silent are half as active as those who answered": (pytest.approx(76.5 / 120), Verdict.FAIL),
        "The silent are three quarters as active": (pytest.approx(83.25 / 120), Verdict.FAIL),
        "The silent are as active as those who answered": (0.75, Verdict.PASS),
        "None of the silent is active": (63 / 120, Verdict.FAIL),
        "All of the silent are active": (99 / 120, Verdict.PASS),
    }


def test_the_team_row_stands_only_where_teams_may_be_told() -> None:
    strata = (Stratum(30, 40, 60), Stratum(33, 44, 60))

    without, with_teams = (
        [one.words for one in adoption_assumptions(63, 84, 120, teams, Plan("p", "P", "T"))] for teams in ((), strata)
    )

    assert Sentence("Weighted by team") not in without
    assert Sentence("Weighted by team") in with_teams


def test_a_census_leaves_nothing_to_assume_about_the_silent() -> None:
    told = list(adoption_assumptions(90, 120, 120, (), Plan("p", "P", "T")))

    assert {one.verdict for one in told} == {Verdict.PASS}
    assert [one.probability for one in told] == [1.0, 1.0]


def test_leaving_one_entity_out_shows_how_much_rests_on_it() -> None:
    plan = Plan("p", "P", "T", kpi=KpiTarget("Minutes", "minutes", "lower", 42, 33))
    steady = (30.0, 31.0, 30.5, 29.5, 30.0, 31.5, 30.2)

    even = kpi_gate(plan, Measured(after=steady, baseline=42)).assumptions
    odd = kpi_gate(plan, Measured(after=(*steady[:-1], 12.0), baseline=42)).assumptions

    assert [one.verdict for one in even[:2]] == [Verdict.PASS, Verdict.PASS]
    assert even[2].words == Sentence(
        "The verdict stays the same without one of them in %(same)s of %(all)s cases (%(share)s)",
        (("same", Count(7)), ("all", Count(7)), ("share", Share(1.0, 7))),
    )
    assert odd[1].value == pytest.approx(sum(steady[:-1]) / 6)
