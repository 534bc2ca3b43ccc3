"""A secret in a file that this user alone may read: written once, whole or not at all."""

import os
import secrets
from pathlib import Path

_PRIVATE_FILE = 0o600


def write_once(path: Path, content: bytes) -> bool:
    """Write *content* to *path* unless something is there already; false if it was."""
    # A name of its own: two processes that shared a draft could each have written half of it.
    draft = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A hard link fails where another process was first, and never shows half a file.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Let what was made or deleted in *folder* survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
