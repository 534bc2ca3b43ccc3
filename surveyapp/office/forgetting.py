"""Rewriting storage, so that what was deleted cannot be read from it."""

from collections.abc import Iterable

from sqlalchemy import Engine, Table, text

from surveyapp.database import outside_transactions


def rewrite(engine: Engine, tables: Iterable[Table]) -> bool:
    """Rewrite the storage of *tables*; false if somebody is reading it and old pages stay in its log for now."""
    with outside_transactions(engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("VACUUM")
            # With a reader open this returns busy=1 without an exception and leaves the log as it is.
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            return not busy
        for table in tables:
            connection.execute(text(f"VACUUM FULL {table.name}"))
        return True
