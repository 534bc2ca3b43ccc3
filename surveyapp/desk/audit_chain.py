"""A chain of hashes over the audit log: whoever takes out, changes or slips in an entry breaks it.

Each link holds the SHA-256 of the link before and of its entry. It cannot tell that the newest entries were cut off
together with their links, unless somebody kept the head that `surveyapp audit export` prints.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlmodel import Field

from surveyapp.desk.tables import AUDIT_ENTRY, DESK, Desk

_BEFORE_THE_FIRST = bytes(32)


class AuditLink(Desk, table=True):
    """The place of an entry in the chain."""

    __tablename__ = "audit_link"

    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    entry_id: bytes = Field(unique=True, max_length=16)
    digest: bytes = Field(max_length=32)


AUDIT_LINK = DESK.tables["audit_link"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the audit log."""

    id: bytes
    pilot_id: str
    at: datetime
    actor: str
    action: str
    detail: str

    def digest(self, before: bytes) -> bytes:
        """Return the hash of its link; *before*: that of the link before, 32 bytes."""
        told = [self.id.hex(), self.pilot_id, self.at.isoformat(), self.actor, self.action, self.detail]
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(before + content.encode()).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many entries it has, and the hash over all of them."""

    length: int
    digest: bytes


def append(connection: Connection, entry: Entry) -> None:
    """Record *entry* and link it to the one before; two at once clash in the position, and the later looks again."""
    last = head(connection)
    connection.execute(insert(AUDIT_ENTRY).values(**asdict(entry)))
    connection.execute(
        insert(AUDIT_LINK).values(position=last.length + 1, entry_id=entry.id, digest=entry.digest(last.digest))
    )


def head(connection: Connection) -> Head:
    """Return the end of the chain."""
    columns = AUDIT_LINK.c
    query = select(columns.position, columns.digest).order_by(columns.position.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return Head(0, _BEFORE_THE_FIRST) if row is None else Head(row.position, row.digest)


def first_break(connection: Connection) -> int | None:
    """Return the position of the first link that does not hold, or None; an entry outside the chain is after it."""
    entry, link = AUDIT_ENTRY, AUDIT_LINK
    query = select(link.c.position, link.c.digest, entry).outerjoin(entry, entry.c.id == link.c.entry_id)
    before, expected = _BEFORE_THE_FIRST, 1
    for row in connection.execute(query.order_by(link.c.position)):
        if row.position != expected or row.id is None:
            return expected
        found = Entry(row.id, row.pilot_id, row.at, row.actor, row.action, row.detail)
        if found.digest(before) != row.digest:
            return expected
        before, expected = row.digest, expected + 1
    slipped_in = select(entry.c.id).where(entry.c.id.not_in(select(link.c.entry_id))).limit(1)
    return expected if connection.execute(slipped_in).first() is not None else None
