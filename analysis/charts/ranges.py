"""Ranges on one scale: what the silent could change, or minutes that are only known between two limits."""

from collections.abc import Sequence

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.look import ACCENT, ACCENT_SOFT, INK, QUIET, RULE, SMALL, WIDTH
from analysis.charts.parts import Bar, Scale, column, labels, percent_axis, read_out, shown, threshold_line
from analysis.wording import Wording

_THICK = 9.0


def ranges(
    title: str,
    rows: Sequence[Bar],
    words: Wording,
    *,
    unit: str = "share",
    threshold: float | None = None,
    threshold_text: str = "",
    wide: float = WIDTH,
) -> Chart:
    """Draw every row from its lower to its upper limit, with a point where it has a best value."""
    texts = [_text(row, words, unit) for row in rows]
    left = column([row.label for row in rows], wide * 0.36) + 10
    right = column(texts, wide * 0.3) + 12
    low, high = _ends(rows, unit)
    scale = Scale(left, wide - left - right, low, high)
    broken = labels([row.label for row in rows], left - 10, words)
    top = 14.0 if threshold is not None else 2.0
    bottom = top + sum(label.height for label in broken)
    canvas = Canvas(wide, bottom + 15)
    if unit == "share":
        percent_axis(canvas, scale, top, bottom, words)
    else:
        _zero(canvas, scale, top, bottom, words, unit)
    y = top
    for row, label, text in zip(rows, broken, texts, strict=True):
        middle = y + label.height / 2
        canvas.lines(0, middle, label.lines, bold=row.strong)
        _range(canvas, scale, middle, row)
        canvas.lines(wide, middle, [text], align="right", ink=INK if shown(row.figure) else QUIET)
        y += label.height
    if threshold is not None:
        threshold_line(canvas, scale.at(threshold), top, bottom, threshold_text, wide)
    return canvas.chart(f"{title}. {read_out(rows, words, unit)}")


def _text(row: Bar, words: Wording, unit: str) -> str:
    return words.limits(row.figure, unit) or words.figure(row.figure, unit)


def _ends(rows: Sequence[Bar], unit: str) -> tuple[float, float]:
    if unit == "share":
        return 0.0, 1.0
    limits = [
        limit for row in rows for limit in (row.figure.low, row.figure.high, row.figure.value) if limit is not None
    ]
    return min(0.0, *limits, 0.0), max(0.0, *limits, 0.0)


def _zero(canvas: Canvas, scale: Scale, top: float, bottom: float, words: Wording, unit: str) -> None:
    for value in sorted({scale.low, 0.0, scale.high}):
        x = scale.at(value)
        canvas.line((x, top), (x, bottom), ink=INK if value == 0 else RULE, weight=0.6)
    canvas.text(scale.at(0), bottom + 11, words.amount(0, unit), size=SMALL, ink=QUIET, align="center")


def _range(canvas: Canvas, scale: Scale, middle: float, row: Bar) -> None:
    figure = row.figure
    if not shown(figure):
        canvas.hatch(scale.left, middle - _THICK / 2, scale.room, _THICK)
        return
    best = figure.share if figure.share is not None else figure.value
    if figure.low is not None and figure.high is not None:
        start, end = scale.at(figure.low), scale.at(figure.high)
        canvas.box(start, middle - _THICK / 2, end - start, _THICK, ACCENT_SOFT)
        half = _THICK / 2 + 1
        canvas.strokes([((x, middle - half), (x, middle + half)) for x in (start, end)], ink=INK, weight=1.1)
    if best is not None:
        canvas.dot(scale.at(best), middle, 4.2, fill=ACCENT)
