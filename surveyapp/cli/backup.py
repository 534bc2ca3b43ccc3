"""`surveyapp backup` and `surveyapp restore`: the databases in a folder, and back from there."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp.backups import Backup, Backups, discard_old
from surveyapp.cli import command

_APART = "keys of boxes (surveyapp keys export), secret_key, second_step_key and settings"


@dataclass(frozen=True, slots=True)
class BackupServices:
    """What these commands need: backups, the restored waves whose box has no key here, and the audit log."""

    backups: Backups
    without_key: Callable[[], tuple[str, ...]]
    audit: Callable[[str, str], None]  # action, detail


def add_commands(commands: Any) -> None:
    """Declare the commands."""
    write = command.add(
        commands,
        "backup",
        "copy the databases into a new folder and read the copies back; runs beside the service",
        example="backup /backups --keep 7",
        run=back_up,
        needs=BackupServices,
    )
    write.add_argument("folder", type=Path, metavar="DIR", help="backups lie in here, one folder each")
    write.add_argument(
        "--keep",
        type=_one_or_more,
        default=7,
        metavar="N",
        help="how many stay; older ones in DIR are deleted, because they hold people (7)",
    )
    restore_parser = command.add(
        commands,
        "restore",
        "fill an installation that holds nothing from a backup, of this version or an older one",
        example="restore /backups/2027-01-31T020000Z",
        run=restore,
        needs=BackupServices,
    )
    restore_parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of one backup")


def back_up(arguments: Namespace, services: BackupServices) -> int:
    """Write a backup, and delete those that are too old."""
    backup = services.backups.write(arguments.folder, print)
    services.audit("backup", backup.folder.name)
    print(f"{backup.folder}: {_told(backup)}, read back")
    for old in discard_old(arguments.folder, arguments.keep):
        print(f"deleted {old.folder}")
    print(f"not in it, keep them elsewhere: {_APART}")
    return 0


def restore(arguments: Namespace, services: BackupServices) -> int:
    """Fill the databases, and say what is still missing."""
    backup = services.backups.restore(arguments.folder, print)
    services.audit("restore", backup.folder.name)
    print(f"restored the backup of {backup.made_at:%Y-%m-%d %H:%M} UTC: {_told(backup)}")
    for wave in services.without_key():
        print(f"the box of wave {wave} has no key here: surveyapp keys restore FILE, or its trustee's recovery sheet")
    print(f"not in a backup, put them back: {_APART}")
    print("next: surveyapp doctor")
    return 0


def _told(backup: Backup) -> str:
    rows = sum(sum(kept.contents.rows.values()) for kept in backup.databases.values())
    return f"{rows:,} rows in {len(backup.databases)} databases, {max(1, backup.size // 1000):,} kB"


def _one_or_more(text: str) -> int:
    if text.isascii() and text.isdecimal() and int(text) > 0:
        return int(text)
    raise ArgumentTypeError(f"must be a whole number from 1 on, not {text}")
