"""The version of a database's tables, and the way to the newest."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from surveyapp import resources
from surveyapp.errors import EnvironmentProblemError

if TYPE_CHECKING:
    from alembic.config import Config

DATABASES = ("desk", "office", "results")


def bring_up_to_date(engine: Engine, database: str) -> None:
    """Run every migration that *database* (desk, office or results) lacks, all or none.

    Raises:
        EnvironmentProblemError: a migration would leave rows that point nowhere.
    """
    from alembic import command

    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection, _unchecked_keys(connection):
        connection = connection.execution_options(sqlite_begin="IMMEDIATE")  # noqa: PLW2901  # the same, marked
        with connection.begin():
            command.upgrade(_configuration(database, connection), "head")
            if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise EnvironmentProblemError(
                    f"the {database} database holds rows that point nowhere", "restore the last backup and report this"
                )


@contextmanager
def _unchecked_keys(connection: Connection) -> Iterator[None]:
    """Switch off SQLite's checks of foreign keys, which a rebuilt table would trip; only outside a transaction."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.connection.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.connection.execute("PRAGMA foreign_keys=ON")


def pending(engine: Engine, database: str) -> bool:
    """Return whether *database* lacks a migration."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
        newest = ScriptDirectory.from_config(_configuration(database, connection)).get_current_head()
    return here != newest


def _configuration(database: str, connection: Connection) -> "Config":
    from alembic.config import Config

    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", str(resources.migrations() / database).replace("%", "%%"))
    return configuration
