"""A list of people from a table: columns by meaning, every wrong row named at once, nothing stored."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.codebook import Option
from surveyapp.errors import InputError
from surveyapp.office.sheet import Row, read_sheet

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
    notes: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row; *value* is for the person who uploaded the file and no part of the text."""

    row: int
    column: str
    message: str
    value: str = ""

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.message}" if self.column else f"row {self.row}: {self.message}"


class PeopleFileError(InputError):
    """A people file that was not imported; *found* names every problem with its value, the text without."""

    def __init__(self, file: str, found: Sequence[RowProblem]) -> None:
        self.found = tuple(found)
        further = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        super().__init__(f"{file} was not imported:", [*map(str, found[:SHOWN]), *further])


def read_people(data: bytes, name: str, *, groups: Sequence[Option], languages: Sequence[str]) -> PeopleFile:
    """Return the people in *data*; *name* is how the file is called, the first of *languages* is the usual one.

    Raises:
        PeopleFileError: rows or headings are wrong; every one is named.
        SheetError: the file is no table.
    """
    sheet = read_sheet(data)
    heading, rows = sheet.rows[0], sheet.rows[1:]
    columns, problems = _columns(heading)
    if problems:
        raise PeopleFileError(name, problems)
    reader = _Reader(columns, len(heading.cells), groups, languages)
    people = tuple(person for row in rows if (person := reader.person(row)) is not None)
    problems = [*reader.problems, *_repeated(people)]
    if problems:
        raise PeopleFileError(name, sorted(problems, key=lambda problem: problem.row))
    if not people:
        raise PeopleFileError(name, [RowProblem(heading.number, "", "there is nobody below the headings")])
    dropped = tuple(cell for index, cell in enumerate(heading.cells) if cell and index not in columns.values())
    notes = [*sheet.notes, *(f"the column {column} was not read" for column in dropped)]
    if "group" in columns and any(not person.group for person in people):
        notes.append(f"without a group, counted as other teams: {sum(not person.group for person in people)}")
    return PeopleFile(people, tuple(notes), dropped)


def plain(text: str) -> str:
    """Return *text* without case, accents and everything that is no letter or digit."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def _columns(heading: Row) -> tuple[dict[str, int], list[RowProblem]]:
    """Return the place of every meaning in the heading."""
    found: dict[str, int] = {}
    problems = []
    for index, cell in enumerate(heading.cells):
        meaning = _SYNONYMS.get(plain(cell))
        if meaning is None:
            continue
        if meaning in found:
            problems.append(RowProblem(heading.number, meaning, "two columns mean the same: keep one", cell))
        found.setdefault(meaning, index)
    if "email" not in found:
        problems.append(RowProblem(heading.number, "email", "the first row must have a heading like email"))
    return found, problems


def _repeated(people: Sequence[PersonRow]) -> Iterator[RowProblem]:
    first: dict[str, PersonRow] = {}
    for person in people:
        before = first.setdefault(person.email, person)
        if before is person:
            continue
        other = " in another group" if before.group != person.group else ""
        yield RowProblem(person.row, "email", f"the same address as in row {before.row}{other}", person.email)


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

    def person(self, row: Row) -> PersonRow | None:
        """Return the person in *row*, or None if the row has no usable address."""
        filled = max((place for place, cell in enumerate(row.cells, start=1) if cell), default=0)
        if filled > self._width:
            self._note(row, "", f"has {filled} cells, the headings are {self._width}")
            return None
        if len(row.cells) < self._width:
            self._note(row, "", f"has only {len(row.cells)} cells, the headings are {self._width}")
            return None
        email = self._email(row)
        person = PersonRow(row.number, email, self._name(row), self._group(row), self._language(row))
        return person if email else None

    def _note(self, row: Row, column: str, message: str, value: str = "") -> None:
        self.problems.append(RowProblem(row.number, column, message, value))

    def _cell(self, row: Row, meaning: str) -> str:
        return row.cells[self._columns[meaning]] if meaning in self._columns else ""

    def _email(self, row: Row) -> str:
        from email_validator import EmailNotValidError, validate_email

        given = self._cell(row, "email")
        if not given:
            self._note(row, "email", "is empty")
            return ""
        try:
            # No name server is asked: the list stays in the house.
            checked = validate_email(
                given, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False
            )
        except EmailNotValidError:
            checked = None
        # An internal domain may be unknown to the world, but it has more than one part.
        if checked is None or "." not in checked.domain:
            self._note(row, "email", "is not an e-mail address", given)
            return ""
        address: str = checked.ascii_email or checked.normalized
        return address.lower()

    def _name(self, row: Row) -> str:
        whole = self._cell(row, "name")
        name = whole or " ".join(filter(None, (self._cell(row, "first"), self._cell(row, "last"))))
        if len(name) > NAME_LIMIT:
            self._note(row, "name", f"is longer than {NAME_LIMIT} characters", name)
        return name

    def _group(self, row: Row) -> str:
        given = self._cell(row, "group")
        code = self._groups.get(plain(given), "")
        if given and not code:
            self._note(row, "group", "is no group of the charter", given)
        return code

    def _language(self, row: Row) -> str:
        given = self._cell(row, "language")
        if not given:
            return self._languages[0]
        wanted = _LANGUAGES.get(plain(given), given.replace("_", "-").lower())
        for language in self._languages:
            if language.lower() in {wanted, wanted.split("-")[0]}:
                return language
        self._note(row, "language", f"must be one of {', '.join(self._languages)}", given)
        return self._languages[0]
