"""What a reader may see of comments: texts that the trustee let out, themes of them, and sentences."""

from dataclasses import dataclass

from analysis.codebook import Text
from analysis.results import Sentence


@dataclass(frozen=True, slots=True)
class Approved:
    """A comment to the question with this id, as the trustee approved it or in the trustee's own words."""

    question: str
    text: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Words (*terms*, the weightiest first) that many *comments* in one *language* (en, de) share."""

    language: str
    terms: tuple[str, ...]
    comments: int


@dataclass(frozen=True, slots=True)
class Barrier:
    """How many *comments* speak of one stuck point; *code* is that of the question where people got stuck."""

    code: str
    label: Text
    comments: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What is shown of the comments to one *question* of one *wave*; *quotes* are sorted by their text."""

    wave: int
    question: str
    themes: tuple[Theme, ...]
    barriers: tuple[Barrier, ...]
    quotes: tuple[Approved, ...]


@dataclass(frozen=True, slots=True)
class Voices:
    """The chapter of comments: how many were written in each wave, and what is shown of them."""

    sentences: tuple[Sentence, ...]
    heard: tuple[Heard, ...]
