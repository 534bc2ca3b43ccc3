"""Who may be invited to the waves of a pilot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select, update

from surveyapp.database import read, write
from surveyapp.office.tables import PERSON


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a people list. *email* is None for people who get a paper slip."""

    email: str | None
    name: str
    group_code: str
    language: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import changes: counts of people."""

    added: int
    changed: int
    unchanged: int


class People:
    """The people of all pilots."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def list_of(self, pilot: str) -> tuple[Entry, ...]:
        """Return everybody of *pilot*, ordered by address."""
        rows = read(
            self._engine,
            lambda connection: connection.execute(
                select(PERSON.c.email, PERSON.c.name, PERSON.c.group_code, PERSON.c.language)
                .where(PERSON.c.pilot_id == pilot)
                .order_by(PERSON.c.email)
            ).all(),
        )
        return tuple(Entry(*row) for row in rows)

    def difference(self, pilot: str, entries: Sequence[Entry]) -> Difference:
        """Return what `enter` would change, changing nothing."""
        return read(self._engine, lambda connection: _sort_out(connection, pilot, entries)[0])

    def enter(self, pilot: str, entries: Sequence[Entry]) -> Difference:
        """Add the new *entries* and update the known ones, found by address; nobody is removed."""

        def unit(connection: Connection) -> Difference:
            difference, added, changed = _sort_out(connection, pilot, entries)
            if added:
                connection.execute(
                    insert(PERSON),
                    [_row(pilot, entry) | {"id": self._random_bytes(16)} for entry in added],
                )
            for entry in changed:
                connection.execute(
                    update(PERSON)
                    .where(PERSON.c.pilot_id == pilot, PERSON.c.email == entry.email)
                    .values(**_row(pilot, entry))
                )
            return difference

        return write(self._engine, unit)


def _row(pilot: str, entry: Entry) -> dict[str, str | None]:
    return {
        "pilot_id": pilot,
        "email": entry.email,
        "name": entry.name,
        "group_code": entry.group_code,
        "language": entry.language,
    }


def _sort_out(
    connection: Connection, pilot: str, entries: Sequence[Entry]
) -> tuple[Difference, list[Entry], list[Entry]]:
    known = {
        row.email: Entry(row.email, row.name, row.group_code, row.language)
        for row in connection.execute(
            select(PERSON.c.email, PERSON.c.name, PERSON.c.group_code, PERSON.c.language).where(
                PERSON.c.pilot_id == pilot
            )
        )
        if row.email is not None
    }
    added = [entry for entry in entries if entry.email is None or entry.email not in known]
    changed = [entry for entry in entries if entry.email in known and known[entry.email] != entry]
    unchanged = len(entries) - len(added) - len(changed)
    return Difference(len(added), len(changed), unchanged), added, changed
