"""Who can read the files of an installation, and where copies of them go."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from surveyapp.backups import found
from surveyapp.checks.finding import Finding, Installation, fail, ok, warn
from surveyapp.crypto.key_directory import KeyDirectory
from surveyapp.errors import EnvironmentProblemError
from surveyapp.schema import DATABASES

_TOO_OLD = timedelta(days=2)
_LITTLE_SPACE = 500_000_000  # bytes
_SECRETS = {"secret_key": "signs staff sessions", "second_step_key": "encrypts staff's second steps"}
_SWAPS = Path("/proc/swaps")


def embedded(here: Installation) -> Iterator[Finding]:
    """Look whether others can read the embedded databases, or the secret that signs staff sessions."""
    files = [path for name in DATABASES if (path := _file(here.settings.database_url(name))) is not None]
    for folder in sorted({path.parent for path in files if path.parent.exists()}):
        if not _open(folder):
            yield ok("folder of the embedded databases is private")
        elif folder.resolve() == here.settings.var_dir.resolve():
            yield fail("others can read the folder of the embedded databases", f"chmod 700 {folder}")
        elif found := [path for path in folder.glob("*") if _open(path) and path.name.startswith(_names(files))]:
            yield fail("others can read an embedded database", "chmod 600 " + " ".join(map(str, sorted(found))))
    for name, purpose in _SECRETS.items():
        secret = here.settings.var_dir / name
        if secret.exists() and _open(secret):
            yield fail(f"others can read the secret that {purpose}", f"chmod 600 {secret}")


def copies(here: Installation) -> Iterator[Finding]:
    """Look whether an embedded office database is copied continuously, as far as that leaves a trace beside it."""
    office = _file(here.settings.database_url("office"))
    if office is None:
        return
    if (office.parent / f".{office.name}-litestream").exists():
        yield fail(
            "the office database is copied continuously: a replay gives the time of every ballot",
            "back it up at fixed times only, with the service stopped or by VACUUM INTO",
        )
    else:
        yield ok("nothing beside the office database says that it is copied continuously")


def keys(here: Installation) -> Iterator[Finding]:
    """Look whether others can read the key directory or a file in it."""
    folder = here.settings.keys
    if not folder.exists():
        yield ok("key directory: will be made with the first wave")
        return
    if _open(folder):
        yield fail("others can read the key directory", f"chmod 700 {folder}")
    else:
        yield ok("key directory is private")
    loose = [path for path in sorted(folder.iterdir()) if _open(path)]
    if loose:
        yield fail("others can read files of the key directory", f"chmod 600 {folder}/*")
    if folder.stat().st_uid != os.getuid():
        yield warn("the key directory belongs to another user", f"chown -R it to the user of the service: {folder}")


def backups(here: Installation) -> Iterator[Finding]:
    """Look whether a backup of the databases takes the keys along."""
    settings = here.settings
    if settings.keys.exists() and not _open(settings.keys):
        try:
            KeyDirectory(settings.keys, settings.backups).refuse_if_open()
        except EnvironmentProblemError as error:
            yield fail(str(error).split("\n", maxsplit=1)[0], error.fix)
            return
    if settings.backups:
        yield ok("keys lie outside the folders that are backed up")
        yield _newest(settings.backups, here.clock())
        return
    beside = (
        " and the keys lie beside the databases"
        if settings.key_dir is None and _file(settings.database_url("office"))
        else ""
    )
    yield warn(
        f"which folders are backed up is not said{beside}",
        "set SURVEYAPP_KEY_DIR to a folder of its own, and SURVEYAPP_BACKUP_PATHS to what is backed up",
    )


def memory(_here: Installation) -> Iterator[Finding]:
    """Look whether the memory of the service can reach a disk; it switches off its own dumps."""
    lines = _SWAPS.read_text().splitlines()[1:] if _SWAPS.exists() else []
    if any(not line.startswith("/dev/zram") for line in lines):
        yield warn(
            "memory, with answers and keys in it, may be written to swap", "swapoff -a, unless the swap is encrypted"
        )
    else:
        yield ok("memory is not written to swap")


def space(here: Installation) -> Iterator[Finding]:
    """Look whether the databases can grow."""
    var = here.settings.var_dir.absolute()
    folder = next(path for path in (var, *var.parents) if path.exists())
    if not os.access(folder, os.W_OK):
        yield fail(f"{folder} cannot be written", f"chown it to the user of the service: {folder}")
    free = shutil.disk_usage(folder).free
    subject = f"{free // 1_000_000} MB free for databases"
    yield ok(subject) if free > _LITTLE_SPACE else warn(subject, "free some space")


def _newest(folders: tuple[Path, ...], now: datetime) -> Finding:
    made = next((backup.made_at for backup in found(folders)), None)
    if made is None:
        return warn("there is no backup", f"surveyapp backup {folders[0]}, every night")
    age = f"the newest backup is {max(0, (now - made).days)} days old"
    return ok(age) if now - made < _TOO_OLD else warn(age, f"surveyapp backup {folders[0]}, every night")


def _open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _file(url: str) -> Path | None:
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _names(files: list[Path]) -> tuple[str, ...]:
    return tuple(path.name for path in files)
