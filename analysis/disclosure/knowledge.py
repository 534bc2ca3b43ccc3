"""What an attacker writes down about the tables of a wave: published figures, and how options and tables add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure.exact import (
    PARTITION,
    STEP_ACTIVE,
    STEP_TOLD,
    Attendance,
    Breakdown,
    Course,
    Larger,
    Sensitive,
    Shape,
    Split,
    Table,
    Total,
)
from analysis.disclosure.programme import Programme
from analysis.results import Figure

Figures = Mapping[tuple[str, str, str, str], Figure]  # measure, question, group, option


@dataclass(frozen=True, slots=True)
class Written:
    """One line or table as unknowns: its base, who has each option and who has not; *truth* is what must not be found.

    *together* are the lines of which only the sum is ever seen; one line stands for itself.
    """

    base: int
    chosen: tuple[int, ...]
    rests: tuple[tuple[int, ...], ...]
    truth: Table
    together: tuple[Table, ...] = ()


def crossing(
    one: Breakdown | Split, course: Course | None, figures: Figures, attendance: Attendance
) -> tuple[Programme, list[Written]]:
    """Return what is known of a table by team or part; how many of a shown team were asked is given away."""
    sizes, asked = _sizes(one, course, figures, attendance)
    keys = {name: (one.measure, name) if isinstance(one, Breakdown) else (name, "") for name in sizes}
    tables = one.teams if isinstance(one, Breakdown) else one.parts
    programme = Programme(attendance.answers, whole=one.shape != PARTITION)
    lines = [
        _line(programme, table, sizes[name], one.shape, _seen(figures, *keys[name], one.question, table))
        for name, table in tables
        if name in sizes
    ]
    hidden = tuple(table for name, table in tables if name not in sizes)
    together = (*hidden, _left([one.whole], [table for _, table in tables]))
    pool = _left([one.whole], [line.truth for line in lines])
    rest = _line(programme, pool, asked - sum(sizes.values()), one.shape, {})
    lines.append(Written(rest.base, rest.chosen, rest.rests, pool, together))
    for place, (_, count) in enumerate(one.whole.counts):
        programme.equal([line.chosen[place] for line in lines], plus=count)
    programme.equal([line.base for line in lines], plus=one.whole.base)
    return programme, lines


def _sizes(
    one: Breakdown | Split, course: Course | None, figures: Figures, attendance: Attendance
) -> tuple[dict[str, int], int]:
    """Return the people who were asked in each line that may be shown, and in all."""
    if isinstance(one, Split):
        return {measure: size for (measure, _), size in zip(one.parts, one.sizes, strict=True)}, one.asked
    present = {code: count for code, count in _present(figures, attendance).items() if count is not None}
    step = course.step_of(one.step) if course is not None else None
    if course is None or step is None:
        return present, attendance.answers
    asked = course.passed(step)
    codes = [team.code for team in attendance.teams]
    return {code: asked[codes.index(code)] for code in present}, sum(asked)


def _present(figures: Figures, attendance: Attendance) -> dict[str, int | None]:
    """Return how many of each team answered, none where that is a gap."""
    found = {team.code: figures.get(("response", "response", team.code, "responded")) for team in attendance.teams}
    return {code: figure.count if figure is not None else None for code, figure in found.items()}


@dataclass(frozen=True, slots=True)
class Walked:
    """The ways of the people of one line as unknowns, with their true numbers."""

    classes: tuple[int, ...]
    truth: tuple[int, ...]
    together: tuple[tuple[int, ...], ...] = ()


def walking(
    course: Course, tables: Sequence[Breakdown], figures: Figures, attendance: Attendance
) -> tuple[Programme, list[Walked]]:
    """Return what is known of the ways through a wave: totals, active use, and the base of every table by team."""
    programme = Programme(attendance.answers, whole=True)
    present = _present(figures, attendance)
    truths = {code: tuple(people[place] for _, people in course.classes) for place, code in enumerate([*present, ""])}
    shown = [code for code, count in present.items() if count is not None]
    together = tuple(truth for code, truth in truths.items() if code not in shown)
    lines = [Walked(tuple(programme.unknown() for _ in course.classes), truths[code]) for code in shown]
    pool = tuple(sum(column) for column in zip(*together, strict=True))
    lines.append(Walked(tuple(programme.unknown() for _ in course.classes), pool, together))
    for line in lines:
        programme.equal(line.classes, plus=sum(line.truth))
    for number, (_, people) in enumerate(course.classes):
        programme.equal([line.classes[number] for line in lines], plus=sum(people))
    for one in tables:
        for code, line in zip(shown, lines, strict=False):
            seen = [*_seen(figures, one.measure, code, one.question, one.whole).values()]
            if seen:
                _state_base(programme, course, one, line, seen[0])
    return programme, lines


def _state_base(programme: Programme, course: Course, one: Breakdown, line: Walked, figure: Figure) -> None:
    """State what one published figure of a team tells about its ways."""

    def through(step: str) -> list[int]:
        return [place for place, (passed, _) in zip(line.classes, course.classes, strict=True) if step in passed]

    base = figure.base or 0
    if one.measure == STEP_ACTIVE:
        programme.equal(through(STEP_ACTIVE), plus=figure.count or 0)
        programme.equal(through(STEP_TOLD), plus=base)
        return
    step = course.step_of(one.step)
    if step is not None:
        silent = sum(course.passed(step)) - one.whole.base
        programme.between(through(step), base, base + silent)


def _seen(figures: Figures, measure: str, group: str, question: str, table: Table) -> dict[str, Figure]:
    """Return the published figures of one line by option."""
    found = {option: figures.get((measure, question, group, option)) for option, _ in table.counts}
    return {option: figure for option, figure in found.items() if figure is not None and figure.base is not None}


def _left(whole: Sequence[Table], parts: Sequence[Table]) -> Table:
    """Return what is left of a table without its parts."""
    counts = [
        (option, sum(table.counts[place][1] for table in whole) - sum(table.counts[place][1] for table in parts))
        for place, (option, _) in enumerate(whole[0].counts)
    ]
    return Table(sum(table.base for table in whole) - sum(table.base for table in parts), tuple(counts))


def _line(programme: Programme, table: Table, size: int, shape: Shape, seen: Mapping[str, Figure]) -> Written:
    bases = [figure.base for figure in seen.values()]
    base = programme.unknown(bases[0] if bases else None)
    programme.highs[base] = min(programme.highs[base], size)
    chosen = {option: programme.unknown(seen[option].count if option in seen else None) for option, _ in table.counts}
    if shape == PARTITION:
        programme.equal([*chosen.values()], [base])
        rests = [tuple(cell for cell in chosen.values() if cell != one) for one in chosen.values()]
        return Written(base, tuple(chosen.values()), tuple(rests), table)
    _state_shape(programme, shape, base, chosen)
    return Written(
        base, tuple(chosen.values()), tuple((_rest(programme, base, one),) for one in chosen.values()), table
    )


def _rest(programme: Programme, base: int, chosen: int) -> int:
    """Return who of the base has not this option."""
    rest = programme.unknown()
    programme.equal([chosen, rest], [base])
    return rest


def _state_shape(programme: Programme, shape: Shape, base: int, chosen: Mapping[str, int]) -> None:
    """State that nobody has an option together with one that stands alone, and how many of the others one has."""
    alone = [cell for option, cell in chosen.items() if option in shape.alone]
    plain = [cell for option, cell in chosen.items() if option not in shape.alone]
    for cell in plain or [base]:
        programme.at_most([*alone, cell] if plain else alone, [base])
    if shape.least:
        programme.at_most([base] * shape.least, [*plain, *alone * shape.least])
    if shape.most is not None:
        programme.at_most([*plain, *alone * shape.most], [base] * shape.most)


# --------------------------------------------------------------------------- sensitive totals


def private(totals: Sequence[Total], figures: Figures, attendance: Attendance) -> tuple[Programme, list[Written]]:
    """Return what is known of the sensitive tables of a wave, which contain one another."""
    programme = Programme(attendance.answers, whole=True)
    written = [_private(programme, one, _seen(figures, one.measure, "", one.question, one.table)) for one in totals]
    by_measure = {one.measure: line for one, line in zip(totals, written, strict=True)}
    for one, line in zip(totals, written, strict=True):
        _state_links(programme, one, line, by_measure)
    for measure in dict.fromkeys(one.measure for one in totals):
        _state_kinds(programme, measure, totals, written)
    return programme, written


def option_of(line: Written, option: str) -> int:
    """Return the unknown of one option of a table."""
    return line.chosen[[code for code, _ in line.truth.counts].index(option)]


def _private(programme: Programme, one: Total, seen: Mapping[str, Figure]) -> Written:
    bases = [figure.base for figure in seen.values()]
    base = programme.unknown(bases[0] if bases else None)
    chosen = {o: programme.unknown(seen[o].count if o in seen else None) for o, _ in one.table.counts}
    union, parts = (one.sensitive or Sensitive()).union or ("", ())
    plain = {option: cell for option, cell in chosen.items() if option != union}
    _state_shape(programme, one.shape, base, plain)
    if union:
        for part in parts:
            programme.at_most([chosen[part]], [chosen[union]])
        programme.at_most([chosen[union]], [chosen[part] for part in parts])
        for alone in one.shape.alone:
            programme.at_most([chosen[union], chosen[alone]], [base])
        besides = [cell for option, cell in plain.items() if option not in parts]
        if one.shape.least:
            programme.at_most([base], [chosen[union], *besides])
    rests = tuple((_rest(programme, base, cell),) for cell in chosen.values())
    return Written(base, tuple(chosen.values()), rests, one.table)


def _state_links(programme: Programme, one: Total, line: Written, others: Mapping[str, Written]) -> None:
    known = one.sensitive or Sensitive()
    if known.under is not None and known.under[0] in others:
        programme.at_most([line.base], [option_of(others[known.under[0]], known.under[1])])
    _state_larger(programme, known.inside, line, others)


def _state_larger(programme: Programme, inside: Sequence[Larger], line: Written, others: Mapping[str, Written]) -> None:
    counts, bases = [], []
    for one in inside:
        count = programme.unknown()
        counts.append(count)
        for cell in line.chosen:
            programme.at_most([cell], [count])
        programme.at_most([count], [line.base])
        if isinstance(one.known, int):
            larger, base = programme.unknown(one.known), programme.unknown(one.base)
        elif one.known[0] in others:
            larger, base = option_of(others[one.known[0]], one.known[1]), others[one.known[0]].base
        else:
            continue
        programme.at_most([count], [larger])
        bases.append(base)
        programme.at_most([larger, line.base], [count, base])
    if len(counts) == 2:  # noqa: PLR2004 (the cell is what two counts have in common)
        for cell in line.chosen:
            programme.at_most(counts, [cell, line.base])
    if len(bases) == 2:  # noqa: PLR2004 (who answered both questions is in the base)
        programme.at_most(bases, [line.base, programme.unknown(programme.most)])


def _state_kinds(programme: Programme, measure: str, totals: Sequence[Total], written: Sequence[Written]) -> None:
    """State that every person of a table is of one kind and uses one of the tools, whose users are told by kind."""
    mine = [(one, line) for one, line in zip(totals, written, strict=True) if one.measure == measure]
    known = mine[0][0].sensitive or Sensitive()
    by_measure = {one.measure: (one, line) for one, line in zip(totals, written, strict=True)}
    if known.kinds_of not in by_measure:
        return
    total, larger = by_measure[known.kinds_of]
    under = (total.sensitive or Sensitive()).under
    options = [option for option, _ in mine[0][0].table.counts]
    people = dict(total.table.counts)
    kinds = {option: option_of(larger, option) for option in options if option in people}
    truth = {option: people[option] for option in kinds}
    for option in set(options) - set(kinds):
        kinds[option] = programme.unknown()
        truth[option] = total.table.base - sum(truth.values())
        programme.equal([*kinds.values()], [larger.base])
    for option, kind in kinds.items():
        parts = [option_of(line, option) for _, line in mine]
        for part in parts:
            programme.at_most([part], [kind])
        if sum(dict(one.table.counts)[option] for one, _ in mine) >= truth[option]:
            programme.at_most([kind], parts)
    if under is None or under[0] not in by_measure:
        return
    users = option_of(by_measure[under[0]][1], under[1])
    silent = programme.unknown()
    programme.equal([larger.base, silent], [users])
    silences = []
    for one, line in mine:
        parent = (one.sensitive or Sensitive()).under or under
        silences.append(programme.unknown())
        programme.equal([line.base, silences[-1]], [option_of(by_measure[parent[0]][1], parent[1])])
        programme.at_most([silences[-1]], [silent])
    truths = dict(by_measure[under[0]][0].table.counts)
    unheard = 0
    for one, _ in mine:
        parent = (one.sensitive or Sensitive()).under or under
        unheard += truths[parent[1]] - one.table.base
    if unheard >= truths[under[1]] - total.table.base:
        programme.at_most([silent], silences)
