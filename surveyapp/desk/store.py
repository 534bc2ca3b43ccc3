"""Pilots, their charters, registers and measured KPIs, and what staff did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Table, func, insert, select, update

from surveyapp.database import read, write
from surveyapp.desk import audit_chain
from surveyapp.desk.tables import AUDIT_ENTRY, CHARTER_VERSION, KPI_IMPORT, PILOT, REGISTER_ENTRY
from surveyapp.errors import RefusedError


class UnknownPilotError(RefusedError):
    """No pilot has this name."""

    def __init__(self) -> None:
        super().__init__("there is no pilot of this name: `surveyapp pilot list` shows all")


@dataclass(frozen=True, slots=True)
class PilotEntry:
    """A pilot as the desk lists it."""

    slug: str
    title: str
    demo: bool


@dataclass(frozen=True, slots=True)
class CharterEntry:
    """The charter that counts: canonical JSON, hash of its locked part, and since when it is locked."""

    version: int
    charter: str
    sha256: str
    locked_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A dated entry of the register, as canonical JSON."""

    changed_at: datetime
    change: str


@dataclass(frozen=True, slots=True)
class KpiEntry:
    """The measured series that counts: CSV as imported, and its hash."""

    series: str
    sha256: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Audited:
    """What somebody of the staff did."""

    at: datetime
    actor: str
    action: str
    pilot: str
    detail: str


