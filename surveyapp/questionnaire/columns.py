"""A settled questionnaire as the codebook that the analysis reads."""

from analysis.codebook import Codebook, Item
from surveyapp.questionnaire.model import (
    KINDS,
    FreeText,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Rank,
    Scale,
    options,
)
from surveyapp.questionnaire.wording import fingerprint


def codebook(questionnaire: Questionnaire) -> Codebook:
    """Return what the columns of the answers mean, in the order asked."""
    return Codebook(
        questionnaire.name, questionnaire.version, tuple(_item(question) for question in questionnaire.questions)
    )


def _item(question: Question) -> Item:
    low, high = _bounds(question)
    return Item(
        id=question.id,
        kind=KINDS[type(question)],
        label=question.text,
        options=options(question),
        rows=question.rows if isinstance(question, Matrix) else (),
        minimum=low,
        maximum=high,
        measure=question.measure,
        sensitive=question.sensitive,
        shown_if=question.shown_if,
        implied=question.implied,
        wording=question.wording or fingerprint(question),
    )


def _bounds(question: Question) -> tuple[int, int]:
    match question:
        case Number():
            return question.minimum, question.maximum
        case Scale() | Matrix():
            return 1, len(question.points)
        case Rank():
            return 0, question.places
        case MultipleChoice():
            return 0, question.maximum
        case FreeText():
            return 0, question.limit
        case _:
            return 0, 0
