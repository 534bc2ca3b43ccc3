"""One database copied into another of the same or of another kind, and the proof that nothing was lost on the way."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, insert, inspect, select

from surveyapp.database import read, write
from surveyapp.errors import EnvironmentProblemError
from surveyapp.schema import bring_up_to_date, pending

_AT_ONCE = 1000  # rows
_VERSIONS = "alembic_version"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: rows by table, and a hash in which neither its kind nor the order of rows shows."""

    rows: Mapping[str, int]
    sha256: str


class _Seal:
    """Sums the hashes of rows: the sum is the same in whatever order they come."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._sums: dict[str, int] = {}

    def add(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._rows[table] = self._rows.get(table, 0) + len(rows)
        for row in rows:
            text = json.dumps(dict(row), sort_keys=True, default=_plain)
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
            self._sums[table] = (self._sums.get(table, 0) + int.from_bytes(digest)) % 2**256

    def contents(self) -> Contents:
        text = json.dumps([self._rows, self._sums], sort_keys=True)
        return Contents(dict(sorted(self._rows.items())), hashlib.sha256(text.encode()).hexdigest())


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    if isinstance(value, date):
        return f"moment {value.isoformat()}"
    raise TypeError(f"no column holds {type(value).__name__}")


def contents(engine: Engine, tables: MetaData) -> Contents:
    """Return what the database of *engine* holds in *tables*, seen in one moment."""
    return read(_still(engine), lambda connection: _sealed(connection, tables, lambda _table, _rows: None))


def is_empty(engine: Engine, tables: MetaData) -> bool:
    """Return whether the database of *engine* has none of *tables*, or no row in any of them."""
    made = _made(engine, tables)
    return not read(
        engine, lambda connection: any(connection.execute(select(table).limit(1)).first() for table in made)
    )


def copy_database(source: Engine, target: Engine, tables: MetaData, name: str) -> Contents:
    """Fill *target*, which holds no row, with what *source* holds in one moment; return what was copied.

    Rows are written in the order of their keys: whatever order they arrived in, a copy does not tell it. *name* is
    desk, office or results, and *tables* are all of that database.

    Raises:
        EnvironmentProblemError: a database lacks migrations or has a table of its own, the target holds rows, or what
            was written is not what was read. Nothing is left in *target* then.
    """
    if pending(source, name):
        raise EnvironmentProblemError(f"the {name} database lacks migrations", "surveyapp init")
    if strange := set(inspect(source).get_table_names()) - set(tables.tables) - {_VERSIONS}:
        raise EnvironmentProblemError(
            f"the {name} database has a table of which this program knows nothing: {', '.join(sorted(strange))}",
            "take it out: what a copy leaves behind would be lost",
        )
    if not is_empty(target, tables):
        raise EnvironmentProblemError(
            f"the {name} database holds rows already, and a copy would mix with them", "name an empty one"
        )
    bring_up_to_date(target, name)

    def pour(origin: Connection, copy: Connection) -> Contents:
        return _sealed(origin, tables, lambda table, rows: copy.execute(insert(table), rows))

    copied = read(_still(source), lambda origin: write(target, lambda copy: pour(origin, copy)))
    if contents(target, tables) != copied:
        empty(target, tables)
        raise EnvironmentProblemError(
            f"the copy of the {name} database is not what was read", "look at the disk, and try again"
        )
    return copied


def empty(engine: Engine, tables: MetaData) -> None:
    """Delete every row of *tables*, as far as there are such tables."""
    made = _made(engine, tables)

    def unit(connection: Connection) -> None:
        for table in reversed(made):
            connection.execute(table.delete())

    write(engine, unit)


def _made(engine: Engine, tables: MetaData) -> list[Table]:
    """Return those of *tables* that exist, each after those that it points to."""
    present = set(inspect(engine).get_table_names())
    return [table for table in tables.sorted_tables if table.name in present]


def _sealed(
    connection: Connection, tables: MetaData, take: Callable[[Table, Sequence[dict[str, Any]]], object]
) -> Contents:
    """Hand all rows to *take*, portion by portion, each table after those that it points to."""
    seal = _Seal()
    for table in tables.sorted_tables:
        seal.add(table.name, ())
        for rows in _portions(connection, table):
            take(table, rows)
            seal.add(table.name, rows)
    return seal.contents()


def _portions(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_AT_ONCE)
    for portion in connection.execute(query).mappings().partitions():
        yield [dict(row) for row in portion]


def _still(engine: Engine) -> Engine:
    """Return *engine* as one that sees the same moment throughout a transaction; SQLite's always do."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")
