"""Our tables in a real spreadsheet program: nothing is calculated, nothing is lost, numbers stay numbers."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from analysis.render.csv import PLAIN, excel, to_csv
from analysis.render.tidy import Column, Sheet, sheets
from analysis.render.workbook import export_xlsx
from analysis.wording import wording
from tests.unit.report_factory import a_report

pytestmark = pytest.mark.slow

TEXTS = (
    "Größe \N{EURO SIGN} \N{EN DASH} übermäßig",
    "=1+1",
    "+49 1",
    "-dash",
    "@name",
    "semi;colon, comma",
    'quo"te',
    "'",
)
NUMBERS = (-1.5, 0.4872, 12, 1234567.25, -0.001)
SHEET = Sheet(
    "odd.csv",
    (Column("text", ""), Column("number", "", "number")),
    tuple((text, NUMBERS[place % len(NUMBERS)]) for place, text in enumerate(TEXTS)),
)
# Tokens of the CSV filter: separator, quote, UTF-8, first line, formats, language, quote texts, detect numbers.
_FILTER = "CSV:{separator},34,76,1,,{language},false,true"
_LANGUAGES = {"en": 2057, "de": 1031}


_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def converted(file: Path, to: str, *, infilter: str = "") -> Path:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is missing (fix: apt-get install --no-install-recommends libreoffice-calc)")
    profile = file.parent / "profile"
    words = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
    words += [f"--infilter={infilter}"] if infilter else []
    words += ["--convert-to", to, "--outdir", str(file.parent / "made"), str(file)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    return file.parent / "made"


def rows_of(file: Path) -> list[tuple[object, ...]]:
    book = CalamineWorkbook.from_path(file)
    return [tuple(row) for row in book.get_sheet_by_index(0).to_python()][1:]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_csv_of_a_language_is_read_by_a_spreadsheet_in_that_language(language: str, tmp_path: Path) -> None:
    flavour = excel(wording(language))
    file = tmp_path / "odd.csv"
    file.write_bytes(to_csv(SHEET, flavour))
    options = _FILTER.format(separator=ord(flavour.delimiter), language=_LANGUAGES[language])

    rows = rows_of(converted(file, "xlsx", infilter=options) / "odd.xlsx")

    assert [str(text).removeprefix("'") for text, _ in rows] == [text.removeprefix("'") for text in TEXTS]
    assert [number for _, number in rows] == [row[1] for row in SHEET.rows]


def test_the_wrong_language_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(to_csv(SHEET, PLAIN))
    options = _FILTER.format(separator=ord(","), language=_LANGUAGES["de"])

    rows = rows_of(converted(file, "xlsx", infilter=options) / "odd.xlsx")

    assert [number for _, number in rows] != [row[1] for row in SHEET.rows]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_workbook_is_opened_unharmed(language: str, tmp_path: Path) -> None:
    report = a_report()
    (tmp_path / "export.xlsx").write_bytes(export_xlsx(report, language=language))

    made = converted(tmp_path / "export.xlsx", _EVERY_SHEET)

    for sheet in sheets(report, language=language):
        text = (made / f"export-{sheet.name.removesuffix('.csv')}.csv").read_text("utf-8")
        head, *lines = csv.reader(io.StringIO(text, newline=""))
        assert head == [column.name for column in sheet.columns]
        for line, row in zip(lines, sheet.rows, strict=True):
            for found, cell in zip(line, row, strict=True):
                assert _same(found, cell), (sheet.name, found, cell)


def _same(found: str, cell: str | float | None) -> bool:
    if cell is None or isinstance(cell, str):
        return found == (cell or "")
    share = found.endswith("%")
    return abs(float(found.removesuffix("%")) / (100 if share else 1) - cell) <= (0.0006 if share else 0)
