"""Who may be invited to the waves of a pilot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from surveyapp.database import read, write
from surveyapp.errors import RefusedError
from surveyapp.office.leaving import take_out
from surveyapp.office.tables import PERSON

_COLUMNS: Final = (PERSON.c.id, PERSON.c.email, PERSON.c.name, PERSON.c.group_code, PERSON.c.language)


class ListChangedError(RefusedError):
    """The list is not the one that the change was made for."""

    def __init__(self, pilot: str) -> None:
        super().__init__(f"the people of {pilot} were changed meanwhile: look at the differences again")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a people list. *email* is None for people who get a paper slip."""

    email: str | None
    name: str
    group_code: str
    language: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list, by a random number that says nothing."""

    id: bytes
    entry: Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import changes: counts of people."""

    added: int
    changed: int
    unchanged: int
    left: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A new list beside the known one. *changed* has before and after, *missing* are known and not on the new list."""

    added: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    unchanged: int
    missing: tuple[Listed, ...]
    seen: str  # changes with every entry of the known list

    def difference(self, *, leave: bool) -> Difference:
        """Return the counts; with *leave* those who are missing leave."""
        return Difference(len(self.added), len(self.changed), self.unchanged, len(self.missing) if leave else 0)


class People:
    """The people of all pilots."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def list_of(self, pilot: str) -> tuple[Entry, ...]:
        """Return everybody of *pilot*, ordered by address."""
        return tuple(one.entry for one in self.listed(pilot))

    def listed(self, pilot: str) -> tuple[Listed, ...]:
        """Return everybody of *pilot* with the number of each, ordered by address."""
        query = select(*_COLUMNS).where(PERSON.c.pilot_id == pilot).order_by(PERSON.c.email)
        return tuple(_listed(row) for row in read(self._engine, lambda connection: connection.execute(query).all()))

    def find(self, pilot: str, person: bytes) -> Listed | None:
        """Return the one with this number, or None."""
        query = select(*_COLUMNS).where(PERSON.c.pilot_id == pilot, PERSON.c.id == person)
        row = read(self._engine, lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _listed(row)

    def find_address(self, pilot: str, email: str) -> Listed | None:
        """Return the one with this address, or None."""
        query = select(*_COLUMNS).where(PERSON.c.pilot_id == pilot, PERSON.c.email == email)
        row = read(self._engine, lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _listed(row)

    def compare(self, pilot: str, entries: Sequence[Entry]) -> Comparison:
        """Return what `enter` would change, changing nothing."""
        return read(self._engine, lambda connection: _compare(_known(connection, pilot), entries))

    def enter(self, pilot: str, entries: Sequence[Entry], *, leave: bool = False, seen: str = "") -> Difference:
        """Add the new *entries* and update the known ones, found by address; all of it or nothing.

        With *leave* everybody else who has an address leaves.

        Raises:
            ListChangedError: *seen* is given and the list is not the one that was compared.
        """

        def unit(connection: Connection) -> Difference:
            comparison = _compare(_known(connection, pilot, lock=True), entries)
            if seen not in {"", comparison.seen}:
                raise ListChangedError(pilot)
            if comparison.added:
                connection.execute(
                    insert(PERSON),
                    [_row(pilot, entry) | {"id": self._random_bytes(16)} for entry in comparison.added],
                )
            for _, entry in comparison.changed:
                connection.execute(
                    update(PERSON)
                    .where(PERSON.c.pilot_id == pilot, PERSON.c.email == entry.email)
                    .values(**_row(pilot, entry))
                )
            if leave:
                take_out(connection, pilot, [one.id for one in comparison.missing], self._random_bytes)
            return comparison.difference(leave=leave)

        return write(self._engine, unit)


def _known(connection: Connection, pilot: str, *, lock: bool = False) -> tuple[Listed, ...]:
    query = select(*_COLUMNS).where(PERSON.c.pilot_id == pilot).order_by(PERSON.c.id)
    return tuple(_listed(row) for row in connection.execute(query.with_for_update() if lock else query))


def _compare(known: Sequence[Listed], entries: Sequence[Entry]) -> Comparison:
    before: Mapping[str | None, Entry] = {one.entry.email: one.entry for one in known if one.entry.email is not None}
    given = {entry.email for entry in entries}
    changed = tuple((before[entry.email], entry) for entry in entries if before.get(entry.email, entry) != entry)
    added = tuple(entry for entry in entries if entry.email not in before)
    # Who has a paper slip is in no file and does not leave with one.
    missing = sorted(
        (one for one in known if one.entry.email is not None and one.entry.email not in given),
        key=lambda one: one.entry.email or "",
    )
    seen = sha256("\n".join(sorted(map(repr, known))).encode()).hexdigest()[:20]
    return Comparison(added, changed, len(entries) - len(added) - len(changed), tuple(missing), seen)


def _listed(row: Row[Any, Any, Any, Any, Any]) -> Listed:
    return Listed(row.id, Entry(row.email, row.name, row.group_code, row.language))


def _row(pilot: str, entry: Entry) -> dict[str, str | None]:
    return {
        "pilot_id": pilot,
        "email": entry.email,
        "name": entry.name,
        "group_code": entry.group_code,
        "language": entry.language,
    }
