"""What a document is made of: chapters of prose, plots, tables and notices, as plain words without markup."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from analysis.charts import Chart


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as an image that needs no other file."""

    source: str
    alt: str

    @classmethod
    def of(cls, chart: Chart) -> "Picture":
        """Return *chart* as an image."""
        return cls("data:image/svg+xml;base64," + b64encode(chart.svg.encode()).decode("ascii"), chart.alt)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: what it is about, and its cells."""

    head: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; *corner* names the first column, *numbers* says that the cells are figures."""

    kind: ClassVar[str] = "table"
    title: str
    corner: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with its definition, and the table of the same figures; *small* ones stand side by side."""

    kind: ClassVar[str] = "plot"
    title: str
    picture: Picture
    definition: str
    table: Table
    small: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """A plot with its place in the document."""

    kind: ClassVar[str] = "numbered"
    number: int
    plot: Plot


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences, one paragraph each."""

    kind: ClassVar[str] = "prose"
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences that are read one by one, under an optional *title*."""

    kind: ClassVar[str] = "bullets"
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Why there is nothing to show."""

    kind: ClassVar[str] = "notice"
    text: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Two narrow blocks side by side; the last one of an odd number stands alone."""

    kind: ClassVar[str] = "spread"
    parts: tuple[Numbered, ...]


Block = Spread | Table | Plot | Numbered | Prose | Bullets | Notice


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter; *own_page* ones begin on a new page."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    own_page: bool = False


def spreads(blocks: Sequence[Block], *, narrow: Callable[[Numbered], bool]) -> tuple[Block, ...]:
    """Return *blocks* with every two *narrow* neighbours side by side."""
    laid: list[Block] = []
    for block in blocks:
        if not (isinstance(block, Numbered) and narrow(block)):
            laid.append(block)
        elif laid and isinstance(last := laid[-1], Spread) and len(last.parts) == 1:
            laid[-1] = Spread((*last.parts, block))
        else:
            laid.append(Spread((block,)))
    return tuple(laid)
