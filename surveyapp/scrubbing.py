"""Taking names, addresses and numbers out of comments before they are stored."""

import re
import unicodedata
from collections.abc import Iterable

MARK = "[…]"
_SHORTEST_NAME = 3  # "Al" or "Jo" would take words apart that name nobody
_WORD = re.compile(r"[^\W\d_]+")  # for names and comments alike: O'Brien is Brien in both
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bhttps?://\S+|\bwww\.\S+",
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"\b[a-z]{2}\d{2}(?:[ ]?[a-z0-9]{4}){2,7}(?:[ ]?[a-z0-9]{1,4})?\b",  # IBAN, ISO 13616
        r"[+(]?\d(?:[\s()/.-]{0,2}\d){4,}",  # telephone, staff and order numbers
    )
)


class Scrubber:
    """Knows the *names* (people's names and addresses) that must not survive in a comment."""

    def __init__(self, names: Iterable[str]) -> None:
        parts = {part for name in names for part in _WORD.findall(_composed(name)) if len(part) >= _SHORTEST_NAME}
        self._names = frozenset().union(*map(_spellings, parts))

    def scrub(self, text: str) -> str:
        """Return *text* with every address, link, number and known name replaced by a mark."""
        text = _composed(text)
        for pattern in _PATTERNS:
            text = pattern.sub(MARK, text)
        return _WORD.sub(self._without_name, text)

    def _without_name(self, word: "re.Match[str]") -> str:
        spellings = _spellings(word[0])
        owned = {spelling.removesuffix("s") for spelling in spellings}
        return MARK if (spellings | owned) & self._names else word[0]


def _composed(text: str) -> str:
    # Some systems write ü as two characters, which would take the word apart.
    return unicodedata.normalize("NFC", text)


def _spellings(word: str) -> frozenset[str]:
    """Return how *word* may be written without marks: José as Jose, Müller as Muller and Mueller."""
    folded = word.casefold()
    return frozenset(_plain(one) for one in (folded, folded.translate(_GERMAN)))


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
