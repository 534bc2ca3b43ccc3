"""Whether two questionnaires asked the same: what a change of words, options or kind does to a comparison."""

import json

from surveyapp.canonical import sha256
from surveyapp.questionnaire.model import (
    KINDS,
    FreeText,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Rank,
    options,
)


def fingerprint(question: Question) -> str:
    """Return the hash of kind, words and options before placeholders are filled; order and conditions do not matter."""
    bounds = {
        "rows": [(row.code, row.label.entries) for row in question.rows] if isinstance(question, Matrix) else None,
        "range": (question.minimum, question.maximum) if isinstance(question, Number) else None,
        "most": question.maximum if isinstance(question, MultipleChoice) else None,
        "places": question.places if isinstance(question, Rank) else None,
        "limit": question.limit if isinstance(question, FreeText) else None,
    }
    asked = [
        KINDS[type(question)],
        question.text.entries,
        [(option.code, option.label.entries, option.low, option.high) for option in options(question)],
        bounds,
    ]
    return sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True))


def drift(before: Questionnaire, after: Questionnaire) -> tuple[str, ...]:
    """Return what keeps measured questions of two settled questionnaires from being compared, one line per question."""
    old = {question.measure: question for question in before.questions if question.measure}
    found = []
    for question in after.questions:
        earlier = old.get(question.measure) if question.measure else None
        if earlier is None:
            continue
        if earlier.id != question.id:
            found.append(f"{question.measure} was asked as `{earlier.id}` before and is `{question.id}` now")
        elif type(earlier) is not type(question):
            found.append(f"`{question.id}` has changed its kind")
        elif [option.code for option in options(earlier)] != [option.code for option in options(question)]:
            found.append(f"`{question.id}` has other options than before")
        elif earlier.wording != question.wording:
            found.append(f"`{question.id}` has other words than before")
    return tuple(found)
