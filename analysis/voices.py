"""What a reader may see of comments: texts that the trustee let out, themes of them, and stuck points they speak of."""

from dataclasses import dataclass

from analysis.codebook import Text

NO_LABEL = Text.plain("")


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
    """What is shown of the comments to one *question* of one *wave*; *quotes* are sorted by their text.

    *label* is the question as asked.
    """

    wave: int
    question: str
    themes: tuple[Theme, ...]
    barriers: tuple[Barrier, ...]
    quotes: tuple[Approved, ...]
    label: Text = NO_LABEL
