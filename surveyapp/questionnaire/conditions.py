"""Whether a question is shown: the condition trees of the codebook, over the answers of one ballot.

A hidden question has its implied value, if it has one; a shown one that was left empty has none.
"""

from collections.abc import Callable, Mapping
from typing import Final

from analysis.codebook import All, Any, Condition, Not, Test, Value, Values
from surveyapp.questionnaire.model import Question, Questionnaire

Plain = dict[str, object]


def _is(value: Value, wanted: tuple[str | int | bool, ...]) -> bool:
    return value in wanted


def _at_least(value: Value, wanted: tuple[str | int | bool, ...]) -> bool:
    return isinstance(value, int) and value >= int(wanted[0])


def _at_most(value: Value, wanted: tuple[str | int | bool, ...]) -> bool:
    return isinstance(value, int) and value <= int(wanted[0])


def _includes(value: Value, wanted: tuple[str | int | bool, ...]) -> bool:
    return isinstance(value, (tuple, list)) and any(code in value for code in wanted)


# `answered` is not here: it alone is about the absence of a value.
OPERATORS: Final[Mapping[str, Callable[[Value, tuple[str | int | bool, ...]], bool]]] = {
    "is": _is,
    "one_of": _is,
    "at_least": _at_least,
    "at_most": _at_most,
    "includes": _includes,
}
ANSWERED: Final = "answered"


def holds(condition: Condition | None, values: Values) -> bool:
    """True if *condition* is met; no condition always is. A missing answer meets `answered: false` only."""
    match condition:
        case None:
            return True
        case All(parts):
            return all(holds(part, values) for part in parts)
        case Any(parts):
            return any(holds(part, values) for part in parts)
        case Not(part):
            return not holds(part, values)
        case Test(question, operator, wanted):
            if operator == ANSWERED:
                return (question in values) == wanted[0]
            return question in values and OPERATORS[operator](values[question], wanted)


def visible(questionnaire: Questionnaire, given: Values) -> tuple[Question, ...]:
    """Return the questions that somebody with the answers *given* sees; answers to hidden ones count for nothing."""
    known: dict[str, Value] = {}
    shown: list[Question] = []
    for question in questionnaire.questions:
        if holds(question.shown_if, known):
            shown.append(question)
            if question.id in given:
                known[question.id] = given[question.id]
        elif question.implied is not None:
            known[question.id] = question.implied
    return tuple(shown)


def leaves(condition: Condition | None) -> tuple[Test, ...]:
    """Return all tests in *condition*, from left to right."""
    match condition:
        case None:
            return ()
        case Test():
            return (condition,)
        case Not(part):
            return leaves(part)
        case All(parts) | Any(parts):
            return tuple(test for part in parts for test in leaves(part))


def plain(condition: Condition | None) -> Plain | None:
    """Return *condition* as JSON for the page: {"all": [...]}, {"any": [...]}, {"not": ...} or a test."""
    match condition:
        case None:
            return None
        case All(parts):
            return {"all": [plain(part) for part in parts]}
        case Any(parts):
            return {"any": [plain(part) for part in parts]}
        case Not(part):
            return {"not": plain(part)}
        case Test(question, operator, values):
            return {"question": question, "operator": operator, "values": list(values)}
