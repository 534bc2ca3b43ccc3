"""What a PostgreSQL server writes down beside the tables: statements, times, copies."""

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.checks.finding import Finding, Installation, fail, ok, warn
from surveyapp.schema import DATABASES

# Setting -> the values with which it tells nothing about one ballot. Statements of errors carry no values of their own.
SILENT: Mapping[str, frozenset[str]] = {
    "log_statement": frozenset({"none", "ddl"}),
    "log_min_duration_statement": frozenset({"-1"}),
    "log_min_duration_sample": frozenset({"-1"}),
    "log_transaction_sample_rate": frozenset({"0"}),
    "log_parameter_max_length_on_error": frozenset({"0"}),
    "log_duration": frozenset({"off"}),
    "track_commit_timestamp": frozenset({"off"}),
}
# Module that may be loaded -> its setting, and the values with which it writes no statements.
# pg_stat_statements is none of them: it keeps texts without values and sums.
MODULES: Mapping[str, tuple[str, frozenset[str]]] = {
    "auto_explain": ("auto_explain.log_min_duration", frozenset({"-1"})),
    "pgaudit": ("pgaudit.log", frozenset({"none"})),
}
# A replay of what the office did gives the time of every ballot.
_NO_COPIES: Mapping[str, str] = {
    "archive_mode": "SELECT count(*) FROM pg_settings WHERE name = 'archive_mode' AND setting <> 'off'",
    "a replication slot": "SELECT count(*) FROM pg_replication_slots",
    "a replica or a running base backup": "SELECT count(*) FROM pg_stat_replication",
}


def statement_logs(here: Installation) -> Iterator[Finding]:
    """Look whether PostgreSQL logs statements, or when each of them came."""
    for name, engine in _on_postgresql(here, ("office", "results")):
        try:
            with engine.connect() as connection:
                rows = connection.execute(text("SELECT name, setting FROM pg_settings"))
                findings = list(judged(name, {str(row.name): str(row.setting) for row in rows}))
        except SQLAlchemyError:
            continue
        yield from findings


def judged(name: str, shown: Mapping[str, str]) -> Iterator[Finding]:
    """Say which of the settings *shown* by the server of a database let it write down what it must not."""
    loaded = ",".join(value for key, value in shown.items() if key.endswith("_preload_libraries"))
    watched = {**SILENT, **{setting: silent for module, (setting, silent) in MODULES.items() if module in loaded}}
    if all(shown.get(setting) in silent for setting, silent in watched.items()):
        yield ok(f"{name} database: PostgreSQL logs no statements")
    for setting, silent in watched.items():
        value = shown.get(setting)
        if value is None:
            yield warn(
                f"{name} database: this role may not see {setting}",
                "GRANT pg_read_all_settings TO the role of the service, or look yourself",
            )
        elif value not in silent:
            yield fail(f"{name} database: {setting} is {value}", f"ALTER SYSTEM SET {setting} = '{min(silent)}'")
    if shown.get("log_error_verbosity") != "terse":
        yield warn(
            f"{name} database: PostgreSQL's log of errors quotes rows",
            "ALTER SYSTEM SET log_error_verbosity = 'terse'; SELECT pg_reload_conf()",
        )


def copies(here: Installation) -> Iterator[Finding]:
    """Look whether what happens in the office is copied continuously."""
    for name, engine in _on_postgresql(here, ("office",)):
        try:
            with engine.connect() as connection:
                found = [what for what, count in _NO_COPIES.items() if connection.execute(text(count)).scalar_one()]
        except SQLAlchemyError:
            continue
        for what in found:
            yield fail(
                f"{name} database is copied continuously ({what}): a replay gives the time of every ballot",
                "back it up by pg_dump at fixed times only, on a server of its own",
            )
        if not found:
            yield ok(f"{name} database is not copied continuously")


def roles(here: Installation) -> Iterator[Finding]:
    """Look whether one password opens more than it must."""
    users = []
    for name, engine in _on_postgresql(here, DATABASES):
        url = make_url(here.settings.database_url(name))
        users.append((url.host, url.port, url.username, str(url.query.get("host", ""))))
        try:
            with engine.connect() as connection:
                query = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                almighty = connection.execute(query).scalar_one()
        except SQLAlchemyError:
            continue
        if almighty:
            yield warn(f"{name} database is used by a superuser of PostgreSQL", "give it a role that owns nothing else")
    if users and max(Counter(users).values()) > 1:
        yield warn(
            "one role of PostgreSQL opens several of the databases: its password joins people and answers",
            "give desk, office and results a role each",
        )


def _on_postgresql(here: Installation, names: tuple[str, ...]) -> Iterator[tuple[str, Engine]]:
    for name in names:
        engine = here.engines.get(name)
        if engine is not None and engine.dialect.name == "postgresql":
            yield name, engine
