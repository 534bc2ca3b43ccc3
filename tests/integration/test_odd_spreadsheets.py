"""Eighteen kinds of odd files that companies send as a list of people: each is imported, or refused with the place.

excel_97.xls and libreoffice.ods were written by LibreOffice; what no program writes any more is made byte by byte.
"""

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xlsxwriter

from analysis.codebook import Option, Text
from surveyapp.office.people_file import HeadingError, PeopleFile, PeopleFileError, read_people
from tests.spreadsheets import excel_95, locked_workbook, open_document, workbook

HERE = Path(__file__).parent / "odd"
GROUPS = (
    Option("sales", Text.of({"en": "Sales", "de": "Vertrieb"})),
    Option("support", Text.of({"en": "Customer care", "de": "Kundenbetreuung"})),
)
TABLE: list[tuple[object, ...]] = [
    ("email", "name", "group", "language"),
    ("ada@example.org", "Ada Müller", "sales", "en"),
    ("tom@example.org", "Tom Hofer", "support", "de"),
]
ADA = ("ada@example.org", "Ada Müller", "sales", "en")
TOM = ("tom@example.org", "Tom Hofer", "support", "de")


def text(separator: str = ",", rows: list[tuple[object, ...]] | None = None) -> str:
    return "".join(separator.join(map(str, row)) + "\r\n" for row in rows or TABLE)


def formulas() -> bytes:
    """A workbook whose cells are calculated: with results, as Excel keeps them, and one without."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("email", "name"))
        sheet.write_formula(1, 0, '=LOWER("ADA@example.org")', None, "ada@example.org")
        sheet.write_formula(1, 1, '="Ada "&"Müller"', None, "Ada Müller")
        sheet.write_formula(2, 0, "=B9")
        sheet.write(2, 1, "Tom")
    return target.getvalue()


def bomb() -> bytes:
    """A megabyte of archive that says it becomes more than 100."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"<x/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_001)
    return target.getvalue()


def with_content(document: bytes, old: str, new: str) -> bytes:
    """Return *document* with *new* for the first *old* of its content."""
    parts = zipfile.ZipFile(io.BytesIO(document))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as changed:
        for name in parts.namelist():
            content = parts.read(name).decode()
            assert old in content or name != "content.xml"
            changed.writestr(name, content.replace(old, new, 1) if name == "content.xml" else content)
    return target.getvalue()


def repeating(columns: int, rows: int) -> bytes:
    """A sheet with one cell that says it stands there *columns* times *rows* times."""
    return with_content(
        open_document([("x",)]),
        "<table:table-row><table:table-cell",
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}"',
    )


def filled_up(document: bytes) -> bytes:
    """The sheet as LibreOffice saves one with colours: empty cells down to its last row."""
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = f'<table:table-row table:number-rows-repeated="1048573">{empty}</table:table-row>'
    return with_content(document, "</table:table>", rows + "</table:table>")


@dataclass(frozen=True)
class Odd:
    """A file and what becomes of it: people and notes, or problems as (row, column, begin of the words, value)."""

    data: bytes
    people: tuple[tuple[str, str, str, str], ...] = (ADA, TOM)
    notes: tuple[str, ...] = ()
    problems: tuple[tuple[int, str, str, str], ...] = field(default=())


