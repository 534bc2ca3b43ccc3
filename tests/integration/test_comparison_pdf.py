"""The comparison on paper: PDF/UA, one page where it fits, the words of its values, the same bytes twice."""

import io
import subprocess
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from analysis.comparison import Comparison, Pilot, Readout, Stand, Waiting
from analysis.render.comparison import Overview, overview
from analysis.render.json import report_json
from analysis.render.pdf import comparison as on_paper
from analysis.render.published import published
from analysis.results import Decision
from analysis.wording import wording
from tests import tagged
from tests.pdfua import complaints
from tests.unit.report_factory import a_report

TEMPLATES = Path(__file__).parents[2] / "templates"
DAY = date(2027, 4, 12)


@cache
def told(decided: int, language: str) -> Overview:
    """A comparison of so many pilots with a decision, and of two without if there are any."""
    content = report_json(a_report(decision=Decision.GO))
    readout = Readout(3, 4, DAY, published(content, made_on=DAY))
    pilots = [Pilot(f"p{n}", f"Pilot {n}", readout, Waiting(Stand.UNREPORTED, 5)) for n in range(decided)]
    if decided:
        pilots += [
            Pilot("old", "Old", Readout(1, 1, DAY, None), None),
            Pilot("new", "New", None, Waiting(Stand.OPEN, 1, DAY)),
        ]
    return overview(Comparison.of(pilots, as_of=DAY, whole=True), wording(language))


@cache
def made(decided: int, language: str) -> bytes:
    return on_paper(told(decided, language), templates=TEMPLATES)


def read(content: bytes) -> str:
    words = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(words, input=content, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("decided", [0, 2, 9])
def test_the_structure_gives_no_cause_for_complaint(decided: int, language: str) -> None:
    assert complaints(made(decided, language)) == []


def test_the_same_comparison_gives_the_same_bytes() -> None:
    assert on_paper(told(2, "de"), templates=TEMPLATES) == made(2, "de")


@pytest.mark.parametrize("language", ["en", "de"])
def test_four_pilots_fit_on_one_page_across(language: str) -> None:
    with pikepdf.open(io.BytesIO(made(2, language))) as pdf:
        sizes = [[round(float(side) / 72 * 25.4) for side in page.MediaBox] for page in pdf.pages]

    assert sizes == [[0, 0, 297, 210]]


def test_on_further_pages_the_heads_stand_again() -> None:
    pages = read(made(9, "en")).split("\f")[:-1]

    with_gates = [page for page in pages if "11 more answers" in page]
    assert len(with_gates) > 1
    for page in with_gates:
        assert [page.count(head) for head in ("Decision ", "Primary KPI", "Readiness", "Owners")] == [1, 1, 1, 1]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_cell_stands_on_paper_in_its_row(language: str) -> None:
    document = told(2, language)

    with pikepdf.open(io.BytesIO(made(2, language))) as pdf:
        rows = tagged.rows(pdf)

    wanted = []
    for line in document.decided:
        assert line.next
        cells = [line.title + line.made + line.next.reason, line.decision]
        cells += [cell.sign + cell.verdict + "".join(cell.facts) for cell in line.gates if cell]
        wanted.append((*cells, "".join(wave.name + wave.answered for wave in line.waves)))
    wanted += [(line.title, line.next.reason + line.next.command) for line in document.undecided]
    assert rows == [tuple("".join(cell.split()) for cell in row) for row in wanted]


@pytest.mark.parametrize("language", ["en", "de"])
def test_without_pilots_the_page_says_what_to_do(language: str) -> None:
    document = told(0, language)

    text = " ".join(read(made(0, language)).split())

    assert document.first
    assert f"{document.first.reason} {document.first.command}" in text
