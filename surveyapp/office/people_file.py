"""A list of people from a table: columns by meaning, every wrong row named at once, nothing stored."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.codebook import Option
from surveyapp.asking import OTHER_TEAMS
from surveyapp.errors import InputError
from surveyapp.office.people import Entry
from surveyapp.office.sheet import HEADING_WITHIN, Note, Row, Sheet, SheetError, read_sheet

NAME_LIMIT: Final = 200
SHOWN: Final = 200  # problems in the message; a file with more is wrong as a whole
_MEANINGS: Final[Mapping[str, str]] = {
    "email": "email mail emailaddress mailaddress emailadresse mailadresse workemail businessemail firmenmail"
    " dienstlicheemail dienstmail eposta correo correoelectronico courriel adressemail",
    "first": "firstname givenname forename vorname prenom nombre",
    "last": "lastname surname familyname nachname familienname zuname apellido apellidos nomdefamille",
    "name": "name fullname displayname vollername ganzername person employee mitarbeiter mitarbeiterin nom",
    "group": "group team groupe gruppe department dept abteilung bereich unit orgunit einheit equipe service grupo",
    "language": "language lang locale sprache langue idioma preferredlanguage",
}
# What a column can mean, in words.
MEANINGS: Final[Mapping[str, str]] = {
    "email": "E-mail address",
    "name": "Full name",
    "first": "First name",
    "last": "Last name",
    "group": "Team",
    "language": "Language",
}
_SYNONYMS: Final = {word: meaning for meaning, words in _MEANINGS.items() for word in words.split()}
_LANGUAGES: Final[Mapping[str, str]] = {
    "english": "en",
    "englisch": "en",
    "anglais": "en",
    "german": "de",
    "deutsch": "de",
    "allemand": "de",
    "french": "fr",
    "franzosisch": "fr",
    "francais": "fr",
    "spanish": "es",
    "spanisch": "es",
    "espanol": "es",
    "italian": "it",
    "italienisch": "it",
    "italiano": "it",
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person; *group* is a code of the charter, empty for other teams."""

    row: int
    email: str
    name: str
    group: str
    language: str


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """Everybody in the file, what was noticed, and the headings that were not read."""

    people: tuple[PersonRow, ...]
    notes: tuple[Note, ...]
    dropped: tuple[str, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everybody as the office keeps them; those without a team are in "other teams"."""
        return tuple(Entry(one.email, one.name, one.group or OTHER_TEAMS, one.language) for one in self.people)


@dataclass(frozen=True, slots=True)
class Columns:
    """What somebody says that the columns of a file mean: one of MEANINGS each, or nothing.

    The headings stand in row *heading*, what is above is skipped; 0: there are none.
    """

    meanings: tuple[str, ...]
    heading: int


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row (0: in the file): *phrase* with %(values)s.

    *value* is what stands there: for the person who uploaded the file, and no part of the text.
    """

    row: int
    column: str
    phrase: str
    values: tuple[tuple[str, object], ...] = ()
    value: str = ""

    @property
    def message(self) -> str:
        """The words in English."""
        return self.phrase % dict(self.values) if self.values else self.phrase

    def __str__(self) -> str:
        if not self.row:
            return self.message
        return f"row {self.row}, {self.column}: {self.message}" if self.column else f"row {self.row}: {self.message}"


class PeopleFileError(InputError):
    """A people file that was not imported; *found* names every problem with its value, the text without."""

    def __init__(self, file: str, found: Sequence[RowProblem]) -> None:
        self.found = tuple(found)
        further = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        super().__init__(f"{file} was not imported:", [*map(str, found[:SHOWN]), *further])


class HeadingError(PeopleFileError):
    """The headings are not understood; whoever looks at *sheet* may say what the columns mean."""

    def __init__(self, file: str, found: Sequence[RowProblem], sheet: Sheet) -> None:
        super().__init__(file, found)
        self.sheet = sheet


def read_people(
    data: bytes, name: str, *, groups: Sequence[Option], languages: Sequence[str], columns: Columns | None = None
) -> PeopleFile:
    """Return the people in *data*; *name* is how the file is called, the first of *languages* is the usual one.

    Raises:
        HeadingError: the headings are not understood, or *columns* do not say where the addresses are.
        PeopleFileError: the file is no table or rows are wrong; every one is named.
    """
    try:
        sheet = read_sheet(data, _is_heading)
    except SheetError as error:
        raise PeopleFileError(name, [RowProblem(error.row, "", error.phrase, error.values)]) from None
    heading, rows = _parted(sheet, columns)
    places, problems = _places(heading, columns)
    if problems:
        raise HeadingError(name, problems, sheet)
    reader = _Reader(places, len(heading.cells), groups, languages)
    people = tuple(person for row in rows if (person := reader.person(row)) is not None)
    problems = [*reader.problems, *_repeated(people)]
    if problems:
        raise PeopleFileError(name, sorted(problems, key=lambda problem: problem.row))
    if not people:
        raise PeopleFileError(name, [RowProblem(heading.number, "", "there is nobody below the headings")])
    dropped = tuple(cell for index, cell in enumerate(heading.cells) if cell and index not in places.values())
    notes = [*sheet.notes, *_noticed(sheet, heading, dropped)]
    alone = sum(not person.group for person in people)
    if "group" in places and alone:
        notes.append(Note("without a team, counted as other teams: %(people)s", (("people", alone),)))
    return PeopleFile(people, tuple(notes), dropped)


def as_text(people: Sequence[PersonRow]) -> str:
    """Return *people* as a file that is read back the same."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(("email", "name", "group", "language"))
    writer.writerows((one.email, one.name, one.group, one.language) for one in people)
    return target.getvalue()


def address_in(given: str) -> str:
    """Return the e-mail address that *given* is, as it is kept, or nothing."""
    from email_validator import EmailNotValidError, validate_email

    try:
        # No name server is asked: the list stays in the house.
        checked = validate_email(given, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False)
    except EmailNotValidError:
        return ""
    # An internal domain may be unknown to the world, but it has more than one part.
    if "." not in checked.domain:
        return ""
    address: str = checked.ascii_email or checked.normalized
    return address.lower()


def plain(text: str) -> str:
    """Return *text* without case, accents and everything that is no letter or digit."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def _is_heading(cells: Sequence[str]) -> bool:
    return any(_SYNONYMS.get(plain(cell)) == "email" for cell in cells)


def _parted(sheet: Sheet, columns: Columns | None) -> tuple[Row, tuple[Row, ...]]:
    """Return the headings and the rows below them; where there are no headings, empty ones."""
    if columns is None:
        upper = enumerate(sheet.rows[:HEADING_WITHIN])
        place = next((place for place, row in upper if _is_heading(row.cells)), 0)
    elif columns.heading:
        place = next((place for place, row in enumerate(sheet.rows) if row.number >= columns.heading), 0)
    else:
        return Row(0, ("",) * len(sheet.rows[0].cells)), sheet.rows
    return sheet.rows[place], sheet.rows[place + 1 :]


def _places(heading: Row, columns: Columns | None) -> tuple[dict[str, int], list[RowProblem]]:
    """Return the place of every meaning in the heading, or what keeps it from being understood."""
    found: dict[str, int] = {}
    problems = []
    meanings = columns.meanings if columns else [_SYNONYMS.get(plain(cell), "") for cell in heading.cells]
    for index, meaning in enumerate(meanings[: len(heading.cells)]):
        if not meaning:
            continue
        if meaning in found:
            cell = heading.cells[index]
            problems.append(RowProblem(heading.number, meaning, "two columns mean the same: keep one", value=cell))
        found.setdefault(meaning, index)
    if "email" not in found:
        problems.append(
            RowProblem(0, "email", "say which column has the addresses")
            if columns
            else RowProblem(heading.number, "email", "the first row must have a heading like email")
        )
    return found, problems


def _noticed(sheet: Sheet, heading: Row, dropped: Sequence[str]) -> Iterator[Note]:
    if heading.number and heading.number > sheet.rows[0].number:
        yield Note("what stands above row %(row)s was not read", (("row", heading.number),))
    for column in dropped:
        yield Note("the column %(column)s was not read", (("column", column),))


def _repeated(people: Sequence[PersonRow]) -> Iterator[RowProblem]:
    first: dict[str, PersonRow] = {}
    for person in people:
        before = first.setdefault(person.email, person)
        if before is person:
            continue
        earlier = (("row", before.row),)
        yield (
            RowProblem(person.row, "email", "the same address as in row %(row)s", earlier, person.email)
            if before.group == person.group
            else RowProblem(
                person.row, "email", "the same address as in row %(row)s in another team", earlier, person.email
            )
        )


class _Reader:
    """Reads row after row and notes what is wrong."""

    def __init__(
        self, columns: Mapping[str, int], width: int, groups: Sequence[Option], languages: Sequence[str]
    ) -> None:
        self.problems: list[RowProblem] = []
        self._columns = columns
        self._width = width
        self._languages = tuple(languages)
        self._groups = {plain(label): group.code for group in groups for _, label in group.label.entries}
        self._groups |= {plain(group.code): group.code for group in groups}
        self._labels = ", ".join(group.label.into(self._languages[0]) for group in groups)

    def person(self, row: Row) -> PersonRow | None:
        """Return the person in *row*, or None if the row has no usable address."""
        filled = max((place for place, cell in enumerate(row.cells, start=1) if cell), default=0)
        if filled > self._width:
            self._note(
                row, "", "has %(cells)s cells, the headings are %(headings)s", cells=filled, headings=self._width
            )
            return None
        if len(row.cells) < self._width:
            few = len(row.cells)
            self._note(
                row, "", "has only %(cells)s cells, the headings are %(headings)s", cells=few, headings=self._width
            )
            return None
        email = self._email(row)
        person = PersonRow(row.number, email, self._name(row), self._group(row), self._language(row))
        return person if email else None

    def _note(self, row: Row, column: str, phrase: str, value: str = "", **values: object) -> None:
        self.problems.append(RowProblem(row.number, column, phrase, tuple(values.items()), value))

    def _cell(self, row: Row, meaning: str) -> str:
        return row.cells[self._columns[meaning]] if meaning in self._columns else ""

    def _email(self, row: Row) -> str:
        given = self._cell(row, "email")
        if not given:
            self._note(row, "email", "is empty")
            return ""
        address = address_in(given)
        if not address:
            self._note(row, "email", "is not an e-mail address", given)
        return address

    def _name(self, row: Row) -> str:
        whole = self._cell(row, "name")
        name = whole or " ".join(filter(None, (self._cell(row, "first"), self._cell(row, "last"))))
        if len(name) > NAME_LIMIT:
            self._note(row, "name", "is longer than %(limit)s characters", name, limit=NAME_LIMIT)
        return name

    def _group(self, row: Row) -> str:
        given = self._cell(row, "group")
        code = self._groups.get(plain(given), "")
        if given and not code:
            self._note(row, "group", "is no team of the charter: %(groups)s", given, groups=self._labels)
        return code

    def _language(self, row: Row) -> str:
        given = self._cell(row, "language")
        if not given:
            return self._languages[0]
        wanted = _LANGUAGES.get(plain(given), given.replace("_", "-").lower())
        for language in self._languages:
            if language.lower() in {wanted, wanted.split("-")[0]}:
                return language
        self._note(row, "language", "must be one of %(choices)s", given, choices=", ".join(self._languages))
        return self._languages[0]
