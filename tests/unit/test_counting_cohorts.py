"""Days, tasks and memory in groups: whoever was not asked counts with what follows from the earlier answer."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import Codebook, Kind, Values
from analysis.counting.cohorts import breadth, cohorts, intensity
from analysis.counting.tabulation import Wave
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import WaveCounts
from analysis.report import release
from tests.unit.pilot_factory import PLAN, PULSE, a_wave, item, option, people, refusal, when

TASKS = ("drafting", "research", "prices", "letters", "tables")
TODAY = Codebook(
    "today",
    1,
    (
        item("group", Kind.SINGLE, ["sales", "support", "office"]),
        item("any_days", Kind.NUMBER, minimum=0, maximum=7),
        item(
            "tasks",
            Kind.MULTIPLE,
            [*TASKS, option("none", exclusive=True), refusal()],
            shown_if=when("any_days", "at_least", 1),
        ),
    ),
)


def today(values: list[Values]) -> Wave:
    return Wave(WaveCounts(1, "baseline", invited=200), from_packed(TODAY, [pack(TODAY, one) for one in values]))


def used(*days: int) -> Wave:
    values: list[Values] = [{"group": "sales", "reach": "use", "tool_days": number} for number in days]
    return a_wave(values, 2, "pulse", people(60))


def test_days_are_grouped_at_active_use_and_at_every_working_day() -> None:
    found = intensity(used(0, 0, 1, 2, 2, 3, 4, 5, 6, 7), PLAN)

    assert found is not None
    assert found.total.table.counts == (("0", 2), ("1_to_2", 3), ("3_to_4", 2), ("5_to_7", 3))
    assert [code for code, _ in found.measure.options] == ["0", "1_to_2", "3_to_4", "5_to_7"]


@pytest.mark.parametrize(
    ("active_days", "codes"),
    [
        (1, ["0", "1_to_4", "5_to_7"]),
        (2, ["0", "1", "2_to_4", "5_to_7"]),
        (5, ["0", "1_to_4", "5_to_7"]),
        (7, ["0", "1_to_4", "5_to_6", "7"]),
    ],
)
def test_another_idea_of_active_use_moves_the_groups(active_days: int, codes: list[str]) -> None:
    found = intensity(used(0, 4, 7), replace(PLAN, active_days=active_days))

    assert found is not None
    assert [code for code, _ in found.total.table.counts] == codes


@given(st.lists(st.integers(0, 7), min_size=8, max_size=40), st.integers(1, 7))
def test_everybody_who_told_the_days_is_in_exactly_one_group(days: list[int], active_days: int) -> None:
    found = intensity(used(*days), replace(PLAN, active_days=active_days))

    assert found is not None
    counts = dict(found.total.table.counts)
    assert sum(counts.values()) == found.total.table.base == len(days)
    active = sum(counts[code] for code in counts if int(code.split("_")[0]) >= active_days)
    assert active == sum(number >= active_days for number in days)


def test_tasks_are_counted_by_person_and_none_of_these_is_none() -> None:
    chosen = [["none"], ["drafting"], ["research"], list(TASKS[:2]), list(TASKS[:3]), list(TASKS[:4]), list(TASKS)]
    found = breadth(today([{"any_days": 2, "tasks": codes} for codes in chosen]))

    assert found is not None
    assert found.total.table.counts == (("0", 1), ("1", 2), ("2_to_3", 2), ("4_or_more", 2))
    assert found.total.table.base == 7


def test_whoever_used_no_ai_does_no_task_with_it_and_silence_is_silence() -> None:
    values: list[Values] = [
        {"any_days": 0},
        {"any_days": 0},
        {"any_days": 3},
        {"any_days": 3, "tasks": ["refused"]},
        {"any_days": 3, "tasks": ["prices"]},
        {},
    ]
    found = breadth(today(values))

    assert found is not None
    assert found.total.table.counts == (("0", 2), ("1", 1), ("2_to_3", 0), ("4_or_more", 0))
    assert found.total.table.base == 3


def test_memory_is_counted_with_present_use_and_who_never_tried_was_not_active_then() -> None:
    ways: list[tuple[int, Values]] = [
        (20, {"reach": "use", "tool_days": 5, "sustained_recall": "yes"}),
        (4, {"reach": "tried", "tool_days": 1, "sustained_recall": "yes"}),
        (6, {"reach": "use", "tool_days": 3, "sustained_recall": "no"}),
        (3, {"reach": "use", "tool_days": 3, "sustained_recall": "no_access"}),
        (5, {"reach": "tried", "tool_days": 0, "sustained_recall": "no"}),
        (7, {"reach": "no_access"}),
        (2, {"reach": "use", "tool_days": 4, "sustained_recall": "unknown"}),
        (1, {"reach": "use", "tool_days": 4}),
    ]
    values = [{"group": "sales", **way} for number, way in ways for _ in range(number)]

    wave = release(a_wave(values, 3, "pulse", people(120)), PLAN)

    counts = {row.option: (row.figure.count, row.figure.base) for row in wave.rows("recall_by_use")}
    assert counts == {
        "yes_active": (20, 45),
        "yes_inactive": (4, 45),
        "no_active": (9, 45),
        "no_inactive": (12, 45),
    }


def test_none_of_it_is_told_by_team_nor_what_it_is_made_of() -> None:
    values: list[Values] = [
        {"group": team, "any_days": place % 8, **({"tasks": list(TASKS[: 1 + place % 5])} if place % 8 else {})}
        for place, team in enumerate(people(180))
    ]
    uses: list[Values] = [
        {"group": team, "reach": "use", "tool_days": place % 8, "sustained_recall": "yes" if place % 3 else "no"}
        for place, team in enumerate(people(180))
    ]
    first = release(today(values), PLAN)
    second = release(a_wave(uses, 2, "pulse", people(240)), PLAN)

    whole = {row.measure for row in (*first.release.rows, *second.release.rows) if not row.group}
    by_team = Counter(row.measure for row in (*first.release.rows, *second.release.rows) if row.group)
    kept = {"intensity", "breadth", "tasks", "recall_by_use", "sustained_recall"}
    assert kept <= whole
    assert by_team.keys().isdisjoint(kept)
    assert by_team["active"]


def test_a_wave_that_asked_nothing_of_it_has_nothing_of_it() -> None:
    bare = Codebook("bare", 1, (PULSE.items[0],))
    frame = from_packed(bare, [pack(bare, {"group": "sales"})] * 20)

    assert cohorts(Wave(WaveCounts(1, "pulse"), frame), PLAN, None) == ()
