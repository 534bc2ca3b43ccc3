"""A readout laid out for a screen: charts with their numbers below them, tables in the order that the reader asked for.

The order is asked for by a link and made here, so that it needs no script.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar
from urllib.parse import urlencode

from babel.numbers import get_decimal_symbol

from analysis.render.blocks import Block, Bullets, Chapter, Line, Listed, Notice, Numbered, Plot, Prose, Spread, Table
from analysis.render.document import Document

_FEWEST = 3  # lines; less is seen at a glance
_NUMBER = re.compile(r"^[^\w.,]{0,3}?(?P<minus>[-\N{MINUS SIGN}]?)(?P<digits>\d[\d.,\s]*)")


@dataclass(frozen=True, slots=True)
class Order:
    """The column by which the table *key* is sorted, counted from 0; *down* has the greatest first."""

    key: str = ""
    column: int = 0
    down: bool = False

    @classmethod
    def asked(cls, arguments: Mapping[str, str]) -> "Order":
        """Return what the address asks for; what makes no sense asks for nothing."""
        column = arguments.get("by", "")
        if not re.fullmatch(r"\d{1,3}", column, re.ASCII):
            return cls()
        return cls(arguments.get("sort", ""), int(column), arguments.get("down") == "1")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where a click leads, if anywhere, and whether the table is sorted by it."""

    name: str
    address: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its place in the page; *heads* include the one of the first column."""

    kind: ClassVar[str] = "sheet"
    key: str
    number: int | None
    title: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    style: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A chart and the table of its numbers, shown at once where it is the one that was sorted."""

    kind: ClassVar[str] = "exhibit"
    number: int
    plot: Plot
    sheet: Sheet
    shown: bool


Part = Prose | Bullets | Notice | Sheet | Exhibit


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the page."""

    id: str
    title: str
    parts: tuple[Part, ...]


def sections(document: Document, order: Order) -> tuple[Section, ...]:
    """Return the chapters of *document* in reading order, one table of them sorted as *order* says.

    The data tables of charts stand with their charts; what has none follows in its own chapter.
    """
    sorting = _Sorting(document.language, order)
    found = [_section(chapter, sorting) for chapter in document.chapters]
    charted = {part.number for section in found for part in section.parts if isinstance(part, Exhibit)}
    rest = tuple(
        one for one in _flat(document.tables.blocks) if not isinstance(one, Listed) or one.number not in charted
    )
    if rest:
        found.append(_section(replace(document.tables, blocks=rest), sorting))
    return (*found, _section(document.provenance, sorting))


@dataclass(frozen=True, slots=True)
class _Sorting:
    language: str
    order: Order
    _decimal: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_decimal", get_decimal_symbol(self.language))

    def sheet(self, key: str, table: Table, *, number: int | None = None, definition: str = "") -> Sheet:
        """Return *table* with links that sort it, in the order that was asked for."""
        names = (table.corner, *table.heads)
        order = self.order
        asked = order.key == key and order.column < len(names)
        lines = self._in_order(table.lines, order) if asked else table.lines
        sortable = len(table.lines) >= _FEWEST
        heads = tuple(
            self._head(key, place, name, asked=asked and place == order.column) if sortable and name else Head(name)
            for place, name in enumerate(names)
        )
        return Sheet(key, number, table.title, heads, lines, table.style, definition)

    def _head(self, key: str, place: int, name: str, *, asked: bool) -> Head:
        down = asked and not self.order.down
        query = {"lang": self.language, "sort": key, "by": place} | ({"down": 1} if down else {})
        state = ("descending" if self.order.down else "ascending") if asked else ""
        return Head(name, f"?{urlencode(query)}#{key}", state)

    def _in_order(self, lines: Sequence[Line], order: Order) -> tuple[Line, ...]:
        """Return *lines* by their numbers, where the column has any, else by their words; those without either last."""
        cells = [(line.head, *line.cells)[order.column] for line in lines]
        keys: list[float | str | None] = [self._number(cell) for cell in cells]
        if all(key is None for key in keys):
            keys = [cell.casefold() or None for cell in cells]
        with_key = [(key, line) for key, line in zip(keys, lines, strict=True) if key is not None]
        without = [line for key, line in zip(keys, lines, strict=True) if key is None]
        ordered = sorted(with_key, key=lambda pair: pair[0], reverse=order.down)
        return (*(line for _, line in ordered), *without)

    def _number(self, cell: str) -> float | None:
        """Return the number that a cell begins with."""
        found = _NUMBER.match(cell)
        if found is None:
            return None
        whole, _, part = found["digits"].strip().partition(self._decimal)
        digits = re.sub(r"\D", "", whole) + "." + re.sub(r"\D.*", "", part)
        return float(digits) * (-1 if found["minus"] else 1)


def _section(chapter: Chapter, sorting: _Sorting) -> Section:
    return Section(chapter.id, chapter.title, tuple(_parts(chapter, sorting)))


def _parts(chapter: Chapter, sorting: _Sorting) -> Iterator[Part]:
    for place, block in enumerate(_flat(chapter.blocks), 1):
        match block:
            case Numbered(number=number, plot=plot):
                sheet = sorting.sheet(f"table-{number}", plot.table, number=number)
                yield Exhibit(number, plot, sheet, shown=sorting.order.key == sheet.key)
            case Listed(number=number, table=table, definition=definition):
                yield sorting.sheet(f"table-{number}", table, number=number, definition=definition)
            case Table():
                yield sorting.sheet(f"{chapter.id}-{place}", block)
            case Prose() | Bullets() | Notice():
                yield block
            case Spread() | Plot():
                raise TypeError(f"a {block.kind} stands for itself on paper only")


def _flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks one after the other, also those that stand side by side on paper."""
    for block in blocks:
        if isinstance(block, Spread):
            for column in block.columns:
                yield from _flat(column)
        else:
            yield block
