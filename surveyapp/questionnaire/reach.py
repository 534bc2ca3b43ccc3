"""Whether conditions look backwards, fit what they look at, and can ever be met."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final

from analysis.codebook import Test, Value
from surveyapp.questionnaire.conditions import ANSWERED, leaves, visible
from surveyapp.questionnaire.findings import Finding
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
    Section,
    SingleChoice,
    options,
)

COMBINATIONS: Final = 20_000  # beyond them a question counts as reachable: nobody writes such conditions by hand
_FITTING: Final = {
    SingleChoice: ("is", "one_of", ANSWERED),
    Band: ("is", "one_of", ANSWERED),
    Number: ("is", "one_of", "at_least", "at_most", ANSWERED),
    Scale: ("is", "one_of", "at_least", "at_most", ANSWERED),
    MultipleChoice: ("includes", ANSWERED),
    Rank: ("includes", ANSWERED),
    Matrix: (ANSWERED,),
    FreeText: (ANSWERED,),
}


def conditions(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Find conditions that look forward, at nothing, or in a way that cannot work."""
    ids = {question.id for question in questionnaire.questions}
    before: dict[str, Question] = {}
    for question in questionnaire.questions:
        for test in leaves(question.shown_if):
            if test.question in before:
                fault = _misfit(test, before[test.question])
            elif test.question == question.id:
                fault = "depends on its own answer"
            elif test.question in ids:
                fault = f"looks forward to `{test.question}`: conditions look at earlier questions only"
            else:
                fault = f"there is no question `{test.question}`"
            if fault:
                yield Finding(question.id, "show_if", fault)
        before[question.id] = question


def _misfit(test: Test, asked: Question) -> str:
    fitting = _FITTING[type(asked)]
    if test.operator not in fitting:
        return f"`{test.operator}` does not fit question `{asked.id}`: use {', '.join(fitting)}"
    if test.operator == ANSWERED:
        return "" if isinstance(test.values[0], bool) else "`answered` is true or false"
    if isinstance(asked, (Number, Scale)):
        low, high = _range(asked)
        inside = all(type(value) is int and low <= value <= high for value in test.values)
        return "" if inside else f"question `{asked.id}` has answers from {low} to {high}"
    if isinstance(asked, (SingleChoice, MultipleChoice, Rank)) and asked.options_from:
        return ""  # the charter's codes are not known yet
    codes = {option.code for option in options(asked)}
    unknown = [str(value) for value in test.values if value not in codes]
    return f"question `{asked.id}` has no option {', '.join(unknown)}" if unknown else ""


def _range(question: Number | Scale) -> tuple[int, int]:
    return (question.minimum, question.maximum) if isinstance(question, Number) else (1, len(question.points))


def unreachable(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Find questions that no combination of answers shows; conditions must be sound."""
    if any(True for _ in conditions(questionnaire)):
        return
    every = {question.id: question for question in questionnaire.questions}
    for question in questionnaire.questions:
        if question.shown_if is None:
            continue
        needed = _needed(question, every)
        domains = {name: _domain(every[name], _seen(name, (*needed.values(), question))) for name in needed}
        size = 1
        for domain in domains.values():
            size *= len(domain)
        if size > COMBINATIONS:
            continue
        part = Questionnaire(
            questionnaire.name,
            questionnaire.version,
            questionnaire.languages,
            questionnaire.title,
            (Section("all", questionnaire.title, (*needed.values(), question)),),
        )
        if not any(question in visible(part, _given(domains, values)) for values in product(*domains.values())):
            yield Finding(question.id, "show_if", "no combination of answers shows this question")


def _given(domains: dict[str, tuple[Value | None, ...]], values: Sequence[Value | None]) -> dict[str, Value]:
    return {name: value for name, value in zip(domains, values, strict=True) if value is not None}


def _needed(question: Question, every: dict[str, Question]) -> dict[str, Question]:
    """Return the questions that decide about *question*, in the order asked."""
    found: set[str] = set()
    waiting = [test.question for test in leaves(question.shown_if)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [test.question for test in leaves(every[name].shown_if)]
    return {name: asked for name, asked in every.items() if name in found}


def _seen(name: str, questions: Sequence[Question]) -> tuple[Test, ...]:
    return tuple(test for question in questions for test in leaves(question.shown_if) if test.question == name)


def _domain(question: Question, seen: Sequence[Test]) -> tuple[Value | None, ...]:
    """Return answers that stand for all: those that the tests name, their neighbours, another one, and none."""
    named = {value for test in seen for value in test.values if not isinstance(value, bool)}
    if isinstance(question, (Number, Scale)):
        low, high = _range(question)
        near = {number + step for number in named if isinstance(number, int) for step in (-1, 0, 1)} | {low, high}
        return (None, *sorted(number for number in near if low <= number <= high))
    codes = sorted(map(str, named))
    codes += [option.code for option in options(question) if option.code not in named][:1]
    if isinstance(question, (SingleChoice, Band)):
        return (None, *codes)
    if isinstance(question, (MultipleChoice, Rank)):
        most = min(len(codes), question.places if isinstance(question, Rank) else question.maximum or len(codes))
        alone = {option.code for option in question.options if option.exclusive or option.refusal}
        chosen = (set_ for size in range(1, most + 1) for set_ in combinations(codes, size))
        return (None, *(set_ for set_ in chosen if len(set_) == 1 or not alone & set(set_)))
    return (None, "x") if isinstance(question, FreeText) else (None, {"x": 1})
