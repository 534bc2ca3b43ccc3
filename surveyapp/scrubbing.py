"""Taking names, addresses and numbers out of comments before they are stored."""

import re
import unicodedata
from collections.abc import Iterable

MARK = "[…]"
_SHORTEST_NAME = 3  # "Al" or "Jo" would take words apart that name nobody
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
        parts = {part for name in names for part in re.split(r"[\s,;.@_<>()\"-]+", name) if len(part) >= _SHORTEST_NAME}
        self._names = frozenset(_folded(part) for part in parts)

    def scrub(self, text: str) -> str:
        """Return *text* with every address, link, number and known name replaced by a mark."""
        for pattern in _PATTERNS:
            text = pattern.sub(MARK, text)
        return re.sub(r"[^\W\d_]+", self._without_name, text)

    def _without_name(self, word: "re.Match[str]") -> str:
        folded = _folded(word[0])
        return MARK if folded in self._names or folded.removesuffix("s") in self._names else word[0]


def _folded(word: str) -> str:
    # Letters with marks and their plain spelling are the same name: José and Jose.
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
