"""Before a wave starts: merged teams, and what so many answers can say."""

import pytest

from analysis.gates import probability_at_least, verdict
from analysis.planning import answers_for, merge_teams, outlook, precision
from analysis.results import Verdict


def test_small_teams_become_other_teams_and_take_the_smallest_with_them_while_too_few() -> None:
    merged = merge_teams([("sales", 20), ("law", 3), ("support", 8)], minimum=5)

    assert merged.kept == (("sales", 20),)
    assert merged.merged == (("law", 3), ("support", 8))
    assert merged.becomes("law") == "other"
    assert merged.becomes("sales") == "sales"
    assert merged.becomes("") == "other"


def test_teams_that_are_large_enough_stay() -> None:
    assert merge_teams([("a", 5), ("b", 6)], minimum=5).merged == ()
    assert merge_teams([("a", 3), ("b", 4), ("c", 9)], minimum=5).kept == (("c", 9),)


def test_a_wave_passes_and_fails_where_the_gate_does() -> None:
    view = outlook(60, 36, 0.80, 0.70)

    assert (view.passes_from, view.fails_up_to) == (28, 22)
    assert view.chance_of_pass == pytest.approx(0.8025, abs=0.0005)
    assert view.chance_of_fail < 0.001


def test_all_answers_leave_nothing_open() -> None:
    view = outlook(60, 60, 0.80, 0.70)

    assert (view.passes_from, view.fails_up_to, view.chance_of_pass) == (42, 41, pytest.approx(1))


def test_the_answers_needed_are_the_first_that_give_the_chance() -> None:
    needed = answers_for(60, 0.8, 0.7)

    assert needed is not None
    assert outlook(60, needed, 0.8, 0.7).chance_of_pass >= 0.8
    assert all(outlook(60, fewer, 0.8, 0.7).chance_of_pass < 0.8 for fewer in range(1, needed))


def test_a_share_below_the_threshold_never_passes() -> None:
    assert answers_for(40, 0.5, 0.7) is None


@pytest.mark.parametrize(
    ("population", "answers", "passes_from", "fails_up_to"), [(60, 36, 28, 22), (120, 96, 70, 64), (40, 40, 28, 27)]
)
def test_the_verdict_begins_where_the_rule_says(
    population: int, answers: int, passes_from: int, fails_up_to: int
) -> None:
    view = outlook(population, answers, 0.8, 0.7)

    assert (view.passes_from, view.fails_up_to) == (passes_from, fails_up_to)


def test_looking_by_halves_finds_what_looking_at_every_count_finds() -> None:
    for population, answers, threshold in [(7, 1, 0.7), (7, 7, 0.5), (33, 20, 0.95), (200, 150, 0.2), (50, 3, 1.0)]:
        said = [verdict(probability_at_least(hits, answers, population, threshold)) for hits in range(answers + 1)]
        view = outlook(population, answers, 0.5, threshold)

        assert view.passes_from == (said.index(Verdict.PASS) if Verdict.PASS in said else None)
        assert view.fails_up_to == (
            max(hits for hits, one in enumerate(said) if one == Verdict.FAIL) if Verdict.FAIL in said else None
        )


def test_fewer_answers_than_the_least_are_not_looked_at() -> None:
    assert answers_for(60, 1.0, 0.7) == 5
    assert answers_for(60, 1.0, 0.7, least=30) == 30


def test_a_census_is_exact_and_shows_every_change() -> None:
    exact = precision(60, 60, 0.8)

    assert (exact.share.low, exact.share.high, exact.change) == (0.8, 0.8, 0.0)


def test_more_answers_show_smaller_changes() -> None:
    changes = [precision(200, answers, 0.6).change for answers in (40, 80, 120, 160, 200)]

    assert changes == sorted(changes, reverse=True)
