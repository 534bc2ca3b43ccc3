"""Comments: how many there are, and what is shown of those that the trustee let out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.plan import Plan
from analysis.results import Count, Sentence
from analysis.themes import barriers, themes
from analysis.voices import Approved, Heard

Written = Mapping[int, Mapping[str, int]]  # wave number -> question id -> comments written, whatever became of them


@dataclass(frozen=True, slots=True)
class Voices:
    """The chapter of comments: how many were written in each wave, and what is shown of them."""

    sentences: tuple[Sentence, ...]
    heard: tuple[Heard, ...]


def sentences(comments: Mapping[int, int], plan: Plan) -> tuple[Sentence, ...]:
    """Return how many comments each wave has; the words themselves are for the trustee first."""
    return tuple(
        Sentence(
            "Wave %(wave)s: %(comments)s comments were written.",
            (("wave", Count(wave)), ("comments", Count(number))),
        )
        if number >= plan.comment_minimum
        else Sentence(
            "Wave %(wave)s: fewer than %(least)s comments were written; none is shown.",
            (("wave", Count(wave)), ("least", Count(plan.comment_minimum))),
        )
        for wave, number in sorted(comments.items())
    )


def voices(written: Written, approved: Mapping[int, Sequence[Approved]], plan: Plan) -> Voices:
    """Return what is shown of the comments *written* in each wave, given the texts that the trustee *approved*.

    A comment is protected by the others to the same question of the same wave: whoever reads it knows that one of so
    many people wrote it. Each person writes at most one of them, so that comments are people there. From
    `comment_minimum` written comments on, all that are approved are shown, be it a single one: that the trustee
    dropped others, or has not read them yet, makes the people no fewer who may have written it. Below that none is.

    Themes and stuck points are those of shown texts only. They say nothing that the quotes do not say, and what was
    dropped leaves no trace in them.
    """
    shown = [
        _heard(wave, question, [one for one in approved.get(wave, ()) if one.question == question])
        for wave, by_question in sorted(written.items())
        for question, number in sorted(by_question.items())
        if number >= plan.comment_minimum
    ]
    totals = {wave: sum(by_question.values()) for wave, by_question in written.items()}
    return Voices(sentences(totals, plan), tuple(heard for heard in shown if heard.quotes))


def _heard(wave: int, question: str, approved: Sequence[Approved]) -> Heard:
    texts = sorted(one.text for one in approved)
    quotes = tuple(Approved(question, text) for text in texts)
    return Heard(wave, question, themes(texts), barriers(texts), quotes)
