"""What an attacker writes down about the tables of a wave: published figures, and how options and tables add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure.exact import PARTITION, Attendance, Breakdown, Larger, Sensitive, Shape, Split, Table, Total
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


def crossing(one: Breakdown | Split, figures: Figures, attendance: Attendance) -> tuple[Programme, list[Written]]:
    """Return what is known of a table by team or part."""
    sizes = _sizes(one, figures, attendance)
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
    rest = _line(programme, pool, attendance.answers - sum(sizes.values()), one.shape, {})
    lines.append(Written(rest.base, rest.chosen, rest.rests, pool, together))
    for place, (_, count) in enumerate(one.whole.counts):
        programme.equal([line.chosen[place] for line in lines], plus=count)
    programme.equal([line.base for line in lines], plus=one.whole.base)
    return programme, lines


def _sizes(one: Breakdown | Split, figures: Figures, attendance: Attendance) -> dict[str, int]:
    """Return the lines whose number of people is published."""
    if isinstance(one, Split):
        return {measure: size for (measure, _), size in zip(one.parts, one.sizes, strict=True)}
    found = {}
    for team in attendance.teams:
        figure = figures.get(("response", "response", team.code, "responded"))
        if figure is not None and figure.count is not None:
            found[team.code] = figure.count
    return found


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
    every = list(chosen.values())
    if shape.least:
        programme.at_most([base], every)
    if shape.most is not None:
        programme.at_most(every, [base], times=shape.most)
    for alone in set(shape.alone) & set(chosen):
        for other in every:
            if other != chosen[alone]:
                programme.at_most([chosen[alone], other], [base])


# --------------------------------------------------------------------------- sensitive totals


def private(totals: Sequence[Total], figures: Figures, attendance: Attendance) -> tuple[Programme, list[Written]]:
    """Return what is known of the sensitive tables of a wave, which contain one another."""
    programme = Programme(attendance.answers, whole=True)
    written = [_private(programme, one, _seen(figures, one.measure, "", one.question, one.table)) for one in totals]
    by_measure = {one.measure: line for one, line in zip(totals, written, strict=True)}
    for one, line in zip(totals, written, strict=True):
        _state_links(programme, one, line, by_measure)
    for larger in totals:
        parts = [
            line
            for one, line in zip(totals, written, strict=True)
            if one.sensitive is not None and one.sensitive.same_option_of == larger.measure
        ]
        if parts:
            _state_cover(programme, by_measure[larger.measure], parts)
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
    if known.same_option_of in others:
        larger = others[known.same_option_of]
        programme.at_most([line.base], [larger.base])
        for option, _ in one.table.counts:
            programme.at_most([option_of(line, option)], [option_of(larger, option)])
    _state_larger(programme, known.inside, line, others)


def _state_larger(programme: Programme, inside: Sequence[Larger], line: Written, others: Mapping[str, Written]) -> None:
    counts = []
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
        programme.at_most([larger, line.base], [count, base])
    if len(counts) == 2:  # noqa: PLR2004 (the cell is what two counts have in common)
        for cell in line.chosen:
            programme.at_most(counts, [cell, line.base])


def _state_cover(programme: Programme, larger: Written, parts: Sequence[Written]) -> None:
    """State that these tables together contain another one, where they do."""
    if sum(part.truth.base for part in parts) >= larger.truth.base:
        programme.at_most([larger.base], [part.base for part in parts])
    for option, count in larger.truth.counts:
        if sum(dict(part.truth.counts)[option] for part in parts) >= count:
            programme.at_most([option_of(larger, option)], [option_of(part, option) for part in parts])
