"""`surveyapp keys`: which keys are here, a copy of them under a passphrase, and the way back."""

from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp.cli import command, passphrase
from surveyapp.clock import Clock
from surveyapp.crypto.key_backup import BadBackupError, KeyFiles, is_backup, read_backup, write_backup
from surveyapp.crypto.key_directory import WRAPPED
from surveyapp.crypto.private_file import write_once
from surveyapp.crypto.wrapping import BadWrappingError, WrongPassphraseError, from_lines, to_json
from surveyapp.custody import Custody
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import EnvironmentProblemError, InputError, RefusedError


@dataclass(frozen=True, slots=True)
class KeysServices:
    """What these commands need."""

    custody: Custody
    desk: Desk
    clock: Clock
    random_bytes: Callable[[int], bytes]


def add_commands(commands: Any) -> None:
    """Declare the commands."""
    keys = command.group(commands, "keys", "list, export and restore the keys of ballot boxes")
    command.add(
        keys,
        "list",
        "show the waves whose keys are here, and those whose key is missing",
        example="keys list",
        run=list_keys,
        needs=KeysServices,
    )
    export = command.add(
        keys,
        "export",
        "write the keys of waves that are not revealed into a file, under a passphrase",
        example="keys export --to /media/stick/surveyapp-keys.json",
        run=export_keys,
        needs=KeysServices,
    )
    export.add_argument("--to", type=Path, required=True, metavar="FILE")
    passphrase.add_argument(export)
    restore = command.add(
        keys,
        "restore",
        "put keys back from an export, or from the text of a recovery sheet",
        example="keys restore /media/stick/surveyapp-keys.json",
        run=restore_keys,
        needs=KeysServices,
    )
    restore.add_argument("file", type=Path)
    passphrase.add_argument(restore)


def list_keys(_arguments: Namespace, services: KeysServices) -> int:
    """List the keys."""
    for wave, state in services.custody.held():
        print(f"{wave}  {state}")
    for wave in services.custody.without_key():
        print(f"{wave}  KEY MISSING: restore it, or its ballots stay sealed for ever")
    return 0


def export_keys(arguments: Namespace, services: KeysServices) -> int:
    """Write the keys into a file."""
    keys = services.custody.export()
    if not keys:
        raise RefusedError("there is no key of a wave that is still to be revealed")
    content = write_backup(keys, passphrase.new_passphrase(arguments), services.random_bytes)
    try:
        written = write_once(arguments.to, content)
    except OSError as error:
        raise EnvironmentProblemError(
            f"{arguments.to} cannot be written: {error.strerror}", "choose another place"
        ) from None
    if not written:
        raise InputError(f"{arguments.to} is there already: choose another name")
    _audit(services, "keys export", keys)
    print(f"the keys of {len(keys)} waves are in {arguments.to}: " + ", ".join(keys))
    print("keep it apart from the backups of the databases, and the passphrase apart from both")
    return 0


def restore_keys(arguments: Namespace, services: KeysServices) -> int:
    """Put keys back."""
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise InputError(f"{arguments.file} cannot be read: {error.strerror}") from None
    restored = services.custody.restore(_keys_in(content, arguments))
    for wave in restored.over:
        print(f"wave {wave} is over: its key stays destroyed")
    for wave in restored.there:
        print(f"the key of wave {wave} is here already")
    for wave in restored.back:
        print(f"the key of wave {wave} is back")
    _audit(services, "keys restore", restored.back)
    for wave in services.custody.without_key():
        print(f"the key of wave {wave} is still missing")
    return 0


def _keys_in(content: bytes, arguments: Namespace) -> KeyFiles:
    try:
        if is_backup(content):
            return read_backup(content, passphrase.known_passphrase(arguments))
        lines = from_lines(content.decode("utf-8-sig"))
    except WrongPassphraseError:
        raise InputError("this passphrase does not open the file, or the file was altered") from None
    except (BadBackupError, BadWrappingError, UnicodeDecodeError):
        raise InputError(
            f"{arguments.file.name} is neither an export of keys nor the text of a recovery sheet without mistakes"
        ) from None
    return {wave: {WRAPPED: to_json(key)} for wave, key in lines.items()}


def _audit(services: KeysServices, action: str, waves: Iterable[str]) -> None:
    for wave in waves:
        pilot = wave.rpartition(".")[0]
        services.desk.audit(Audited(services.clock(), "command line", action, pilot, wave))
