"""A field of shares, rows by columns, darker is more; gaps are hatched and say so."""

from collections.abc import Sequence

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.lettering import wrap
from analysis.charts.look import LINE, QUIET, SMALL, WIDTH, on_shade, shade
from analysis.charts.parts import column, labels, shown
from analysis.results import Figure
from analysis.wording import Wording


def matrix(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Figure]],
    words: Wording,
    *,
    wide: float = WIDTH,
) -> Chart:
    """Draw *cells* (one sequence per row) with the share written into each."""
    left = column(rows, wide * 0.28) + 8
    step = (wide - left) / max(len(columns), 1)
    heads = [wrap(name, step - 6, language=words.language, size=SMALL) for name in columns]
    top = max((len(head) for head in heads), default=1) * SMALL * LINE + 6
    broken = labels(rows, left - 8, words, least=17)
    gaps = any(not shown(cell) for line in cells for cell in line)
    body = sum(label.height for label in broken)
    key = _key(wide - left - 22, words) if gaps else ()
    canvas = Canvas(wide, top + body + (len(key) * SMALL * LINE + 8 if gaps else 3))
    for number, head in enumerate(heads):
        middle = top - 6 - len(head) * SMALL * LINE / 2
        canvas.lines(left + step * (number + 0.5), middle, head, size=SMALL, align="center")
    y = top
    for label, line in zip(broken, cells, strict=True):
        canvas.lines(0, y + label.height / 2, label.lines)
        for number, cell in enumerate(line):
            _cell(canvas, left + step * number + 1, y + 1, step - 2, label.height - 2, cell, words)
        y += label.height
    if gaps:
        canvas.hatch(left, y + 6, 14, 8)
        for number, text in enumerate(key):
            canvas.text(left + 20, y + 13 + number * SMALL * LINE, text, size=SMALL, ink=QUIET)
    return canvas.chart(f"{title}. {_read_out(rows, columns, cells, words)}")


def _cell(canvas: Canvas, x: float, y: float, room: float, height: float, figure: Figure, words: Wording) -> None:
    if not shown(figure) or figure.share is None:
        canvas.hatch(x, y, room, height)
        return
    canvas.box(x, y, room, height, shade(figure.share))
    text = words.percent(figure.share, figure.base)
    canvas.lines(x + room / 2, y + height / 2, [text], ink=on_shade(figure.share), align="center")


def _key(room: float, words: Wording) -> tuple[str, ...]:
    text = words.phrase("not shown: too few people, or needed to protect a small group")
    return wrap(text, room, language=words.language, size=SMALL)


def _read_out(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[Figure]], words: Wording) -> str:
    lines = (
        f"{row}: " + ", ".join(f"{name} {words.figure(cell)}" for name, cell in zip(columns, line, strict=True))
        for row, line in zip(rows, cells, strict=True)
    )
    return "; ".join(lines) + "."
