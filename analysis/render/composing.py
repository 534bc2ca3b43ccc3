"""From a report to the readout: decision page, chapters in order, every chart with its number and table."""

from dataclasses import replace
from itertools import count

from analysis.render.blocks import Chapter, Numbered, Plot
from analysis.render.chapters import course, evidence, ground, voices
from analysis.render.columns import columned
from analysis.render.cover import cover
from analysis.render.document import Document, Labels
from analysis.render.reading import Reading
from analysis.results import Report
from analysis.wording import Wording


def composed(report: Report, words: Wording) -> Document:
    """Return the readout of *report* in the language of *words*.

    Raises:
        WordingError: a sentence lacks a value.
    """
    reading = Reading(report, words)
    numbers = count(1)
    further = evidence.further(reading)
    chapters = tuple(
        _numbered(chapter, numbers)
        for chapter in (
            course.next_steps(reading),
            course.who_answered(reading),
            evidence.adoption(reading),
            evidence.by_group(reading),
            evidence.stuck(reading),
            voices.chapter(reading),
            evidence.impact(reading),
            evidence.satisfaction(reading),
            evidence.shadow(reading),
            *((further,) if further else ()),
            ground.readiness(reading),
            ground.confidence(reading),
        )
    )
    plots = tuple(block for chapter in chapters for block in chapter.blocks if isinstance(block, Numbered))
    first = cover(reading)
    latest = reading.wave(max((wave.number for wave in report.waves), default=0))
    return Document(
        language=words.language,
        title=f"{report.pilot.title}: {first.decision}",
        running=f"{report.pilot.title} \N{MIDDLE DOT} {latest}",
        labels=Labels(
            contents=words.phrase("In this document"),
            chart=words.phrase("Chart"),
            table=words.phrase("Table"),
            data=words.phrase("Table p."),
            page=words.phrase("Page"),
            of=words.phrase("of"),
            numbers=words.phrase("The numbers of chart"),
            sort=words.phrase("sort"),
        ),
        cover=first,
        chapters=tuple(replace(c, blocks=columned(c.blocks, words.language)) for c in chapters),
        tables=ground.tables(reading, plots),
        provenance=ground.provenance(reading),
    )


def _numbered(chapter: Chapter, numbers: "count[int]") -> Chapter:
    blocks = (Numbered(next(numbers), block) if isinstance(block, Plot) else block for block in chapter.blocks)
    return replace(chapter, blocks=tuple(blocks))
