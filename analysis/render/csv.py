"""Tables as CSV (RFC 4180, UTF-8) that no spreadsheet can be made to run."""

import csv
import io
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol

from analysis.render.tidy import Cell, Sheet
from analysis.wording import Wording

# A text cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a program expects a CSV."""

    delimiter: str = ","
    decimal: str = "."
    bom: bool = False


PLAIN = Flavour()


def excel(words: Wording) -> Flavour:
    """Return what Excel opens with a double click where it speaks the language of *words*.

    Where the comma is the decimal sign it expects semicolons; a `sep=` line would break every other reader.
    """
    decimal = get_decimal_symbol(words.locale)
    return Flavour(";" if decimal == "," else ",", decimal, bom=True)


def to_csv(sheet: Sheet, flavour: Flavour = PLAIN) -> bytes:
    """Return *sheet* as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=flavour.delimiter, lineterminator="\r\n")
    writer.writerow([_harmless(column.name) for column in sheet.columns])
    writer.writerows([_written(cell, flavour.decimal) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig" if flavour.bom else "utf-8")


def _written(cell: Cell, decimal: str) -> str:
    if cell is None:
        return ""
    return _harmless(cell) if isinstance(cell, str) else repr(cell).replace(".", decimal)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
