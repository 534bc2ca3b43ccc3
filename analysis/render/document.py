"""The whole readout as plain values, without markup: decision page, chapters in order, data tables, methods."""

from dataclasses import dataclass

from analysis.render.blocks import Chapter, Picture


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the page itself."""

    contents: str
    chart: str
    table: str
    data: str
    page: str
    of: str
    numbers: str
    sort: str


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate on the scorecard; *evidence* is the chapter that tells how it came about."""

    title: str
    style: str
    sign: str
    verdict: str
    bar: Picture | None
    facts: tuple[str, ...]
    evidence: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Everything on the decision page."""

    pilot: str
    period: str
    question: str
    decision: str
    style: str
    sentences: tuple[str, ...]
    gates: tuple[GateLine, ...]
    key: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Document:
    """A readout in one language."""

    language: str
    title: str
    running: str
    labels: Labels
    cover: Cover
    chapters: tuple[Chapter, ...]
    tables: Chapter
    provenance: Chapter

    @property
    def contents(self) -> tuple[tuple[Chapter, ...], ...]:
        """Return all chapters in the order of the pages, in two columns."""
        listed = (*self.chapters, self.tables, self.provenance)
        half = -(-len(listed) // 2)
        return listed[:half], listed[half:]
