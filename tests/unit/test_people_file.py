"""Lists of people as companies have them: imported whole, or refused with every row named."""

import contextlib
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.codebook import Option, Text
from surveyapp.errors import InputError
from surveyapp.office.people_file import (
    Columns,
    HeadingError,
    PeopleFile,
    PeopleFileError,
    PersonRow,
    as_text,
    read_people,
)
from surveyapp.office.sheet import Row, Sheet, read_sheet
from tests.spreadsheets import open_document, workbook

GROUPS = (
    Option("sales", Text.of({"en": "Sales", "de": "Vertrieb"})),
    Option("customer_care", Text.of({"en": "Customer care", "de": "Kundenbetreuung Süd"})),
)
CSV = "email,name,group,language\nada@example.org,Ada Berger,Sales,en\ntom@example.org,Tom Hofer,Customer care,de\n"
PEOPLE = (
    PersonRow(2, "ada@example.org", "Ada Berger", "sales", "en"),
    PersonRow(3, "tom@example.org", "Tom Hofer", "customer_care", "de"),
)


def read(data: str | bytes, name: str = "people.csv") -> PeopleFile:
    raw = data.encode() if isinstance(data, str) else data
    return read_people(raw, name, groups=GROUPS, languages=("en", "de"))


def words(found: PeopleFile) -> tuple[str, ...]:
    return tuple(str(note) for note in found.notes)


def problems(data: str | bytes) -> list[tuple[str, str]]:
    """Return the text of every problem and its value."""
    with pytest.raises(PeopleFileError) as raised:
        read(data)
    return [(str(problem), problem.value) for problem in raised.value.found]


ROWS: list[tuple[object, ...]] = [tuple(line.split(",")) for line in CSV.splitlines()]


def test_a_plain_list_is_read() -> None:
    assert read(CSV) == PeopleFile(PEOPLE, (), ())


@pytest.mark.parametrize(
    "data",
    [
        CSV.replace(",", ";"),
        CSV.replace(",", "\t"),
        CSV.replace(",", "|"),
        CSV.replace("\n", "\r\n"),
        CSV.replace("\n", "\r"),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.encode("utf-16"),
        "\ufeff".encode("utf-16-be") + CSV.encode("utf-16-be"),
        '"email","name","group","language"\n' + CSV.split("\n", 1)[1],
        workbook(ROWS),
        workbook(ROWS, []),
        open_document(ROWS),
    ],
    ids=["semicolon", "tab", "pipe", "crlf", "cr", "bom", "utf-16", "utf-16-be", "quotes", "xlsx", "empty", "ods"],
)
def test_the_same_list_in_another_form_is_the_same(data: str | bytes) -> None:
    assert read(data).people == PEOPLE


def test_a_spreadsheet_is_known_by_content_not_by_name() -> None:
    assert read(workbook(ROWS), "people.csv").people == PEOPLE
    assert read(CSV, "people.xlsx").people == PEOPLE


def test_one_column_is_a_list_too() -> None:
    found = read("E-Mail\nada@example.org\n")

    assert found.people == (PersonRow(2, "ada@example.org", "", "", "en"),)


@pytest.mark.parametrize(
    "heading", ["E-Mail;Name;Abteilung;Sprache", "MAIL ;Vollständiger Name?;TEAM;Locale", "Courriel;Nom;Équipe;Langue"]
)
def test_columns_are_found_by_meaning(heading: str) -> None:
    found = read(CSV.replace(",", ";").replace("email;name;group;language", heading))

    assert [person.group for person in found.people] == ["sales", "customer_care"]
    assert [person.language for person in found.people] == ["en", "de"]


def test_first_and_last_name_are_put_together() -> None:
    found = read("Nachname,Vorname,E-Mail\nBerger,Ada,ada@example.org\n")

    assert found.people[0].name == "Ada Berger"


def test_columns_without_meaning_are_dropped_and_named() -> None:
    found = read("email,Phone,Salary\nada@example.org,123,4000\n")

    assert found.dropped == ("Phone", "Salary")
    assert words(found) == ("the column Phone was not read", "the column Salary was not read")


