"""Units of work: whole or not at all, one after the other, and silent about what they carried."""

import sys
import threading
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from surveyapp.database import open_engine, outside_transactions, read, write
from surveyapp.desk.tables import KPI_IMPORT, PILOT
from surveyapp.errors import EnvironmentProblemError
from tests.databases import Databases

SECRET = "0123-4567-89AB-CDEF"


def add(connection: Connection, slug: str) -> None:
    connection.execute(insert(PILOT).values(pilot_id=slug, title="A", demo=False))


def slugs(databases: Databases) -> list[str]:
    query = select(PILOT.c.pilot_id).order_by(PILOT.c.pilot_id)
    return list(read(databases.desk, lambda connection: connection.execute(query).scalars().all()))


def test_a_unit_that_fails_leaves_nothing(databases: Databases) -> None:
    def unit(connection: Connection) -> None:
        add(connection, "first")
        raise KeyError

    with pytest.raises(KeyError):
        write(databases.desk, unit)

    assert slugs(databases) == []


def test_a_unit_returns_its_value_and_stays(databases: Databases) -> None:
    def unit(connection: Connection) -> int:
        add(connection, "first")
        return 7

    assert write(databases.desk, unit) == 7
    assert slugs(databases) == ["first"]


def test_units_that_read_before_they_write_wait_for_each_other(databases: Databases) -> None:
    write(databases.desk, lambda connection: add(connection, "counter"))

    def unit(connection: Connection) -> None:
        title = connection.execute(select(PILOT.c.title).with_for_update()).scalar_one()
        connection.execute(text("UPDATE pilot SET title = :title"), {"title": title + "+"})

    threads = [threading.Thread(target=write, args=(databases.desk, unit)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    title = read(databases.desk, lambda connection: connection.execute(select(PILOT.c.title)).scalar_one())
    assert title == "A" + 20 * "+"


def test_a_deadlock_is_solved_by_trying_again(postgresql_databases: Databases) -> None:
    for slug in ("a", "b"):
        write(postgresql_databases.desk, lambda connection, slug=slug: add(connection, slug))  # type: ignore[misc]
    meeting = threading.Barrier(2, timeout=10)
    tries: list[str] = []

    def crossing(first: str, second: str) -> None:
        met = False

        def unit(connection: Connection) -> None:
            nonlocal met
            tries.append(first)
            for slug in (first, second):
                connection.execute(text("UPDATE pilot SET title = title || '+' WHERE pilot_id = :slug"), {"slug": slug})
                if not met:
                    met = True
                    meeting.wait()

        write(postgresql_databases.desk, unit)

    threads = [threading.Thread(target=crossing, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    titles = read(
        postgresql_databases.desk, lambda connection: connection.execute(select(PILOT.c.title)).scalars().all()
    )
    assert list(titles) == ["A++", "A++"]
    # One of the two was told to go back; how often is up to the server.
    assert len(tries) > 2


def test_an_endless_conflict_ends_with_its_error(postgresql_databases: Databases) -> None:
    tries = []

    def unit(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(DBAPIError):
        write(postgresql_databases.desk, unit)

    assert len(tries) == 5


def test_an_error_does_not_say_what_was_to_be_stored(databases: Databases) -> None:
    write(databases.desk, lambda connection: add(connection, SECRET))

    with pytest.raises(DBAPIError) as caught:
        write(databases.desk, lambda connection: add(connection, SECRET))

    assert "pilot" in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_moments_come_back_in_utc_whatever_their_zone(databases: Databases) -> None:
    vienna = datetime(2027, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    row = {"pilot_id": "p", "position": 1, "imported_at": vienna, "series": "", "sha256": ""}

    write(databases.desk, lambda connection: connection.execute(insert(KPI_IMPORT), [row]))

    stored = read(databases.desk, lambda connection: connection.execute(select(KPI_IMPORT.c.imported_at)).scalar_one())
    assert stored == vienna
    assert stored.tzinfo == UTC


def test_a_moment_without_a_zone_is_refused(databases: Databases) -> None:
    row = {"pilot_id": "p", "position": 1, "imported_at": datetime(2027, 7, 1), "series": "", "sha256": ""}  # noqa: DTZ001

    with pytest.raises(StatementError, match="without a zone"):
        write(databases.desk, lambda connection: connection.execute(insert(KPI_IMPORT), [row]))


def test_sqlite_is_durable_forgetful_and_strict(sqlite_databases: Databases) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2}

    for engine in sqlite_databases.engines.values():
        with engine.connect() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in expected}
        assert found == expected


def test_statements_outside_transactions_stand_alone(databases: Databases) -> None:
    with outside_transactions(databases.desk) as connection:
        connection.execute(text("VACUUM"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "survey.sqlite",
        "mysql://user:geheim@host/survey",
        "postgres://user:geheim@host/survey",
        "postgresql://user:geheim@host:port/survey",
        "sqlite://geheim",
    ],
)
def test_an_address_that_leads_to_no_database_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(EnvironmentProblemError) as caught:
        open_engine(url)

    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_passwords_do_not_show_in_an_engine() -> None:
    assert "geheim" not in repr(open_engine("postgresql://user:geheim@host/survey"))


def test_a_database_file_is_made_where_the_address_says(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'with space.sqlite'}")

    write(engine, lambda connection: connection.execute(text("CREATE TABLE one (id INTEGER)")))
    engine.dispose()

    assert (tmp_path / "with space.sqlite").is_file()


def test_without_its_driver_postgresql_is_refused_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(EnvironmentProblemError, match="pip install") as caught:
        open_engine("postgresql://user:geheim@host/survey")

    assert "geheim" not in str(caught.value)
