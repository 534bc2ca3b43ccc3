"""Small things side by side: charts in pairs, and data tables packed into the two columns of a page."""

from collections.abc import Sequence

from analysis.charts.lettering import wrap
from analysis.charts.look import HALF
from analysis.render.blocks import Block, Listed, Numbered, Spread

# Heights in points, as readout.css sets them; they only decide what still fits, so they may be a little too large.
_PAGE = 705.0
_FIRST = 662.0  # below the heading of the chapter
_SIZE = 8.0
# Widths of the columns of a narrow table, as shares: a figure and its interval, or two figures.
_SHARES = {
    "limits": (0.42, 0.36, 0.22),
    "limits decimals": (0.36, 0.38, 0.26),
    "numbers": (0.36, 0.32, 0.32),
}
_GAP = 5.7
_ROW = 4.0
_AROUND = 16.0
_NARROW = 2  # numbers of columns that fit into half a page


def paired(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return *blocks* with every two small charts that follow each other side by side."""
    laid: list[Block] = []
    for block in blocks:
        if not isinstance(block, Numbered) or not block.plot.small:
            laid.append(block)
        elif laid and isinstance(last := laid[-1], Spread) and len(last.columns) == 1:
            laid[-1] = Spread((*last.columns, (block,)))
        else:
            laid.append(Spread(((block,),)))
    return tuple(laid)


def packed(tables: Sequence[Listed], language: str) -> tuple[Block, ...]:
    """Return narrow tables in two columns per page, each where it first fits, then the wide ones."""
    columns: list[list[Listed]] = []
    rooms: list[float] = []
    for table in tables:
        if len(table.table.heads) > _NARROW:
            continue
        height = _height(table, language)
        place = next((n for n, room in enumerate(rooms) if height <= room), len(rooms))
        if place == len(rooms):
            columns.append([])
            # Two columns share a page, and the first page begins with the heading.
            rooms.append(_FIRST if place < 2 else _PAGE)  # noqa: PLR2004
        columns[place].append(table)
        rooms[place] -= height
    pages = [Spread(tuple(map(tuple, columns[start : start + 2]))) for start in range(0, len(columns), 2)]
    wide = [table for table in tables if len(table.table.heads) > _NARROW]
    return (*_balanced(pages, language), *wide)


def _balanced(pages: Sequence[Spread], language: str) -> Sequence[Block]:
    """Return *pages* with the last one cut in the middle, so that more fits below it; one table needs no cut."""
    if not pages:
        return pages
    last = [block for column in pages[-1].columns for block in column if isinstance(block, Listed)]
    if len(last) == 1:
        return [*pages[:-1], *last]
    heights = [_height(table, language) for table in last]
    cut = min(range(1, len(last) + 1), key=lambda n: max(sum(heights[:n]), sum(heights[n:])))
    columns = tuple(column for column in (tuple(last[:cut]), tuple(last[cut:])) if column)
    return [*pages[:-1], Spread(columns)]


def _height(listed: Listed, language: str) -> float:
    """Return about how high a table of half a page becomes."""

    def lines(text: str, share: float) -> int:
        return len(wrap(text, HALF * share - _GAP, language=language, size=_SIZE))

    table = listed.table
    shares = _SHARES[table.style]
    title = len(wrap(f"00 {table.title}", HALF, language=language, size=_SIZE + 0.5, bold=True))
    heads = max((lines(head, shares[1]) for head in table.heads), default=1)
    rows = sum(
        max(
            lines(line.head, shares[0]),
            *(lines(cell, share) for cell, share in zip(line.cells, shares[1:], strict=False)),
        )
        for line in table.lines
    )
    below = lines(listed.definition, 1.0) if listed.definition else 0
    return (title + heads + rows + below) * _SIZE * 1.35 + len(table.lines) * _ROW + _AROUND
