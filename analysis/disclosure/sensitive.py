"""The sensitive totals of one wave as one network, and which of their figures stay hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure.crossing import know_shape
from analysis.disclosure.exact import Larger, Rules, Sensitive, Total
from analysis.disclosure.hiding import hide
from analysis.disclosure.network import Weaving

NEARLY_UNANIMOUS = 0.9  # of a group: then the answer of each of them is all but told
FEW = 2  # the same, if no more than these differ

Place = tuple[int, str]  # a total, by its place, and one of its options


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one total: its base, and for each option who has it and who has not."""

    base: int
    chosen: dict[str, int]
    rests: dict[str, int]


def hidden_options(totals: Sequence[Total], answers: int, rules: Rules) -> frozenset[Place]:
    """Return the figures to hide among all sensitive *totals* of a wave.

    Everything sensitive is hidden where no choice protects all of them.
    """
    weave = Weaving(answers)
    woven: list[_Cells] = []
    places: list[Place] = []
    for number, total in enumerate(totals):
        cells = _weave_total(weave, total, answers)
        woven.append(cells)
        for option, cell in cells.chosen.items():
            weave.show([cell, cells.rests[option], cells.base])
            places.append((number, option))
    by_measure = dict(zip((total.measure for total in totals), woven, strict=True))
    silences = [_know_under(weave, total, cells, by_measure) for total, cells in zip(totals, woven, strict=True)]
    for total, cells in zip(totals, woven, strict=True):
        _know_larger(weave, (total.sensitive or Sensitive()).inside, cells, by_measure)
    for measure in dict.fromkeys(total.measure for total in totals):
        _know_kinds(weave, measure, list(zip(totals, woven, silences, strict=True)))
    forced = set()
    for number, (total, cells) in enumerate(zip(totals, woven, strict=True)):
        forced |= {(number, option) for option in _guard_total(weave, total, cells, rules)}
    network = weave.network()
    chosen = hide(network, [figure for figure, place in enumerate(places) if place in forced])
    hidden = frozenset(places if chosen is None else (places[figure] for figure in chosen))
    company = {place for number, total in enumerate(totals) for place in _company(number, total, hidden)}
    return hidden | company


def _company(number: int, total: Total, hidden: frozenset[Place]) -> list[Place]:
    """Return the smallest other option for a gap that stands alone: who knows the rules would know that it is small."""
    mine = [option for option, _ in total.table.counts if (number, option) in hidden]
    others = [(count, option) for option, count in total.table.counts if option not in mine]
    if len(mine) != 1 or not others:
        return []
    return [(number, min([pair for pair in others if pair[0]] or others)[1])]


def _weave_total(weave: Weaving, total: Total, answers: int) -> _Cells:
    base, table = weave.cell(total.table.base), total.table
    counts = dict(table.counts)
    chosen = dict(zip(counts, weave.answer_cells(counts.values()), strict=True))
    rests = {option: weave.cell(table.base - count) for option, count in table.counts}
    weave.know_sum([base, weave.cell(answers - table.base)])
    for option, cell in chosen.items():
        weave.know_sum([cell, rests[option]], [base])
    known = total.sensitive or Sensitive()
    union, parts = known.union or ("", ())
    # A union is not chosen by anybody; what it has in common with its parts is told below.
    plain = [option for option in chosen if option != union]
    know_shape(weave, plain, [chosen[option] for option in plain], [rests[option] for option in plain], total.shape)
    if union:
        for part in parts:
            weave.know_at_most([chosen[part]], [chosen[union]])
        weave.know_at_most([chosen[union]], [chosen[part] for part in parts])
        for option in total.shape.alone:
            weave.know_at_most([chosen[union], chosen[option]], [base])
        if total.shape.least:
            besides = [chosen[option] for option in plain if option not in parts]
            weave.know_at_most([base], [chosen[union], *besides])
    return _Cells(base, chosen, rests)


def _know_under(weave: Weaving, total: Total, cells: _Cells, others: Mapping[str, _Cells]) -> int | None:
    """Let everybody know the cell that contains the people of a table; return a cell of who was asked and is silent."""
    under = (total.sensitive or Sensitive()).under
    if under is None or under[0] not in others:
        return None
    return weave.know_at_most([cells.base], [others[under[0]].chosen[under[1]]])


