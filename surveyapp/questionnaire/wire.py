"""One answer as it travels inside a ballot: what is valid for a kind of question, and how many bytes it can take."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from analysis.codebook import Option, Value
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

_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_UNIT: Final = 6  # bytes of a UTF-16 code unit in JSON at worst: a backslash, u and four digits


class WrongValueError(ValueError):
    """A value that no page of ours would send; the message does not repeat it."""


def cleaned(text: str) -> str:
    """Return *text* with LF line ends, without other control characters and without blanks around it."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def units(text: str) -> int:
    """Return the length of *text* as browsers count it: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def checked(question: Question, raw: object) -> Value | None:
    """Return the answer *raw* in its normal form, None if it is empty.

    Raises:
        WrongValueError: it is no answer to this question.
    """
    return _CHECKS[type(question)](question, raw)


def budget(question: Question) -> int:
    """Return the bytes that key and answer take at most in a ballot."""
    return len(question.id) + len('"":,') + _BUDGETS[type(question)](question)


# --------------------------------------------------------------------------- what is valid


def _code(question: SingleChoice | Band, raw: object) -> Value:
    if not isinstance(raw, str) or all(raw != option.code for option in question.options):
        raise WrongValueError("no such option")
    return raw


def _point(points: tuple[Option, ...], raw: object) -> int:
    if type(raw) is not int or not 1 <= raw <= len(points):  # true is an int as well
        raise WrongValueError("no such point")
    return raw


def _scale(question: Scale, raw: object) -> Value:
    return _point(question.points, raw)


def _number(question: Number, raw: object) -> Value:
    if type(raw) is not int or not question.minimum <= raw <= question.maximum:
        raise WrongValueError("no number in the range")
    return raw


def alone(options: tuple[Option, ...], codes: tuple[str, ...]) -> Option | None:
    """Return the option among *codes* that cannot stand beside others but does."""
    if len(codes) < 2:  # noqa: PLR2004  # one answer contradicts nothing
        return None
    return next((option for option in options if option.code in codes and (option.exclusive or option.refusal)), None)


def _codes(question: MultipleChoice | Rank, raw: object, maximum: int) -> tuple[str, ...]:
    if not isinstance(raw, (list, tuple)) or len(raw) > maximum:
        raise WrongValueError("no list of options")
    known = {option.code for option in question.options}
    codes = tuple(raw)
    if any(not isinstance(code, str) or code not in known for code in codes) or len(set(codes)) < len(codes):
        raise WrongValueError("no such option")
    if alone(question.options, codes):
        raise WrongValueError("options that exclude each other")
    return codes


def _multiple(question: MultipleChoice, raw: object) -> Value | None:
    chosen = _codes(question, raw, question.maximum or len(question.options))
    return tuple(option.code for option in question.options if option.code in chosen) or None


def _rank(question: Rank, raw: object) -> Value | None:
    return _codes(question, raw, question.places) or None


def _matrix(question: Matrix, raw: object) -> Value | None:
    if not isinstance(raw, dict) or not raw.keys() <= {row.code for row in question.rows}:
        raise WrongValueError("no such row")
    return {row.code: _point(question.points, raw[row.code]) for row in question.rows if row.code in raw} or None


def _text(question: FreeText, raw: object) -> Value | None:
    if not isinstance(raw, str) or "\0" in raw or _SURROGATES.search(raw):
        raise WrongValueError("no text")
    text = cleaned(raw)
    if units(text) > question.limit:
        raise WrongValueError("a text that is too long")
    return text or None


_CHECKS: Final[Mapping[type[Question], Callable[[Any, object], Value | None]]] = {
    SingleChoice: _code,
    MultipleChoice: _multiple,
    Scale: _scale,
    Number: _number,
    Band: _code,
    Matrix: _matrix,
    Rank: _rank,
    FreeText: _text,
}

# --------------------------------------------------------------------------- how long it can be


def _quoted(codes: tuple[Option, ...]) -> list[int]:
    return sorted((len(option.code) + len('"",') for option in codes), reverse=True)


def _digits(number: int) -> int:
    return len(str(number))


_BUDGETS: Final[Mapping[type[Question], Callable[[Any], int]]] = {
    SingleChoice: lambda question: max(_quoted(question.options), default=0),
    MultipleChoice: lambda question: len("[]") + sum(_quoted(question.options)),
    Scale: lambda question: _digits(len(question.points)),
    Number: lambda question: max(_digits(question.minimum), _digits(question.maximum)),
    Band: lambda question: max(_quoted(question.options), default=0),
    Matrix: lambda question: (
        len("{}") + sum(length + 1 + _digits(len(question.points)) for length in _quoted(question.rows))
    ),
    Rank: lambda question: len("[]") + sum(_quoted(question.options)[: question.places]),
    FreeText: lambda question: len('""') + _UNIT * question.limit,
}
