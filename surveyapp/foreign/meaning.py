"""A condition of another program, told over questions of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from analysis.codebook import All, Any, Condition, Not, Test
from surveyapp.foreign.expressions import (
    Both,
    Compare,
    Constant,
    Either,
    Filled,
    Formula,
    Literal,
    Negated,
    Picked,
    Shown,
    UntranslatableError,
    met_by_answers,
    plain,
)
from surveyapp.foreign.found import Reference
from surveyapp.questionnaire.conditions import ANSWERED
from surveyapp.questionnaire.model import (
    Band,
    FreeText,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Rank,
    Scale,
    SingleChoice,
)


@dataclass(frozen=True, slots=True)
class Known:
    """A question that was imported already: *codes* leads from the codes of the file to ours."""

    question: Question
    codes: Mapping[str, str]


class Meaning:
    """Knows what was imported so far; conditions look at nothing else."""

    def __init__(self, references: Mapping[str, Reference]) -> None:
        self._references = references
        self._known: dict[str, Known] = {}

    def add(self, name: str, known: Known) -> None:
        """Remember the question that the file calls *name*."""
        self._known[name] = known

    def condition(self, formula: Formula) -> Condition | None:
        """Return *formula* over our questions; None if it is always true.

        Raises:
            UntranslatableError: it looks at what was not imported, or says more than conditions here can.
        """
        if formula == Constant(value=True):
            return None
        return self._told(formula)

    def _told(self, formula: Formula) -> Condition:
        match formula:
            case Both(parts):
                # A comparison that needs an answer says already that there is one.
                said = {name for part in parts if not isinstance(part, Filled) for name in _needed(part)}
                needed = [part for part in parts if not (isinstance(part, Filled) and part.name in said)]
                told = tuple(self._told(part) for part in needed if part != Constant(value=True))
                if not told:
                    raise UntranslatableError("it says nothing about an answer")
                return All(told) if len(told) > 1 else told[0]
            case Either(parts):
                return _joined(tuple(self._told(part) for part in parts))
            case Negated(part):
                return _negated(self._told(part))
            case Shown(whole, names):
                conditions = [self._find(name)[0].question.shown_if for name in names]
                guards = tuple(dict.fromkeys(condition for condition in conditions if condition is not None))
                inner = self._told(whole)
                return All((inner, *guards)) if guards else inner
            case _:
                return self._test(formula)

    def _test(self, formula: Compare | Picked | Filled | Constant) -> Condition:
        match formula:
            case Filled(name):
                known, choice = self._find(name)
                return _picked(known, (choice,)) if choice is not None else Test(known.question.id, ANSWERED, (True,))
            case Picked(name, codes):
                return _picked(self._find(name)[0], codes)
            case Compare(name, operator, value):
                return self._compared(name, operator, value)
            case Constant(value):
                raise UntranslatableError("it is always true in part" if value else "it is never true")

    def _find(self, name: str) -> tuple[Known, str | None]:
        reference = Reference(name) if name in self._known else self._references.get(name, Reference(name))
        if reference.question not in self._known:
            raise UntranslatableError(f"it looks at `{name}`, which was not imported or comes later")
        return self._known[reference.question], reference.choice

    def _compared(self, name: str, operator: str, value: Literal) -> Condition:
        known, choice = self._find(name)
        if operator == "!=":
            return _negated(self._compared(name, "=", value))
        if choice is not None:
            ticked = _picked(known, (choice,))
            if operator == "=" and value in {"Y", 1.0}:
                return ticked
            if operator == "=" and value in {"", "N"}:
                return Not(ticked)
            raise UntranslatableError(f"`{name}` can only be chosen or not")
        if value == "" and operator == "=":
            return Test(known.question.id, ANSWERED, (False,))
        return _COMPARISONS[type(known.question)](known, operator, value)


def _needed(formula: Formula) -> frozenset[str]:
    """Return the names that must have an answer for *formula* to be true, as far as comparisons tell."""
    match formula:
        case Compare(name) if met_by_answers(formula):
            return frozenset({name})
        case Both(parts):
            return frozenset().union(*map(_needed, parts))
        case Either(parts):
            return frozenset.intersection(*map(_needed, parts))
        case _:
            return frozenset()


def _negated(condition: Condition) -> Condition:
    if isinstance(condition, Not):
        return condition.part
    if isinstance(condition, Test) and condition.operator == ANSWERED:
        return Test(condition.question, ANSWERED, (not condition.values[0],))
    return Not(condition)


def _joined(parts: tuple[Condition, ...]) -> Condition:
    """Return any of *parts*; several values of one question in one test."""
    for joined, operators in (("one_of", {"is", "one_of"}), ("includes", {"includes"})):
        tests = [part for part in parts if isinstance(part, Test) and part.operator in operators]
        if len(tests) == len(parts) and len({test.question for test in tests}) == 1:
            values = dict.fromkeys(value for test in tests for value in test.values)
            return Test(tests[0].question, joined, tuple(values))
    return Any(parts)


def _ours(known: Known, code: str) -> str:
    if code not in known.codes:
        raise UntranslatableError(f"`{known.question.id}` has no choice “{code}”")
    return known.codes[code]


def _picked(known: Known, codes: Sequence[str]) -> Condition:
    question = known.question
    ours = tuple(_ours(known, code) for code in codes)
    if isinstance(question, (MultipleChoice, Rank)):
        return Test(question.id, "includes", ours)
    if isinstance(question, (SingleChoice, Band)):
        return Test(question.id, "one_of" if len(ours) > 1 else "is", ours)
    raise UntranslatableError(f"nothing is chosen at `{question.id}`")


def _holds(left: float, operator: str, right: float) -> bool:
    return {"=": left == right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[
        operator
    ]


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _meeting(known: Known, operator: str, value: Literal) -> tuple[str, ...]:
    """Return our codes for all choices of the file that compare so."""
    if operator == "=":
        return (_ours(known, plain(value)),)
    wanted = _as_number(plain(value))
    numbers = {code: _as_number(code) for code in known.codes}
    if wanted is None or None in numbers.values():
        raise UntranslatableError(f"the codes of `{known.question.id}` have no order")
    found = tuple(
        known.codes[code] for code, number in numbers.items() if number is not None and _holds(number, operator, wanted)
    )
    if not found:
        raise UntranslatableError("it is never true")
    return found


def _choice(known: Known, operator: str, value: Literal) -> Condition:
    codes = _meeting(known, operator, value)
    return Test(known.question.id, "one_of" if len(codes) > 1 else "is", codes)


def _scale(known: Known, operator: str, value: Literal) -> Condition:
    points = sorted(int(code) for code in _meeting(known, operator, value))
    name, last = known.question.id, len(getattr(known.question, "points", ()))
    if len(points) == 1 and operator == "=":
        return Test(name, "is", (points[0],))
    if points == list(range(points[0], last + 1)):
        return Test(name, "at_least", (points[0],))
    if points == list(range(1, points[-1] + 1)):
        return Test(name, "at_most", (points[-1],))
    return Test(name, "one_of", tuple(points))


def _number(known: Known, operator: str, value: Literal) -> Condition:
    question = known.question
    wanted = _as_number(plain(value))
    if not isinstance(question, Number) or wanted is None or not -1e12 < wanted < 1e12:  # noqa: PLR2004  # not finite
        raise UntranslatableError(f"`{question.id}` is a number and is compared with “{plain(value)}”")
    low = {"=": ceil(wanted), ">=": ceil(wanted), ">": floor(wanted) + 1}.get(operator, question.minimum)
    high = {"=": floor(wanted), "<=": floor(wanted), "<": ceil(wanted) - 1}.get(operator, question.maximum)
    low, high = max(low, question.minimum), min(high, question.maximum)
    if low > high:
        raise UntranslatableError(f"no number from {question.minimum} to {question.maximum} makes it true")
    if low == high:
        return Test(question.id, "is", (low,))
    if (low, high) == (question.minimum, question.maximum):
        return Test(question.id, ANSWERED, (True,))
    return Test(question.id, "at_least", (low,)) if low > question.minimum else Test(question.id, "at_most", (high,))


def _several(known: Known, _operator: str, _value: Literal) -> Condition:
    raise UntranslatableError(f"`{known.question.id}` has several answers: only whether one is among them can be told")


def _words(known: Known, _operator: str, _value: Literal) -> Condition:
    raise UntranslatableError(f"what was written at `{known.question.id}` decides nothing here")


_COMPARISONS: Final[Mapping[type[Question], Callable[[Known, str, Literal], Condition]]] = {
    SingleChoice: _choice,
    Band: _choice,
    Scale: _scale,
    Number: _number,
    MultipleChoice: _several,
    Rank: _several,
    Matrix: _several,
    FreeText: _words,
}
