"""One answer as a form sends it: fields of one question to its answer, or to a sentence that says what to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analysis.codebook import Option, Text, Value
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
from surveyapp.questionnaire.wire import alone, cleaned, units

PREFIX: Final = "q_"  # a question may be called like a form field of ours

REQUIRED: Final = "Please answer this question."
UNKNOWN: Final = "Choose one of the answers offered."
NO_NUMBER: Final = "Enter a whole number from %(low)s to %(high)s."
TOO_MANY: Final = "Choose at most %(maximum)s answers."
EXCLUDES: Final = "“%(label)s” cannot be combined with other answers."
TWICE: Final = "Choose a different answer for every place."
TOO_LONG: Final = "Use at most %(limit)s characters; these are %(length)s."
NOTHING: Final = "You have not answered any question yet."
MESSAGES: Final = (REQUIRED, UNKNOWN, NO_NUMBER, TOO_MANY, EXCLUDES, TWICE, TOO_LONG)

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the answer to *question*: an English *message*, which is its catalogue key, and its values."""

    question: str
    message: str
    values: tuple[tuple[str, str | int | Text], ...] = ()


def field(question: Question, part: str = "") -> str:
    """Return the name of the form field of *question*, or of one *part*: a row's code or a place in a rank."""
    return f"{PREFIX}{question.id}__{part}" if part else f"{PREFIX}{question.id}"


def answer(question: Question, fields: Fields) -> Value | Mistake | None:
    """Return what *fields* answer to *question*: None if nothing."""
    return _READERS[type(question)](question, fields)


def _filled(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(value for value in fields.get(name, ()) if value)


def _one(fields: Fields, name: str) -> str:
    """Return the last value: a page without script sends a cleared choice as an empty one before it."""
    return next(reversed(_filled(fields, name)), "")


def _number_in(text: str, low: int, high: int) -> int | None:
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(max(abs(low), abs(high)))):
        return None
    number = int(text)
    return number if low <= number <= high else None


def _single(question: SingleChoice | Band, fields: Fields) -> Value | Mistake | None:
    chosen = _one(fields, field(question))
    if chosen and all(chosen != option.code for option in question.options):
        return Mistake(question.id, UNKNOWN)
    return chosen or None


def _multiple(question: MultipleChoice, fields: Fields) -> Value | Mistake | None:
    chosen = frozenset(_filled(fields, field(question)))
    codes = tuple(option.code for option in question.options if option.code in chosen)
    if len(codes) < len(chosen):
        return Mistake(question.id, UNKNOWN)
    if question.maximum and len(codes) > question.maximum:
        return Mistake(question.id, TOO_MANY, (("maximum", question.maximum),))
    return _together(question.id, question.options, codes)


def _together(question: str, options: tuple[Option, ...], codes: tuple[str, ...]) -> Value | Mistake | None:
    excluding = alone(options, codes)
    return Mistake(question, EXCLUDES, (("label", excluding.label),)) if excluding else codes or None


def _scale(question: Scale, fields: Fields) -> Value | Mistake | None:
    chosen = _one(fields, field(question))
    point = _number_in(chosen, 1, len(question.points))
    return Mistake(question.id, UNKNOWN) if chosen and point is None else point


def _number(question: Number, fields: Fields) -> Value | Mistake | None:
    given = _one(fields, field(question)).strip()
    number = _number_in(given, question.minimum, question.maximum)
    if given and number is None:
        return Mistake(question.id, NO_NUMBER, (("low", question.minimum), ("high", question.maximum)))
    return number


def _matrix(question: Matrix, fields: Fields) -> Value | Mistake | None:
    points: dict[str, int] = {}
    for row in question.rows:
        chosen = _one(fields, field(question, row.code))
        point = _number_in(chosen, 1, len(question.points))
        if chosen and point is None:
            return Mistake(question.id, UNKNOWN)
        if point is not None:
            points[row.code] = point
    return points or None


def _rank(question: Rank, fields: Fields) -> Value | Mistake | None:
    given = (_one(fields, field(question, str(place))) for place in range(1, question.places + 1))
    codes = tuple(code for code in given if code)
    known = {option.code for option in question.options}
    if any(code not in known for code in codes):
        return Mistake(question.id, UNKNOWN)
    if len(set(codes)) < len(codes):
        return Mistake(question.id, TWICE)
    return _together(question.id, question.options, codes)


def _text(question: FreeText, fields: Fields) -> Value | Mistake | None:
    # Bytes that were no UTF-8 arrive as lone surrogates and carry nothing.
    raw = _one(fields, field(question)).encode("utf-8", "ignore").decode()
    text = cleaned(raw)
    if units(text) > question.limit:
        return Mistake(question.id, TOO_LONG, (("limit", question.limit), ("length", units(text))))
    return text or None


_READERS: Final[Mapping[type[Question], Callable[[Any, Fields], Value | Mistake | None]]] = {
    SingleChoice: _single,
    MultipleChoice: _multiple,
    Scale: _scale,
    Number: _number,
    Band: _single,
    Matrix: _matrix,
    Rank: _rank,
    FreeText: _text,
}
