"""Bytes of a table to its rows: csv, tsv, xlsx, xls and ods, told apart by content and never by name."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from surveyapp.errors import InputError
from surveyapp.office.unpacking import DamagedError, TooLargeError, cells_in_memory

SIZE_LIMIT: Final = 10_000_000  # bytes; 100,000 people fit
UNPACKED_LIMIT: Final = 100_000_000  # bytes of a spreadsheet's parts together
ROW_LIMIT: Final = 200_000
SEPARATORS: Final = ",;\t|"
HEADING_WITHIN: Final = 10  # rows; what stands above the headings is a title
CELL_LIMIT: Final = 2_000_000  # 300 bytes of memory each
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")  # what Excel names a workbook with a password
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160), 160), " ")


class SheetError(InputError):
    """A file that is no table that can be read, because of *row* or (0) as a whole; *phrase* says what to do."""

    def __init__(self, phrase: str, *, row: int = 0, **values: object) -> None:
        super().__init__(phrase % values if values else phrase)
        self.row = row
        self.phrase = phrase
        self.values = tuple(values.items())


@dataclass(frozen=True, slots=True)
class Note:
    """What was noticed while a file was read: *phrase* with %(values)s, some of them from the file."""

    phrase: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.phrase % dict(self.values) if self.values else self.phrase


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number, as an editor or a spreadsheet counts it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table that are not blank, and what was noticed on the way."""

    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()

    def as_text(self) -> str:
        """Return the table as comma-separated lines, each where it stood: another reading finds the same rows."""
        target = io.StringIO()
        # All in quotes: what stands in a cell is never taken for what separates cells.
        writer = csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL)
        line = 1
        for row in self.rows:
            target.write("\n" * (row.number - line))
            writer.writerow(row.cells)
            line = row.number + 1
        return target.getvalue()


def read_sheet(data: bytes, is_heading: Callable[[Sequence[str]], bool] = lambda _: False) -> Sheet:
    """Return the rows of the table in *data*; *is_heading* knows the headings, which tell the separator of a text.

    Raises:
        SheetError: there is no table in it, or more than one.
    """
    if len(data) > SIZE_LIMIT:
        raise SheetError("the file is larger than %(limit)s MB", limit=SIZE_LIMIT // 1_000_000)
    if data.startswith(_PICTURES):
        raise SheetError("the file is a picture, not a table: save the list as xlsx or csv")
    if data.startswith(b"%PDF"):
        raise SheetError("the file is a PDF, not a table: save the list as xlsx or csv")
    sheet = _workbook(data) if data.startswith((_ZIP, _OLE)) else _text(data, is_heading)
    if not sheet.rows:
        raise SheetError("the file has no rows")
    return sheet


# --------------------------------------------------------------------------- text


def _text(data: bytes, is_heading: Callable[[Sequence[str]], bool]) -> Sheet:
    text, notes = _decoded(data)
    lines = [line for line in text.splitlines() if line.strip()]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(lines, is_heading), strict=True)
    return Sheet(tuple(_limited(_records(reader))), notes)


def _decoded(data: bytes) -> tuple[str, tuple[Note, ...]]:
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
            Note("the file is not in UTF-8 and was read as Windows-1252: check accents and umlauts"),
        )
    except UnicodeDecodeError:
        raise SheetError("the letters of the file cannot be read: save it as CSV UTF-8") from None


def _separator(lines: Sequence[str], is_heading: Callable[[Sequence[str]], bool]) -> str:
    """Return what separates the headings, else what stands most often in the first line, outside quotes."""
    for line in lines[:HEADING_WITHIN]:
        bare = {separator: _bare(line, separator) for separator in SEPARATORS}
        known = [separator for separator, cells in bare.items() if is_heading(cells)]
        if known:
            return max(known, key=lambda separator: len(bare[separator]))
    return max(SEPARATORS, key="".join((lines or [""])[0].split('"')[::2]).count)


def _bare(line: str, separator: str) -> list[str]:
    try:
        return [_cell(cell) for cell in next(csv.reader([line], delimiter=separator))]
    except csv.Error:
        return []


def _records(reader: Any) -> Iterator[Row]:
    number = 1
    try:
        for cells in reader:
            yield Row(number, tuple(_cell(cell) for cell in cells))
            number = reader.line_num + 1
    except csv.Error:
        raise SheetError("a quotation mark is missing or a cell is too long", row=number) from None


# --------------------------------------------------------------------------- spreadsheets


def _workbook(data: bytes) -> Sheet:
    tables, notes = _tables(data)
    filled = [found for found in tables if found[2]]
    if len(filled) > 1:
        raise SheetError("the file has %(count)s filled sheets: keep one of them", count=len(filled))
    if not filled:
        return Sheet((), notes)
    _, sheet, rows = filled[0]
    if getattr(sheet, "merged_cell_ranges", None):
        raise SheetError("the sheet has merged cells: split them, so that every row stands for itself")
    return Sheet(rows, notes)


def read_book(data: bytes) -> tuple[tuple[str, Sheet], ...]:
    """Return the visible sheets of the spreadsheet in *data* by name, without blank rows.

    Raises:
        SheetError: it is no spreadsheet, too large, or protected.
    """
    if len(data) > SIZE_LIMIT:
        raise SheetError("the file is larger than %(limit)s MB", limit=SIZE_LIMIT // 1_000_000)
    if not data.startswith((_ZIP, _OLE)):
        raise SheetError("the file is no spreadsheet: save it as xlsx")
    tables, notes = _tables(data)
    return tuple((name, Sheet(rows, notes)) for name, _, rows in tables)


def _tables(data: bytes) -> tuple[list[tuple[str, Any, tuple[Row, ...]]], tuple[Note, ...]]:
    """Return the visible sheets with name and rows, and what was noticed about the others."""
    import python_calamine as calamine

    if data.startswith(_ZIP):
        _refuse_bombs(data)
    elif _LOCKED in data:
        raise SheetError("the file is protected by a password: save it without")
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        known = [(found.name, found.visible, found.typ) for found in book.sheets_metadata]
        hidden = [name for name, visible, _ in known if visible != calamine.SheetVisibleEnum.Visible]
        shown = [name for name, _, kind in known if name not in hidden and kind == calamine.SheetTypeEnum.WorkSheet]
        sheets = [(name, book.get_sheet_by_name(name)) for name in shown]
        for _, sheet in sheets:
            _refuse_wide(sheet.width * sheet.height)
        tables = [(name, sheet, tuple(_limited(_cells(sheet)))) for name, sheet in sheets]
    except calamine.PasswordError:
        raise SheetError("the file is protected by a password: save it without") from None
    except (calamine.CalamineError, calamine.WorksheetNotFound, OSError, ValueError, KeyError):
        raise SheetError("the spreadsheet cannot be read: save it without a password, as xlsx or csv") from None
    return tables, tuple(Note("the hidden sheet %(name)s was not read", (("name", name),)) for name in hidden)


def _refuse_bombs(data: bytes) -> None:
    try:
        cells = cells_in_memory(data, UNPACKED_LIMIT)
    except TooLargeError:
        raise SheetError(
            "the spreadsheet unpacks to more than %(limit)s MB", limit=UNPACKED_LIMIT // 1_000_000
        ) from None
    except DamagedError:
        raise SheetError("the spreadsheet is damaged or protected: save it again") from None
    _refuse_wide(cells)


def _refuse_wide(cells: int) -> None:
    if cells > CELL_LIMIT:
        raise SheetError("the spreadsheet has cells far away from the others: keep the list only")


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
                raise SheetError("the file has more than %(limit)s rows", limit=ROW_LIMIT)
            yield row
