"""What several charts share: a labelled figure, the column of labels, the scale and the line to be reached."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.canvas import Canvas
from analysis.charts.lettering import width, wrap
from analysis.charts.look import INK, LINE, QUIET, RULE, SMALL, TEXT
from analysis.results import Figure, Status
from analysis.wording import Wording


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and what it is called; *strong* ones are the point of the chart."""

    label: str
    figure: Figure
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from *low* to *high* laid over *room* points that begin at *left*."""

    left: float
    room: float
    low: float = 0.0
    high: float = 1.0

    def at(self, value: float) -> float:
        """Return where *value* lies, kept inside the scale."""
        part = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.left + self.room * min(max(part, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Label:
    """The lines of one label and the height that its row needs."""

    lines: tuple[str, ...]
    height: float


def labels(texts: Sequence[str], room: float, words: Wording, *, least: float = 15.5) -> tuple[Label, ...]:
    """Break row labels into a column of *room* points; no row is lower than *least*."""
    broken = (wrap(text, room, language=words.language) for text in texts)
    return tuple(Label(lines, max(least, len(lines) * TEXT * LINE + 5)) for lines in broken)


def column(texts: Sequence[str], most: float) -> float:
    """Return the width of a column that holds *texts*, at most *most* points."""
    return min(max((width(text) for text in texts), default=0.0) + 1, most)


def shown(figure: Figure) -> bool:
    """Return true if the figure is published and has a number."""
    return figure.status is Status.PUBLISHED and not (
        figure.share is None and figure.value is None and figure.low is None and figure.count is None
    )


def height_of(figure: Figure) -> float:
    """Return what a bar of this figure measures: its share, its value, or its count."""
    for number in (figure.share, figure.value, figure.count):
        if number is not None:
            return float(number)
    return 0.0


def read_out(bars: Sequence[Bar], words: Wording, unit: str) -> str:
    """Return all figures in words, for those who cannot see the chart."""
    return "; ".join(f"{bar.label}: {words.figure(bar.figure, unit)}" for bar in bars) + "."


def percent_axis(canvas: Canvas, scale: Scale, top: float, bottom: float, words: Wording) -> None:
    """Draw light lines at 0, 25, 50, 75 and 100 % with their numbers below *bottom*."""
    for quarter in range(5):
        share = quarter / 4
        x = scale.at(share)
        canvas.line((x, top), (x, bottom), ink=RULE, weight=0.5)
        align = "left" if quarter == 0 else "right" if quarter == 4 else "center"  # noqa: PLR2004
        canvas.text(x, bottom + 11, words.percent(share), size=SMALL, ink=QUIET, align=align)


def threshold_line(canvas: Canvas, x: float, top: float, bottom: float, text: str, edge: float) -> None:
    """Draw the line that has to be reached, its *text* above it and inside the sheet that ends at *edge*."""
    canvas.line((x, top), (x, bottom), ink=INK, weight=1.4, dashed=True)
    half = width(text, SMALL, bold=True) / 2
    canvas.text(min(max(x, half), edge - half), top - 4, text, size=SMALL, bold=True, align="center")
