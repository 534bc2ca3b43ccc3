"""What is published cannot be taken apart: an attacker tries every table that agrees with it."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import (
    Amount,
    Attendance,
    Breakdown,
    Projection,
    Published,
    Rules,
    Sensitive,
    Shape,
    Split,
    Table,
    Team,
    Total,
    publish,
)
from analysis.results import GAP, Estimate, Row

RULES = Rules(reveal_minimum=8, group_minimum=5)


def attendance(*sizes: int, rest: int = 0, invited: int | None = None, wave: int = 1) -> Attendance:
    teams = tuple(Team(f"t{place}", size, 10 * size) for place, size in enumerate(sizes))
    return Attendance(wave, sum(sizes) + rest, invited, teams)


def breakdown(lines: Sequence[Sequence[int]], rest: Sequence[int], shape: Shape = Shape.PARTITION) -> Breakdown:
    """Return a breakdown whose lines are teams with exclusive columns, and people without team."""
    options = [f"o{place}" for place in range(len(rest))]

    def table(line: Sequence[int]) -> Table:
        return Table(sum(line), tuple(zip(options, line, strict=True)))

    whole = table([sum(column) for column in zip(*lines, rest, strict=True)])
    return Breakdown("m", 1, "q", whole, tuple((f"t{i}", table(line)) for i, line in enumerate(lines)), shape)


def counts(published: Published, measure: str, group: str | None = None) -> dict[tuple[str, str], int | None]:
    return {
        (row.group, row.option): row.figure.count
        for row in published.rows
        if row.measure == measure and (group is None or row.group == group)
    }


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in compositions(total - first, parts - 1):
            yield (first, *others)


def attacked(lines: Sequence[Sequence[int]], shown: set[int]) -> dict[tuple[int, int], set[int]]:
    """Return every value that each hidden cell can have, for someone who knows all totals and all team sizes."""
    hidden = [place for place in range(len(lines)) if place not in shown]
    left = [sum(lines[place][column] for place in hidden) for column in range(len(lines[0]))]
    sizes = [sum(lines[place]) for place in hidden]
    possible: dict[tuple[int, int], set[int]] = {}
    for table in itertools.product(*(list(compositions(size, len(left))) for size in sizes)):
        if [sum(column) for column in zip(*table, strict=True)] == left:
            for place, line in zip(hidden, table, strict=True):
                for column, value in enumerate(line):
                    possible.setdefault((place, column), set()).add(value)
    return possible


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 7)), min_size=2, max_size=4), st.integers(0, 3))
def test_no_small_count_or_complement_of_a_team_can_be_worked_out(lines: list[tuple[int, int]], rest: int) -> None:
    without_team = (rest, 0)
    wave = attendance(*(sum(line) for line in lines), rest=rest, invited=10_000)
    if wave.answers < RULES.reveal_minimum:
        return

    published = publish([breakdown(lines, without_team)], [wave], RULES)

    all_lines = [*lines, without_team]
    shown = {
        place for place in range(len(lines)) if counts(published, "m", f"t{place}").get((f"t{place}", "o0")) is not None
    }
    if len(shown) == len(lines) and rest == 0:
        assert all(value not in {1, 2} for line in lines for value in line)
        return
    if not shown:
        return
    possible = attacked(all_lines, shown)
    for (place, column), values in possible.items():
        value = all_lines[place][column]
        if value in {1, 2}:
            known = sum(line[column] for line in all_lines)
            assert min(values) == 0
            assert max(values) >= min(3, known, sum(all_lines[place]))
    assert all(value not in {1, 2} for place in shown for value in lines[place])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=4))
def test_no_small_count_of_a_part_can_be_worked_out(lines: list[tuple[int, int]]) -> None:
    options = [f"o{place}" for place in range(len(lines))]
    parts = [Table(sum(column), tuple(zip(options, column, strict=True))) for column in zip(*lines, strict=True)]
    whole = Table(sum(map(sum, lines)), tuple((option, sum(line)) for option, line in zip(options, lines, strict=True)))

    published = publish([Split(1, "q", whole, (("a", parts[0]), ("b", parts[1])))], [attendance(60)], RULES)

    found = counts(published, "a")
    shown = {place for place, option in enumerate(options) if found.get(("", option)) is not None}
    if not shown:
        return
    assert all(value not in {1, 2} for place in shown for value in lines[place])
    for (place, column), values in attacked(lines, shown).items():
        if lines[place][column] in {1, 2}:
            known = sum(line[column] for line in lines)
            assert min(values) == 0
            assert max(values) >= min(3, known, sum(lines[place]))


def test_a_small_team_is_a_gap_everywhere_and_never_alone() -> None:
    lines = [(3, 0), (8, 9), (20, 30), (15, 12)]

    published = publish([breakdown(lines, (0, 0))], [attendance(3, 17, 50, 27)], RULES)

    assert counts(published, "m", "t0") == {("t0", "o0"): None, ("t0", "o1"): None}
    assert counts(published, "m", "t1") == {("t1", "o0"): None, ("t1", "o1"): None}
    assert counts(published, "m", "t2") == {("t2", "o0"): 20, ("t2", "o1"): 30}
    hidden = {row.group for row in published.rows if row.measure == "response" and row.figure == GAP}
    assert hidden == {"t0", "t1"}


def test_a_team_that_answered_almost_whole_needs_eight_answers() -> None:
    nearly = Attendance(1, 47, 60, (Team("a", 7, 7), Team("b", 20, 28), Team("c", 20, 25)))

    published = publish([], [nearly], RULES)

    hidden = {row.group for row in published.rows if row.figure == GAP}
    assert "a" in hidden
    assert len(hidden) == 2


def test_a_team_with_one_joiner_shows_nothing_in_that_wave() -> None:
    wave = Attendance(1, 60, 70, (Team("a", 20, 22, unsteady=True), Team("b", 20, 24), Team("c", 20, 24)))

    published = publish([], [wave], RULES)

    hidden = {row.group for row in published.rows if row.figure == GAP}
    assert "a" in hidden
    assert len(hidden) == 2


def test_the_few_without_team_hide_among_a_team() -> None:
    published = publish([breakdown([(6, 9), (10, 10), (30, 20)], (2, 0))], [attendance(15, 20, 50, rest=2)], RULES)

    assert counts(published, "m", "t0") == {("t0", "o0"): None, ("t0", "o1"): None}
    assert counts(published, "m", "t2")["t2", "o0"] == 30


def test_a_breakdown_that_is_only_gaps_is_left_out_and_named() -> None:
    published = publish([breakdown([(1, 9), (2, 8)], (0, 0))], [attendance(10, 10)], RULES)

    assert not counts(published, "m")
    assert published.dropped == ("m",)


def test_overlapping_options_are_decided_one_by_one() -> None:
    lines = [(1, 10, 20), (10, 10, 20), (15, 12, 30)]
    tables = tuple((f"t{i}", Table(base, (("a", a), ("b", b)))) for i, (a, b, base) in enumerate(lines))
    whole = Table(70, (("a", 26), ("b", 32)))

    published = publish([Breakdown("m", 1, "q", whole, tables, Shape.SEPARATE)], [attendance(20, 20, 30)], RULES)

    assert [row.figure.count for row in published.rows if row.option == "a"] == [None, None, 15]
    assert [row.figure.count for row in published.rows if row.option == "b"] == [10, 10, 12]


def test_totals_of_plain_measures_are_published_whole() -> None:
    table = Table(20, (("yes", 1), ("no", 19)), population=25)

    published = publish([Total("m", 1, "q", table)], [attendance(20)], RULES)

    figure = published.figure("m", 1, "yes")
    assert figure is not None
    assert (figure.count, figure.base, figure.share) == (1, 20, 0.05)
    assert figure.low is not None
    assert figure.low > 0


def test_a_wave_under_the_minimum_shows_nothing() -> None:
    published = publish([Total("m", 1, "q", Table(7, (("yes", 3),)))], [attendance(7)], RULES)

    assert published.rows == ()


def sensitive(base: int, counted: dict[str, int], shape: Shape = Shape.SEPARATE, **known: object) -> Total:
    return Total("s", 1, "q", Table(base, tuple(counted.items())), shape, Sensitive(**known))  # type: ignore[arg-type]


def published_counts(*totals: Total) -> dict[tuple[str, str], int | None]:
    published = publish(totals, [attendance(60)], RULES)
    return {(row.question, row.option): row.figure.count for row in published.rows if row.measure == "s"}


@pytest.mark.parametrize("count", [1, 2, 38, 39])
def test_a_small_sensitive_count_or_complement_takes_another_one_with_it(count: int) -> None:
    found = published_counts(sensitive(40, {"a": count, "b": 12, "c": 20, "d": 0}))

    assert found == {("q", "a"): None, ("q", "b"): None, ("q", "c"): 20, ("q", "d"): 0}


def test_sensitive_options_that_exclude_each_other_hide_enough_people_together() -> None:
    found = published_counts(sensitive(40, {"few": 1, "half": 3, "most": 16, "none": 20}, Shape.PARTITION))

    assert found == {("q", "few"): None, ("q", "half"): None, ("q", "most"): None, ("q", "none"): 20}


def test_none_and_any_stand_for_everything_else() -> None:
    found = published_counts(sensitive(40, {"any": 38, "a": 20, "b": 25, "none": 2}, rests=("any", "none")))

    assert set(found.values()) == {None}


def test_what_is_asked_of_hidden_people_is_hidden() -> None:
    users = sensitive(40, {"any": 1, "a": 1, "none": 39}, rests=("any", "none"))
    known = Sensitive(under=(("s", "any"),))
    about = Total("s", 1, "accounts", Table(9, (("own", 5), ("company", 4))), sensitive=known)

    assert set(published_counts(users, about).values()) == {None}


def test_a_column_of_a_matrix_is_hidden_whole() -> None:
    first = sensitive(20, {"public": 10, "personal": 2, "code": 6})
    second = Total("s", 1, "r", Table(15, (("public", 7), ("personal", 8), ("code", 5))), Shape.SEPARATE, Sensitive())

    found = published_counts(first, second)

    assert found["r", "personal"] is None
    assert found["q", "code"] is None
    assert found["r", "code"] is None
    assert found["r", "public"] == 7


def test_the_difference_to_a_larger_count_is_a_cell_too() -> None:
    assert published_counts(sensitive(40, {"leakage": 9}, inside=(10, 20))) == {("q", "leakage"): None}
    assert published_counts(sensitive(40, {"leakage": 9}, inside=(15, 20))) == {("q", "leakage"): 9}


def test_a_split_hides_options_and_not_parts() -> None:
    def table(*counted: int) -> Table:
        return Table(sum(counted), tuple(zip(("a", "b", "c", "d"), counted, strict=True)))

    split = Split(1, "q", table(11, 9, 20, 14), (("stuck", table(1, 5, 12, 8)), ("passed", table(10, 4, 8, 6))))

    published = publish([split], [attendance(54)], RULES)

    assert [row.figure.count for row in published.rows if row.measure == "stuck"] == [None, None, 12, 8]
    assert [row.figure.count for row in published.rows if row.measure == "passed"] == [None, None, 8, 6]


def test_a_weighted_estimate_is_published_only_where_every_count_is() -> None:
    plain, weighted = Estimate(0.5, None, 0.4, 0.6), Estimate(0.6, 0.1, 0.5, 0.7)
    projection = Projection("active_invited", 1, "q", "m", 100, plain, weighted)
    open_lines, closed = [(10, 20), (12, 18)], [(10, 20), (1, 29), (15, 15)]

    shown = publish([breakdown(open_lines, (0, 0)), projection], [attendance(30, 30)], RULES)
    hidden = publish([breakdown(closed, (0, 0)), projection], [attendance(30, 30, 30)], RULES)

    assert [row.figure.share for row in shown.rows if row.measure == "active_invited"] == [0.6]
    assert [row.figure.share for row in hidden.rows if row.measure == "active_invited"] == [0.5]


def test_amounts_are_rounded_once() -> None:
    published = publish([Amount("kpi", 0, "kpi", "after", 6, 30.123, 29.987, None)], [], RULES)

    (row,) = published.rows
    assert (row.figure.value, row.figure.low, row.figure.high) == (30.1, 30.0, None)


def test_more_answers_than_people_leave_the_list_out_of_the_interval() -> None:
    published = publish([Total("m", 1, "q", Table(20, (("yes", 10),), population=15))], [attendance(20)], RULES)

    figure = published.figure("m", 1, "yes")
    assert figure is not None
    assert figure.low is not None
    assert figure.low < 0.5


def test_two_hundred_teams_are_decided_quickly() -> None:
    draw = np.random.default_rng(4)
    lines = [tuple(int(value) for value in draw.integers(3, 30, size=4)) for _ in range(200)]

    published = publish([breakdown(lines, (9, 9, 9, 9))], [attendance(*map(sum, lines), rest=36)], RULES)

    rows: list[Row] = [row for row in published.rows if row.measure == "m"]
    assert len(rows) == 800
