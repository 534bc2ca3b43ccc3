"""A share over the waves: point, interval and number of answers per wave, with the line that has to be reached."""

from collections.abc import Sequence

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.lettering import width, wrap
from analysis.charts.look import ACCENT, INK, LINE, PAPER, QUIET, RULE, SMALL, TEXT, WIDTH
from analysis.charts.parts import Bar, read_out, shown
from analysis.wording import NO_BREAK, Wording

_HEIGHT = 92.0
_TOP = 20.0
_DOT = 4.5

_Point = tuple[float, float, Bar]  # where it lies on the sheet, and what it shows


def level(
    title: str,
    waves: Sequence[Bar],
    words: Wording,
    *,
    threshold: float | None = None,
    threshold_text: str = "",
    wide: float = WIDTH,
) -> Chart:
    """Draw the share of every wave on a sheet of *wide* points; waves without a number say so."""
    left = width(words.percent(1.0), SMALL) + 8
    step = (wide - left) / max(len(waves), 1)
    names = [
        (*wrap(wave.label, step - 8, language=words.language, size=SMALL), *_answers(wave, words)) for wave in waves
    ]
    bottom = _TOP + _HEIGHT
    canvas = Canvas(wide, bottom + 8 + max((len(lines) for lines in names), default=1) * SMALL * LINE)
    _grid(canvas, left, wide, words)
    if threshold is not None:
        canvas.line((left, _at(threshold)), (wide, _at(threshold)), ink=INK, weight=1.4, dashed=True)
    previous: tuple[float, float] | None = None
    points: list[_Point] = []
    for number, wave in enumerate(waves):
        x = left + step * (number + 0.5)
        canvas.lines(x, bottom + 5 + len(names[number]) * SMALL * LINE / 2, names[number], size=SMALL, align="center")
        share = wave.figure.share if shown(wave.figure) else None
        if share is None:
            canvas.lines(x, bottom - 12, [words.figure(wave.figure)], size=SMALL, ink=QUIET, align="center")
            previous = None
            continue
        y = _at(share)
        if previous:
            canvas.line(previous, (x, y), ink=ACCENT, weight=1.2)
        previous = (x, y)
        points.append((x, y, wave))
    if threshold is not None:
        _name(canvas, left + 4, _at(threshold), threshold_text, points)
    for x, y, wave in points:
        _point(canvas, x, y, wave, words)
    return canvas.chart(f"{title}. {read_out(waves, words, 'share')}")


def _answers(wave: Bar, words: Wording) -> tuple[str, ...]:
    """Return on how many answers a point stands."""
    base = wave.figure.base
    return (f"n{NO_BREAK}={NO_BREAK}{words.count(base)}",) if shown(wave.figure) and base is not None else ()


def _grid(canvas: Canvas, left: float, right: float, words: Wording) -> None:
    for quarter in range(5):
        y = _at(quarter / 4)
        canvas.line((left, y), (right, y), ink=RULE, weight=0.5)
        canvas.lines(left - 6, y, [words.percent(quarter / 4)], size=SMALL, ink=QUIET, align="right")


def _at(share: float) -> float:
    return _TOP + _HEIGHT * (1 - share)


def _name(canvas: Canvas, x: float, line: float, text: str, points: Sequence[_Point]) -> None:
    """Write what must be reached above its *line*, or below it where a point lies above."""
    above, below = line - 4, line + SMALL + 2
    over = [_reach(point) for point in points if point[0] - _DOT < x + width(text, SMALL, bold=True)]
    taken = any(high < above + 1 and low > above - SMALL for high, low in over)
    canvas.text(x, below if taken else above, text, size=SMALL, bold=True)


def _reach(point: _Point) -> tuple[float, float]:
    """Return between which heights a point and its interval lie."""
    _, y, wave = point
    limits = (wave.figure.high, wave.figure.low)
    marks = [y - _DOT, y + _DOT, *(_at(limit) for limit in limits if limit is not None)]
    return min(marks), max(marks)


def _point(canvas: Canvas, x: float, y: float, wave: Bar, words: Wording) -> None:
    figure = wave.figure
    if figure.low is not None and figure.high is not None:
        low, high = _at(figure.low), _at(figure.high)
        ends = [((x - 4, end), (x + 4, end)) for end in (low, high)]
        canvas.strokes([((x, low), (x, high)), *ends], ink=INK, weight=1.1)
    canvas.dot(x, y, _DOT)
    text = words.percent(figure.share or 0.0, figure.base)
    top = y if figure.high is None else _at(figure.high)
    _label(canvas, x, top - 6, text)


def _label(canvas: Canvas, x: float, y: float, text: str) -> None:
    """Write above the interval, on paper of its own, so that no line runs through the number."""
    half = width(text, TEXT, bold=True) / 2
    canvas.box(x - half - 2, y - TEXT, 2 * half + 4, TEXT + 3, PAPER)
    canvas.text(x, y, text, bold=True, align="center")
