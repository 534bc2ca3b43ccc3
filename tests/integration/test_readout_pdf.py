"""The readout is one PDF/UA file: structured, complete, honest when there is little, the same bytes twice."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from jinja2 import DictLoader

from analysis.render.blocks import Block, Chapter, Line, Listed, Spread, Table
from analysis.render.composing import composed
from analysis.render.errors import RenderError
from analysis.render.pdf import readout
from analysis.results import Status
from analysis.wording import WordingError, wording
from tests import tagged
from tests.unit.report_factory import a_report, a_small_report, text

TEMPLATES = Path(__file__).parents[2] / "templates"
REPORTS = {"full": a_report, "small": a_small_report}


@cache
def made(which: str, language: str) -> bytes:
    return readout(composed(REPORTS[which](), wording(language)), templates=TEMPLATES)


@cache  # kept open as long as its objects are looked at
def opened(which: str = "full", language: str = "en") -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made(which, language)))


def squeezed(sentence: str) -> str:
    return re.sub(r"\s", "", sentence)


@pytest.mark.parametrize("which", ["full", "small"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_file_declares_what_assistive_technology_needs(which: str, language: str) -> None:
    pdf = opened(which, language)

    assert pdf.Root.Lang == language
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo.Title).startswith(REPORTS[which]().pilot.title)
    assert b"pdfuaid:part" in pdf.Root.Metadata.read_bytes()


def test_headings_lists_and_tables_are_tagged_in_order() -> None:
    kinds = [str(element.S) for element in tagged.structure(opened())]

    assert kinds.count("/H1") == 1
    assert kinds.index("/H1") < kinds.index("/H2") < kinds.index("/Table")
    assert {"/H2", "/H3", "/L", "/LI", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Link"} <= set(kinds)


def test_every_figure_has_a_text_that_states_its_numbers() -> None:
    figures = [element for element in tagged.structure(opened()) if element.S == "/Figure"]

    texts = [str(element.Alt) for element in figures]

    assert len(texts) > 10
    assert all(re.search(r"\d|not shown", alt) for alt in texts)
    assert any("Sales: 70\N{NO-BREAK SPACE}% (21 of 30)" in alt for alt in texts)


def test_every_table_cell_names_its_headers() -> None:
    elements = tagged.structure(opened())

    ids = {str(element.ID) for element in elements if element.S == "/TH" and "/ID" in element}
    headers = [
        list(map(str, element.A.Headers)) for element in elements if element.S == "/TD" and "/Headers" in element.A
    ]

    assert ids
    assert all(set(named) <= ids for named in headers)
    assert sum(1 for named in headers if len(named) >= 2) > 50


def test_bookmarks_list_the_chapters() -> None:
    with opened().open_outline() as outline:
        titles = [str(entry.title) for entry in outline.root]

    assert titles[1:4] == ["What to do next", "Who answered", "Adoption"]
    assert titles[-2:] == ["Data tables", "Methods, and where the figures come from"]


def test_all_fonts_are_embedded() -> None:
    for page in opened().pages:
        for font in page.Resources.Font.values():
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_gate_stands_with_its_numbers_on_the_first_page(language: str) -> None:
    words = wording(language)
    pdf = opened("full", language)
    first = pikepdf.new()
    first.pages.append(pdf.pages[0])

    page = tagged.words(first)

    for gate in a_report().gates:
        assert squeezed(words.say(gate.title)) in page
        assert squeezed(words.phrase(gate.verdict.value)) in page
    for number in ("78", "70", "68", "86", "89", "11", words.amount(31.4), "33", words.amount(29.8), "25", "20"):
        assert number in page


def lines_of(chapter: Chapter) -> Iterator[Line]:
    """Return the rows of all tables of a chapter."""

    def inside(blocks: Iterable[Block]) -> Iterator[Line]:
        for block in blocks:
            if isinstance(block, Spread):
                yield from (line for column in block.columns for line in inside(column))
            elif isinstance(block, Listed):
                yield from block.table.lines
            elif isinstance(block, Table):
                yield from block.lines

    return inside(chapter.blocks)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_row_of_every_table_is_printed_whole(language: str) -> None:
    made_of = composed(a_report(), wording(language))
    rows = [line for chapter in (*made_of.chapters, made_of.tables) for line in lines_of(chapter)]

    page = tagged.words(opened("full", language))

    assert len(rows) > 60
    assert [line for line in rows if squeezed("".join((line.head, *line.cells))) not in page] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_published_figure_stands_in_a_data_table(language: str) -> None:
    report, words = a_report(), wording(language)
    rows = ["".join((line.head, *line.cells)) for line in lines_of(composed(report, words).tables)]

    for row in report.rows:
        if (
            row.wave != max(other.wave for other in report.select(row.measure))
            or row.figure.status is Status.SUPPRESSED
        ):
            continue
        share, unit = row.figure.share, "minutes"
        number = words.figure(row.figure, unit) if share is None else words.percent(share, row.figure.base)
        people = "" if share is None or row.figure.count is None else words.count(row.figure.count)
        assert any(number in line and people in line for line in rows), row


def test_text_from_the_survey_is_printed_as_it_is_and_never_as_markup() -> None:
    assert "=Pets&<plants>intheoffice" in tagged.words(opened())


def test_a_report_with_one_distribution_says_why_the_rest_is_missing() -> None:
    page = tagged.words(opened("small"))

    assert squeezed("No response rate can be shown: the number of invited people is not known.") in page
    assert squeezed("no question of this survey asks for other AI tools.") in page
    assert squeezed("20 51 %") in page


def test_the_same_report_gives_the_same_bytes() -> None:
    assert readout(composed(a_small_report(), wording("de")), templates=TEMPLATES) == made("small", "de")


def test_long_words_stay_inside_the_page() -> None:
    long = "Datenschutzgrundverordnungsbeauftragtenangelegenheiten" * 2
    report = a_small_report()
    wide = replace(
        report,
        pilot=replace(report.pilot, title=long),
        measures=tuple(replace(measure, title=text(long)) for measure in report.measures),
    )

    pdf = pikepdf.open(io.BytesIO(readout(composed(wide, wording("de")), templates=TEMPLATES)))

    assert squeezed(long) in tagged.words(pdf)


@pytest.mark.parametrize(
    "templates",
    [
        DictLoader({}),
        DictLoader({"readout/readout.html": "{{ nothing_of_that_name }}"}),
        DictLoader({"readout/readout.html": "<p>x</p>"}),
        DictLoader(
            {
                "readout/readout.html": "<html lang='en'><title>x</title><img alt='x' src='file:///etc/passwd'></html>",
                "readout/readout.css": "",
            }
        ),
        DictLoader(
            {
                "readout/readout.html": "<html lang='en'><title>x</title><p>x</p></html>",
                "readout/readout.css": "@import url('http://127.0.0.1:9/x.css');",
            }
        ),
    ],
    ids=["no template", "unknown name", "no style", "a file is fetched", "the network is asked"],
)
def test_a_readout_that_cannot_be_made_is_one_clear_error(templates: DictLoader) -> None:
    with pytest.raises(RenderError, match=r"could not be"):
        readout(composed(a_small_report(), wording("en")), templates=templates)


def test_an_unknown_language_is_one_clear_error() -> None:
    with pytest.raises(WordingError, match="tlh"):
        readout(composed(a_small_report(), wording("tlh")), templates=TEMPLATES)


def test_a_report_without_any_figure_is_still_a_document() -> None:
    report = a_report(rows=(), measures=(), findings=(), steps=(), gates=(), limits=())

    pdf = pikepdf.open(io.BytesIO(readout(composed(report, wording("en")), templates=TEMPLATES)))

    assert len(pdf.pages) >= 3
