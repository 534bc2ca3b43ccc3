"""One release, six forms: PDF, page, workbook, CSV, JSON and statistics file hold the very same figures."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from python_calamine import CalamineWorkbook

from analysis.render.archive import export_zip
from analysis.render.blocks import Block, Listed, Spread, Table
from analysis.render.composing import composed
from analysis.render.document import Document
from analysis.render.json import report_json
from analysis.render.pdf import readout
from analysis.render.workbook import export_xlsx
from analysis.report import build
from analysis.results import Figure, Report, Status
from analysis.wording import Wording, wording
from surveyapp import templating
from surveyapp.web.screen import Order, sections
from tests import tagged
from tests.unit.pilot_factory import AS_OF, GO_TRUTH, PLAN, a_pilot, a_series
from tests.unit.report_factory import a_report

TEMPLATES = Path(__file__).parents[2] / "templates"
_KEY = ("wave", "group", "measure", "question", "option")
_NUMBERS = ("count", "base", "share", "low", "high", "value")
Rows = dict[tuple[str, ...], tuple[str, ...]]


class Shown(HTMLParser):
    """The tables, pictures and paragraphs of a page, without spaces."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[tuple[str, ...]] = []
        self.pictures: list[str] = []
        self.prose: list[str] = []
        self._open: list[str] = []
        self._cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(str(dict(attrs)["alt"]))
            return
        self._open.append(tag)
        if tag == "tr":
            self._cells = []
        elif tag in {"th", "td"}:
            self._cells.append("")
        elif tag in {"p", "li", "h2"}:
            self.prose.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "tr" and "tbody" in self._open:
            self.rows.append(tuple(self._cells))

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s", "", data)
        if {"th", "td"} & set(self._open):
            self._cells[-1] += text
        elif {"p", "li", "h2"} & set(self._open):
            self.prose[-1] += text


@cache
def made(which: str) -> Report:
    if which == "every measure":
        return a_report()
    return build(PLAN, a_pilot(GO_TRUTH), as_of=AS_OF, kpi=a_series())


@cache
def told(which: str, language: str) -> Document:
    return composed(made(which), wording(language))


@cache
def paper(which: str, language: str) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(readout(told(which, language), templates=TEMPLATES)))


@cache
def screen(which: str, language: str) -> Shown:
    """The article of the page, made from what a release keeps."""
    document = told(which, language)
    template = templating.environment("en").get_template("readout/screen.html")
    article = template.module.article(document, sections(document, Order()))  # type: ignore[attr-defined]  # a macro
    return Shown(article)


def as_json(report: Report) -> Rows:
    """Return every figure of the JSON by its place, its numbers as they are written there."""
    content = json.loads(report_json(report), parse_float=str, parse_int=str)
    return {
        tuple(str(figure[name]) if name in figure else measure["id"] for name in _KEY): (
            figure["status"],
            *("" if figure[name] is None else figure[name] for name in _NUMBERS),
        )
        for measure in content["measures"]
        for figure in measure["figures"]
    }


def as_rows(table: Iterator[list[str]]) -> Rows:
    head, *lines = table
    named = [dict(zip(head, line, strict=True)) for line in lines]
    return {
        tuple(line[name] for name in _KEY): (
            line["status"],
            *(line["n" if name == "count" else name] for name in _NUMBERS),
        )
        for line in named
    }


@pytest.mark.parametrize("which", ["every measure", "a pilot"])
def test_csv_and_json_hold_the_same_numbers(which: str) -> None:
    report = made(which)
    with zipfile.ZipFile(io.BytesIO(export_zip(report, languages=["en"]))) as archive:
        text = archive.read("results.csv").decode()

    found = as_rows(csv.reader(io.StringIO(text, newline="")))

    assert len(found) > 100
    assert found == as_json(report)


@pytest.mark.parametrize("which", ["every measure", "a pilot"])
def test_the_workbook_holds_the_numbers_of_the_json(which: str) -> None:
    report = made(which)
    book = CalamineWorkbook.from_filelike(io.BytesIO(export_xlsx(report, language="en")))

    found = as_rows([_plain(cell) for cell in row] for row in book.get_sheet_by_name("results").to_python())

    assert {place: tuple(map(_number, row)) for place, row in found.items()} == {
        place: tuple(map(_number, row)) for place, row in as_json(report).items()
    }


def _plain(cell: Any) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)


def _number(text: str) -> str | float:
    return float(text) if re.fullmatch(r"-?[\d.]+(e-?\d+)?", text) else text


@pytest.mark.parametrize("which", ["every measure", "a pilot"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_paper_and_screen_have_the_same_tables(which: str, language: str) -> None:
    rows = Counter(tagged.rows(paper(which, language)))

    assert rows.total() > 80
    assert rows == Counter(screen(which, language).rows)


@pytest.mark.parametrize("which", ["every measure", "a pilot"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_paper_and_screen_have_the_same_pictures(which: str, language: str) -> None:
    # Columns that go over a page are read page by page on paper.
    assert sorted(tagged.pictures(paper(which, language))) == sorted(screen(which, language).pictures)


@pytest.mark.parametrize("which", ["every measure", "a pilot"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_sentence_of_the_screen_stands_on_paper(which: str, language: str) -> None:
    printed = tagged.prose(paper(which, language)).replace("\n", "")

    missing = [text for text in screen(which, language).prose if text not in printed]

    assert len(screen(which, language).prose) > 50
    assert missing == []


def _tables(blocks: tuple[Block, ...]) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Spread):
            for column in block.columns:
                yield from _tables(column)
        elif isinstance(block, Listed):
            yield block.table


def _tokens(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*", text))


def _written(figure: Figure, words: Wording, unit: str) -> set[str]:
    """Return the numbers of a figure as they are written, also each by itself."""
    if figure.status is not Status.PUBLISHED:
        return set()
    parts = [words.figure(figure, unit), words.limits(figure, unit)]
    parts += [words.count(number) for number in (figure.count, figure.base) if number is not None]
    return {number for part in parts for number in _tokens(part)}


@pytest.mark.parametrize("which", ["every measure", "a pilot"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_number_in_a_data_table_is_a_figure_of_the_json(which: str, language: str) -> None:
    report, words = made(which), wording(language)
    units = {measure.id: measure.unit for measure in report.measures}
    known = {number for row in report.rows for number in _written(row.figure, words, units[row.measure])}

    cells = [
        cell for table in _tables(told(which, language).tables.blocks) for line in table.lines for cell in line.cells
    ]

    assert len(cells) > 150
    assert {number for cell in cells for number in _tokens(cell)} - known == set()
