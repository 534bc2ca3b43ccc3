"""Two shares per row on one line, for instance those who are stuck against those who passed."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.lettering import wrap
from analysis.charts.look import ACCENT, INK, LINE, PAPER, QUIET, RULE, SMALL, WIDTH
from analysis.charts.parts import Scale, column, labels, shown
from analysis.results import Figure
from analysis.wording import Wording

_HEAD = 78.0  # points that the name of a set may take over its numbers


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: its label and the figure in the first and in the second set."""

    label: str
    first: Figure
    second: Figure


def dots(title: str, pairs: Sequence[Pair], names: tuple[str, str], words: Wording, *, wide: float = WIDTH) -> Chart:
    """Draw the first set as filled discs, the second as rings, the difference as a line between them."""
    left = column([pair.label for pair in pairs], wide * 0.42) + 10
    firsts = [_number(pair.first, words) for pair in pairs]
    seconds = [_number(pair.second, words) for pair in pairs]
    heads = [wrap(name, _HEAD, language=words.language, size=SMALL) for name in names]
    rooms = [max(column([*texts, *head], _HEAD), 40) for texts, head in zip((firsts, seconds), heads, strict=True)]
    scale = Scale(left + 5, wide - left - sum(rooms) - 30, 0.0, _top(pairs))
    broken = labels([pair.label for pair in pairs], left - 10, words, least=14.5)
    top = max(len(head) for head in heads) * SMALL * LINE + 18
    canvas = Canvas(wide, top + sum(label.height for label in broken) + 3)
    first_x, second_x = wide - rooms[1] - 10, wide
    _head(canvas, first_x, heads[0], top, fill=ACCENT, edge=ACCENT)
    _head(canvas, second_x, heads[1], top, fill=PAPER, edge=INK)
    y = top
    for pair, label, first, second in zip(pairs, broken, firsts, seconds, strict=True):
        middle = y + label.height / 2
        canvas.line((0, y), (wide, y), ink=RULE, weight=0.4)
        canvas.lines(0, middle, label.lines)
        _row(canvas, scale, middle, pair)
        canvas.lines(first_x, middle, [first], align="right", bold=True)
        canvas.lines(second_x, middle, [second], align="right", ink=QUIET)
        y += label.height
    rows = "; ".join(
        f"{pair.label}: {names[0]} {words.figure(pair.first)}, {names[1]} {words.figure(pair.second)}" for pair in pairs
    )
    return canvas.chart(f"{title}. {rows}.")


def _number(figure: Figure, words: Wording) -> str:
    if shown(figure) and figure.share is not None:
        return words.percent(figure.share, figure.base)
    return words.figure(figure)


def _top(pairs: Sequence[Pair]) -> float:
    """Return the end of the scale: the next quarter above the largest share."""
    largest = max((f.share or 0.0 for pair in pairs for f in (pair.first, pair.second) if shown(f)), default=1.0)
    return next((end for end in (0.25, 0.5, 0.75) if largest <= end), 1.0)


def _head(canvas: Canvas, right: float, lines: Sequence[str], bottom: float, *, fill: str, edge: str) -> None:
    """Write the name of a set over its numbers, its sign above."""
    middle = bottom - 5 - len(lines) * SMALL * LINE / 2
    canvas.lines(right, middle, lines, size=SMALL, ink=QUIET, align="right")
    canvas.dot(right - 5, 7, 3.8, fill=fill, edge=edge)


def _row(canvas: Canvas, scale: Scale, middle: float, pair: Pair) -> None:
    canvas.line((scale.left, middle), (scale.left + scale.room, middle), ink=RULE, weight=0.5)
    both = shown(pair.first) and shown(pair.second)
    if not shown(pair.first) and not shown(pair.second):
        canvas.hatch(scale.left, middle - 5, scale.room, 10)
        return
    if both:
        ends = (scale.at(pair.first.share or 0.0), scale.at(pair.second.share or 0.0))
        canvas.line((ends[0], middle), (ends[1], middle), ink=ACCENT, weight=2)
    if shown(pair.second):
        canvas.dot(scale.at(pair.second.share or 0.0), middle, 3.6, fill=PAPER, edge=INK)
    if shown(pair.first):
        canvas.dot(scale.at(pair.first.share or 0.0), middle, 4.4)
