"""Narrow blocks side by side: what follows each other is laid into two columns so that the chapter becomes short."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from analysis.charts.lettering import wrap
from analysis.charts.look import HALF, WIDTH
from analysis.render.blocks import Block, Bullets, Listed, Notice, Numbered, Plot, Prose, Spread, Table

# Sizes in points, as readout.css sets them; they only decide what stands beside what, so they may be a little wrong.
_TEXT, _SMALL, _HEAD = 8.6, 8.0, 9.5
_MOST = 640.0  # about a page: a higher spread is cut into two, so that its columns are read on one page
_BETWEEN = 12.0  # what a further spread costs: few are quieter than many
_PLOT, _TABLE, _BULLETS = 20.0, 17.0, 16.0  # room around each
_PLACE = "Chart 00"
_APART, _INDENT = 4.0, 13.0  # between sentences, and before each
_ROW, _CELL = 1.9, 4.3  # around a line of a table, and beside a cell


def columned(blocks: Sequence[Block], language: str, *, most: float = _MOST) -> tuple[Block, ...]:
    """Return *blocks* in their order, narrow ones that follow each other in two columns of at most *most* points.

    The cuts are found by dynamic programming over the run: where a spread begins, and where its right column begins.
    """
    laid: list[Block] = []
    for narrow, run in groupby(blocks, key=lambda block: block.narrow):
        together = list(run)
        laid += _spreads(together, language, most) if narrow else together
    return tuple(laid)


def _spreads(run: Sequence[Block], language: str, most: float) -> Iterable[Block]:
    heights = [_height(block, HALF, language) for block in run]
    # The least height of everything from a place on, with the cuts that give it.
    best: list[tuple[float, tuple[Block, ...]]] = [(0.0, ())]
    for start in range(len(run) - 1, -1, -1):
        options = [(_height(run[start], WIDTH, language) + best[0][0], (run[start], *best[0][1]))]
        for end in range(start + 2, len(run) + 1):
            high, cut = min((max(sum(heights[start:c]), sum(heights[c:end])), c) for c in range(start + 1, end))
            if high > most and end > start + 2:
                break
            rest, laid = best[end - start - 1]
            options.append((high + _BETWEEN + rest, (Spread((tuple(run[start:cut]), tuple(run[cut:end]))), *laid)))
        best.insert(0, min(options, key=lambda option: option[0]))
    return best[0][1]


def _height(block: Block, room: float, language: str) -> float:
    """Return about how high a block becomes in a column of *room* points."""

    def lines(text: str, size: float, wide: float = room, *, bold: bool = False) -> float:
        return len(wrap(text, wide, language=language, size=size, bold=bold)) * size * 1.36 if text else 0.0

    match block:
        case Numbered(plot=plot):
            below = lines(f"{plot.definition} {_PLACE}", _SMALL)
            high = lines(f"{_PLACE} {plot.title}", _HEAD, bold=True) + plot.picture.height + below + _PLOT
        case Listed(table=table, definition=definition):
            high = _height(table, room, language) + lines(definition, _SMALL)
        case Table():
            high = lines(f"{_PLACE} {block.title}", _HEAD, bold=True) + _rows(block, room, language) + _TABLE
        case Prose(sentences=sentences):
            high = sum(lines(sentence, _TEXT) + _APART for sentence in sentences)
        case Bullets(title=title, sentences=sentences):
            points = sum(lines(one, _TEXT, room - _INDENT) + _APART for one in sentences)
            high = lines(title, _HEAD) + points + _BULLETS
        case Notice(text=text):
            high = lines(text, _TEXT, room - _INDENT) + _APART
        case Spread() | Plot():
            raise TypeError(f"{block.kind} has its place already or no number yet")
    return high


def _rows(table: Table, room: float, language: str) -> float:
    widths = table.widths or (1 / (len(table.heads) + 1),) * (len(table.heads) + 1)

    def high(cells: Sequence[str]) -> float:
        broken = (
            wrap(cell, room * share - _CELL, language=language, size=_SMALL)
            for cell, share in zip(cells, widths, strict=False)
        )
        return max(len(lines) for lines in broken) * _SMALL * 1.2 + _ROW

    return high((table.corner, *table.heads)) + sum(high((line.head, *line.cells)) for line in table.lines)