ODD = {
    "a byte order mark": Odd(text().encode("utf-8-sig")),
    "UTF-16, little end first": Odd("\ufeff".encode("utf-16-le") + text("\t").encode("utf-16-le")),
    "UTF-16, big end first": Odd("\ufeff".encode("utf-16-be") + text("\t").encode("utf-16-be")),
    "letters of Windows": Odd(
        text(";").encode("cp1252"),
        notes=("the file is not in UTF-8 and was read as Windows-1252: check accents and umlauts",),
    ),
    "semicolons": Odd(text(";").encode()),
    "tabs": Odd(text("\t").encode()),
    "vertical bars": Odd(text("|").encode()),
    "semicolons, with commas in the names": Odd(
        text(";", [("email", "name"), ("ada@example.org", "Müller, Ada, Dr., MBA")]).encode(),
        people=(("ada@example.org", "Müller, Ada, Dr., MBA", "", "en"),),
    ),
    "merged cells": Odd(workbook(TABLE, merged="A2:B2"), problems=((0, "", "the sheet has merged cells", ""),)),
    "a hidden sheet": Odd(
        workbook(TABLE, [("email",), ("boss@example.org",)], hidden=1), notes=("the hidden sheet Sheet2 was not read",)
    ),
    "several sheets": Odd(workbook(TABLE, TABLE), problems=((0, "", "the file has 2 filled sheets: keep one", ""),)),
    "ragged rows": Odd(
        b"email,name,group\nada@example.org,Berger, Ada,sales\ntom@example.org\n",
        problems=((2, "", "has 4 cells, the headings are 3", ""), (3, "", "has only 1 cells, the headings are 3", "")),
    ),
    "a picture called people.csv": Odd(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), problems=((0, "", "the file is a picture", ""),)
    ),
    "Excel 95": Odd(excel_95(TABLE)),
    "Excel 97": Odd((HERE / "excel_97.xls").read_bytes()),
    "LibreOffice": Odd((HERE / "libreoffice.ods").read_bytes()),
    "one column": Odd(
        b"E-Mail\nada@example.org\ntom@example.org\n",
        people=(("ada@example.org", "", "", "en"), ("tom@example.org", "", "", "en")),
    ),
    "nothing": Odd(b"", problems=((0, "", "the file has no rows", ""),)),
    "headings only": Odd(workbook(TABLE[:1]), problems=((1, "", "there is nobody below the headings", ""),)),
    "a workbook with a password": Odd(
        locked_workbook(), problems=((0, "", "the file is protected by a password: save it without", ""),)
    ),
    "an old workbook with a password": Odd(
        excel_95(TABLE, locked=True), problems=((0, "", "the spreadsheet cannot be read: save it without a pass", ""),)
    ),
    "a workbook that unpacks without end": Odd(
        bomb(), problems=((0, "", "the spreadsheet unpacks to more than 100 MB", ""),)
    ),
    "a sheet that repeats a cell without end": Odd(
        repeating(16_384, 1_048_576), problems=((0, "", "the spreadsheet has cells far away", ""),)
    ),
    "a sheet that is filled up with empty rows": Odd(filled_up(open_document(TABLE))),
    "an old workbook with a cell far away": Odd(
        excel_95([*TABLE, *[()] * 65_000, (*[""] * 254, "x")]),
        problems=((0, "", "the spreadsheet has cells far away", ""),),
    ),
    "headings in row 3": Odd(
        workbook([("Participants of the pilot",), (), *TABLE]), notes=("what stands above row 3 was not read",)
    ),
    "headings in line 3": Odd(
        ("Participants, as of May\n\n" + text(";")).encode(), notes=("what stands above row 3 was not read",)
    ),
    "numbers as names": Odd(
        workbook([("email", "name"), ("ada@example.org", 4711), ("tom@example.org", 1.5)]),
        people=(("ada@example.org", "4711", "", "en"), ("tom@example.org", "1.5", "", "en")),
    ),
    "an address twice": Odd(
        text(rows=[*TABLE, ("ADA@Example.org", "Ada", "sales", "en")]).encode(),
        problems=((4, "email", "the same address as in row 2", "ada@example.org"),),
    ),
    "somebody in two groups": Odd(
        text(rows=[*TABLE, ("ada@example.org", "Ada", "support", "en")]).encode(),
        problems=((4, "email", "the same address as in row 2 in another team", "ada@example.org"),),
    ),
    "a group that nobody knows": Odd(
        text(rows=[TABLE[0], ("ada@example.org", "Ada", "Moon", "en")]).encode(),
        problems=((2, "group", "is no team of the charter: Sales, Customer care", "Moon"),),
    ),
    "formulas": Odd(formulas(), problems=((3, "email", "is not an e-mail address", "0"),)),
    "formulas as text": Odd(
        b'email,name\n"=HYPERLINK(""http://x"")",Ada\n',
        problems=((2, "email", "is not an e-mail address", '=HYPERLINK("http://x")'),),
    ),
    "headings that say nothing": Odd(
        text(rows=[("A", "B", "C", "D"), *TABLE[1:]]).encode(),
        problems=((1, "email", "the first row must have a heading like email", ""),),
    ),
}


def read(odd: Odd) -> PeopleFile:
    return read_people(odd.data, "people.csv", groups=GROUPS, languages=("en", "de"))


@pytest.mark.parametrize("kind", [kind for kind, odd in ODD.items() if not odd.problems])
def test_an_odd_file_is_imported(kind: str) -> None:
    odd = ODD[kind]

    found = read(odd)

    assert tuple((one.email, one.name, one.group, one.language) for one in found.people) == odd.people
    assert tuple(map(str, found.notes)) == odd.notes


@pytest.mark.parametrize("kind", [kind for kind, odd in ODD.items() if odd.problems])
def test_an_odd_file_is_refused_with_its_name_row_and_value(kind: str) -> None:
    odd = ODD[kind]

    with pytest.raises(PeopleFileError) as raised:
        read(odd)

    error = raised.value
    assert [(one.row, one.column, one.value) for one in error.found] == [
        (r, c, value) for r, c, _, value in odd.problems
    ]
    assert all(one.message.startswith(words) for one, (_, _, words, _) in zip(error.found, odd.problems, strict=True))
    assert str(error).startswith("people.csv was not imported:")
    assert not [value for *_, value in odd.problems if len(value) > 1 and value in str(error)]
    # Nothing but columns without meaning can be explained by whoever sent the file.
    assert isinstance(error, HeadingError) == (kind == "headings that say nothing")
