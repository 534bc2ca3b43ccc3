"""No table near an answer can hold a time, an order, an address or a person; each rule finds what is planted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Engine,
    Identity,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    String,
    Table,
    Time,
    Uuid,
    func,
    inspect,
    text,
)
from sqlalchemy.types import TypeEngine

from surveyapp.office.tables import OFFICE
from surveyapp.results.tables import RESULTS
from tests.databases import Databases
from tests.story import RunningPilot
from tests.wire import WireClient

# Tables that no submission touches and that hold no answers. One that is not named here is held to every rule.
FREE = {
    "office": {"person", "wave", "roster", "outbox", "reminder_stop", "alembic_version"},
    "results": {"wave", "figures", "release", "document", "alembic_version"},
}
# The day on which the trustee read a comment, long after its ballot is gone: it tells nothing of who wrote it.
DAYS_OF_THE_TRUSTEE = {"comment.decided_on"}
# These know who took a ballot, and nothing of what is in it.
KNOW_A_PERSON = {"access", "ledger"}
FORBIDDEN = re.compile(
    r"(^|_)(created|updated|modified|inserted|at|on|time|timestamp|date|day|ip|addr|address|host|agent|browser|device|"
    r"language|locale|referrer|referer|token|cookie|session|fingerprint|email|mail|position|seq|sequence|serial|counter|"
    r"order|rank|nr|uuid|ulid|attempts|version)($|_)"
)
PERSONAL = re.compile(r"person|people|employee|respondent|user|account|name|group_code|code_digest|blinded")
TIMES = (DateTime, Date, Time, Interval)
WAVE_NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Seen:
    """A column, as a description or a database tells it."""

    table: str
    name: str
    kind: TypeEngine[object]
    default: object = None
    generated: object = None
    points_to: frozenset[str] = frozenset()

    def problems(self) -> Iterator[str]:
        if FORBIDDEN.search(self.name):
            yield "its name"
        if self.table not in KNOW_A_PERSON and PERSONAL.search(self.name):
            yield "a person"
        if isinstance(self.kind, TIMES):
            yield "a time"
        if isinstance(self.kind, Uuid):
            yield "an id that may be ordered by time"
        if isinstance(self.kind, Integer) and self.name != WAVE_NUMBER:
            yield "a counter"
        if self.default is not None or self.generated:
            yield "a value that the database makes"
        if self.points_to:
            yield "a foreign key"


def described(metadata: MetaData) -> list[Seen]:
    return [
        Seen(
            table.name,
            column.name,
            column.type,
            column.server_default,
            column.identity or column.computed or column.autoincrement is True,
            frozenset(key.target_fullname for key in column.foreign_keys),
        )
        for table in metadata.tables.values()
        for column in table.columns
    ]


def migrated(engine: Engine) -> list[Seen]:
    inspector = inspect(engine)
    return [
        Seen(
            table,
            column["name"],
            column["type"],
            column.get("default"),
            column.get("identity") or column.get("computed") or column.get("autoincrement") is True,
            frozenset(
                key["referred_table"]
                for key in inspector.get_foreign_keys(table)
                if column["name"] in key["constrained_columns"]
            ),
        )
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    ]


def problems(database: str, columns: list[Seen]) -> dict[str, list[str]]:
    held = (
        column
        for column in columns
        if column.table not in FREE[database] and f"{column.table}.{column.name}" not in DAYS_OF_THE_TRUSTEE
    )
    return {f"{column.table}.{column.name}": found for column in held if (found := list(column.problems()))}


def machinery(engine: Engine) -> set[str]:
    """Return what makes values by itself: sequences and triggers."""
    if engine.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' OR name = 'sqlite_sequence'"
    else:
        query = "SELECT tgname FROM pg_trigger UNION SELECT relname FROM pg_class WHERE relkind = 'S'"
    with engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


# ----------------------------------------------------------------- the rules hold


@pytest.mark.parametrize(("database", "metadata"), [("office", OFFICE), ("results", RESULTS)])
def test_no_described_table_near_an_answer_can_tell_whose_it_is(database: str, metadata: MetaData) -> None:
    assert problems(database, described(metadata)) == {}


@pytest.mark.parametrize("database", ["office", "results"])
def test_no_migrated_table_near_an_answer_can_tell_whose_it_is(databases: Databases, database: str) -> None:
    engine = databases.engines[database]

    assert problems(database, migrated(engine)) == {}
    assert machinery(engine) == set()


def test_whatever_a_submission_changes_is_held_to_the_rules(pilot: RunningPilot) -> None:
    pilot.people(6)
    codes = pilot.start()
    before = rows(pilot)

    pilot.send(codes[0], any_days=1)
    WireClient(pilot.client, str(pilot.key())).vote(codes[1], {"group": "sales", "any_days": 2})

    changed = {name for name, content in rows(pilot).items() if content != before[name]}
    assert changed == {("office", "ledger"), ("office", "spent"), ("office", "box")}
    assert not {table for _, table in changed} & FREE["office"]


def rows(pilot: RunningPilot) -> dict[tuple[str, str], list[str]]:
    found = {}
    for database, engine in pilot.house.engines.items():
        with engine.connect() as connection:
            for table in inspect(engine).get_table_names():
                lines = connection.execute(text(f'SELECT * FROM "{table}"'))
                found[database, table] = sorted(map(repr, lines))
    return found


def test_the_days_of_the_trustee_are_days_without_a_time_that_only_a_decision_sets(databases: Databases) -> None:
    columns = {f"{column.table}.{column.name}": column for column in migrated(databases.results)}

    assert columns.keys() >= DAYS_OF_THE_TRUSTEE
    for name in DAYS_OF_THE_TRUSTEE:
        assert isinstance(columns[name].kind, Date)
        assert columns[name].default is None


def test_every_table_that_is_let_off_is_there(databases: Databases) -> None:
    for database, free in FREE.items():
        there = set(inspect(databases.engines[database]).get_table_names())
        # Stops of reminders come with the reminders.
        assert free - {"reminder_stop"} <= there


# ----------------------------------------------------------------- and find what is planted


PLANTED = [
    Column("created_at", String),
    Column("updated_at", DateTime),
    Column("ip", String),
    Column("remote_addr", String),
    Column("user_agent", String),
    Column("token", LargeBinary),
    Column("stop_token", LargeBinary),
    Column("person_id", LargeBinary),
    Column("respondent", LargeBinary),
    Column("email", String),
    Column("language", String),
    Column("session_id", LargeBinary),
    Column("arrived", DateTime),
    Column("arrival", Date),
    Column("took", Interval),
    Column("amount", Integer),
    Column("key", Uuid),
    Column("made", String, server_default=func.now()),
    Column("counted", LargeBinary, Identity()),
]


@pytest.mark.parametrize("column", PLANTED, ids=lambda column: column.name)
@pytest.mark.parametrize(("database", "table"), [("office", "box"), ("office", "new"), ("results", "answer")])
def test_a_bad_column_is_found_in_a_description(database: str, table: str, column: "Column[object]") -> None:
    metadata = MetaData()
    Table(table, metadata, Column("pilot_id", String), column._copy())

    assert set(problems(database, described(metadata))) == {f"{table}.{column.name}"}


@pytest.mark.parametrize("column", ["created_at VARCHAR", "arrived TIMESTAMP", "person_id VARCHAR", "amount INTEGER"])
@pytest.mark.parametrize(("database", "table"), [("office", "box"), ("office", "spent"), ("results", "answer")])
def test_a_bad_column_is_found_in_a_database(databases: Databases, database: str, table: str, column: str) -> None:
    engine = databases.engines[database]
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column}"))

    assert set(problems(database, migrated(engine))) == {f"{table}.{column.split(maxsplit=1)[0]}"}


def test_a_bad_table_is_found_in_a_database(databases: Databases) -> None:
    engine = databases.office
    serial = "INTEGER PRIMARY KEY AUTOINCREMENT" if engine.dialect.name == "sqlite" else "SERIAL PRIMARY KEY"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE visits (id {serial}, sealed BYTEA)"))

    assert set(problems("office", migrated(engine))) == {"visits.id"}
    assert machinery(engine)


def test_a_trigger_is_found_in_a_database(databases: Databases) -> None:
    engine = databases.office
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("CREATE TRIGGER t AFTER INSERT ON box BEGIN DELETE FROM person; END"))
        else:
            connection.execute(text("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"))
            connection.execute(text("CREATE TRIGGER t AFTER INSERT ON box FOR EACH ROW EXECUTE FUNCTION f()"))

    assert machinery(engine) == {"t"}