class Desk:
    """Everything about pilots that is neither people nor answers."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def pilots(self) -> tuple[PilotEntry, ...]:
        """Return all pilots by name."""
        query = select(PILOT.c.pilot_id, PILOT.c.title, PILOT.c.demo).order_by(PILOT.c.pilot_id)
        return tuple(PilotEntry(*row) for row in read(self._engine, lambda connection: connection.execute(query).all()))

    def pilot(self, slug: str) -> PilotEntry:
        """Return one pilot.

        Raises:
            UnknownPilotError: there is none of this name.
        """
        query = select(PILOT.c.pilot_id, PILOT.c.title, PILOT.c.demo).where(PILOT.c.pilot_id == slug)
        row = read(self._engine, lambda connection: connection.execute(query).one_or_none())
        if row is None:
            raise UnknownPilotError
        return PilotEntry(*row)

    def create(self, slug: str, title: str, charter: str, sha256: str, *, demo: bool = False) -> None:
        """Add a pilot with its first charter, or replace the charter of a pilot that is not locked yet.

        Raises:
            RefusedError: its charter is locked.
        """

        def unit(connection: Connection) -> None:
            known = connection.execute(
                select(CHARTER_VERSION.c.locked_at).where(CHARTER_VERSION.c.pilot_id == slug).with_for_update()
            ).all()
            if any(row.locked_at for row in known):
                raise RefusedError(
                    f"the charter of {slug} is locked: a change makes a new version, on the page of the charter"
                )
            if known:
                connection.execute(update(PILOT).where(PILOT.c.pilot_id == slug).values(title=title, demo=demo))
                connection.execute(
                    update(CHARTER_VERSION)
                    .where(CHARTER_VERSION.c.pilot_id == slug)
                    .values(charter=charter, sha256=sha256)
                )
                return
            connection.execute(insert(PILOT).values(pilot_id=slug, title=title, demo=demo))
            connection.execute(insert(CHARTER_VERSION).values(pilot_id=slug, version=1, charter=charter, sha256=sha256))

        write(self._engine, unit)

    def charter(self, slug: str) -> CharterEntry:
        """Return the charter of a pilot.

        Raises:
            UnknownPilotError: there is none of this name.
        """
        versions = self.versions(slug)
        if not versions:
            raise UnknownPilotError
        return versions[-1]

    def versions(self, slug: str) -> tuple[CharterEntry, ...]:
        """Return all versions of the charter of a pilot, oldest first; without a charter none."""
        columns = CHARTER_VERSION.c
        query = (
            select(columns.version, columns.charter, columns.sha256, columns.locked_at, columns.reason)
            .where(columns.pilot_id == slug)
            .order_by(columns.version)
        )
        return tuple(
            CharterEntry(*row) for row in read(self._engine, lambda connection: connection.execute(query).all())
        )

    def amend(self, slug: str, charter: CharterEntry, title: str) -> None:
        """Let the locked *charter* take the place of the locked version before it.

        Raises:
            RefusedError: its number is not the next: somebody else was quicker, or nothing is locked.
        """

        def unit(connection: Connection) -> None:
            connection.execute(select(PILOT.c.pilot_id).where(PILOT.c.pilot_id == slug).with_for_update())
            last = connection.execute(
                select(func.max(CHARTER_VERSION.c.version)).where(
                    CHARTER_VERSION.c.pilot_id == slug, CHARTER_VERSION.c.locked_at.is_not(None)
                )
            ).scalar_one()
            if charter.version != (last or 0) + 1 or last is None:
                raise RefusedError(f"the charter of {slug} was changed meanwhile: look at it again")
            connection.execute(update(PILOT).where(PILOT.c.pilot_id == slug).values(title=title))
            connection.execute(
                insert(CHARTER_VERSION).values(
                    pilot_id=slug,
                    version=charter.version,
                    charter=charter.charter,
                    sha256=charter.sha256,
                    locked_at=charter.locked_at,
                    reason=charter.reason,
                )
            )

        write(self._engine, unit)

    def lock(self, slug: str, at: datetime) -> bool:
        """Freeze the charter; false if it was frozen before.

        Raises:
            UnknownPilotError: there is none of this name.
        """
        self.charter(slug)
        statement = (
            update(CHARTER_VERSION)
            .where(CHARTER_VERSION.c.pilot_id == slug, CHARTER_VERSION.c.locked_at.is_(None))
            .values(locked_at=at)
        )
        return write(self._engine, lambda connection: connection.execute(statement).rowcount == 1)

    def register(self, slug: str) -> tuple[Change, ...]:
        """Return all changes of the register, oldest first."""
        columns = REGISTER_ENTRY.c
        query = select(columns.changed_at, columns.change).where(columns.pilot_id == slug).order_by(columns.position)
        return tuple(Change(*row) for row in read(self._engine, lambda connection: connection.execute(query).all()))

    def enter(self, slug: str, change: Change) -> None:
        """Append a change to the register."""
        values = {"changed_at": change.changed_at, "change": change.change}
        write(self._engine, lambda connection: _append(connection, REGISTER_ENTRY, slug, values))

    def kpi(self, slug: str) -> KpiEntry | None:
        """Return the measured series that counts, if there is one."""
        columns = KPI_IMPORT.c
        query = (
            select(columns.series, columns.sha256, columns.imported_at)
            .where(columns.pilot_id == slug)
            .order_by(columns.position.desc())
            .limit(1)
        )
        row = read(self._engine, lambda connection: connection.execute(query).one_or_none())
        return None if row is None else KpiEntry(*row)

    def import_kpi(self, slug: str, entry: KpiEntry) -> None:
        """Let *entry* count from now on; earlier imports are kept."""
        values = {"series": entry.series, "sha256": entry.sha256, "imported_at": entry.imported_at}
        write(self._engine, lambda connection: _append(connection, KPI_IMPORT, slug, values))

    def was_audited(self, slug: str, action: str) -> bool:
        """Return whether *action* was ever recorded of a pilot."""
        query = select(AUDIT_ENTRY.c.id).where(AUDIT_ENTRY.c.pilot_id == slug, AUDIT_ENTRY.c.action == action).limit(1)
        return read(self._engine, lambda connection: connection.execute(query).first()) is not None

    def audit(self, entry: Audited) -> None:
        """Record what somebody of the staff did."""
        row = audit_chain.Entry(
            self._random_bytes(16), entry.pilot, entry.at.astimezone(UTC), entry.actor, entry.action, entry.detail
        )
        write(self._engine, lambda connection: audit_chain.append(connection, row))


def _append(connection: Connection, table: Table, slug: str, values: dict[str, object]) -> None:
    # The pilot's row is locked so that two appends at once come one after the other.
    connection.execute(select(PILOT.c.pilot_id).where(PILOT.c.pilot_id == slug).with_for_update())
    last = connection.execute(select(func.max(table.c.position)).where(table.c.pilot_id == slug)).scalar_one()
    connection.execute(insert(table).values(pilot_id=slug, position=(last or 0) + 1, **values))