@pytest.mark.parametrize(
    ("group", "code"),
    [
        ("SALES", "sales"),
        ("vertrieb", "sales"),
        ("customer_care", "customer_care"),
        ("kundenbetreuung  sud", "customer_care"),
    ],
)
def test_groups_are_found_by_code_or_label_without_case_and_accents(group: str, code: str) -> None:
    assert read(f"email,group\nada@example.org,{group}\n").people[0].group == code


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("", "en"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de_AT", "de"),
        ("Deutsch", "de"),
        ("German", "de"),
        ("English", "en"),
    ],
)
def test_languages_are_found_by_code_or_name(language: str, code: str) -> None:
    assert read(f"email,language\nada@example.org,{language}\n").people[0].language == code


def test_people_without_group_are_counted_in_a_note() -> None:
    found = read("email,group\nada@example.org,\ntom@example.org,Sales\n")

    assert found.people[0].group == ""
    assert words(found) == ("without a team, counted as other teams: 1",)


def test_letters_of_windows_are_read_with_a_note() -> None:
    found = read("email,name\nada@example.org,Jörg Müller\n".encode("cp1252"))

    assert found.people[0].name == "Jörg Müller"
    assert "Windows-1252" in words(found)[0]


def test_three_bad_rows_are_named_at_once_with_their_values_apart() -> None:
    text = "email,name,group,language\nada(at)example.org,Ada,Sales,en\ntom@example.org,Tom,Moon,fr\n,Eva,Sales,en\n"

    assert problems(text) == [
        ("row 2, email: is not an e-mail address", "ada(at)example.org"),
        ("row 3, group: is no team of the charter: Sales, Customer care", "Moon"),
        ("row 3, language: must be one of en, de", "fr"),
        ("row 4, email: is empty", ""),
    ]


def test_no_value_is_in_the_text_of_the_error() -> None:
    with pytest.raises(PeopleFileError) as raised:
        read("email,group\nada(at)example.org,Moon\neva@example.org,Sales\nEVA@example.org,Sales\n")

    assert not any(value in str(raised.value).lower() for value in ("ada", "moon", "eva", "example.org"))
    assert isinstance(raised.value, InputError)
    assert len(raised.value.problems) == 3


def test_a_person_twice_and_in_two_groups_is_reported() -> None:
    text = "email,group\nada@example.org,Sales\nADA@Example.org,Sales\nada@example.org,Customer care\n"

    assert problems(text) == [
        ("row 3, email: the same address as in row 2", "ada@example.org"),
        ("row 4, email: the same address as in row 2 in another team", "ada@example.org"),
    ]


def test_ragged_rows_are_reported() -> None:
    text = "email,name,group\nada@example.org,Berger, Ada,Sales\ntom@example.org,Tom\n"

    assert problems(text) == [
        ("row 2: has 4 cells, the headings are 3", ""),
        ("row 3: has only 2 cells, the headings are 3", ""),
    ]


def test_blank_rows_do_not_matter_and_do_not_shift_the_numbers() -> None:
    assert problems("\nemail,name\n\n,,\nwrong,X\n") == [("row 5, email: is not an e-mail address", "wrong")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,team\nAda,Sales\n", "row 1, email: the first row must have a heading like email"),
        ("email,mail\na@example.org,b@example.org\n", "row 1, email: two columns mean the same: keep one"),
        ("email,name\n", "row 1: there is nobody below the headings"),
        ("email\nada@example\n", "row 2, email: is not an e-mail address"),
        ("email\nAda <ada@example.org>\n", "row 2, email: is not an e-mail address"),
        ("email\nada@example.org bcc:x@y.z\n", "row 2, email: is not an e-mail address"),
        ("email\n=1+1\n", "row 2, email: is not an e-mail address"),
    ],
)
def test_other_mistakes_are_named(text: str, message: str) -> None:
    assert [words for words, _ in problems(text)] == [message]


