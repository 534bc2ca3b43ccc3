"""How much memory a spreadsheet would take, found out before it is read: readers make room for every cell it names."""

import io
import re
import zipfile
import zlib
from typing import Final

from surveyapp.errors import SurveyError

# xlsx: every cell says where it is.
_REFERENCE: Final = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"')
# ods: a row or cell says how often it is repeated.
_ROW: Final = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_CELL: Final = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_ROWS: Final = re.compile(rb'number-rows-repeated="([0-9]{1,9})"')
_COLUMNS: Final = re.compile(rb'number-columns-repeated="([0-9]{1,9})"')


class TooLargeError(SurveyError):
    """The parts together say that they are larger than allowed."""


class DamagedError(SurveyError):
    """The archive cannot be read, or a part is not what it says."""


def cells_in_memory(data: bytes, limit: int) -> int:
    """Return how many cells the largest sheet of a zipped spreadsheet spans, from A1 to its last one.

    Raises:
        TooLargeError: its parts would be more than *limit* bytes.
        DamagedError: it is no archive, or a part lies about its size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > limit:
                raise TooLargeError
            # Reading every part also finds those that lie about their size.
            return max((_span(part.filename, parts.read(part)) for part in parts.infolist()), default=0)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        raise DamagedError from None


def _span(name: str, part: bytes) -> int:
    return _span_of_ods(part) if name == "content.xml" else _span_of_xlsx(part)


def _span_of_xlsx(part: bytes) -> int:
    width = height = 0
    for column, row in set(_REFERENCE.findall(part)):
        width, height = max(width, _number(column)), max(height, int(row))
    return width * height


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - ord("A") + 1
    return number


def _span_of_ods(part: bytes) -> int:
    """Return width times height up to the last cell with something in it; programs fill up with empty ones."""
    width = height = row = 0
    for attributes, content in _ROW.findall(part):
        row += _times(_ROWS, attributes)
        used = place = 0
        for cell, closed in _CELL.findall(content):
            place += _times(_COLUMNS, cell)
            if not closed or b"office:value" in cell:
                used = place
        if used:
            width, height = max(width, used), row
    return width * height


def _times(pattern: "re.Pattern[bytes]", attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
