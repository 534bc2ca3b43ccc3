"""Taking names, addresses and numbers out of comments before they are stored."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from anyascii import anyascii
from rapidfuzz.distance import OSA

MARK = "[…]"
_SHORTEST_NAME = 3  # "Al" or "Jo" would take words apart that name nobody
_SHORTEST_MISSPELT = 4  # a letter changed in "Eva" gives too many other words
_TWO_MISTAKES = 9  # from this length on two letters may be wrong
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
    """Knows the *names* (people's names and addresses) that must not survive in a comment, also misspelt."""

    def __init__(self, names: Iterable[str]) -> None:
        parts = {part for name in names for part in _WORD.findall(_composed(name)) if len(part) >= _SHORTEST_NAME}
        self._names = frozenset[str]().union(*map(_spellings, parts))
        # A misspelt name and the name have a spelling in common from which letters are missing. Looking that up takes
        # the same time for ten names and for ten thousand.
        self._near: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._names:
            for shorter in _shortened(name, _mistakes(name)):
                self._near[shorter].add(name)
        self._known: dict[str, bool] = {}

    def scrub(self, text: str) -> str:
        """Return *text* with every address, link, number and known name replaced by a mark."""
        text = _composed(text)
        for pattern in _PATTERNS:
            text = pattern.sub(MARK, text)
        return _WORD.sub(self._without_name, text)

    def _without_name(self, word: "re.Match[str]") -> str:
        if word[0] not in self._known:
            self._known[word[0]] = any(self._is_name(one, written=word[0]) for one in _owned(_spellings(word[0])))
        return MARK if self._known[word[0]] else word[0]

    def _is_name(self, spelling: str, *, written: str) -> bool:
        if spelling in self._names:
            return True
        allowed = _mistakes(spelling + " ")  # a letter may be missing here
        near = {name for shorter in _shortened(spelling, allowed) for name in self._near.get(shorter, ())}
        return any(_resembles(spelling, name, written) for name in near)


def _resembles(spelling: str, name: str, written: str) -> bool:
    """Return whether *spelling* is *name* with the mistakes its length allows; of four letters the first is right."""
    if len(name) == _SHORTEST_MISSPELT and not (written[0].isupper() and spelling[0] == name[0]):
        return False
    # Optimal string alignment: a letter too many, too few or wrong, or two that changed places.
    return OSA.distance(spelling, name) <= _mistakes(name)


def _mistakes(name: str) -> int:
    """Return how many letters of *name* may be wrong."""
    return (len(name) >= _SHORTEST_MISSPELT) + (len(name) >= _TWO_MISTAKES)


def _shortened(word: str, letters: int) -> Iterator[str]:
    """Yield *word* and all that is left of it without up to so many *letters*."""
    found = {word}
    for _ in range(letters):
        found |= {one[:place] + one[place + 1 :] for one in found for place in range(len(one))}
    yield from found


def _owned(spellings: frozenset[str]) -> frozenset[str]:
    return spellings | {spelling.removesuffix("s") for spelling in spellings}


def _composed(text: str) -> str:
    # Some systems write ü as two characters, which would take the word apart.
    return unicodedata.normalize("NFC", text)


def _spellings(word: str) -> frozenset[str]:
    """Return how *word* may be written in plain letters: José as Jose, Müller as Muller and Mueller, Иван as Ivan."""
    folded = word.casefold()
    return frozenset(_plain(one) for one in (folded, folded.translate(_GERMAN)))


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return anyascii(bare).casefold()
