"""`surveyapp people`: who is asked."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import InputError, RefusedError
from surveyapp.office.leaving import Leaving
from surveyapp.office.people import People
from surveyapp.office.people_file import address_in, read_people


@dataclass(frozen=True, slots=True)
class PeopleServices:
    """What these commands need."""

    desk: Desk
    people: People
    leaving: Leaving
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
    importing.add_argument("--leave", action="store_true", help="whoever is not in the file leaves the pilot")
    erasing = command.add(
        people,
        "erase",
        "take somebody off every list of a pilot, for good; what is counted stays counted",
        example="people erase SLUG ada@example.org",
        run=erase_person,
        needs=PeopleServices,
    )
    erasing.add_argument("slug")
    erasing.add_argument("email")


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
    entries = file.entries
    if arguments.dry_run:
        difference = services.people.compare(arguments.slug, entries).difference(leave=arguments.leave)
        print("nothing was stored. It would be: ", end="")
    else:
        difference = services.people.enter(arguments.slug, entries, leave=arguments.leave)
        services.desk.audit(
            Audited(services.clock(), "command line", "people import", arguments.slug, f"{len(entries)} rows")
        )
    print(f"{difference.added} added, {difference.changed} changed, {difference.unchanged} unchanged", end="")
    print(f", {difference.left} left" if arguments.leave else "")
    return 0 if arguments.dry_run or not difference.left else _forget(services)


def erase_person(arguments: Namespace, services: PeopleServices) -> int:
    """Take somebody off every list of a pilot, also while a wave is open."""
    services.desk.pilot(arguments.slug)
    person = services.people.find_address(arguments.slug, address_in(arguments.email.strip()))
    # Also for nobody: what an earlier call could not clean is cleaned now.
    if person is None or not services.leaving.remove(arguments.slug, person.id):
        print("nobody on the list has this address")
    else:
        services.desk.audit(Audited(services.clock(), "command line", "people erase", arguments.slug, ""))
        print("erased: nothing tells any more that this person was asked")
    return _forget(services)


def _forget(services: PeopleServices) -> int:
    if services.leaving.forget():
        return 0
    raise RefusedError("it is done, but the office database is being read: do it again to remove the last traces")
