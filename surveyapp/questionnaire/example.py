"""Answers that a questionnaire could get, always the same ones: to show what a ballot turns into."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from analysis.codebook import Option, Value
from surveyapp.questionnaire.answers import Answers, counted
from surveyapp.questionnaire.model import (
    Band,
    FreeText,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Rank,
    Scale,
    SingleChoice,
)


def example(questionnaire: Questionnaire) -> Answers:
    """Return an answer to every question that these answers leave shown."""
    return counted(
        questionnaire, {question.id: _EXAMPLES[type(question)](question) for question in questionnaire.questions}
    )


def _last(options: tuple[Option, ...]) -> str:
    # The last of the plain options: first ones are often "not at all", which hides what follows.
    plain = [option.code for option in options if not (option.exclusive or option.refusal)]
    return plain[-1] if plain else options[-1].code


_EXAMPLES: Final[Mapping[type[Question], Callable[[Any], Value]]] = {
    SingleChoice: lambda question: _last(question.options),
    MultipleChoice: lambda question: (_last(question.options),),
    Scale: lambda question: len(question.points),
    Number: lambda question: question.maximum,
    Band: lambda question: _last(question.options),
    Matrix: lambda question: {row.code: len(question.points) for row in question.rows},
    Rank: lambda question: (_last(question.options),),
    FreeText: lambda question: question.id,
}
