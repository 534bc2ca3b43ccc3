"""A file with the keys of waves, under a passphrase: what `surveyapp keys export` writes and `keys restore` reads."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from surveyapp.crypto import base64url
from surveyapp.crypto.wrapping import lock, locked_from_plain, locked_to_plain, unlock

_BINDING: Final = b"surveyapp keys v1"
_MARK: Final = "surveyapp keys"

KeyFiles = Mapping[str, Mapping[str, bytes]]  # by wave and kind


class BadBackupError(ValueError):
    """The file is no export of keys."""


def write_backup(keys: KeyFiles, passphrase: str, random_bytes: Callable[[int], bytes]) -> bytes:
    """Return all *keys* as one file that opens with *passphrase* only."""
    plain = {wave: {kind: base64url.write(raw) for kind, raw in files.items()} for wave, files in keys.items()}
    locked = lock(json.dumps(plain, sort_keys=True).encode("ascii"), passphrase, _BINDING, random_bytes)
    return json.dumps({"file": _MARK, "version": 1, **locked_to_plain(locked)}, indent=1).encode("ascii") + b"\n"


def is_backup(content: bytes) -> bool:
    """Return whether *content* says that it is what `write_backup` wrote."""
    return content.lstrip().startswith(b"{")


def read_backup(content: bytes, passphrase: str) -> KeyFiles:
    """Return the keys that `write_backup` wrote.

    Raises:
        BadBackupError: the file is none.
        WrongPassphraseError: the passphrase does not open it, or it was altered.
    """
    try:
        outer = json.loads(content)
        mark = outer.pop("file"), outer.pop("version")
        locked = locked_from_plain(outer)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadBackupError from None
    if mark != (_MARK, 1):
        raise BadBackupError
    opened = unlock(locked, passphrase, _BINDING)
    try:
        plain = json.loads(opened)
        return {wave: {kind: base64url.read(raw) for kind, raw in files.items()} for wave, files in plain.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise BadBackupError from None
