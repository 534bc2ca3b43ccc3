"""Agreement scales as one divided bar per statement, laid out around the middle of the scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.lettering import width, wrap
from analysis.charts.look import INK, LINE, PAPER, QUIET, SMALL, WIDTH
from analysis.charts.parts import column, labels, shown
from analysis.results import Figure
from analysis.wording import Wording

_THICK = 13.0
# From disagreement (warm grey) over the middle (light) to agreement (accent): light and dark also differ in grey print.
_AGAINST = ("#6f665c", "#a89f94", "#cfc9c1")
_MIDDLE = "#ebedf0"
_FOR = ("#a9c6e3", "#5d93c5", "#0b5394")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement and how often each point of its scale was chosen, from low to high."""

    label: str
    points: tuple[Figure, ...]


def agreement(
    title: str, statements: Sequence[Statement], ends: tuple[str, str], words: Wording, *, wide: float = WIDTH
) -> Chart:
    """Draw every statement on a sheet of *wide* points; *ends* name the lowest and the highest point of the scale."""
    left = column([statement.label for statement in statements], wide * 0.4) + 10
    room = wide - left
    against, agree = _extents(statements)
    unit = room / ((against + agree) or 1.0)
    centre = left + unit * against
    broken = labels([statement.label for statement in statements], left - 10, words, least=19)
    names = tuple(wrap(name, wide / 2 - 14, language=words.language, size=SMALL) for name in ends)
    top = max(map(len, names)) * SMALL * LINE + 4
    bottom = top + sum(label.height for label in broken)
    canvas = Canvas(wide, bottom + 2)
    _ends(canvas, wide, names)
    canvas.line((centre, top), (centre, bottom), ink=INK, weight=0.5)
    y = top
    for statement, label in zip(statements, broken, strict=True):
        middle = y + label.height / 2
        canvas.lines(0, middle, label.lines)
        if all(shown(point) and point.share is not None for point in statement.points):
            _bar(canvas, centre, unit, middle, [point.share or 0.0 for point in statement.points], words)
        else:
            canvas.hatch(left, middle - _THICK / 2, room, _THICK)
        y += label.height
    return canvas.chart(f"{title}. {_read_out(statements, words)}")


def _extents(statements: Sequence[Statement]) -> tuple[float, float]:
    """Return how far the bars reach to both sides of the middle of the scale, so that they use all the room."""
    against, agree = 0.0, 0.0
    for statement in statements:
        shares = [point.share or 0.0 for point in statement.points]
        side = len(shares) // 2
        neutral = shares[side] / 2 if len(shares) % 2 else 0.0
        against = max(against, sum(shares[:side]) + neutral)
        agree = max(agree, sum(shares[-side:]) + neutral)
    return against, agree


def _ends(canvas: Canvas, right: float, names: tuple[Sequence[str], ...]) -> None:
    """Write the names of both ends above the bars, each with its arrow on the first line."""
    low, high = names
    for number, line in enumerate((f"\N{LEFTWARDS ARROW} {low[0]}", *low[1:])):
        canvas.text(0, 8 + number * SMALL * LINE, line, size=SMALL, ink=QUIET)
    for number, line in enumerate((f"{high[0]} \N{RIGHTWARDS ARROW}", *high[1:])):
        canvas.text(right, 8 + number * SMALL * LINE, line, size=SMALL, ink=QUIET, align="right")


def _colours(points: int) -> list[str]:
    side = points // 2
    against, agree = (_AGAINST[:2], _FOR[1:]) if side == 2 else (_AGAINST[:side], _FOR[-side:])  # noqa: PLR2004
    return [*against, *([_MIDDLE] if points % 2 else []), *agree]


def _bar(canvas: Canvas, centre: float, unit: float, middle: float, shares: Sequence[float], words: Wording) -> None:
    side = len(shares) // 2
    neutral = shares[side] if len(shares) % 2 else 0.0
    x = centre - (sum(shares[:side]) + neutral / 2) * unit
    for share, colour in zip(shares, _colours(len(shares)), strict=True):
        room = share * unit
        canvas.box(x, middle - _THICK / 2, room, _THICK, colour, edge=PAPER)
        text = words.percent(share)
        if width(text, SMALL) + 4 <= room:
            dark = colour in {_AGAINST[0], _FOR[-1]}
            canvas.lines(x + room / 2, middle, [text], size=SMALL, ink=PAPER if dark else INK, align="center")
        x += room


def _read_out(statements: Sequence[Statement], words: Wording) -> str:
    return "; ".join(
        f"{statement.label}: " + ", ".join(words.figure(point) for point in statement.points)
        for statement in statements
    )
