"""Typed reading of one mapping after another; a wrong value is noted, a harmless one stands in, and reading goes on."""

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from analysis.codebook import Text
from surveyapp.documents.problems import Place, Problems
from surveyapp.documents.tree import Entries, Listing, Node, Scalar, Written, parse

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
MISSING: Final = "`%(name)s` is missing"
CODE_RULE: Final = "a code begins with a small letter and has only small letters, digits and _ (at most 40)"
_WORDS: Final = (Written.TEXT, Written.INTEGER, Written.NUMBER)
_NUMBERS: Final = (Written.INTEGER, Written.NUMBER)


def read(data: bytes, file: str) -> "Fields":
    """Return the entries of the YAML document *data*; *file* names it in problems.

    Raises:
        DocumentError: it cannot be read at all.
    """
    problems = Problems(file)
    return Fields(parse(data, problems), problems)


class Fields:
    """The entries of one mapping, taken one by one with their type; what is left at the end is unknown."""

    def __init__(self, entries: Entries, problems: Problems) -> None:
        self.problems = problems
        self.place = entries.place
        self._keys = {key.text: key.place for key, _ in entries.pairs}
        self._nodes = {key.text: node for key, node in entries.pairs}
        self._taken: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """True if *key* has a value; null is none."""
        node = self._nodes.get(key)
        return node is not None and not (isinstance(node, Scalar) and node.kind is Written.NOTHING)

    @property
    def written(self) -> tuple[str, ...]:
        """The keys in the order written."""
        return tuple(self._keys)

    def at(self, key: str) -> Place:
        """Return the place of the value of *key*, else of the whole."""
        return self._nodes[key].place if key in self._nodes else self.place

    def wrong(self, key: str, phrase: str, **values: object) -> None:
        """Note a mistake in the value of *key*: *phrase* with %(values)s."""
        self.problems.add(self.at(key), phrase, about=key, **values)

    def node(self, key: str, *, required: bool) -> Node | None:
        """Return what stands under *key*, as it is."""
        self._taken.add(key)
        if key in self:
            return self._nodes[key]
        if required:
            self.problems.add(self._keys.get(key, self.place), MISSING, name=key)
        return None

    def end(self) -> None:
        """Note every key that was never taken."""
        for key, place in self._keys.items():
            if key not in self._taken:
                close = difflib.get_close_matches(key, sorted(self._taken), n=1)
                self.problems.add(place, f"unknown key `{key}`" + (f", did you mean `{close[0]}`?" if close else ""))

    # ------------------------------------------------------------------ one value (without default it must be there)

    def text(self, key: str, default: str | None = None, *, limit: int = 500) -> str:
        """Return a text of 1 to *limit* characters."""
        found = self._scalar(key, _WORDS, "must be a text", required=default is None)
        return (default or "") if found is None else self._clean(found, key, limit)

    def code(self, key: str, default: str | None = None) -> str:
        """Return a code: small letters, digits and _."""
        found = self._scalar(
            key, (Written.TEXT, Written.BOOLEAN, Written.INTEGER), "must be a code", required=default is None
        )
        if found is None:
            return default or ""
        if not CODE.fullmatch(found.text):
            self.wrong(key, CODE_RULE)
        return found.text

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Return one of *choices*."""
        found = self._scalar(key, (Written.TEXT,), "must be a text", required=default is None)
        if found is None:
            return default or choices[0]
        if found.text not in choices:
            self.wrong(key, "must be one of %(choices)s", choices=", ".join(choices))
            return choices[0]
        return found.text

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from *low* to *high*."""
        found = self._scalar(key, (Written.INTEGER,), "must be a whole number", required=default is None)
        if found is None:
            return low if default is None else default
        if not low <= int(found.text) <= high:
            self.wrong(key, "must be from %(low)s to %(high)s", low=low, high=high)
            return low
        return int(found.text)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Return a number from *low* to *high*."""
        if default is None:
            self.node(key, required=True)
        found = self.optional_number(key, low, high)
        return (low if default is None else default) if found is None else found

    def optional_number(self, key: str, low: float = -1e12, high: float = 1e12) -> float | None:
        """Return a number from *low* to *high*, or None where there is none."""
        found = self._scalar(key, _NUMBERS, "must be a number", required=False)
        if found is None:
            return None
        value = float(found.text)
        if not (math.isfinite(value) and low <= value <= high):
            self.wrong(key, "must be from %(low)s to %(high)s", low=f"{low:g}", high=f"{high:g}")
            return None
        return value

    def boolean(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        found = self._scalar(key, (Written.BOOLEAN,), "must be true or false", required=False)
        return default if found is None else found.text.lower() == "true"

    def day(self, key: str, *, required: bool = False) -> date | None:
        """Return a day, written 2027-01-31, or None where there is none."""
        found = self._scalar(key, (Written.TEXT,), "must be a day like 2027-01-31", required=required)
        try:
            return date.fromisoformat(found.text) if found else None
        except ValueError:
            self.wrong(key, "must be a day like 2027-01-31")
            return None

    def moment(self, key: str) -> datetime | None:
        """Return a local time, written 2027-01-31T08:00, or None where it is wrong."""
        found = self._scalar(key, (Written.TEXT,), "must be a local time like 2027-01-31T08:00", required=True)
        if found is None:
            return None
        try:
            moment = datetime.fromisoformat(found.text.replace(" ", "T"))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo or len(found.text) < len("2027-01-31T08"):
            self.wrong(key, "must be a local time like 2027-01-31T08:00")
            return None
        return moment

    # ------------------------------------------------------------------ texts in languages, lists, mappings

    def words(self, key: str, languages: Sequence[str], *, plain: bool = False, limit: int = 500) -> Text:
        """Return a text in all *languages*; one plain text serves all where *plain* or where there is one language."""
        node = self.node(key, required=True)
        if node is None:
            return Text.plain("")
        if isinstance(node, Entries):
            translations = Fields(node, self.problems)
            text = Text.of({language: translations.text(language, limit=limit) for language in languages})
            translations.end()
            return text
        if not isinstance(node, Scalar) or node.kind not in _WORDS:
            self.wrong(key, "must be a text")
        elif not plain and len(languages) > 1:
            self.wrong(
                key,
                "needs its translations: %(languages)s",
                languages=f"{{{', '.join(f'{language}: ...' for language in languages)}}}",
            )
        else:
            written = self._clean(node, key, limit)
            return Text.plain(written) if plain else Text.of({languages[0]: written})
        return Text.plain("")

    def inner(self, key: str, *, required: bool = True) -> "Fields | None":
        """Return the mapping under *key*."""
        node = self.node(key, required=required)
        if isinstance(node, Entries):
            return Fields(node, self.problems)
        if node is not None:
            self.wrong(key, "must be `key: value` entries")
        return None

    def items(self, key: str, *, required: bool = True) -> tuple[Node, ...]:
        """Return the list under *key*, not empty if *required*."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if not isinstance(node, Listing):
            self.wrong(key, "must be a list")
            return ()
        if required and not node.items:
            self.wrong(key, "must not be empty")
        return node.items

    def each(self, key: str, *, required: bool = True) -> Iterator["Fields"]:
        """Go through the mappings of the list under *key*."""
        for node in self.items(key, required=required):
            if isinstance(node, Entries):
                yield Fields(node, self.problems)
            else:
                self.problems.add(node.place, "every item must be `key: value` entries", about=key)

    def codes(self, key: str, *, required: bool = True) -> tuple[tuple[str, Place], ...]:
        """Return the different codes of the list under *key* with their places."""
        found: dict[str, Place] = {}
        for node in self.items(key, required=required):
            if not isinstance(node, Scalar) or not CODE.fullmatch(node.text):
                self.problems.add(node.place, CODE_RULE, about=key)
            elif node.text in found:
                self.problems.add(node.place, "`%(name)s` stands here twice", about=key, name=node.text)
            else:
                found[node.text] = node.place
        return tuple(found.items())

    def languages(self, key: str) -> tuple[str, ...]:
        """Return the different language codes under *key*, like de or pt-BR."""
        found: list[str] = []
        for node in self.items(key):
            if not isinstance(node, Scalar) or not LANGUAGE.fullmatch(node.text) or node.text in found:
                self.problems.add(node.place, "different language codes like en or pt-BR", about=key)
            else:
                found.append(node.text)
        return tuple(found)

    def _scalar(self, key: str, kinds: Sequence[Written], wanted: str, *, required: bool) -> Scalar | None:
        node = self.node(key, required=required)
        if node is None or (isinstance(node, Scalar) and node.kind in kinds):
            return node
        self.wrong(key, wanted)
        return None

    def _clean(self, found: Scalar, key: str, limit: int) -> str:
        text = found.text.strip()
        if not text or len(text) > limit or not text.replace("\n", " ").isprintable():
            self.wrong(key, "must have 1 to %(limit)s characters that can be printed", limit=limit)
        return text
