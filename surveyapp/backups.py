"""Backups: one folder per backup, with each database as a file of its own, read back before it counts.

A backup holds no key: with one beside it, whoever had the backup could open the boxes in it. Databases of every kind
are kept as SQLite files, so that a backup of PostgreSQL can be restored into the embedded databases and the other way
round.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine, MetaData

from surveyapp.clock import Clock
from surveyapp.copying import Contents, copy_database, empty, is_empty
from surveyapp.database import open_engine, outside_transactions
from surveyapp.errors import EnvironmentProblemError, InputError
from surveyapp.schema import bring_up_to_date

Say = Callable[[str], None]

_ABOUT = "backup.json"
_FORMAT = 1
_DRAFT = ".unfinished-"
_NAME = "%Y-%m-%dT%H%M%SZ"
# A box is emptied only after its answers are written: seen in this order, a ballot is in one of them at least.
_ORDER = ("office", "results", "desk")


@dataclass(frozen=True, slots=True)
class Kept:
    """One database in a backup: the hash of its file, and what it held."""

    sha256: str
    contents: Contents


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup. *size* in bytes."""

    folder: Path
    made_at: datetime
    version: str
    size: int
    databases: Mapping[str, Kept]


class Backups:
    """Writes and restores backups of the databases of *engines*, whose tables are *tables*, both by name.

    *keys* is the key directory, *workspace* a private folder with room for a copy.
    """

    def __init__(
        self,
        *,
        engines: Callable[[], Mapping[str, Engine]],
        tables: Mapping[str, MetaData],
        keys: Path,
        workspace: Path,
        clock: Clock,
    ) -> None:
        self._engines = engines
        self._tables = tables
        self._keys = keys
        self._workspace = workspace
        self._clock = clock

    def write(self, folder: Path, say: Say = lambda _: None) -> Backup:
        """Write a new backup below *folder* and return it, read back.

        Each database is seen in one moment, one after the other, while the service runs on.

        Raises:
            EnvironmentProblemError: the folder cannot be written or would take the keys along, or a database lacks
                migrations. No backup is left then.
        """
        if self._keys.resolve().is_relative_to(folder.resolve()):
            raise EnvironmentProblemError(
                "the key directory lies inside this folder: who has the backup could open the boxes in it",
                f"choose a folder that does not hold {self._keys}",
            )
        engines = self._engines()
        made_at = self._clock().replace(microsecond=0)
        final = folder / made_at.strftime(_NAME)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if final.exists():
                raise EnvironmentProblemError(f"there is a backup of this second: {final}", "wait a second")
            with _draft(folder) as draft:
                kept = {}
                for name in _ORDER:
                    say(f"copying the {name} database")
                    kept[name] = self._copy(engines[name], draft / f"{name}.sqlite", name)
                _write_about(draft, made_at, kept)
                draft.rename(final)
        except OSError as error:
            raise EnvironmentProblemError(f"{folder} cannot be written: {error.strerror}", "choose another") from error
        return read_backup(final)

    def restore(self, folder: Path, say: Say = lambda _: None) -> Backup:
        """Fill the databases, which hold nothing, from the backup in *folder*; one of an older version is upgraded.

        Raises:
            InputError: there is no backup in the folder, or it is damaged.
            EnvironmentProblemError: a database holds rows, or cannot be written. Nothing is restored then.
        """
        backup = read_backup(folder)
        for name, kept in backup.databases.items():
            if _hash(folder / f"{name}.sqlite") != kept.sha256:
                raise InputError(f"{folder / name}.sqlite is not the file that was backed up: take another backup")
        engines = self._engines()
        held = [name for name in backup.databases if not is_empty(engines[name], self._tables[name])]
        if held:
            raise EnvironmentProblemError(
                f"this installation holds data already ({', '.join(held)}): a restore would mix with it",
                "restore into a new installation (another SURVEYAPP_VAR_DIR or empty databases), without `init` before",
            )
        filled: list[str] = []
        try:
            for name in _ORDER:
                say(f"restoring the {name} database")
                filled.append(name)
                self._pour(folder / f"{name}.sqlite", engines[name], name)
        except BaseException:
            for name in filled:
                empty(engines[name], self._tables[name])
            raise
        return backup

    def _copy(self, source: Engine, path: Path, name: str) -> Kept:
        path.touch(mode=0o600)
        with _opened(path) as target:
            held = copy_database(source, target, self._tables[name], name)
            with outside_transactions(target) as connection:
                # A file that stands alone: nothing beside it is needed to read it.
                connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        return Kept(_hash(path), held)

    def _pour(self, path: Path, target: Engine, name: str) -> None:
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=self._workspace) as folder:
            copy = Path(shutil.copy(path, folder))
            with _opened(copy) as source:
                bring_up_to_date(source, name)
                copy_database(source, target, self._tables[name], name)


def read_backup(folder: Path) -> Backup:
    """Return what *folder* says of itself.

    Raises:
        InputError: it is no backup.
    """
    try:
        told = json.loads((folder / _ABOUT).read_text("utf-8"))
        if told["format"] != _FORMAT or set(told["databases"]) != set(_ORDER):
            raise InputError(f"{folder / _ABOUT} was written by another version: restore it with that one")
        databases = {
            name: Kept(one["sha256"], Contents(one["rows"], one["contents_sha256"]))
            for name, one in told["databases"].items()
        }
        size = sum((folder / f"{name}.sqlite").stat().st_size for name in databases)
        return Backup(folder, datetime.fromisoformat(told["made_at"]), told["version"], size, databases)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"{folder} holds no backup: name the folder with {_ABOUT} in it, as `surveyapp backup` printed it"
        ) from None


def found(folders: Iterable[Path]) -> tuple[Backup, ...]:
    """Return all backups in *folders*, the newest first; what is none is left out."""
    backups = []
    for about in (path for folder in folders for path in folder.glob(f"*/{_ABOUT}")):
        if not about.parent.name.startswith(_DRAFT):
            try:
                backups.append(read_backup(about.parent))
            except InputError:
                continue
    return tuple(sorted(backups, key=lambda backup: backup.made_at, reverse=True))


def discard_old(folder: Path, keep: int) -> tuple[Backup, ...]:
    """Delete all but the newest *keep* (1 or more) backups in *folder*, and return those that went.

    Raises:
        EnvironmentProblemError: one cannot be deleted.
    """
    old = found([folder])[keep:]
    try:
        for backup in old:
            shutil.rmtree(backup.folder)
    except OSError as error:
        raise EnvironmentProblemError(
            f"an old backup cannot be deleted: {error.strerror}", f"look at {folder}"
        ) from error
    return old


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Lend a folder that nobody takes for a backup; it goes away unless it is renamed."""
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _opened(path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{path.absolute()}")
    try:
        yield engine
    finally:
        engine.dispose()


def _write_about(folder: Path, made_at: datetime, kept: Mapping[str, Kept]) -> None:
    told = {
        "format": _FORMAT,
        "version": version("surveyapp"),
        "made_at": made_at.isoformat(),
        "databases": {
            name: {"sha256": one.sha256, "rows": one.contents.rows, "contents_sha256": one.contents.sha256}
            for name, one in kept.items()
        },
    }
    (folder / _ABOUT).write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise InputError(f"{path} cannot be read: take another backup") from None
