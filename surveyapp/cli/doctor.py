"""`surveyapp doctor`: is this installation what the promise says it is."""

import os
import shutil
import stat
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.schema import DATABASES, pending
from surveyapp.settings import Settings

_LITTLE_SPACE = 500_000_000  # bytes


class Health(StrEnum):
    """How one thing is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor, with the fix where one is needed."""

    health: Health
    subject: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class DoctorServices:
    """What the command needs."""

    settings: Settings
    engines: Callable[[], dict[str, Engine]]
    clock: Clock


def add_commands(commands: Any) -> None:
    """Declare the command."""
    command.add(
        commands,
        "doctor",
        "check databases, keys, mail and everything the promise depends on",
        example="doctor",
        run=doctor,
        needs=DoctorServices,
    )


def doctor(_arguments: Namespace, services: DoctorServices) -> int:
    """Print every finding; 3 if one of them fails."""
    findings = [
        *_databases(services),
        *_embedded(services.settings),
        *_keys(services.settings),
        *_mail(services.settings),
        *_address(services.settings),
        *_libraries(),
        *_space(services.settings),
    ]
    for finding in findings:
        print(f"{finding.health:4} {finding.subject}" + (f"\n     fix: {finding.fix}" if finding.fix else ""))
    return 3 if any(finding.health == Health.FAIL for finding in findings) else 0


def _databases(services: DoctorServices) -> Iterator[Finding]:
    urls = {name: services.settings.database_url(name) for name in DATABASES}
    if len(set(urls.values())) < len(urls):
        yield Finding(Health.FAIL, "two databases are the same", "give desk, office and results a database each")
        return
    for name, engine in services.engines().items():
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            late = pending(engine, name)
        except SQLAlchemyError as error:
            yield Finding(
                Health.FAIL, f"{name} database: {type(error).__name__}", "surveyapp init, or start the server"
            )
            continue
        if late:
            yield Finding(Health.FAIL, f"{name} database lacks migrations", "surveyapp init")
        else:
            yield Finding(Health.OK, f"{name} database ({engine.dialect.name})")


def _keys(settings: Settings) -> Iterator[Finding]:
    folder = settings.keys
    if not folder.exists():
        yield Finding(Health.OK, "key directory: will be made with the first wave")
        return
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding(Health.FAIL, "others can read the key directory", f"chmod 700 {folder}")
    else:
        yield Finding(Health.OK, "key directory is private")


def _embedded(settings: Settings) -> Iterator[Finding]:
    folder = settings.var_dir
    embedded = [name for name in DATABASES if settings.database_url(name).startswith("sqlite")]
    if not embedded or not folder.exists():
        return
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding(Health.FAIL, "others can read the folder of the embedded databases", f"chmod 700 {folder}")
    else:
        yield Finding(Health.OK, "folder of the embedded databases is private")


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.smtp_url.get_secret_value():
        yield Finding(Health.OK, "mails go to a mail server")
    elif _is_local(settings.base_url):
        yield Finding(Health.OK, f"mails become files in {settings.mails}")
    else:
        yield Finding(
            Health.FAIL,
            "mails with codes become files although the address is public",
            "set SURVEYAPP_SMTP_URL=smtp://user:password@host:587",
        )


def _address(settings: Settings) -> Iterator[Finding]:
    if settings.base_url.startswith("https://") or _is_local(settings.base_url):
        yield Finding(Health.OK, f"address {settings.base_url}")
    else:
        yield Finding(
            Health.FAIL,
            "answers travel unencrypted: the address begins with http://",
            "put a proxy with a certificate in front and set SURVEYAPP_BASE_URL=https://...",
        )


def _libraries() -> Iterator[Finding]:
    try:
        import weasyprint  # noqa: F401  # loading it is the check
    except OSError:
        yield Finding(
            Health.FAIL,
            "PDF libraries are missing",
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        )
    else:
        yield Finding(Health.OK, "PDF libraries")


def _space(settings: Settings) -> Iterator[Finding]:
    folder = next(path for path in (settings.var_dir.absolute(), *settings.var_dir.absolute().parents) if path.exists())
    if not os.access(folder, os.W_OK):
        yield Finding(
            Health.FAIL, f"{folder} cannot be written", f"chown it to the user of the service: {Path(folder)}"
        )
    free = shutil.disk_usage(folder).free
    health = Health.OK if free > _LITTLE_SPACE else Health.WARN
    yield Finding(
        health, f"{free // 1_000_000} MB free for databases", "" if health == Health.OK else "free some space"
    )


def _is_local(address: str) -> bool:
    host = address.split("://", 1)[1].split("/", maxsplit=1)[0].rsplit(":", 1)[0]
    return host in {"127.0.0.1", "localhost", "[::1]"}
