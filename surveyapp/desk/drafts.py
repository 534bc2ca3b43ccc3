"""Charters on their way: what was filled in so far, also before it makes a charter."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from surveyapp.database import read, write
from surveyapp.desk.tables import CHARTER_DRAFT


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """A draft as the desk keeps it; *entries* is JSON."""

    slug: str
    title: str
    entries: str
    changed_at: datetime


class Drafts:
    """The drafts of charters, one for each pilot at most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> tuple[DraftEntry, ...]:
        """Return all drafts by name."""
        query = select(CHARTER_DRAFT).order_by(CHARTER_DRAFT.c.pilot_id)
        return tuple(DraftEntry(*row) for row in read(self._engine, lambda connection: connection.execute(query).all()))

    def find(self, slug: str) -> DraftEntry | None:
        """Return the draft of a pilot, if there is one."""
        query = select(CHARTER_DRAFT).where(CHARTER_DRAFT.c.pilot_id == slug)
        row = read(self._engine, lambda connection: connection.execute(query).one_or_none())
        return None if row is None else DraftEntry(*row)

    def save(self, draft: DraftEntry) -> None:
        """Keep *draft* in place of an earlier one."""
        values = {"title": draft.title, "entries": draft.entries, "changed_at": draft.changed_at}
        change = update(CHARTER_DRAFT).where(CHARTER_DRAFT.c.pilot_id == draft.slug).values(values)
        begin = insert(CHARTER_DRAFT).values(pilot_id=draft.slug, **values)
        write(
            self._engine,
            lambda connection: connection.execute(change).rowcount or connection.execute(begin).rowcount,
        )

    def drop(self, slug: str) -> None:
        """Forget the draft of a pilot."""
        statement = delete(CHARTER_DRAFT).where(CHARTER_DRAFT.c.pilot_id == slug)
        write(self._engine, lambda connection: connection.execute(statement))
