"""Horizontal bars from one left edge: shares with their interval, or amounts; gaps are hatched."""

from collections.abc import Sequence

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.look import ACCENT, ACCENT_SOFT, INK, PAPER, QUIET, TRACK, WIDTH
from analysis.charts.parts import Bar, Scale, column, height_of, labels, read_out, shown, threshold_line
from analysis.wording import Wording

_THICK = 9.0
_FEW = 8  # more rows than that stand closer together


def bars(
    title: str,
    rows: Sequence[Bar],
    words: Wording,
    *,
    unit: str = "share",
    threshold: float | None = None,
    threshold_text: str = "",
    wide: float = WIDTH,
    brief: bool = False,
) -> Chart:
    """Draw one bar per row, its number behind it, its interval across it; *brief* numbers leave out the base."""
    numbers = [_number(row, words, unit, brief=brief) for row in rows]
    left = column([row.label for row in rows], wide * (0.5 if brief else 0.36)) + 10
    right = column(numbers, wide * 0.34) + 10
    high = 1.0 if unit == "share" else max((_reach(row) for row in rows), default=1.0) or 1.0
    scale = Scale(left, wide - left - right, 0.0, high)
    broken = labels([row.label for row in rows], left - 10, words, least=15.5 if len(rows) <= _FEW else 13.5)
    top = 14.0 if threshold is not None else 2.0
    canvas = Canvas(wide, top + sum(label.height for label in broken) + 4)
    y = top
    for row, label, number in zip(rows, broken, numbers, strict=True):
        middle = y + label.height / 2
        canvas.lines(0, middle, label.lines, bold=row.strong)
        _bar(canvas, scale, middle, row, plain=unit != "share")
        canvas.lines(wide, middle, [number], align="right", ink=INK if shown(row.figure) else QUIET)
        y += label.height
    if threshold is not None:
        threshold_line(canvas, scale.at(threshold), top, y, threshold_text, wide)
    return canvas.chart(f"{title}. {read_out(rows, words, unit)}")


def _number(row: Bar, words: Wording, unit: str, *, brief: bool) -> str:
    if brief and shown(row.figure) and row.figure.share is not None:
        return words.percent(row.figure.share, row.figure.base)
    return words.figure(row.figure, unit)


def _reach(row: Bar) -> float:
    return max(height_of(row.figure), row.figure.high or 0.0)


def _bar(canvas: Canvas, scale: Scale, middle: float, row: Bar, *, plain: bool) -> None:
    top = middle - _THICK / 2
    if not shown(row.figure):
        canvas.hatch(scale.left, top, scale.room, _THICK)
        return
    if not plain:
        canvas.box(scale.left, top, scale.room, _THICK, TRACK)
    end = scale.at(height_of(row.figure))
    canvas.box(scale.left, top, end - scale.left, _THICK, ACCENT if row.strong else ACCENT_SOFT)
    if row.figure.low is not None and row.figure.high is not None:
        whisker(canvas, scale.at(row.figure.low), scale.at(row.figure.high), middle)


def whisker(canvas: Canvas, low: float, high: float, y: float) -> None:
    """Draw an interval as a line with ends."""
    canvas.line((low, y), (high, y), ink=PAPER, weight=3.0)
    ends = [((x, y - 3), (x, y + 3)) for x in (low, high)]
    canvas.strokes([((low, y), (high, y)), *ends], ink=INK, weight=1.1)
