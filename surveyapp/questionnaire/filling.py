"""Answers as the fields that a browser would send for them: for demonstrations, rehearsals and tests."""

from collections.abc import Mapping, Sequence

from analysis.codebook import Value, Values
from surveyapp.questionnaire.form import field
from surveyapp.questionnaire.model import Question, Questionnaire, Rank


def fields_of(questionnaire: Questionnaire, values: Values) -> dict[str, list[str]]:
    """Return the form fields of *values*; `read_form` turns them back."""
    filled: dict[str, list[str]] = {}
    for question in questionnaire.questions:
        if question.id in values:
            filled |= _filled(question, values[question.id])
    return filled


def _filled(question: Question, value: Value) -> dict[str, list[str]]:
    if isinstance(value, Mapping):
        return {field(question, row): [str(point)] for row, point in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        if isinstance(question, Rank):
            return {field(question, str(place)): [code] for place, code in enumerate(value, 1)}
        return {field(question): list(value)}
    return {field(question): [str(value)]}
