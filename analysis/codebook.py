"""What a column of answers means: its kind, its options in the order shown, when it was shown, what it measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or more languages; one entry without language serves all."""

    entries: tuple[tuple[str, str], ...]

    @classmethod
    def plain(cls, text: str) -> "Text":
        """Return *text* as it is in every language."""
        return cls((("", text),))

    @classmethod
    def of(cls, translations: Mapping[str, str]) -> "Text":
        """Return the *translations*, language to text."""
        return cls(tuple(translations.items()))

    def into(self, language: str) -> str:
        """Return the text in *language*, else the first one."""
        return dict(self.entries).get(language, self.entries[0][1])


class Kind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    NUMBER = "number"
    BAND = "band"
    MATRIX = "matrix"
    RANK = "rank"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen; bands carry their edges (no *high* is open), scale points their number as code."""

    code: str
    label: Text
    stage: str | None = None
    low: float | None = None
    high: float | None = None
    exclusive: bool = False
    refusal: bool = False  # "prefer not to say"


@dataclass(frozen=True, slots=True)
class Test:
    """True if the answer compares as *operator* says: is, one_of, answered, at_least, at_most, includes."""

    question: str
    operator: str
    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class All:
    """True if every part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True if one of the parts is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True if the part is not."""

    part: "Condition"


Condition = All | Any | Not | Test

# What one ballot answered, by question id: an option's code (single, band), a number (number, scale),
# codes in the order shown (multiple) or chosen (rank), row code to point (matrix), words (text).
Value = str | int | Sequence[str] | Mapping[str, int]
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Item:
    """One question as the analysis sees it."""

    id: str
    kind: Kind
    label: Text
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    minimum: int = 0
    maximum: int = 0
    measure: str | None = None
    sensitive: bool = False
    shown_if: Condition | None = None
    implied: str | int | None = None
    wording: str = ""  # hash of text, options and kind: the same in waves that may be compared


@dataclass(frozen=True, slots=True)
class Codebook:
    """All questions of one instrument, in the order asked."""

    instrument: str
    version: int
    items: tuple[Item, ...]

    def item(self, question: str) -> Item | None:
        """Return the item with this id, if there is one."""
        return next((item for item in self.items if item.id == question), None)

    def measuring(self, measure: str) -> Item | None:
        """Return the item connected to *measure*, if there is one."""
        return next((item for item in self.items if item.measure == measure), None)
