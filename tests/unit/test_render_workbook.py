"""The workbook carries the tables of the zip: the same numbers, texts that stay texts, the same bytes twice."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from analysis.render.archive import export_zip
from analysis.render.errors import RenderError
from analysis.render.workbook import export_xlsx
from analysis.results import Report, Row, Status
from tests.unit.report_factory import a_report, a_small_report, text

Cells = Sequence[object]


def opened(report: Report, language: str = "en") -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(export_xlsx(report, language=language)))


def table(report: Report, name: str, language: str = "en") -> list[Cells]:
    """Return the rows of a CSV of the zip."""
    with zipfile.ZipFile(io.BytesIO(export_zip(report, languages=[language]))) as archive:
        return list(csv.reader(io.StringIO(archive.read(f"{name}.csv").decode(), newline="")))


def same(cell: object, written: object) -> bool:
    if isinstance(cell, float):
        return written != "" and abs(float(str(written)) - cell) < 1e-12
    return str(cell) == str(written)


@pytest.mark.parametrize("name", ["results", "codebook", "gates"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_cell_is_that_of_the_zip(name: str, language: str) -> None:
    report = a_report()

    sheet = opened(report, language).get_sheet_by_name(name).to_python()

    expected = table(report, name, language)
    assert len(sheet) == len(expected) > 1
    for row, line in zip(sheet, expected, strict=True):
        for cell, written in zip(row, line, strict=True):
            assert same(cell, str(written).removeprefix("'")), (cell, written)


def test_the_last_sheet_says_what_the_tables_are() -> None:
    book = opened(a_report())

    assert book.sheet_names == ["results", "codebook", "gates", "Notes"]
    assert "no row stands for a person" in str(book.get_sheet_by_name("Notes").to_python())


@pytest.mark.parametrize("title", ["=1+1", "+49 1", "-5", "@SUM(A1)", "Ärger", "http://127.0.0.1/", "12"])
def test_a_text_stays_the_text_it_was(title: str) -> None:
    report = a_small_report()
    measures = tuple(replace(measure, title=text(title)) for measure in report.measures)
    written = export_xlsx(replace(report, measures=measures), language="en")

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(written)).get_sheet_by_name("codebook").to_python()

    assert {row[2] for row in sheet[1:] if row[0] != "group"} == {title}
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        pages = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert pages
    assert not any(b"<f>" in page or b"hyperlink" in page for page in pages)


def test_negative_numbers_are_numbers() -> None:
    report = a_report()
    gates = tuple(replace(gate, estimate=-2.5) for gate in report.gates)

    sheet = opened(replace(report, gates=gates)).get_sheet_by_name("gates").to_python()

    assert [row[4] for row in sheet[1:]] == [-2.5] * len(gates)


def test_the_head_of_every_table_stays_in_sight() -> None:
    with zipfile.ZipFile(io.BytesIO(export_xlsx(a_report(), language="en"))) as parts:
        pages = [parts.read(f"xl/worksheets/sheet{number}.xml") for number in (1, 2, 3)]

    assert all(b'ySplit="1"' in page and b'state="frozen"' in page for page in pages)


def test_a_gap_has_no_number() -> None:
    report = a_report()
    hiding = replace(report, rows=tuple(_hidden(row) for row in report.rows))

    rows = opened(hiding).get_sheet_by_name("results").to_python()[1:]

    assert {row[11] for row in rows} == {"suppressed"}
    assert all(cell == "" for row in rows for cell in (*row[6:11], *row[12:]))


def _hidden(row: Row) -> Row:
    return replace(row, figure=replace(row.figure, status=Status.SUPPRESSED))


def test_the_same_release_gives_the_same_bytes() -> None:
    assert export_xlsx(a_report(), language="de") == export_xlsx(a_report(), language="de")


def test_nothing_to_export_is_an_error_and_no_file() -> None:
    with pytest.raises(RenderError, match="nothing to export"):
        export_xlsx(replace(a_report(), rows=()), language="en")