def test_the_message_of_a_hopeless_file_stays_short() -> None:
    with pytest.raises(PeopleFileError) as raised:
        read("email\n" + "x\n" * 5000)

    assert raised.value.problems[-1] == "and 4800 more"
    assert len(raised.value.found) == 5000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no rows"),
        (b"\n\n ,\n", "no rows"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "a picture, not a table"),
        (b"%PDF-1.7", "a PDF, not a table"),
        (b"a\x00b\x00,c", "not a table"),
        (b"email\n\x81\x8d\x8f\xff", "letters of the file cannot be read"),
        (b'email\n"ada', "row 2: a quotation mark is missing"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be read"),
        (b"x" * 10_000_001, "larger than 10 MB"),
        (workbook(ROWS, ROWS), "2 filled sheets"),
        (workbook(ROWS, merged="A2:B2"), "merged cells"),
        (workbook([]), "no rows"),
    ],
    ids=["nothing", "blank", "png", "pdf", "binary", "letters", "quote", "zip", "ole", "big", "two", "merged", "empty"],
)
def test_what_is_no_list_is_refused_with_the_reason(data: bytes, message: str) -> None:
    with pytest.raises(PeopleFileError, match=message):
        read(data)


def test_hidden_sheets_are_not_read_and_named() -> None:
    found = read(workbook(ROWS, [("email",), ("secret@example.org",)], hidden=1))

    assert found.people == PEOPLE
    assert words(found) == ("the hidden sheet Sheet2 was not read",)


def test_numbers_in_cells_look_as_typed() -> None:
    found = read(workbook([("email", "name"), ("ada@example.org", 7)]))

    assert found.people[0].name == "7"


def test_a_cell_far_away_cannot_fill_the_memory() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "email")
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(PeopleFileError, match="far away"):
        read(target.getvalue())


def test_a_spreadsheet_that_unpacks_without_end_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_001)

    with pytest.raises(PeopleFileError, match="unpacks to more than 100 MB"):
        read(target.getvalue())


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_name_a_reason(data: bytes) -> None:
    with contextlib.suppress(InputError):
        assert read(data).people


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=5), st.integers(0, 3))
def test_a_table_that_goes_out_and_comes_back_is_the_same_in_the_same_rows(rows: list[list[str]], above: int) -> None:
    before = Sheet(
        tuple(
            Row(above + 2 * number + 1, tuple(" ".join(_printable(cell).split()) for cell in row))
            for number, row in enumerate(rows)
        )
    )
    kept = tuple(row for row in before.rows if any(row.cells))
    assume(kept)

    assert read_sheet(Sheet(kept).as_text().encode()).rows == kept


def _printable(cell: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in cell)


@given(st.lists(cells, min_size=1, max_size=5))
def test_people_who_go_out_and_come_back_are_the_same(names: list[str]) -> None:
    people = tuple(
        PersonRow(number, f"p{number}@example.org", " ".join(_printable(name).split()), "customer_care", "de")
        for number, name in enumerate(names, 2)
    )

    assert read(as_text(people)).people == people


def test_columns_are_what_somebody_says_they_are() -> None:
    text = "Liste vom Mai,,\nA,B,C\nSales,ada@example.org,Ada\n"

    found = read_people(
        text.encode(),
        "people.csv",
        groups=GROUPS,
        languages=("en", "de"),
        columns=Columns(("group", "email", ""), heading=2),
    )

    assert found.people == (PersonRow(3, "ada@example.org", "", "sales", "en"),)
    assert words(found) == ("what stands above row 2 was not read", "the column C was not read")


@pytest.mark.parametrize("meanings", [("", "", ""), ("name", "group", ""), ("email", "email", "")])
def test_columns_without_addresses_or_with_two_of_them_are_asked_for_again(meanings: tuple[str, ...]) -> None:
    with pytest.raises(HeadingError) as raised:
        read_people(b"A,B,C\n1,2,3\n", "x", groups=GROUPS, languages=("en",), columns=Columns(meanings, 1))

    assert raised.value.sheet.rows[0].cells == ("A", "B", "C")
