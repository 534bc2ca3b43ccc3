"""The tables as migrated: those of the models, and nothing in them that could tell who answered what."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, Engine, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError

import surveyapp.desk.accounts  # noqa: F401  # the accounts belong to the desk
from surveyapp import resources
from surveyapp.database import open_engine
from surveyapp.desk.tables import DESK
from surveyapp.errors import EnvironmentProblemError
from surveyapp.office.tables import OFFICE
from surveyapp.results.tables import RESULTS
from surveyapp.schema import DATABASES, bring_up_to_date, pending
from tests import databases as real
from tests.databases import Databases

MODELS: dict[str, MetaData] = {"desk": DESK, "office": OFFICE, "results": RESULTS}
TOUCHED_BY_A_SUBMISSION = ("access", "ledger", "box", "spent")
REVISIONS = [
    (name, script.revision)
    for name in DATABASES
    for script in ScriptDirectory(str(resources.migrations() / name)).walk_revisions()
]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database that holds nothing."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        yield engine
        engine.dispose()
        return
    with real.empty_postgresql() as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


@pytest.mark.parametrize("name", DATABASES)
def test_migrations_make_from_nothing_what_the_models_say(empty: Engine, name: str) -> None:
    assert pending(empty, name)

    bring_up_to_date(empty, name)

    assert not pending(empty, name)
    assert tables(empty) == set(MODELS[name].tables)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, MODELS[name]) == []


@pytest.mark.parametrize("name", DATABASES)
def test_a_second_upgrade_changes_nothing(databases: Databases, name: str) -> None:
    engine = databases.engines[name]
    before = tables(engine)

    bring_up_to_date(engine, name)

    assert tables(engine) == before


@pytest.mark.parametrize(("name", "revision"), REVISIONS)
def test_after_every_migration_no_table_keeps_rows_in_the_order_of_arrival(
    tmp_path: Path, name: str, revision: str
) -> None:
    from alembic import command
    from alembic.config import Config

    engine = open_engine(f"sqlite:///{tmp_path / 'one.sqlite'}")
    with engine.begin() as connection:
        configuration = Config(attributes={"connection": connection})
        configuration.set_main_option("script_location", str(resources.migrations() / name))
        command.upgrade(configuration, revision)

    with engine.connect() as connection:
        kinds = {
            row.name: row.wr
            for row in connection.execute(text("PRAGMA table_list"))
            if row.schema == "main" and not row.name.startswith(("sqlite_", "alembic_"))
        }
    engine.dispose()
    assert kinds
    assert set(kinds.values()) == {1}, kinds


def test_nothing_that_a_submission_touches_can_hold_a_time_or_a_counter(databases: Databases) -> None:
    inspector = inspect(databases.office)
    for table in TOUCHED_BY_A_SUBMISSION:
        for column in inspector.get_columns(table):
            assert not isinstance(column["type"], DateTime), (table, column["name"])
            assert not column.get("autoincrement") or column["autoincrement"] == "auto", (table, column["name"])
            assert column.get("default") is None, (table, column["name"])
            assert not re.search(r"(_at|_on|time|date|position|sequence|serial|counter)$", column["name"]), column
            assert "identity" not in column


def test_nothing_beside_an_answer_can_hold_a_person_a_code_or_a_time(databases: Databases) -> None:
    inspector = inspect(databases.results)
    forbidden = re.compile(
        r"created|updated|_at$|time|(^|_)ip($|_)|agent|token|person|respondent|email|address|code_digest|session|language"
    )

    for table in ("answer", "comment"):
        names = [column["name"] for column in inspector.get_columns(table)]
        assert not [name for name in names if forbidden.search(name)], table
        assert not [one["name"] for one in inspector.get_columns(table) if isinstance(one["type"], DateTime)]
    assert [column["name"] for column in inspector.get_columns("answer")] == [
        "pilot_id",
        "number",
        "id",
        "values",
        "codes",
    ]


def test_no_column_leads_from_a_comment_to_an_answer(databases: Databases) -> None:
    inspector = inspect(databases.results)

    assert inspector.get_foreign_keys("comment") == []
    assert {column["name"] for column in inspector.get_columns("comment")} == {
        "pilot_id",
        "number",
        "id",
        "question",
        "text",
        "review",
        "paraphrase",
        "decided_on",
        "settled",
    }


def test_every_table_of_a_pilot_begins_with_the_pilot(databases: Databases) -> None:
    exceptions = {"account", "role", "account_role", "passkey", "audit_entry", "audit_link", "alembic_version"}
    exceptions |= {"account_link", "staff_session", "sign_in_attempt"}

    for engine in databases.engines.values():
        inspector = inspect(engine)
        for table in set(inspector.get_table_names()) - exceptions:
            assert inspector.get_pk_constraint(table)["constrained_columns"][0] == "pilot_id", table


def test_the_databases_know_nothing_of_each_other(databases: Databases) -> None:
    for engine in databases.engines.values():
        inspector = inspect(engine)
        here = set(inspector.get_table_names())
        for table in here:
            assert {key["referred_table"] for key in inspector.get_foreign_keys(table)} <= here


@pytest.fixture
def broken_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The migrations of the office with one more, which fails in its middle."""
    import shutil

    folder = tmp_path / "migrations"
    shutil.copytree(resources.migrations(), folder)
    newest = max((folder / "office" / "versions").glob("[0-9]*.py"))
    (folder / "office" / "versions" / "9999_breaks.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n\n"
        f'revision, down_revision = "9999", "{newest.name.split("_")[0]}"\n\n'
        "def upgrade():\n"
        '    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))\n'
        '    op.execute("DELETE FROM person")\n'
        '    op.execute("SELECT * FROM nothing_of_this_name")\n'
    )
    monkeypatch.setattr(resources, "migrations", lambda: folder)
    return "office"


def test_a_migration_that_fails_leaves_nothing_of_itself(databases: Databases, broken_migration: str) -> None:
    engine = databases.engines[broken_migration]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO person (pilot_id, id, email, name, group_code, language) "
                "VALUES ('p', :id, 'a@example.org', 'A', 'sales', 'en')"
            ),
            {"id": b"1" * 16},
        )
    before = tables(engine)

    with pytest.raises(DBAPIError):
        bring_up_to_date(engine, broken_migration)

    assert tables(engine) == before
    assert pending(engine, broken_migration)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM person")).scalar_one() == 1


def test_foreign_keys_are_checked_again_after_a_failed_migration(
    sqlite_databases: Databases, broken_migration: str
) -> None:
    with pytest.raises(DBAPIError):
        bring_up_to_date(sqlite_databases.office, broken_migration)

    with sqlite_databases.office.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_rows_that_point_nowhere_stop_an_upgrade(sqlite_databases: Databases) -> None:
    engine = sqlite_databases.desk
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.execute(text("INSERT INTO membership VALUES ('p', 'nobody', 'lead')"))
        connection.connection.execute("PRAGMA foreign_keys=ON")

    with pytest.raises(EnvironmentProblemError, match="point nowhere"):
        bring_up_to_date(engine, "desk")
