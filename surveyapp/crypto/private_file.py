"""A secret in a file that this user alone may read: written once, whole or not at all."""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

_PRIVATE_FILE: Final = 0o600
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})


def write_once(path: Path, content: bytes) -> bool:
    """Write *content* to *path* unless something is there already; false if it was."""
    if os.path.lexists(path):
        return False
    draft = write_draft(path, content)
    try:
        _publish(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def write_draft(path: Path, content: bytes) -> Path:
    """Write *content* whole into a new file beside *path*, for a caller who renames it; return its name.

    The name is that of *path* between a full stop and 16 hexadecimal digits: a draft that a power cut leaves behind
    says what it is of. Each has a name of its own, as two processes that shared one could each write half of it.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def destroy_file(path: Path) -> None:
    """Overwrite and delete the file at *path*; nothing happens where it is gone already."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(os.urandom(os.fstat(file.fileno()).st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let what was made or deleted in *folder* survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(draft: Path, path: Path) -> None:
    try:
        # A hard link fails where another process was first, and never shows half a file.
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A memory stick knows no links: there the name is taken first, and its file is empty for a moment.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE))
        draft.replace(path)
