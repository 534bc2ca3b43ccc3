"""The export as one Excel workbook: a sheet per table, texts as texts, numbers as numbers, notes at the end."""

import io
from datetime import UTC, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.render.errors import RenderError
from analysis.render.notes import notes
from analysis.render.tidy import Cell, Sheet, sheets
from analysis.results import Report
from analysis.wording import wording

_MADE = datetime(1980, 1, 1, tzinfo=UTC)  # the same release gives the same bytes
_WIDEST = 60  # characters; longer texts are cut off on the screen only
# Nothing that is written may become a formula, a link or a number by its looks.
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def export_xlsx(report: Report, *, language: str) -> bytes:
    """Return the tables of *report* as a workbook, its words in *language*.

    Raises:
        RenderError: the report holds no figure at all; an empty file would look like a result.
        WordingError: the language is not known.
    """
    if not report.rows:
        raise RenderError("There is nothing to export: no wave has enough answers for a figure to be shown.")
    words = wording(language)
    file = io.BytesIO()
    with Workbook(file, _PLAIN) as book:
        book.set_properties({"title": report.pilot.title, "created": _MADE})
        head = book.add_format({"bold": True, "bottom": 1})
        percent = book.add_format({"num_format": "0.0%"})
        for sheet in sheets(report, language=language):
            _fill(book.add_worksheet(sheet.name.removesuffix(".csv")), sheet, head, percent)
        page = book.add_worksheet(words.phrase("Notes"))
        page.set_column(0, 0, 2 * _WIDEST)
        for place, line in enumerate(notes(report, words)):
            page.write_string(place, 0, line)
    return file.getvalue()


def _fill(page: Worksheet, sheet: Sheet, head: Format, percent: Format) -> None:
    for place, column in enumerate(sheet.columns):
        texts = (str(row[place]) for row in sheet.rows if row[place] is not None)
        room = max((len(column.name), *map(len, texts)))
        page.set_column(place, place, min(room, _WIDEST) + 2, percent if column.name == "share" else None)
        page.write_string(0, place, column.name, head)
    for number, row in enumerate(sheet.rows, 1):
        for place, cell in enumerate(row):
            _write(page, number, place, cell)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)


def _write(page: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif cell is not None:
        page.write_number(row, column, cell)
