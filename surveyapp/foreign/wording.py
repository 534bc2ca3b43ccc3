"""Texts of other programs as ours: HTML becomes words, inserted answers become a gap, everything fits its length."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from surveyapp.questionnaire.lint import PLACEHOLDERS

GAP: Final = "…"
READ_LIMIT: Final = 20_000  # characters; far above what may stand here, far below what takes long to search
_HIDDEN: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)[^<>]*>")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,12});")
_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"})
_MEDIA: Final = frozenset({"img", "video", "audio", "iframe", "object", "embed", "svg"})
_PIPED: Final = re.compile(r"\$?\{([^{}]*)\}")
_MARKDOWN_IMAGE: Final = re.compile(r"!\[[^\]]*\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text that can stand in a questionnaire, and what was done to it."""

    text: str
    changes: tuple[str, ...]


def cleaned(text: str, limit: int) -> Cleaned:
    """Return *text* without HTML and inserted answers, in at most *limit* characters."""
    changes: list[str] = []
    if len(text) > READ_LIMIT:
        changes.append(f"only its first {READ_LIMIT} characters were read")
        text = text[:READ_LIMIT]
    text = _without_markup(text, changes)
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


def _without_markup(text: str, changes: list[str]) -> str:
    """Return the words that a reader of the page would see."""
    media: list[str] = []

    def instead(found: "re.Match[str]") -> str:
        name = found[1].lower()
        media.extend([name] if name in _MEDIA else [])
        return "\n" if name in _BREAKS else ""

    plain = _TAG.sub(instead, _HIDDEN.sub("", text))
    if _ENTITY.search(plain):
        plain = unescape(plain)
    if plain != text:
        changes.append("HTML became plain words" + (", pictures and media are gone" if media else ""))
    return plain


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
