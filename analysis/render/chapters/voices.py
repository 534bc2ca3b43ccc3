"""The chapter of comments: how many were written, what they have in common, and those that the trustee let out."""

from collections.abc import Sequence

from analysis.render.blocks import Block, Bullets, Chapter, Line, Notice, Prose, Table
from analysis.render.reading import Reading
from analysis.results import Count
from analysis.voices import Heard

_QUOTES = 10  # so many are printed of each question; all are in report.json


def chapter(reading: Reading) -> Chapter:
    """Show themes, stuck points and quotes of approved comments, or say why none is printed."""
    words, report = reading.words, reading.report
    said = tuple(words.say(sentence) for sentence in report.said("voices"))
    blocks: list[Block] = [Prose(said)] if said else []
    for heard in report.heard:
        blocks += _heard(reading, heard)
    if not report.heard:
        reason = words.phrase(
            "Comments are printed only after the trustee has approved them; none has been approved for this readout."
        )
        blocks.append(Notice(reason))
    return Chapter("voices", words.phrase("Voices"), tuple(blocks))


def _heard(reading: Reading, heard: Heard) -> Sequence[Block]:
    words = reading.words
    question = f"{words.say(heard.label)} ({reading.wave(heard.wave)})"
    number = (words.phrase("Comments"),)
    found: list[Block] = []
    if heard.themes:
        lines = tuple(Line(", ".join(theme.terms), (str(theme.comments),)) for theme in heard.themes)
        found.append(Table(question, words.phrase("Words that stand together"), number, lines))
    if heard.barriers:
        lines = tuple(Line(words.say(one.label), (str(one.comments),)) for one in heard.barriers)
        found.append(Table(question, words.phrase("Stuck points that comments speak of"), number, lines))
    shown = _spread([quote.text for quote in heard.quotes])
    title = question
    if len(shown) < len(heard.quotes):
        more = words.phrase(
            "%(shown)s of %(all)s comments; report.json has all",
            shown=Count(len(shown)),
            all=Count(len(heard.quotes)),
        )
        title = f"{question}: {more}"
    found.append(Bullets(title, tuple(shown)))
    return found


def _spread(quotes: Sequence[str]) -> Sequence[str]:
    """Return at most so many quotes as are printed, from everywhere in their order."""
    if len(quotes) <= _QUOTES:
        return quotes
    return [quotes[place * len(quotes) // _QUOTES] for place in range(_QUOTES)]
