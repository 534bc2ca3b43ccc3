"""A section of the charter as a page shows it: inputs with labels, values, and what is wrong beside each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveyapp.charter.draft import Fault
from surveyapp.charter.filling import Entries, languages_of, name_of, rows_of, values_of
from surveyapp.charter.form import SECTIONS, Control, Field, Part, Rows, Section
from surveyapp.documents.fields import MISSING
from surveyapp.saying import Said
from surveyapp.templating import LANGUAGE_NAMES

THIS_IS_MISSING = "this is missing"


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its *language* where it takes words, and the faults of its value."""

    name: str
    field: Field
    value: str
    language: str
    faults: tuple[Fault, ...]

    @property
    def id(self) -> str:
        """What labels and messages refer to."""
        return "f-" + self.name.replace(".", "-")

    @property
    def messages(self) -> tuple[Said, ...]:
        """What is wrong with the value; who sees the field need not be told its name."""
        return tuple(_told(fault) for fault in self.faults)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What can be chosen, with a value that a file brought and the form does not know."""
        known = self.field.choices
        return known if not self.value or self.value in dict(known) else (*known, (self.value, self.value))


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list; *number* counts from 1, a spare one is empty."""

    number: int
    spare: bool
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class ShownRows:
    """A list with its entries."""

    part: Rows
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]

    @property
    def id(self) -> str:
        """What messages refer to."""
        return "f-" + name_of(self.part.path).replace(".", "-")

    @property
    def messages(self) -> tuple[Said, ...]:
        """What is wrong with the list as a whole."""
        return tuple(_told(fault) for fault in self.faults)


Shown = tuple[Input, ...] | ShownRows


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the summary of what is wrong: where it is, what is asked there, and what is wrong."""

    anchor: str
    label: str
    said: Said


@dataclass(frozen=True, slots=True)
class Progress:
    """How many things a section lacks."""

    section: Section
    lacking: int


def _told(fault: Fault) -> Said:
    """Return what a page says of *fault* beside its field."""
    return Said(THIS_IS_MISSING) if fault.phrase == MISSING else Said(fault.phrase, fault.values)


def section_called(name: str) -> Section | None:
    """Return the section of this name."""
    return next((section for section in SECTIONS if section.id == name), None)


def after(section: Section) -> Section | None:
    """Return the section that comes after *section*."""
    place = SECTIONS.index(section) + 1
    return SECTIONS[place] if place < len(SECTIONS) else None


def progress(faults: Sequence[Fault]) -> tuple[Progress, ...]:
    """Return for each section how many *faults* are in it."""
    return tuple(Progress(section, len(faults_in(section, faults))) for section in SECTIONS)


def elsewhere(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Return those *faults* that no section shows, as of keys that nobody knows."""
    inside = {fault for section in SECTIONS for fault in faults_in(section, faults)}
    return tuple(fault for fault in faults if fault not in inside)


def faults_in(section: Section, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Return those *faults* that are about an input of *section*, or about something around them."""
    paths = [path for part in section.parts for path in _paths(part)]
    return tuple(fault for fault in faults if fault.path and any(_near(fault, path) for path in paths))


def shown(section: Section, entries: Entries, faults: Sequence[Fault]) -> tuple[Shown, ...]:
    """Return the parts of *section*: a field with its inputs, or a list with its rows."""
    values, languages = values_of(section, entries), languages_of(entries)
    mine = faults_in(section, faults)
    return tuple(
        tuple(_inputs(part, (), values, languages, mine))
        if isinstance(part, Field)
        else _rows(part, values, languages, mine, entries)
        for part in section.parts
    )


def noted(parts: Sequence[Shown]) -> tuple[Noted, ...]:
    """Return what is wrong in *parts*, in their order."""
    return tuple(line for part in parts for line in _noted(part))


def _noted(part: Shown) -> Iterator[Noted]:
    if isinstance(part, ShownRows):
        yield from (Noted(part.id, part.part.label, one) for one in part.messages)
    inputs = [one for row in part.rows for one in row.inputs] if isinstance(part, ShownRows) else part
    for one in inputs:
        yield from (Noted(one.id, one.field.label, message) for message in one.messages)


def _rows(
    part: Rows, values: Mapping[str, str], languages: Sequence[str], faults: Sequence[Fault], entries: Entries
) -> ShownRows:
    held = len(rows_of(part, entries)) - part.spare
    rows = tuple(
        Row(
            index + 1,
            index >= held,
            tuple(
                one for field in part.fields for one in _inputs(field, (*part.path, index), values, languages, faults)
            ),
        )
        for index in range(held + part.spare)
    )
    told = {fault for row in rows for one in row.inputs for fault in one.faults}
    return ShownRows(
        part,
        rows,
        tuple(fault for fault in faults if fault not in told and fault.path[: len(part.path)] == part.path),
    )


def _inputs(
    field: Field,
    before: Sequence[str | int],
    values: Mapping[str, str],
    languages: Sequence[str],
    faults: Sequence[Fault],
) -> Iterator[Input]:
    name = name_of((*before, *field.path))
    told = tuple(fault for fault in faults if name_of(fault.path) == name)
    if field.control is Control.LANGUAGES:
        for language in LANGUAGE_NAMES:
            yield Input(f"{name}.{language}", field, "yes" if language in languages else "", language, told)
    elif field.control is Control.WORDS:
        for language in languages:
            own = tuple(fault for fault in faults if name_of(fault.path) == f"{name}.{language}")
            first = told if language == languages[0] else ()
            yield Input(f"{name}.{language}", field, values.get(f"{name}.{language}", ""), language, (*first, *own))
    else:
        yield Input(name, field, values.get(name, ""), "", told)


def _paths(part: Part) -> tuple[tuple[str, ...], ...]:
    return (part.path, ("sanctioned_tools",)) if part.path == ("known_tools",) else (part.path,)


def _near(fault: Fault, path: tuple[str, ...]) -> bool:
    """Return whether *fault* is at or below *path*, or at something that holds it."""
    return fault.path[: len(path)] == path or path[: len(fault.path)] == fault.path
