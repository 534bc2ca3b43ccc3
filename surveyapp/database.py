"""How a database is opened and written: one unit of work at a time, whole or not at all."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, DateTime, Dialect, Engine, ExceptionContext, MetaData, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.types import TypeDecorator

from surveyapp.errors import EnvironmentProblemError

T = TypeVar("T")

NAMES: Mapping[str, str] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an acknowledged ballot survives a power cut
    "busy_timeout=15000",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
)
# Serialization failure, deadlock, and a key that somebody else took first: looking again tells what to do instead.
_RETRIED = frozenset({"40001", "40P01", "23505"})
_TRIES = 5


def metadata() -> MetaData:
    """Return the empty description of one database, with names for every constraint."""
    return MetaData(naming_convention=dict(NAMES))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return *value* in UTC.

        Raises:
            ValueError: it has no zone, and to guess one would move it.
        """
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return *value* with its zone; SQLite forgets it."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def open_engine(url: str) -> Engine:
    """Return an engine on *url* that never writes parameters into logs or exception texts.

    Raises:
        EnvironmentProblemError: no database can be reached by such an address.
    """
    if not url.startswith(("sqlite:///", "postgresql://")):
        raise _unusable("an address of a database is neither SQLite's nor PostgreSQL's")
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, ValueError):
        # The library's message quotes the address, and with it the password.
        raise _unusable("an address of a database cannot be read") from None
    except ModuleNotFoundError:
        raise EnvironmentProblemError(
            "the driver for PostgreSQL is not installed", "pip install 'surveyapp[postgres]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _drop_details)
    return engine


def says_its_statements(engine: Engine) -> bool:
    """Return whether every statement on *engine* is logged, whoever asked for it."""
    return bool(engine.echo) or logging.getLogger("sqlalchemy.engine").isEnabledFor(logging.INFO)


def _unusable(what: str) -> EnvironmentProblemError:
    return EnvironmentProblemError(
        what, "write SURVEYAPP_*_URL as sqlite:////folder/file or postgresql://user:password@host/database"
    )


def write(engine: Engine, unit: Callable[[Connection], T]) -> T:
    """Return the value of *unit*, run in one writing transaction, and again from its start where the database asks."""
    for _ in range(_TRIES - 1):
        try:
            return _write_once(engine, unit)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _RETRIED:
                raise
    return _write_once(engine, unit)


def _write_once(engine: Engine, unit: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        connection = connection.execution_options(sqlite_begin="IMMEDIATE")  # noqa: PLW2901  # the same connection, marked
        with connection.begin():
            return unit(connection)


def read(engine: Engine, unit: Callable[[Connection], T]) -> T:
    """Run *unit* in one reading transaction and return its value."""
    with engine.connect() as connection, connection.begin():
        return unit(connection)


@contextmanager
def outside_transactions(engine: Engine) -> Iterator[Connection]:
    """Lend a connection whose statements stand alone, for those that refuse to run in a transaction."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            yield connection.execution_options(sqlite_begin="")
        else:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN would come too late and be deferred.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _drop_details(context: ExceptionContext) -> None:
    """Take out of an error what PostgreSQL says beside its first line: it quotes the row."""
    first_line = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if first_line is not None:
        for error in filter(None, (context.original_exception, context.sqlalchemy_exception)):
            error.args = (first_line,)


def _begin_sqlite(connection: Connection) -> None:
    # With a plain BEGIN two writers that have both read can only fail (measured: 165 of 240).
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    if mode:
        connection.exec_driver_sql(f"BEGIN {mode}")
