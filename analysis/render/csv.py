"""Tables as CSV (RFC 4180, UTF-8) that no spreadsheet can be made to run."""

import csv
import io

from analysis.render.tidy import Cell, Sheet

# A text cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(sheet: Sheet, *, delimiter: str = ",", bom: bool = False) -> bytes:
    """Return *sheet* as CSV; Excel in German wants `;` and a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([_harmless(column.name) for column in sheet.columns])
    writer.writerows([_written(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return _harmless(cell) if isinstance(cell, str) else repr(cell)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
