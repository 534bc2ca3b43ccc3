"""The funnel: how many people are left at each step, from one left edge, with the loss between the steps."""

import itertools
from collections.abc import Sequence

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.look import ACCENT, ACCENT_SOFT, INK, QUIET, SMALL, TRACK, WIDTH
from analysis.charts.parts import Bar, Scale, column, labels, read_out, shown
from analysis.results import Count, Figure
from analysis.wording import Wording

_THICK = 14.0
_BETWEEN = 12.0


def funnel(title: str, steps: Sequence[Bar], words: Wording, *, wide: float = WIDTH) -> Chart:
    """Draw one bar per step on a sheet of *wide* points; the last step is strong, the largest loss in bold."""
    losses = _losses(steps)
    most = max((loss for loss in losses if loss), default=0)
    numbers = [_number(step.figure, words) for step in steps]
    left = column([step.label for step in steps], wide * 0.3) + 10
    right = column(numbers, wide * 0.3) + 10
    first = steps[0].figure.count if steps else None
    scale = Scale(left, wide - left - right, 0, float(first or 1))
    broken = labels([step.label for step in steps], left - 10, words, least=_THICK)
    canvas = Canvas(wide, sum(label.height for label in broken) + _BETWEEN * max(len(steps) - 1, 0) + 2)
    y = 1.0
    for number, (step, label, loss) in enumerate(zip(steps, broken, losses, strict=True)):
        if number:
            _lost(canvas, scale, y + _BETWEEN / 2, loss, words, most=most)
            y += _BETWEEN
        middle = y + label.height / 2
        canvas.lines(0, middle, label.lines)
        canvas.box(scale.left, middle - _THICK / 2, scale.room, _THICK, TRACK)
        if shown(step.figure) and step.figure.count is not None:
            end = scale.at(step.figure.count)
            strong = number == len(steps) - 1
            canvas.box(scale.left, middle - _THICK / 2, end - scale.left, _THICK, ACCENT if strong else ACCENT_SOFT)
        else:
            canvas.hatch(scale.left, middle - _THICK / 2, scale.room, _THICK)
        canvas.lines(wide, middle, [numbers[number]], align="right", ink=INK if shown(step.figure) else QUIET)
        y += label.height
    return canvas.chart(f"{title}. {read_out(steps, words, 'share')}")


def _number(figure: Figure, words: Wording) -> str:
    if not shown(figure) or figure.share is None:
        return words.figure(figure)
    people = "" if figure.count is None else f" ({words.count(figure.count)})"
    return f"{words.percent(figure.share, figure.base)}{people}"


def _losses(steps: Sequence[Bar]) -> list[int | None]:
    counts = [step.figure.count if shown(step.figure) else None for step in steps]
    pairs = itertools.pairwise(counts)
    return [None, *(a - b if a is not None and b is not None else None for a, b in pairs)]


def _lost(canvas: Canvas, scale: Scale, y: float, loss: int | None, words: Wording, *, most: int) -> None:
    if loss is None:
        return
    largest = loss == most and loss > 0
    text = words.phrase("%(count)s lost", count=Count(loss))
    if largest:
        text = words.phrase("%(count)s lost: the most", count=Count(loss))
    canvas.lines(scale.left + 6, y, [text], size=SMALL, ink=INK if largest else QUIET, bold=largest)
