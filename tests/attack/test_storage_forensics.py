"""What is left in the raw files after a reveal: pages, freelist, write-ahead log, dead rows. Nothing of the box.

The controls look in the same way after a reveal that deletes but does not forget, and find it.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from scipy.stats import spearmanr
from sqlalchemy import text

from surveyapp.app import House, web_application
from surveyapp.crypto.codes import digest
from surveyapp.schema import DATABASES
from surveyapp.settings import Settings
from tests.databases import Databases
from tests.story import RunningPilot
from tests.wire import WireClient

PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Traces:
    """What the office held of a wave before its reveal, as bytes that stand nowhere by chance."""

    ballots: frozenset[bytes]
    slips: frozenset[bytes]
    codes: frozenset[bytes]

    @property
    def all(self) -> frozenset[bytes]:
        return self.ballots | self.slips | self.codes

    def found(self, raw: bytes) -> set[bytes]:
        lower = raw.lower()
        return {trace for trace in self.all if trace in raw or trace.hex().encode() in lower}


def voted(pilot: RunningPilot) -> Traces:
    """Let everybody vote, on both ways, close the wave, and return what lies there."""
    pilot.people(PEOPLE)
    codes = pilot.start()
    wire = WireClient(pilot.client, str(pilot.key()))
    for number, code in enumerate(codes):
        if number % 2:
            pilot.send(code, any_days=number % 8)
        else:
            wire.vote(code, {"group": "sales", "any_days": number % 8})
    pilot.house.fieldwork.close(pilot.key())
    with pilot.house.engines["office"].connect() as connection:
        spent = connection.execute(text("SELECT message_digest, sealed_digest FROM spent")).all()
        blinded = connection.execute(text("SELECT blinded_digest FROM ledger")).scalars().all()
    ballots = list(pilot.house.box.ballots(pilot.key()))
    assert len(ballots) == len(spent) == PEOPLE
    return Traces(
        frozenset(ballot[place : place + 48] for ballot in ballots for place in (0, 800)),
        frozenset({bytes(value) for row in spent for value in row} | {bytes(value) for value in blinded}),
        frozenset(digest(code) for code in codes),
    )


# ----------------------------------------------------------------- SQLite


def raw_files(var: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(var.rglob("*")) if path.is_file())


def test_no_page_freelist_or_log_of_sqlite_keeps_a_trace(pilot: RunningPilot, tmp_path: Path) -> None:
    traces = voted(pilot)
    assert traces.found(raw_files(tmp_path / "var")) == traces.all

    pilot.house.revealing.reveal(pilot.key())

    assert traces.found(raw_files(tmp_path / "var")) == set()


def test_while_the_server_still_runs_nothing_is_left_either(pilot: RunningPilot, tmp_path: Path) -> None:
    traces = voted(pilot)
    other = House(pilot.house.settings)  # a second process with open connections
    other.waves.find(pilot.key())

    pilot.house.revealing.reveal(pilot.key())

    assert traces.found(raw_files(tmp_path / "var")) == set()
    other.close()


def test_a_reveal_that_only_deletes_leaves_everything(pilot: RunningPilot, tmp_path: Path) -> None:
    traces = voted(pilot)
    connection = sqlite3.connect(tmp_path / "var" / "office.sqlite")
    connection.execute("PRAGMA secure_delete=OFF")
    for table in ("box", "spent", "access", "ledger", "outbox"):
        connection.execute(f"DELETE FROM {table}")
    connection.commit()
    connection.close()

    assert len(traces.found(raw_files(tmp_path / "var"))) > len(traces.all) / 2


def test_the_place_of_an_answer_in_the_file_says_no_more_than_its_random_id(
    pilot: RunningPilot, tmp_path: Path
) -> None:
    voted(pilot)
    pilot.house.revealing.reveal(pilot.key())
    pilot.house.close()
    raw = (tmp_path / "var" / "results.sqlite").read_bytes()
    with sqlite3.connect(tmp_path / "var" / "results.sqlite") as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM answer ORDER BY id")]
    connection.close()

    # Written in the order of their ids: page after page, each filled from its end.
    places = sorted(ids, key=lambda one: (raw.rindex(one) // 4096, -raw.rindex(one)))

    assert places == ids


def test_rows_that_are_written_as_they_come_give_their_order_away(tmp_path: Path) -> None:
    path = tmp_path / "naive.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE answer (id BLOB PRIMARY KEY, codes BLOB) WITHOUT ROWID")
    ids = [secrets.token_bytes(16) for _ in range(25)]
    for one in ids:
        connection.execute("INSERT INTO answer VALUES (?, ?)", (one, bytes(8)))
        connection.commit()
    connection.close()
    raw = path.read_bytes()

    correlation = spearmanr(range(25), [raw.rindex(one) for one in ids]).statistic

    assert abs(correlation) == pytest.approx(1)


# ----------------------------------------------------------------- PostgreSQL


@contextmanager
def on_postgresql(databases: Databases, folder: Path) -> Iterator[RunningPilot]:
    folder.mkdir(mode=0o700)
    urls = {f"{name}_url": databases.urls[name] for name in DATABASES}
    house = House(Settings(var_dir=folder, secret_key=secrets.token_hex(32), **urls))  # type: ignore[arg-type]
    try:
        yield RunningPilot(house, web_application(house).test_client())
    finally:
        house.close()


def table_files(databases: Databases) -> bytes:
    """The files of the office database as a thief of the disk reads them; the write-ahead log is not among them."""
    with databases.office.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        database = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        base = folder / "base" / str(database.scalar_one())
    return b"".join(path.read_bytes() for path in base.iterdir())


def test_no_file_of_postgresql_keeps_a_trace(postgresql_databases: Databases, tmp_path: Path) -> None:
    with on_postgresql(postgresql_databases, tmp_path / "house") as pilot:
        traces = voted(pilot)
        assert traces.found(table_files(postgresql_databases)) == traces.all

        pilot.house.revealing.reveal(pilot.key())

        assert traces.found(table_files(postgresql_databases)) == set()


def test_deleting_alone_leaves_dead_rows_in_postgresql(postgresql_databases: Databases, tmp_path: Path) -> None:
    with on_postgresql(postgresql_databases, tmp_path / "house") as pilot:
        traces = voted(pilot)
        pilot.house.box.empty(pilot.key(), PEOPLE)

        assert traces.found(table_files(postgresql_databases)) == traces.all


def test_postgresql_wrote_all_answers_in_one_transaction_in_the_order_of_their_ids(
    postgresql_databases: Databases, tmp_path: Path
) -> None:
    with on_postgresql(postgresql_databases, tmp_path / "house") as pilot:
        voted(pilot)
        pilot.house.revealing.reveal(pilot.key())
        with postgresql_databases.results.connect() as connection:
            rows = connection.execute(text("SELECT id, xmin::text AS written_by FROM answer ORDER BY ctid")).all()

    assert len(rows) == PEOPLE
    assert len({row.written_by for row in rows}) == 1
    assert [row.id for row in rows] == sorted(row.id for row in rows)
