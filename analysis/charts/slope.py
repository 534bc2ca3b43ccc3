"""Two waves beside each other: a line per row from what it was to what it is, labels apart where lines meet."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.canvas import Canvas
from analysis.charts.chart import Chart
from analysis.charts.lettering import width, wrap
from analysis.charts.look import ACCENT, INK, LINE, QUIET, RULE, SMALL, WIDTH
from analysis.charts.parts import Scale
from analysis.results import Figure
from analysis.wording import Wording

_TOP = 18.0
_LEAST = 84.0
_APART = 2.0


@dataclass(frozen=True, slots=True)
class Slope:
    """One row: its label and its figure in the earlier and in the later wave; *strong* ones are the point."""

    label: str
    before: Figure
    after: Figure
    strong: bool = False


def slope(title: str, rows: Sequence[Slope], waves: tuple[str, str], words: Wording, *, wide: float = WIDTH) -> Chart:
    """Draw every row from the earlier wave on the left to the later one on the right of a sheet of *wide* points.

    All figures must be shown. The scale covers the shares that there are, so that lines do not lie on each other.
    """
    befores = [words.percent(row.before.share or 0.0, row.before.base) for row in rows]
    afters = [_label(row, wide, words) for row in rows]
    left = max((width(text, SMALL, bold=True) for text in befores), default=0.0) + 8
    right = wide * 0.6
    highs = [len(lines) * SMALL * LINE + _APART for lines in afters]
    room = max(_LEAST, sum(highs))
    shares = [share for row in rows for share in (row.before.share, row.after.share) if share is not None]
    scale = Scale(_TOP + SMALL, room - SMALL, *_ends(shares))

    def height(share: float | None) -> float:
        return 2 * scale.left + scale.room - scale.at(share or 0.0)

    canvas = Canvas(wide, _TOP + room + SMALL * 2)
    for x, name, align in ((left, waves[0], "left"), (right, waves[1], "right")):
        canvas.line((x, _TOP), (x, _TOP + room + SMALL), ink=RULE, weight=0.6)
        canvas.text(x, 9, name, size=SMALL, ink=QUIET, align=align)
    inside = (_TOP, _TOP + room + SMALL)
    starts = apart([height(row.before.share) for row in rows], [SMALL * LINE] * len(rows), *inside)
    finishes = apart([height(row.after.share) for row in rows], highs, *inside)
    for row, before, lines, start, finish in zip(rows, befores, afters, starts, finishes, strict=True):
        ends = ((left, height(row.before.share)), (right, height(row.after.share)))
        canvas.line(*ends, ink=ACCENT if row.strong else QUIET, weight=2.2 if row.strong else 0.9)
        for x, y in ends:
            canvas.dot(x, y, 3.4 if row.strong else 2.4, fill=ACCENT if row.strong else QUIET)
        ink = INK if row.strong else QUIET
        canvas.lines(left - 6, start, [before], size=SMALL, ink=ink, bold=row.strong, align="right")
        canvas.lines(right + 6, finish, lines, size=SMALL, ink=ink, bold=row.strong)
    told = "; ".join(f"{row.label}: {words.figure(row.before)}, {words.figure(row.after)}" for row in rows)
    return canvas.chart(f"{title}. {waves[0]}, {waves[1]}: {told}.")


def _label(row: Slope, wide: float, words: Wording) -> tuple[str, ...]:
    text = f"{words.percent(row.after.share or 0.0, row.after.base)} {row.label}"
    return wrap(text, wide * 0.4 - 8, language=words.language, size=SMALL, bold=row.strong)


def _ends(shares: Sequence[float]) -> tuple[float, float]:
    low, high = min(shares, default=0.0), max(shares, default=1.0)
    return (low, high) if high - low >= 0.1 else ((low + high) / 2 - 0.05, (low + high) / 2 + 0.05)  # noqa: PLR2004


def apart(middles: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> tuple[float, ...]:
    """Return *middles* moved by a sweep down and one up, so that no *heights* overlap or leave the room."""
    order = sorted(range(len(middles)), key=lambda n: middles[n])
    placed = list(middles)
    limit = top
    for place in order:
        placed[place] = max(placed[place], limit + heights[place] / 2)
        limit = placed[place] + heights[place] / 2
    limit = bottom
    for place in reversed(order):
        placed[place] = min(placed[place], limit - heights[place] / 2)
        limit = placed[place] - heights[place] / 2
    return tuple(placed)
