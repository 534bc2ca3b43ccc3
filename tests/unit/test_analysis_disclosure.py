"""What is published cannot be taken apart: an attacker tries every table that agrees with it."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import (
    PARTITION,
    SEPARATE,
    Amount,
    Attendance,
    Breakdown,
    Course,
    DisclosureError,
    Larger,
    Projection,
    Published,
    Rules,
    Sensitive,
    Shape,
    Split,
    Table,
    Team,
    Total,
    control,
    publish,
)
from analysis.disclosure.audit import Leak, audit
from analysis.disclosure.hiding import hide
from analysis.disclosure.network import Network, Secret, Weaving
from analysis.disclosure.programme import Programme, Question
from analysis.results import GAP, Estimate, Figure, Row

RULES = Rules(reveal_minimum=8, group_minimum=5)


def attendance(*sizes: int, rest: int = 0, invited: int | None = None, wave: int = 1) -> Attendance:
    teams = tuple(Team(f"t{place}", size, 10 * size) for place, size in enumerate(sizes))
    return Attendance(wave, sum(sizes) + rest, invited, teams)


def breakdown(lines: Sequence[Sequence[int]], rest: Sequence[int], shape: Shape = PARTITION) -> Breakdown:
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


def the_figure(published: Published, option: str) -> Figure | None:
    return next((row.figure for row in published.rows if row.option == option), None)


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for others in compositions(total - first, parts - 1):
            yield (first, *others)


def absent(published: Published) -> set[int]:
    """Return the teams whose size is a gap."""
    return {int(row.group[1:]) for row in published.rows if row.measure == "response" and row.figure == GAP}


def attacked(
    lines: Sequence[Sequence[int]], shown: set[tuple[int, int]], sizeless: Collection[int] = ()
) -> dict[tuple[int, int], set[int]]:
    """Return every value that each cell can have, for someone who knows all totals and the *shown* cells.

    He knows the size of every line but the *sizeless* ones, of which he knows the sum.
    """
    totals = tuple(sum(column) for column in zip(*lines, strict=True))
    together = sum(sum(lines[place]) for place in sizeless)
    choices = [
        [
            made
            for size in (range(together + 1) if place in sizeless else [sum(line)])
            for made in compositions(size, len(line))
            if all((place, option) not in shown or made[option] == count for option, count in enumerate(line))
        ]
        for place, line in enumerate(lines)
    ]
    # What the lines so far can add up to, of what can still be completed to the totals.
    left = [{totals}]
    for choice in reversed(choices):
        left.insert(0, {sums for whole in left[0] for made in choice if min(sums := less(whole, made)) >= 0})
    possible: dict[tuple[int, int], set[int]] = {}
    sums = {(0,) * len(totals)}
    for place, choice in enumerate(choices):
        reached = set()
        for made in choice:
            ends = {plus(before, made) for before in sums} & left[place + 1]
            reached |= ends
            for option, value in enumerate(made if ends else ()):
                possible.setdefault((place, option), set()).add(value)
        sums = reached
    return possible


def plus(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(first, second, strict=True))


def less(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(first, second, strict=True))


def nothing_small_can_be_told(
    lines: Sequence[Sequence[int]], shown: set[tuple[int, int]], sizeless: Collection[int] = ()
) -> None:
    possible, blind = attacked(lines, shown, sizeless), attacked(lines, set(), sizeless)
    for (place, option), values in possible.items():
        if lines[place][option] in {1, 2}:
            assert min(values) == min(blind[place, option])
            assert max(values) >= min(3, max(blind[place, option]))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 7)), min_size=2, max_size=4),
    st.tuples(st.integers(0, 3), st.integers(0, 2)),
)
def test_no_small_count_or_complement_of_a_team_can_be_worked_out(
    lines: list[tuple[int, int]], without_team: tuple[int, int]
) -> None:
    wave = attendance(*(sum(line) for line in lines), rest=sum(without_team), invited=10_000)
    if wave.answers < RULES.reveal_minimum:
        return

    published = publish([breakdown(lines, without_team)], wave, RULES)

    found = counts(published, "m")
    shown = {(i, j) for i in range(len(lines)) for j in range(2) if found.get((f"t{i}", f"o{j}")) is not None}
    nothing_small_can_be_told([*lines, without_team], shown, {*absent(published), len(lines)})


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 6)), min_size=2, max_size=3))
def test_no_small_count_among_three_options_can_be_worked_out(lines: list[tuple[int, int, int]]) -> None:
    wave = attendance(*(sum(line) for line in lines), invited=10_000)
    if wave.answers < RULES.reveal_minimum:
        return

    published = publish([breakdown(lines, (0, 0, 0))], wave, RULES)

    found = counts(published, "m")
    shown = {(i, j) for i in range(len(lines)) for j in range(3) if found.get((f"t{i}", f"o{j}")) is not None}
    nothing_small_can_be_told([*lines, (0, 0, 0)], shown, {*absent(published), len(lines)})


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=4))
def test_no_small_count_of_a_part_can_be_worked_out(lines: list[tuple[int, int]]) -> None:
    options = [f"o{place}" for place in range(len(lines))]
    parts = [Table(sum(column), tuple(zip(options, column, strict=True))) for column in zip(*lines, strict=True)]
    whole = Table(sum(map(sum, lines)), tuple((option, sum(line)) for option, line in zip(options, lines, strict=True)))
    sizes = tuple(part.base for part in parts)

    published = publish(
        [Split(1, "q", whole, (("a", parts[0]), ("b", parts[1])), sizes, sum(sizes))], attendance(sum(sizes)), RULES
    )

    found = [counts(published, "a"), counts(published, "b")]
    shown = {(i, j) for i in range(2) for j, option in enumerate(options) if found[i].get(("", option)) is not None}
    nothing_small_can_be_told(list(zip(*lines, strict=True)), shown)


def test_a_small_team_is_a_gap_everywhere_and_never_alone() -> None:
    lines = [(3, 0), (8, 9), (20, 30), (15, 12)]

    published = publish([breakdown(lines, (0, 0))], attendance(3, 17, 50, 27), RULES)

    assert counts(published, "m", "t0") == {("t0", "o0"): None, ("t0", "o1"): None}
    assert counts(published, "m", "t1") == {("t1", "o0"): None, ("t1", "o1"): None}
    assert counts(published, "m", "t2") == {("t2", "o0"): 20, ("t2", "o1"): 30}
    hidden = {row.group for row in published.rows if row.measure == "response" and row.figure == GAP}
    assert hidden == {"t0", "t1"}


def test_a_team_that_answered_almost_whole_needs_eight_answers() -> None:
    nearly = Attendance(1, 47, 60, (Team("a", 7, 7), Team("b", 20, 28), Team("c", 20, 25)))

    published = publish([], nearly, RULES)

    hidden = {row.group for row in published.rows if row.figure == GAP}
    assert "a" in hidden
    assert len(hidden) == 2


def test_a_team_with_one_joiner_shows_nothing_in_that_wave() -> None:
    wave = Attendance(1, 60, 70, (Team("a", 20, 22, unsteady=True), Team("b", 20, 24), Team("c", 20, 24)))

    published = publish([], wave, RULES)

    hidden = {row.group for row in published.rows if row.figure == GAP}
    assert "a" in hidden
    assert len(hidden) == 2


def test_the_few_without_team_hide_among_a_team() -> None:
    published = publish([breakdown([(6, 9), (10, 10), (30, 20)], (2, 0))], attendance(15, 20, 50, rest=2), RULES)

    assert counts(published, "m", "t0") == {("t0", "o0"): None, ("t0", "o1"): None}
    assert counts(published, "m", "t2")["t2", "o0"] == 30


def test_a_breakdown_that_is_only_gaps_is_left_out_and_named() -> None:
    published = publish([breakdown([(1, 9), (2, 8)], (0, 0))], attendance(10, 10), RULES)

    assert not counts(published, "m")
    assert published.dropped == ("m",)


def test_overlapping_options_are_decided_one_by_one() -> None:
    lines = [(1, 10, 20), (10, 10, 20), (15, 12, 30)]
    tables = tuple((f"t{i}", Table(base, (("a", a), ("b", b)))) for i, (a, b, base) in enumerate(lines))
    whole = Table(70, (("a", 26), ("b", 32)))

    published = publish([Breakdown("m", 1, "q", whole, tables, SEPARATE)], attendance(20, 20, 30), RULES)

    assert [row.figure.count for row in published.rows if row.option == "a"] == [None, None, 15]
    assert [row.figure.count for row in published.rows if row.option == "b"] == [10, 10, 12]


def test_totals_of_plain_measures_are_published_whole() -> None:
    table = Table(20, (("yes", 1), ("no", 19)), population=25)

    published = publish([Total("m", 1, "q", table)], attendance(20), RULES)

    figure = the_figure(published, "yes")
    assert figure is not None
    assert (figure.count, figure.base, figure.share) == (1, 20, 0.05)
    assert figure.low is not None
    assert figure.low > 0


def test_a_wave_under_the_minimum_shows_nothing() -> None:
    published = publish([Total("m", 1, "q", Table(7, (("yes", 3),)))], attendance(7), RULES)

    assert published.rows == ()


def sensitive(base: int, counted: dict[str, int], shape: Shape = SEPARATE, **known: object) -> Total:
    return Total("s", 1, "q", Table(base, tuple(counted.items())), shape, Sensitive(**known))  # type: ignore[arg-type]


def published_counts(*totals: Total) -> dict[tuple[str, str], int | None]:
    published = publish(totals, attendance(60), RULES)
    return {(row.question, row.option): row.figure.count for row in published.rows if row.measure == "s"}


@pytest.mark.parametrize("count", [1, 2, 38, 39])
def test_a_small_sensitive_count_or_complement_takes_another_one_with_it(count: int) -> None:
    found = published_counts(sensitive(40, {"a": count, "b": 12, "c": 20, "d": 0}))

    assert found == {("q", "a"): None, ("q", "b"): None, ("q", "c"): 20, ("q", "d"): 0}


def test_a_small_option_among_others_that_exclude_each_other_hides_the_next_one() -> None:
    found = published_counts(sensitive(40, {"few": 1, "half": 3, "most": 16, "none": 20}, PARTITION))

    assert found == {("q", "few"): None, ("q", "half"): None, ("q", "most"): 16, ("q", "none"): 20}


def test_what_is_asked_of_hidden_people_is_hidden() -> None:
    users = sensitive(40, {"any": 1, "a": 1, "none": 39}, ANY_OR_NONE, union=("any", ("a",)), harmless=("none",))
    about = Total(
        "s", 1, "accounts", Table(1, (("own", 1), ("company", 0))), PARTITION, Sensitive(under=("other_tools", "any"))
    )

    found = published_counts(users, about)

    assert {found["q", "any"], found["q", "none"], found["accounts", "own"], found["accounts", "company"]} == {None}


ANY_OR_NONE = Shape(least=1, alone=("none",))


def test_who_uses_nothing_else_tells_nothing_against_anybody() -> None:
    options = {"any": 6, "a": 4, "b": 5, "none": 54}

    found = published_counts(sensitive(60, options, ANY_OR_NONE, union=("any", ("a", "b")), harmless=("none",)))

    assert found["q", "none"] == 54


def test_what_nearly_everybody_does_is_hidden() -> None:
    options = {"any": 55, "a": 30, "b": 40, "none": 5}

    found = published_counts(sensitive(60, options, ANY_OR_NONE, union=("any", ("a", "b")), harmless=("none",)))

    assert found["q", "any"] is None
    assert found["q", "none"] is None


def test_the_difference_to_a_larger_count_is_a_cell_too() -> None:
    near, far = (
        sensitive(40, {"leakage": 9}, inside=(Larger(count, count + 5, 50), Larger(20, 30, 50))) for count in (10, 15)
    )

    assert published_counts(near) == {("q", "leakage"): 9}
    assert published_counts(far) == {("q", "leakage"): 9}
    known = sensitive(40, {"leakage": 9}, inside=(Larger(10, 10, 40), Larger(20, 30, 50)))
    assert published_counts(known) == {("q", "leakage"): None}


def test_a_part_and_the_whole_hide_the_same_option_twice() -> None:
    def table(*counted: int) -> Table:
        return Table(sum(counted), tuple(zip(("a", "b", "c", "d"), counted, strict=True)))

    split = Split(
        1, "q", table(11, 9, 20, 14), (("stuck", table(1, 5, 12, 8)), ("passed", table(10, 4, 8, 6))), (26, 28), 54
    )

    published = publish([split], attendance(54), RULES)

    stuck = [row.figure.count for row in published.rows if row.measure == "stuck"]
    assert stuck[0] is None
    assert next(row.figure.count for row in published.rows if row.measure == "passed") is None
    assert stuck.count(None) == 2


def test_a_question_for_some_is_a_gap_where_one_or_two_of_a_team_were_not_asked() -> None:
    lines = [(6, 5), (6, 6), (9, 8)]
    asked = breakdown(lines, (0, 0))
    conditional = Breakdown(asked.measure, 1, "q", asked.whole, asked.teams, PARTITION, "q")
    wave = attendance(12, 18, 25)
    course = Course(1, ((frozenset({"q"}), (11, 12, 17, 0)), (frozenset(), (1, 6, 8, 0))), ("q",), (("q", "q"),))

    published = publish([course, conditional], wave, RULES)

    found = counts(published, "m")
    assert (found["t0", "o0"], found["t0", "o1"]) == (None, None)
    assert list(found.values()).count(None) == 4


def test_a_mean_that_one_person_dominates_is_a_gap() -> None:
    one = Amount("answers.age", 1, "age", "mean", 20, 50.0, largest=900.0, others=40.0)
    many = Amount("answers.age", 1, "age", "mean", 20, 50.0, largest=90.0, others=830.0)

    hidden, shown = (publish([amount], attendance(60), RULES).rows[-1].figure for amount in (one, many))

    assert hidden == GAP
    assert shown.value == 50.0


def test_a_weighted_estimate_is_published_only_where_every_count_is() -> None:
    plain, weighted = Estimate(0.5, None, 0.4, 0.6), Estimate(0.6, 0.1, 0.5, 0.7)
    projection = Projection("active_invited", 1, "q", "m", 100, plain, weighted)
    open_lines, closed = [(10, 20), (12, 18)], [(10, 20), (1, 29), (15, 15)]

    shown = publish([breakdown(open_lines, (0, 0)), projection], attendance(30, 30), RULES)
    hidden = publish([breakdown(closed, (0, 0)), projection], attendance(30, 30, 30), RULES)

    assert [row.figure.share for row in shown.rows if row.measure == "active_invited"] == [0.6]
    assert [row.figure.share for row in hidden.rows if row.measure == "active_invited"] == [0.5]


def test_amounts_are_rounded_once() -> None:
    published = publish([Amount("net", 1, "q", "median", 60, 30.123, 29.987, None)], attendance(60), RULES)

    row = published.rows[-1]
    assert (row.figure.value, row.figure.low, row.figure.high) == (30.1, 30.0, None)


def test_more_answers_than_people_leave_the_list_out_of_the_interval() -> None:
    published = publish([Total("m", 1, "q", Table(20, (("yes", 10),), population=15))], attendance(20), RULES)

    figure = the_figure(published, "yes")
    assert figure is not None
    assert figure.low is not None
    assert figure.low < 0.5


def test_two_hundred_teams_are_decided_quickly() -> None:
    draw = np.random.default_rng(4)
    lines = [tuple(int(value) for value in draw.integers(3, 30, size=4)) for _ in range(200)]

    published = publish([breakdown(lines, (9, 9, 9, 9))], attendance(*map(sum, lines), rest=36), RULES)

    rows: list[Row] = [row for row in published.rows if row.measure == "m"]
    assert len(rows) == 800


# --------------------------------------------------------------------------- the audit


def test_the_audit_finds_a_gap_that_was_filled_in() -> None:
    lines = [(2, 8), (9, 9), (20, 30), (15, 12)]
    exact, wave = [breakdown(lines, (0, 0))], attendance(*map(sum, lines))
    published = publish(exact, wave, RULES)
    gaps = [place for place, row in enumerate(published.rows) if row.measure == "m" and row.figure == GAP]

    assert audit(published.rows, exact, wave).leaks == ()
    for gap in gaps:
        row = published.rows[gap]
        table = dict(exact[0].teams)[row.group]
        figure = Figure(count=dict(table.counts)[row.option], base=table.base)
        filled = [*published.rows[:gap], replace(row, figure=figure), *published.rows[gap + 1 :]]
        assert audit(filled, exact, wave).leaks == (Leak("m", "q"),)


def test_the_audit_finds_what_only_one_of_them_can_tell() -> None:
    # Nobody outside can tell whether anybody of t0 said o0; the only one of t1 who said o1 can: all others said o0.
    lines = [(1, 8), (8, 1), (5, 3)]
    exact, wave = [breakdown(lines, (0, 0))], attendance(*map(sum, lines))
    rows = [
        replace(row, figure=GAP) if (row.measure, row.group) in {("m", "t0"), ("m", "t1")} else row
        for row in everything_shown(exact[0], wave)
    ]

    assert range_of(lines, [(0, 0), (0, 1), (1, 0), (1, 1)], (0, 0)) == (0, 9)
    assert audit(rows, exact, wave).leaks == (Leak("m", "q"),)
    assert control(exact, wave, RULES).dropped == ("m",)


def everything_shown(one: Breakdown, wave: Attendance) -> list[Row]:
    rows = [Row(1, "", "response", "response", "responded", Figure(count=wave.answers))]
    rows += [Row(1, team.code, "response", "response", "responded", Figure(count=team.answers)) for team in wave.teams]
    return rows + [
        Row(1, code, one.measure, one.question, option, Figure(count=count, base=table.base))
        for code, table in one.teams
        for option, count in table.counts
    ]


def test_figures_that_contradict_each_other_are_noticed() -> None:
    exact = breakdown([(2, 8), (9, 9), (9, 9)], (0, 0))
    wrong = Attendance(1, 46, None, (Team("t0", 10, None), Team("t1", 18, None), Team("t2", 8, None)))

    with pytest.raises(ArithmeticError, match="contradict"):
        audit(everything_shown(exact, wrong), [exact], wrong)


def test_a_closed_table_shows_nothing_but_gaps_and_the_others_stay() -> None:
    first = breakdown([(20, 30), (15, 12), (9, 9)], (0, 0))
    second = replace(first, measure="other", question="r")
    wave = attendance(50, 27, 18)

    published = publish([first, second], wave, RULES, closed={("m", "q")})

    assert not counts(published, "m")
    assert published.dropped == ("m",)
    assert None not in counts(published, "other").values()


# --------------------------------------------------------------------------- what the audit finds is closed


def the_same_answers_twice() -> tuple[Breakdown, Breakdown]:
    """Return a table in which two of t0 said o0, and one that tells who said o1 once more: each is safe by itself."""
    whole = breakdown([(2, 4, 14), (9, 9, 9), (8, 12, 7)], (0, 0, 0))

    def part(table: Table) -> Table:
        return Table(table.base, table.counts[1:2])

    teams = tuple((code, part(table)) for code, table in whole.teams)
    return whole, replace(whole, whole=part(whole.whole), teams=teams, shape=SEPARATE)


TWICE = attendance(20, 27, 27)


def test_two_tables_of_the_same_answers_are_each_safe_by_itself() -> None:
    whole, part = the_same_answers_twice()

    first, second = (publish([one], TWICE, RULES) for one in (whole, part))

    assert audit(first.rows, [whole], TWICE).leaks == audit(second.rows, [part], TWICE).leaks == ()
    assert (counts(first, "m")["t0", "o0"], counts(first, "m")["t0", "o2"]) == (None, 14)
    assert None not in counts(second, "m").values()


@pytest.mark.parametrize("order", [1, -1])
def test_tables_that_give_each_other_away_are_closed_together(order: int) -> None:
    exact = the_same_answers_twice()[::order]

    unchecked, checked = publish(exact, TWICE, RULES), control(exact, TWICE, RULES)

    assert audit(unchecked.rows, exact, TWICE).leaks == (Leak("m", "q"),)
    assert counts(unchecked, "m")
    assert checked.dropped == ("m",)
    assert not counts(checked, "m")


def test_closing_one_table_leaves_the_others_as_they_were() -> None:
    other = replace(breakdown([(9, 11), (13, 14), (12, 15)], (0, 0)), measure="other", question="r")

    published = control([*the_same_answers_twice(), other], TWICE, RULES)

    assert published.dropped == ("m",)
    assert counts(published, "other", "t0") == {("t0", "o0"): 9, ("t0", "o1"): 11}


def test_a_wave_is_refused_where_closing_does_not_help() -> None:
    options = ("a", "b", "c")
    parts = [Table(sum(line), tuple(zip(options, line, strict=True))) for line in ((1, 5, 12), (10, 4, 8))]
    whole = Table(40, (("a", 11), ("b", 9), ("c", 20)))
    split = Split(1, "q", whole, (("stuck", parts[0]), ("passed", parts[1])), (18, 22), 40)

    assert control([split], attendance(40), RULES).rows
    with pytest.raises(DisclosureError, match="wave 1: even without its breakdowns"):
        # Totals are published whole: this one is a part under another name.
        control([split, Total("stuck", 1, "q", parts[0])], attendance(40), RULES)


def test_a_wave_whose_totals_contradict_its_teams_is_refused() -> None:
    exact = breakdown([(2, 8), (9, 9), (9, 9)], (0, 0))
    fewer = replace(exact, whole=Table(46, (("o0", 1), ("o1", 45))))

    with pytest.raises(DisclosureError, match="contradict"):
        control([fewer], attendance(10, 18, 18), RULES)


# --------------------------------------------------------------------------- the known tables


def woven(lines: Sequence[Sequence[int]]) -> tuple[Weaving, list[list[int]]]:
    """Return a table whose margins everybody knows and whose every cell is a figure, with the places of its cells."""
    weave = Weaving(sum(map(sum, lines)))
    cells = [weave.cells(line) for line in lines]
    for line in [*cells, *zip(*cells, strict=True)]:
        weave.know_sum(line)
    for cell in itertools.chain.from_iterable(cells):
        weave.show([cell])
    return weave, cells


def range_of(lines: Sequence[Sequence[int]], holes: Sequence[tuple[int, int]], at: tuple[int, int]) -> tuple[int, int]:
    programme = Programme(sum(map(sum, lines)))
    cells = [
        [programme.unknown(None if (i, j) in holes else count) for j, count in enumerate(line)]
        for i, line in enumerate(lines)
    ]
    for line, counts in zip(cells, lines, strict=True):
        programme.equal(line, plus=sum(counts))
    for column, counts in zip(zip(*cells, strict=True), zip(*lines, strict=True), strict=True):
        programme.equal(column, plus=sum(counts))
    asked = ((cells[at[0]][at[1]], 1),)
    low, high = programme.replies([Question(asked, direction) for direction in (-1, 1)])
    return low.value, high.value


def test_two_holes_by_two_leave_a_range() -> None:
    # Rows (x11, x12, 7), (x21, x22, 3), (3, 3, 6) with column totals (9, 7, 16): the inner margins follow.
    for first in range(3, 7):
        lines = [(first, 7 - first), (6 - first, first - 3), (3, 3)]
        assert range_of(lines, [(0, 0), (0, 1), (1, 0), (1, 1)], (0, 0)) == (3, 6)


REGIONS = [(18, 2), (14, 19), (12, 10), (11, 14)]


def test_three_more_holes_protect_the_two_women_of_region_a() -> None:
    weave, cells = woven(REGIONS)
    weave.guard([cells[0][1]])

    hidden = hide(weave.network())

    assert hidden is not None
    assert cells[0][1] in hidden
    assert len(hidden) == 4


def test_two_holes_in_every_line_are_not_enough() -> None:
    lines = [[1, 2, 9, 9], [3, 4, 2, 9], [9, 9, 5, 6], [9, 9, 7, 8]]
    holes = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)]

    assert range_of(lines, holes, (1, 2)) == (2, 2)


def test_what_totals_alone_tell_is_no_demand() -> None:
    weave, cells = woven([(1, 9), (1, 9)])
    weave.guard([cells[0][0]])

    assert hide(weave.network()) == frozenset({0, 1, 2, 3})


def test_a_secret_that_nothing_can_hide_hides_nothing() -> None:
    network = Network((1,), (((0, 1),),), ((0,),), (1.0,), (Secret((0,)),), (), 1)

    assert hide(network) == frozenset()
