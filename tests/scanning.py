"""What a telephone and an eye find on printed pages: links in pictures, and words at their places."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image

_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')
_DOTS = 150  # per inch
_POINTS = 72
_INK = 128  # of 255 greys


@dataclass(frozen=True)
class Printed:
    """A word, its page from 0, and its box in points: left, top, right, bottom."""

    text: str
    page: int
    box: tuple[float, float, float, float]

    def covers(self, other: "Printed") -> bool:
        """Whether the two are printed over one another, by more than a hair."""
        left, top = (max(pair) for pair in zip(self.box[:2], other.box[:2], strict=True))
        right, bottom = (min(pair) for pair in zip(self.box[2:], other.box[2:], strict=True))
        return self.page == other.page and right - left > 1 and bottom - top > 1


def pictures_of(pdf: bytes, folder: Path) -> list[Image.Image]:
    """Every page as a printer would put it on paper."""
    (folder / "printed.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(_DOTS), "-gray", "-png", "printed.pdf", "page"], check=True, cwd=folder)
    found = [Image.open(page).copy() for page in sorted(folder.glob("page*.png"))]
    for page in folder.glob("page*.png"):
        page.unlink()
    return found


def links_in(pdf: bytes, folder: Path) -> list[str]:
    """Every link that a telephone reads from the printed pages."""
    return [code.text for page in pictures_of(pdf, folder) for code in zxingcpp.read_barcodes(page)]


def words_in(pdf: bytes, folder: Path) -> list[Printed]:
    """Every word that has ink where it stands."""
    pages = pictures_of(pdf, folder)
    done = subprocess.run(
        ["pdftotext", "-bbox", folder / "printed.pdf", "-"], check=True, capture_output=True, text=True
    )
    found = []
    for number, page in enumerate(done.stdout.split("<page ")[1:]):
        for match in _WORD.finditer(page):
            left, top, right, bottom = (float(value) for value in match.groups()[:4])
            dots = tuple(round(value * _DOTS / _POINTS) for value in (left, top, right, bottom))
            if pages[number].crop(dots).point(lambda grey: grey < _INK).getbbox():
                found.append(Printed(match[5], number, (left, top, right, bottom)))
    return found
