"""How wide a label is, and where it breaks: long words are hyphenated, never cut off, never laid over each other."""

from functools import cache, lru_cache
from pathlib import Path

import matplotlib as mpl
import pyphen
from matplotlib.ft2font import FT2Font, LoadFlags

from analysis.charts.look import TEXT

FAMILY = "DejaVu Sans"
_MEASURED = 100.0  # points at which letters are measured; unhinted widths grow with the size
_FILES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}


def font_file(*, bold: bool = False) -> Path:
    """Return the font that matplotlib brings along, so that every machine prints the same."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / _FILES[bold]


@cache
def _font(*, bold: bool) -> FT2Font:
    return FT2Font(str(font_file(bold=bold)))


@cache
def _advance(letter: str, *, bold: bool) -> float:
    """Return how far a letter moves the pen, as a share of the font's size."""
    font = _font(bold=bold)
    font.set_size(_MEASURED, 72)
    return float(font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / _MEASURED


@lru_cache(maxsize=4096)
def width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Return the width of one line of *text* in points; pairs of letters are not moved together."""
    return size * sum(_advance(letter, bold=bold) for letter in text)


@cache
def _hyphens(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=pyphen.language_fallback(language) or "en_GB")


def wrap(text: str, room: float, *, language: str, size: float = TEXT, bold: bool = False) -> tuple[str, ...]:
    """Break *text* into lines of at most *room* points; words that are too long are hyphenated, at worst split."""
    lines: list[str] = []
    line = ""
    words = text.split(" ")  # a no-break space holds its number and its unit together
    while words:
        word = words.pop(0)
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if width(word, size, bold=bold) > room:
            start, rest = _split(word, room, f"{line} " if line else "", language, size=size, bold=bold)
            if start:
                lines.append(f"{line} {start}".strip())
                line, words = "", [rest, *words]
                continue
        lines.append(line)
        line, words = "", [word, *words]
    return (*lines, line) if line or not lines else tuple(lines)


def _split(word: str, room: float, before: str, language: str, *, size: float, bold: bool) -> tuple[str, str]:
    for start, rest in _hyphens(language).iterate(word):
        if width(f"{before}{start}-", size, bold=bold) <= room:
            return f"{start}-", rest
    if before:
        return "", word
    fitting = next(
        (n for n in range(len(word) - 1, 1, -1) if width(word[:n], size, bold=bold) <= room),
        1,
    )
    return word[:fitting], word[fitting:]
