"""What a document is made of: chapters of prose, plots, tables and notices, as plain words without markup."""

from base64 import b64encode
from dataclasses import dataclass
from typing import ClassVar

from analysis.charts import Chart
from analysis.charts.look import HALF


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as an image that needs no other file."""

    source: str
    alt: str
    width: float  # points
    height: float

    @classmethod
    def of(cls, chart: Chart) -> "Picture":
        """Return *chart* as an image."""
        return cls(
            "data:image/svg+xml;base64," + b64encode(chart.svg.encode()).decode("ascii"),
            chart.alt,
            chart.width,
            chart.height,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: what it is about, and its cells."""

    head: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; *corner* names the first column; *style* is words or numbers.

    *widths* are the shares of its columns, empty where their contents decide; *narrow* ones take half the page.
    """

    kind: ClassVar[str] = "table"
    title: str
    corner: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    style: str = "words"
    widths: tuple[float, ...] = ()
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of *measures* with its definition, and the table of the same figures."""

    kind: ClassVar[str] = "plot"
    title: str
    picture: Picture
    definition: str
    table: Table
    measures: tuple[str, ...]

    @property
    def narrow(self) -> bool:
        """Return true if half the page is wide enough."""
        return self.picture.width <= HALF


@dataclass(frozen=True, slots=True)
class Numbered:
    """A plot with its place in the document."""

    kind: ClassVar[str] = "numbered"
    number: int
    plot: Plot

    @property
    def narrow(self) -> bool:
        """Return true if half the page is wide enough."""
        return self.plot.narrow


@dataclass(frozen=True, slots=True)
class Listed:
    """A table with its place among the data tables; what has no chart brings its *definition* along."""

    kind: ClassVar[str] = "listed"
    number: int
    table: Table
    definition: str = ""

    @property
    def narrow(self) -> bool:
        """Return true if half the page is wide enough."""
        return self.table.narrow


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences, one paragraph each."""

    kind: ClassVar[str] = "prose"
    narrow: ClassVar[bool] = True
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences that are read one by one, under an optional *title*."""

    kind: ClassVar[str] = "bullets"
    narrow: ClassVar[bool] = True
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Why there is nothing to show."""

    kind: ClassVar[str] = "notice"
    narrow: ClassVar[bool] = True
    text: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Two columns, each with narrow blocks from top to bottom."""

    kind: ClassVar[str] = "spread"
    narrow: ClassVar[bool] = False
    columns: tuple[tuple["Block", ...], tuple["Block", ...]]


Block = Spread | Table | Plot | Numbered | Listed | Prose | Bullets | Notice


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter; *own_page* ones begin on a new page."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    own_page: bool = False
