"""A sheet measured in points from its upper left corner, and what is drawn on it as SVG with real text."""

import io
from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path

from analysis.charts.chart import Chart
from analysis.charts.lettering import FAMILY
from analysis.charts.look import ACCENT, HATCH, INK, LINE, PAPER, TEXT

# Text stays text and ids come from a fixed salt: the same figures give the same bytes.
_STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "readout", "path.simplify": False}


Point = tuple[float, float]


@cache
def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(family=FAMILY, size=size, weight="bold" if bold else "normal")


class Canvas:
    """A sheet of *width* x *height* points."""

    def __init__(self, width: float, height: float) -> None:
        self._size = (width, height)
        self._layers = count(1)  # what is drawn later lies above
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)

    def _add(self, mark: Artist) -> None:
        # Everything lies on the sheet; a clip around each mark would be drawn again with each.
        mark.set_clip_on(False)
        mark.set_zorder(next(self._layers))
        self._axes.add_artist(mark)

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, edge: str = "none") -> None:
        """Fill a rectangle whose upper left corner is (x, y)."""
        self._add(Rectangle((x, y), max(width, 0), height, facecolor=fill, edgecolor=edge, linewidth=0.75))

    def line(
        self,
        start: Point,
        end: Point,
        *,
        ink: str = INK,
        weight: float = 0.75,
        dashed: bool = False,
    ) -> None:
        """Draw a straight line."""
        self._add(
            Line2D(
                (start[0], end[0]),
                (start[1], end[1]),
                color=ink,
                linewidth=weight,
                linestyle=(0, (3, 2)) if dashed else "solid",
                solid_capstyle="butt",
            )
        )

    def strokes(self, lines: Sequence[tuple[Point, Point]], *, ink: str = INK, weight: float = 0.75) -> None:
        """Draw several straight lines as one mark: a printer takes its time for every single one."""
        path = Path([point for line in lines for point in line], [Path.MOVETO, Path.LINETO] * len(lines))
        self._add(PathPatch(path, edgecolor=ink, facecolor="none", linewidth=weight, capstyle="butt"))

    def dot(self, x: float, y: float, radius: float, *, fill: str = ACCENT, edge: str = PAPER) -> None:
        """Draw a disc around (x, y)."""
        self._add(Circle((x, y), radius, facecolor=fill, edgecolor=edge, linewidth=1.2))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT,
        ink: str = INK,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        """Write one line with its baseline at *y*."""
        self._axes.text(
            x,
            y,
            text,
            color=ink,
            ha=align,
            va="baseline",
            parse_math=False,
            zorder=next(self._layers),
            fontproperties=_font(size, bold=bold),
        )

    def lines(
        self,
        x: float,
        middle: float,
        lines: Sequence[str],
        *,
        size: float = TEXT,
        ink: str = INK,
        bold: bool = False,
        align: str = "left",
    ) -> None:
        """Write several lines, centred on the height *middle*."""
        first = middle - (len(lines) - 1) * size * LINE / 2 + size * 0.36
        for number, line in enumerate(lines):
            self.text(x, first + number * size * LINE, line, size=size, ink=ink, bold=bold, align=align)

    def hatch(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a rectangle with slanted lines: here is a gap, and it is meant."""
        self.box(x, y, width, height, PAPER, edge=HATCH)
        step = 5.0
        lines = []
        offset = step
        while offset < width + height:
            upper = (x + min(offset, width), y + max(offset - width, 0))
            lower = (x + max(offset - height, 0), y + min(offset, height))
            lines.append((lower, upper))
            offset += step
        self.strokes(lines, ink=HATCH, weight=0.6)

    def chart(self, alt: str) -> Chart:
        """Return what was drawn."""
        sheet = io.StringIO()
        with mpl.rc_context(_STYLE):
            self._figure.savefig(
                sheet, format="svg", transparent=True, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
            )
        # On a screen the font may be missing; Verdana is as wide.
        drawn = sheet.getvalue().replace(f"'{FAMILY}'", f"'{FAMILY}', Verdana, sans-serif")
        return Chart(drawn, alt, *self._size)
