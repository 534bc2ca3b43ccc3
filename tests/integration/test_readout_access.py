"""The readout for those who listen to it or print it in grey: tags, their order, and series that stay apart."""

import io
import itertools
import re
import subprocess
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from weasyprint import HTML

from analysis.charts.agreement import Statement, agreement
from analysis.render.blocks import Block, Numbered, Spread
from analysis.render.composing import composed
from analysis.render.pdf import readout
from analysis.render.printer import printed
from analysis.results import Figure
from analysis.wording import wording
from tests.pdfua import complaints
from tests.unit.report_factory import a_report, a_small_report

TEMPLATES = Path(__file__).parents[2] / "templates"
REPORTS = {"full": a_report, "small": a_small_report}
TITLED = "<html lang='en'><title>Title</title>"


@cache
def made(which: str, language: str) -> bytes:
    return readout(composed(REPORTS[which](), wording(language)), templates=TEMPLATES)


@pytest.mark.parametrize("which", sorted(REPORTS))
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_structure_gives_no_cause_for_complaint(which: str, language: str) -> None:
    assert complaints(made(which, language)) == []


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("<h1>One</h1><h3>Three</h3>", "/H3 stands below a heading of level 1"),
        (
            "<h1>One</h1><img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>",
            "a figure has no text",
        ),
    ],
)
def test_a_bad_structure_is_seen(page: str, complaint: str) -> None:
    assert complaint in complaints(printed(f"{TITLED}{page}", []))


def test_a_file_without_tags_is_seen() -> None:
    found = complaints(HTML(string="<p>Untagged").write_pdf())

    assert {"no language", "no structure tree", "PDF/UA is not declared"} <= set(found)
    assert any("paints outside of every tag" in one for one in found)


def test_chapters_are_read_in_the_order_of_the_contents() -> None:
    told = composed(a_report(), wording("en"))
    expected = [chapter.title for column in told.contents for chapter in column]

    with pikepdf.open(io.BytesIO(made("full", "en"))) as pdf, pdf.open_outline() as outline:
        assert [str(entry.title) for entry in outline.root][1:] == expected


def pictures(blocks: tuple[Block, ...]) -> list[Numbered]:
    found = []
    for block in blocks:
        if isinstance(block, Spread):
            found += [numbered for column in block.columns for numbered in pictures(column)]
        elif isinstance(block, Numbered):
            found.append(block)
    return found


def test_charts_are_numbered_as_they_are_read() -> None:
    told = composed(a_report(), wording("en"))

    numbers = [numbered.number for chapter in told.chapters for numbered in pictures(chapter.blocks)]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 5


def greys(svg: str, folder: Path) -> list[int]:
    """Return the grey levels that a printer without colour puts down for a chart, large areas only, in their order."""
    page = f"{TITLED}<h1>x</h1><img alt='x' src='data:image/svg+xml;base64,{svg}'>"
    (folder / "chart.pdf").write_bytes(printed(page, ["@page { size: 500pt 200pt; margin: 0 }"]))
    subprocess.run(
        ["pdftoppm", "-gray", "-r", "72", "-singlefile", folder / "chart.pdf", folder / "chart"], check=True, timeout=60
    )
    header, _, pixels = (folder / "chart.pgm").read_bytes().partition(b"255\n")
    assert header.startswith(b"P5")
    counts = {level: pixels.count(bytes([level])) for level in set(pixels)}
    return sorted(level for level, count in counts.items() if count > 150 and level < 250)


@pytest.mark.parametrize("points", [4, 5, 6, 7])
def test_every_point_of_a_scale_keeps_its_own_grey(points: int, tmp_path: Path) -> None:
    share = Figure(count=10, base=10 * points, share=1 / points, low=0.0, high=1.0)
    chart = agreement("Scale", [Statement("One", (share,) * points)], ("no", "yes"), wording("en"))

    levels = greys(b64encode(chart.svg.encode()).decode(), tmp_path)

    assert len(levels) == points
    assert min(after - before for before, after in itertools.pairwise(levels)) >= 8


def test_what_is_strong_and_what_is_not_differ_in_grey(tmp_path: Path) -> None:
    told = composed(a_report(), wording("en"))
    response = next(n for chapter in told.chapters for n in pictures(chapter.blocks) if "response" in n.plot.measures)

    levels = greys(response.plot.picture.source.partition(",")[2], tmp_path)

    assert len(levels) >= 3
    assert min(after - before for before, after in itertools.pairwise(levels)) >= 8


def test_a_gap_needs_no_colour_to_be_seen() -> None:
    told = composed(a_report(), wording("en"))
    sources = [n.plot.picture.source for chapter in told.chapters for n in pictures(chapter.blocks)]
    drawn = [b64decode(source.partition(",")[2]).decode() for source in sources]

    gaps = [svg for svg in drawn if "not shown" in svg]

    assert gaps
    assert all(re.search(r"stroke: #8b95a1; stroke-width: 0.6", svg) for svg in gaps)
