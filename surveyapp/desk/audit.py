"""Reading the audit log: by pilot and action, the newest first, page by page or whole."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, select

from surveyapp.database import read
from surveyapp.desk import audit_chain
from surveyapp.desk.audit_chain import AUDIT_LINK, Head
from surveyapp.desk.store import Audited
from surveyapp.desk.tables import AUDIT_ENTRY

PAGE = 50  # entries
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of these pilots (None: all, and those of none), of one pilot or action of them ("": any)."""

    pilots: frozenset[str] | None = None
    pilot: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the log; *more*: there are older entries."""

    entries: tuple[Audited, ...]
    number: int
    more: bool


class AuditLog:
    """The log of what staff did; it is only read here, and only added to by the desk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, wanted: Wanted, number: int) -> AuditPage:
        """Return page *number*, from 1 on."""
        query = _entries(wanted).offset((number - 1) * PAGE).limit(PAGE + 1)
        rows = self._rows(query)
        return AuditPage(rows[:PAGE], number, more=len(rows) > PAGE)

    def actions(self, pilots: frozenset[str] | None) -> tuple[str, ...]:
        """Return every action that the log knows of *pilots* (None: of all), by name."""
        query = select(AUDIT_ENTRY.c.action).distinct().order_by(AUDIT_ENTRY.c.action)
        if pilots is not None:
            query = query.where(AUDIT_ENTRY.c.pilot_id.in_(pilots))
        return read(self._engine, lambda connection: tuple(connection.execute(query).scalars()))

    def csv(self, wanted: Wanted) -> str:
        """Return the entries as a table, the newest first, times in UTC."""
        return _table(self._rows(_entries(wanted)))

    def head(self) -> Head:
        """Return the end of the chain: kept elsewhere, it proves later that no entry is missing."""
        return read(self._engine, audit_chain.head)

    def _rows(self, query: Select[Any]) -> tuple[Audited, ...]:
        return read(self._engine, lambda connection: tuple(Audited(*row) for row in connection.execute(query)))


def _entries(wanted: Wanted) -> Select[Any]:
    entry, link = AUDIT_ENTRY, AUDIT_LINK
    columns = (entry.c.at, entry.c.actor, entry.c.action, entry.c.pilot_id, entry.c.detail)
    query = select(*columns).outerjoin(link, link.c.entry_id == entry.c.id)
    if wanted.pilots is not None:
        query = query.where(entry.c.pilot_id.in_(wanted.pilots))
    if wanted.pilot:
        query = query.where(entry.c.pilot_id == wanted.pilot)
    if wanted.action:
        query = query.where(entry.c.action == wanted.action)
    return query.order_by(entry.c.at.desc(), link.c.position.desc())


def _table(entries: Iterable[Audited]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("at", "actor", "action", "pilot", "detail"))
    for entry in entries:
        at = f"{entry.at:%Y-%m-%dT%H:%M:%SZ}"
        writer.writerow((at, *(_plain(one) for one in (entry.actor, entry.action, entry.pilot, entry.detail))))
    return text.getvalue()


def _plain(text: str) -> str:
    # A spreadsheet program would compute what begins like a formula.
    return f"'{text}" if text.startswith(_FORMULAS) else text
