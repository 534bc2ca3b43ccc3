"""A table of lines (teams, or parts) and options as a network, and which of its figures stay hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.disclosure.exact import PARTITION, Shape, Table
from analysis.disclosure.hiding import hide
from analysis.disclosure.network import SMALL, Weaving

WORTH, MOST_WORTH = 100, 50  # hiding a figure costs its worth, and a little more where more people are in it


@dataclass(frozen=True, slots=True)
class Line:
    """A team or part with its *table*; *size* is the number of its people who were asked, which an attacker may know.

    A *forced* line is hidden whole.
    """

    table: Table
    size: int
    forced: bool = False

    @property
    def counts(self) -> tuple[int, ...]:
        """The people of each option."""
        return tuple(count for _, count in self.table.counts)

    @property
    def rests(self) -> tuple[int, ...]:
        """The people of the base without each option."""
        return tuple(self.table.base - count for count in self.counts)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one line: for each option who has it and who has not, and who is not in the base."""

    chosen: tuple[int, ...]
    rests: tuple[tuple[int, ...], ...]
    elsewhere: int

    @property
    def base(self) -> tuple[int, ...]:
        return (self.chosen[0], *self.rests[0]) if self.chosen else ()


def hidden_figures(lines: Sequence[Line], unseen: Sequence[Line], shape: Shape) -> frozenset[tuple[int, int]]:
    """Return the (line, option) places to hide in a table of these *lines*; the *unseen* are hidden whatever happens.

    Everything is hidden where no choice protects all small counts, their complements and differences.
    """
    codes = tuple(code for code, _ in (*lines, *unseen)[0].table.counts)
    pool = _pooled(unseen, codes)
    weave = Weaving(sum(line.size for line in lines) + pool.size)
    woven = [_weave_line(weave, line, shape) for line in (*lines, pool)]
    for column in zip(*(cells.chosen for cells in woven), strict=True):
        weave.know_sum(column)
    weave.know_sum([cells.elsewhere for cells in woven])
    places = []
    for number, (line, cells) in enumerate(zip(lines, woven, strict=False)):
        for option, (cell, rest) in enumerate(zip(cells.chosen, cells.rests, strict=True)):
            shown = [cell, cells.elsewhere] if shape == PARTITION else [cell, *rest, cells.elsewhere]
            weave.show(shown, weight=WORTH + min(line.counts[option], MOST_WORTH))
            places.append((number, option))
    for cells in woven:
        _guard_line(weave, cells)
    _guard_members(weave, unseen, woven[-1])
    network = weave.network()
    forced = [figure for figure, (number, _) in enumerate(places) if lines[number].forced]
    chosen = hide(network, forced)
    hidden = places if chosen is None else [places[figure] for figure in chosen]
    return frozenset(hidden)


def _pooled(lines: Sequence[Line], codes: Sequence[str]) -> Line:
    """Return lines that are never shown as one: nobody sees more of them than what is left of the totals."""
    counts = [sum(line.counts[option] for line in lines) for option in range(len(codes))]
    base = sum(line.table.base for line in lines)
    return Line(Table(base, tuple(zip(codes, counts, strict=True))), sum(line.size for line in lines))


def _weave_line(weave: Weaving, line: Line, shape: Shape) -> _Cells:
    """Add one line, with everything about it that the shape of the question tells everybody."""
    chosen = weave.answer_cells(line.counts)
    elsewhere = weave.cell(line.size - line.table.base)
    if shape == PARTITION:
        weave.know_sum([*chosen, elsewhere])
        return _Cells(tuple(chosen), tuple(tuple(c for c in chosen if c != one) for one in chosen), elsewhere)
    rests = weave.cells(line.rests)
    for cell, rest in zip(chosen, rests, strict=True):
        weave.know_sum([cell, rest, elsewhere])
    know_shape(weave, [code for code, _ in line.table.counts], chosen, rests, shape)
    return _Cells(tuple(chosen), tuple((rest,) for rest in rests), elsewhere)


def know_shape(weave: Weaving, codes: Sequence[str], chosen: Sequence[int], rests: Sequence[int], shape: Shape) -> None:
    """Let everybody know how many options one person has, and which stand alone.

    Counts that meet this are those of some people: whoever has no option that stands alone has from *least* to *most*
    of the others, none of them twice.
    """
    if not chosen:
        return
    base = [chosen[0], rests[0]]
    alone = [cell for code, cell in zip(codes, chosen, strict=True) if code in shape.alone]
    plain = [cell for cell in chosen if cell not in alone]
    if shape.least:
        weave.know_at_most(base * shape.least, [*plain, *alone * shape.least])
    if shape.most is not None and shape.most < len(plain):
        weave.know_at_most([*plain, *alone * shape.most], base * shape.most)
    if alone:
        for cell in plain:
            weave.know_at_most([*alone, cell], base)
        weave.know_at_most(alone, base)


def _guard_line(weave: Weaving, cells: _Cells) -> None:
    for cell, rest in zip(cells.chosen, cells.rests, strict=True):
        weave.guard_if_small([cell])
        weave.guard_if_small(rest)
    weave.guard_if_small(cells.base)


def _guard_members(weave: Weaving, members: Sequence[Line], pool: _Cells) -> None:
    """Keep the sums over all members large enough for the small counts of each.

    That a member has none of them needs no guard: nothing published tells one member from another.
    """
    for member in members:
        for count, cell in zip(member.counts, pool.chosen, strict=True):
            if count in SMALL:
                weave.guard([cell], lowest=None)
        for count, rest in zip(member.rests, pool.rests, strict=True):
            if count in SMALL:
                weave.guard(rest, lowest=None)
        if member.table.base in SMALL:
            weave.guard(pool.base, lowest=None)
