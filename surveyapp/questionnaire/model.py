"""The questions of one instrument, as frozen values, one class per way of answering."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analysis.codebook import Condition, Kind, Option, Text

TEXT_LIMIT: Final = 500  # UTF-16 code units of a comment
RANK_PLACES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every question has. *wording* is set when the question is settled for a wave."""

    id: str
    text: Text
    hint: Text | None = None
    required: bool = False
    sensitive: bool = False
    shown_if: Condition | None = None
    implied: str | int | None = None  # the value when hidden
    from_pulse: int = 1  # asked from this pulse on; the closing wave counts as one more pulse
    measure: str | None = None
    source: str = ""
    wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(Asked):
    """One of the options; those of *options_from* come before its own."""

    options: tuple[Option, ...] = ()
    options_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(Asked):
    """Any of the options, at most *maximum* of them (0: no limit)."""

    options: tuple[Option, ...] = ()
    options_from: str | None = None
    maximum: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Asked):
    """One of the labelled points, from low to high; the first is 1."""

    points: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Asked):
    """A whole number."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Asked):
    """One of ordered intervals without gaps; options without edges stand beside them."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix(Asked):
    """One point of the same scale for every row."""

    rows: tuple[Option, ...]
    points: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank(Asked):
    """Up to *places* options in order, the most important first."""

    options: tuple[Option, ...] = ()
    options_from: str | None = None
    places: int = RANK_PLACES


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(Asked):
    """Own words, at most *limit* UTF-16 code units; they go to the comments."""

    limit: int = TEXT_LIMIT


Question = SingleChoice | MultipleChoice | Scale | Number | Band | Matrix | Rank | FreeText

KINDS: Final[Mapping[type[Question], Kind]] = {
    SingleChoice: Kind.SINGLE,
    MultipleChoice: Kind.MULTIPLE,
    Scale: Kind.SCALE,
    Number: Kind.NUMBER,
    Band: Kind.BAND,
    Matrix: Kind.MATRIX,
    Rank: Kind.RANK,
    FreeText: Kind.TEXT,
}


def options(question: Question) -> tuple[Option, ...]:
    """Return what can be chosen, in the order shown; nothing for numbers and texts."""
    match question:
        case SingleChoice() | MultipleChoice() | Band() | Rank():
            return question.options
        case Scale() | Matrix():
            return question.points
        case Number() | FreeText():
            return ()


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that are shown together."""

    id: str
    title: Text
    questions: tuple[Question, ...]
    intro: Text | None = None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One instrument in one version."""

    name: str
    version: int
    languages: tuple[str, ...]
    title: Text
    sections: tuple[Section, ...]
    intro: Text | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order asked."""
        return tuple(question for section in self.sections for question in section.questions)