def _know_larger(weave: Weaving, inside: Sequence[Larger], cells: _Cells, others: Mapping[str, _Cells]) -> None:
    """Let everybody know what the larger counts say about a cell in them, and what contains these."""
    counts, bases = [], []
    for one in inside:
        count = weave.cell(one.count)
        counts.append(count)
        for cell in cells.chosen.values():
            rest = weave.cell(one.count - weave.values[cell])
            weave.know_sum([cell, rest], [count])
            weave.guard_if_small([rest])
        weave.know_at_most([count], [cells.base])
        if isinstance(one.known, int):
            larger, base = weave.cell(one.known), weave.cell(one.base)
            weave.know_sum([larger])
            weave.know_sum([base])
        elif one.known[0] in others:
            larger, base = others[one.known[0]].chosen[one.known[1]], others[one.known[0]].base
        else:
            continue
        weave.know_at_most([count], [larger])
        bases.append(base)
        # Who is in the larger one and not here is one of those who did not answer both questions.
        weave.know_at_most([larger, cells.base], [count, base])
    if len(counts) == 2:  # noqa: PLR2004 (the cell is what two counts have in common)
        for cell in cells.chosen.values():
            weave.know_at_most(counts, [cell, cells.base])
    if len(bases) == 2:  # noqa: PLR2004 (who answered both questions is in the base)
        everybody = weave.cell(weave.people)
        weave.know_sum([everybody])
        weave.know_at_most(bases, [cells.base, everybody])


def _know_kinds(weave: Weaving, measure: str, tables: Sequence[tuple[Total, _Cells, int | None]]) -> None:
    """Let everybody know how the tables of *measure*, one for each tool, and the people of another one hang together.

    Each person of that other table is of one kind, and uses at least one of the tools. With each table stands the cell
    of the silent.
    """
    mine = [table for table in tables if table[0].measure == measure]
    kinds_of = (mine[0][0].sensitive or Sensitive()).kinds_of
    whole = next((table for table in tables if table[0].measure == kinds_of), None)
    if whole is None:
        return
    total, larger, silent = whole
    people = dict(total.table.counts)
    options = [option for option, _ in mine[0][0].table.counts]
    kinds = {option: larger.chosen[option] for option in options if option in people}
    for option in set(options) - set(kinds):
        kinds[option] = weave.cell(total.table.base - sum(people[other] for other in kinds))
        weave.know_sum([*kinds.values()], [larger.base])
        weave.guard_if_small([kinds[option]])
    if silent is not None:
        pairs = [(silent, [rest for _, _, rest in mine if rest is not None])]
        pairs += [(kind, [cells.chosen[option] for _, cells, _ in mine]) for option, kind in kinds.items()]
        for kind, parts in pairs:
            for part in parts:
                weave.know_at_most([part], [kind])
            if sum(weave.values[part] for part in parts) >= weave.values[kind]:
                weave.know_at_most([kind], parts)


def _guard_total(weave: Weaving, total: Total, cells: _Cells, rules: Rules) -> list[str]:
    """Guard what is small or nearly unanimous, and return the options that cannot be shown in any case."""
    known, base = total.sensitive or Sensitive(), total.table.base
    hidden = list(cells.chosen) if base < rules.group_minimum else []
    weave.guard_if_small([cells.base])
    for option, count in total.table.counts:
        weave.guard_if_small([cells.chosen[option]])
        weave.guard_if_small([cells.rests[option]])
        if base > 0 and option not in known.harmless and nearly_unanimous(count, base):
            hidden.append(option)
            weave.guard([cells.chosen[option]], lowest=largest_open(base), highest=None)
    return hidden


def nearly_unanimous(count: int, base: int) -> bool:
    """True if so many of a group have an option that each of them is all but known to have it."""
    return count >= NEARLY_UNANIMOUS * base or base - count <= FEW


def largest_open(base: int) -> int:
    """Return the largest count of *base* people that is less than nearly unanimous by its share."""
    return max(0, min(base - FEW - 1, -(-9 * base // 10) - 1))
