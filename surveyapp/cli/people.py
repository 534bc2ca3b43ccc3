"""`surveyapp people`: who is asked."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp import canonical
from surveyapp.asking import OTHER_TEAMS
from surveyapp.charter.model import Charter
from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import InputError
from surveyapp.office.people import Entry, People
from surveyapp.office.people_file import PeopleFile, read_people


@dataclass(frozen=True, slots=True)
class PeopleServices:
    """What these commands need."""

    desk: Desk
    people: People
    clock: Clock


def add_commands(commands: Any) -> None:
    """Declare the commands."""
    people = command.group(commands, "people", "who is asked")
    importing = command.add(
        people,
        "import",
        "add and update people from csv, tsv, xlsx, xls or ods",
        example="people import SLUG team.xlsx --dry-run",
        run=import_people,
        needs=PeopleServices,
    )
    importing.add_argument("slug")
    importing.add_argument("file", type=Path)
    importing.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")


def import_people(arguments: Namespace, services: PeopleServices) -> int:
    """Read a people file and store all of it, or nothing."""
    charter = canonical.from_json(services.desk.charter(arguments.slug).charter, Charter)
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise InputError(f"{arguments.file} cannot be read: {error.strerror}") from None
    file = read_people(data, arguments.file.name, groups=charter.groups, languages=charter.languages)
    for note in file.notes:
        print(note)
    entries = entries_of(file)
    if arguments.dry_run:
        difference = services.people.compare(arguments.slug, entries).difference(leave=False)
        print("nothing was stored. It would be: ", end="")
    else:
        difference = services.people.enter(arguments.slug, entries)
        services.desk.audit(
            Audited(services.clock(), "command line", "people import", arguments.slug, f"{len(entries)} rows")
        )
    print(f"{difference.added} added, {difference.changed} changed, {difference.unchanged} unchanged")
    return 0


def entries_of(file: PeopleFile) -> list[Entry]:
    """Return the people of *file* as the office keeps them; those without a team are in "other teams"."""
    return [Entry(row.email, row.name, row.group or OTHER_TEAMS, row.language) for row in file.people]
