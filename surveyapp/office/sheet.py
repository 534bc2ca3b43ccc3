"""Bytes of a table to its rows: csv, tsv, xlsx, xls and ods, told apart by content and never by name."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from surveyapp.errors import InputError

SIZE_LIMIT: Final = 10_000_000  # bytes; 100,000 people fit
UNPACKED_LIMIT: Final = 100_000_000  # bytes of a spreadsheet's parts together
ROW_LIMIT: Final = 200_000
SEPARATORS: Final = ",;\t|"
CELL_LIMIT: Final = 5_000_000
_REFERENCE: Final = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"')
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = ((b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"%PDF", "a PDF"))
_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160), 160), " ")


class SheetError(InputError):
    """A file that is no table that can be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number, as an editor or a spreadsheet counts it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table that are not blank, and what was noticed on the way."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read_sheet(data: bytes) -> Sheet:
    """Return the rows of the table in *data*.

    Raises:
        SheetError: there is no table in it, or more than one.
    """
    if len(data) > SIZE_LIMIT:
        raise SheetError(f"the file is larger than {SIZE_LIMIT // 1_000_000} MB")
    for magic, what in _OTHERS:
        if data.startswith(magic):
            raise SheetError(f"the file is {what}, not a table: save the list as xlsx or csv")
    sheet = _workbook(data) if data.startswith((_ZIP, _OLE)) else _text(data)
    if not sheet.rows:
        raise SheetError("the file has no rows")
    return sheet


# --------------------------------------------------------------------------- text


def _text(data: bytes) -> Sheet:
    text, notes = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(first), strict=True)
    return Sheet(tuple(_limited(_records(reader))), notes)


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), ()
        if b"\0" in data:
            raise SheetError("the file is not a table: save the list as xlsx or csv")
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), (
            "the file is not in UTF-8 and was read as Windows-1252: check accents and umlauts",
        )
    except UnicodeDecodeError:
        raise SheetError("the letters of the file cannot be read: save it as CSV UTF-8") from None


def _separator(heading: str) -> str:
    """Return the separator that stands most often in *heading*, outside quotes; one column needs none."""
    bare = "".join(heading.split('"')[::2])
    return max(SEPARATORS, key=bare.count)


def _records(reader: Any) -> Iterator[Row]:
    number = 1
    try:
        for cells in reader:
            yield Row(number, tuple(_cell(cell) for cell in cells))
            number = reader.line_num + 1
    except csv.Error:
        raise SheetError(f"row {number}: a quotation mark is missing or a cell is too long") from None


# --------------------------------------------------------------------------- spreadsheets


def _workbook(data: bytes) -> Sheet:
    import python_calamine as calamine

    if data.startswith(_ZIP):
        _refuse_bombs(data)
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        known = [(found.name, found.visible, found.typ) for found in book.sheets_metadata]
        hidden = [name for name, visible, _ in known if visible != calamine.SheetVisibleEnum.Visible]
        shown = [name for name, _, kind in known if name not in hidden and kind == calamine.SheetTypeEnum.WorkSheet]
        sheets = [(name, book.get_sheet_by_name(name)) for name in shown]
        tables = [(name, sheet, tuple(_limited(_cells(sheet)))) for name, sheet in sheets]
    except calamine.PasswordError:
        raise SheetError("the file is protected by a password: save it without") from None
    except (calamine.CalamineError, calamine.WorksheetNotFound, OSError, ValueError, KeyError):
        raise SheetError("the spreadsheet cannot be read: save it as xlsx or csv") from None
    filled = [(name, sheet, rows) for name, sheet, rows in tables if rows]
    if len(filled) > 1:
        raise SheetError(f"the file has {len(filled)} filled sheets: keep one of them")
    notes = tuple(f"the hidden sheet {name} was not read" for name in hidden)
    if not filled:
        return Sheet((), notes)
    _, sheet, rows = filled[0]
    if getattr(sheet, "merged_cell_ranges", None):
        raise SheetError("the sheet has merged cells: split them, so that every row stands for itself")
    return Sheet(rows, notes)


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNPACKED_LIMIT:
                raise SheetError(f"the spreadsheet unpacks to more than {UNPACKED_LIMIT // 1_000_000} MB")
            # Reading every part also finds those that lie about their size.
            cells = [_span(parts.read(part)) for part in parts.infolist()]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        raise SheetError("the spreadsheet is damaged or protected: save it again") from None
    if max(cells, default=0) > CELL_LIMIT:
        raise SheetError("the spreadsheet has cells far away from the others: keep the list only")


def _span(part: bytes) -> int:
    """Return how many cells the rectangle from A1 to the last cell has: the reader makes room for all of them."""
    width = height = 0
    for column, row in set(_REFERENCE.findall(part)):
        width, height = max(width, _number(column)), max(height, int(row))
    return width * height


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return number


def _cells(sheet: Any) -> Iterator[Row]:
    first = sheet.start[0] if sheet.start else 0
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first + 1):
        yield Row(number, tuple(_cell(cell) for cell in cells))


# --------------------------------------------------------------------------- both


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).translate(_CONTROLS).split())


def _limited(rows: Iterator[Row]) -> Iterator[Row]:
    """Leave out blank rows; a spreadsheet may say that it has a million of them."""
    kept = 0
    for row in rows:
        if any(row.cells):
            kept += 1
            if kept > ROW_LIMIT:
                raise SheetError(f"the file has more than {ROW_LIMIT} rows")
            yield row
