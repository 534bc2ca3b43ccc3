"""Texts of other programs as ours: HTML becomes words, inserted answers become a gap, everything fits its length."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from surveyapp.questionnaire.lint import PLACEHOLDERS

GAP: Final = "…"
_MARKUP: Final = re.compile(
    r"</?[A-Za-z][^<>]*>|<!--.*?-->|&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,12});", re.DOTALL
)
_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"})
_UNSEEN: Final = frozenset({"script", "style"})
_PIPED: Final = re.compile(r"\$?\{([^{}]*)\}")
_MARKDOWN_IMAGE: Final = re.compile(r"!\[[^\]]*\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that can stand in a questionnaire, and what was done to it."""

    text: str
    changes: tuple[str, ...]


class _Words(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.pictures = False
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the parser's way
        self._unseen += tag in _UNSEEN
        self.pictures = self.pictures or tag in {"img", "video", "audio", "iframe", "object", "svg"}
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)


def cleaned(text: str, limit: int) -> Cleaned:
    """Return *text* without HTML and inserted answers, in at most *limit* characters."""
    changes: list[str] = []
    if _MARKUP.search(text):
        parser = _Words()
        parser.feed(text)
        parser.close()
        text = "".join(parser.words)
        changes.append("HTML became plain words" + (", pictures and media are gone" if parser.pictures else ""))
    if _MARKDOWN_IMAGE.search(text):
        text = _MARKDOWN_IMAGE.sub("", text)
        changes.append("pictures are gone")
    text = _without_pipes(text, changes)
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
    printable = "".join(letter for letter in text if letter == "\n" or letter.isprintable())
    if printable != text:
        changes.append("characters that cannot be printed are gone")
    if len(printable) > limit:
        changes.append(f"was cut to {limit} characters, it ended in “{printable[limit - 1 :][:60]}”")
        printable = printable[: limit - 1].rstrip() + GAP
    return Cleaned(printable, tuple(changes))


def _without_pipes(text: str, changes: list[str]) -> str:
    """Put a gap where another program inserts something; our own placeholders stay."""
    inserted: list[str] = []

    def instead(found: "re.Match[str]") -> str:
        name = found[1].strip()
        if name in PLACEHOLDERS and not found[0].startswith("$"):
            return f"\0{name}\1"
        inserted.append(found[0])
        return GAP

    text = text.replace("\0", "").replace("\1", "")
    without = _PIPED.sub(instead, text)
    if inserted:
        changes.append(f"{', '.join(dict.fromkeys(inserted))} cannot be inserted here, “{GAP}” stands there")
    if "{" in without or "}" in without:
        changes.append("curly brackets became round ones")
    return without.replace("{", "(").replace("}", ")").replace("\0", "{").replace("\1", "}")
