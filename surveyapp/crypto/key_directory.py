"""The files of the key directory: readable by this user alone, outside every database and backup."""

import fcntl
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from surveyapp.crypto.private_file import destroy_file, sync_folder, write_draft, write_once
from surveyapp.errors import EnvironmentProblemError

BOX, SIGN, WRAPPED = "box.pem", "sign.pem", "box.json"
_FILE: Final = re.compile(
    r"(?P<wave>[a-z0-9-]{1,63}\.[0-9]{1,3})\.(?P<kind>box\.pem|sign\.pem|box(?:\.[0-9a-f]{16})?\.json)", re.ASCII
)
_DRAFT: Final = re.compile(rf"\.{_FILE.pattern}\.[0-9a-f]{{16}}", re.ASCII)
_PRIVATE_FOLDER = 0o700
# A convention of backup and copying programs: they leave out a folder that holds this file.
_TAG: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of ballot boxes: a backup that held them beside the databases would undo what they are for.\n"
)


class KeyDirectory:
    """Reads, writes and destroys files named after a wave and a kind."""

    def __init__(self, folder: Path, backups: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._backups = backups
        self._tag = folder / "CACHEDIR.TAG"

    def prepare(self) -> None:
        """Make the folder if it is not there.

        Raises:
            EnvironmentProblemError: it is open to others or to a backup.
        """
        self._folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.refuse_if_open()
        write_once(self._tag, _TAG.encode("ascii"))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes that ask for the same from going on meanwhile."""
        self.prepare()
        # NFS locks files only, and only those that may be written.
        descriptor = os.open(self._tag, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def refuse_if_open(self) -> None:
        """Refuse to go on while others can read the key directory, or a backup takes it along.

        Raises:
            EnvironmentProblemError: with the command or setting that mends it.
        """
        mode = stat.S_IMODE(self._folder.stat().st_mode)
        if mode & 0o077:
            raise EnvironmentProblemError(
                "the key directory can be read by others than this user", f"chmod 700 {self._folder}"
            )
        here = self._folder.resolve()
        for backup in self._backups:
            if here.is_relative_to(backup.resolve()):
                raise EnvironmentProblemError(
                    "the key directory lies inside a backup path: who has the backup could open the boxes in it",
                    f"move it and set SURVEYAPP_KEY_DIR to a folder outside {backup}",
                )

    def has(self, wave: str, kind: str) -> bool:
        """Return whether the file is there."""
        return self._path(wave, kind).exists()

    def read(self, wave: str, kind: str) -> bytes:
        """Return the content of a file.

        Raises:
            FileNotFoundError: it is not there.
            EnvironmentProblemError: the folder is open to others or to a backup.
        """
        content = self._path(wave, kind).read_bytes()
        self.refuse_if_open()
        return content

    def add(self, wave: str, kind: str, content: bytes) -> bool:
        """Write a file unless it is there already; false if it was."""
        return write_once(self._path(wave, kind), content)

    def exchange(self, contents: Mapping[tuple[str, str], bytes]) -> None:
        """Write all files by wave and kind, in place of those that are there; all or, without space, none."""
        drafts: dict[Path, Path] = {}
        try:
            for (wave, kind), content in contents.items():
                path = self._path(wave, kind)
                drafts[path] = write_draft(path, content)
        except BaseException:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)
            raise
        # What can fail has been done: from here on there are names to change only.
        for path, draft in drafts.items():
            draft.replace(path)
        sync_folder(self._folder)

    def names(self) -> tuple[tuple[str, str], ...]:
        """Return wave and kind of every file."""
        if not self._folder.is_dir():
            return ()
        matches = (_FILE.fullmatch(path.name) for path in self._folder.iterdir())
        return tuple(sorted((match["wave"], match["kind"]) for match in matches if match))

    def kinds(self, wave: str) -> tuple[str, ...]:
        """Return the kinds of files that *wave* has."""
        return tuple(kind for found, kind in self.names() if found == wave)

    def destroy(self, wave: str) -> None:
        """Overwrite and delete every file of *wave*, and drafts of them that a power cut left behind."""
        if not self._folder.is_dir():
            return
        for path in tuple(self._folder.iterdir()):
            match = _FILE.fullmatch(path.name) or _DRAFT.fullmatch(path.name)
            if match and match["wave"] == wave:
                destroy_file(path)

    def _path(self, wave: str, kind: str) -> Path:
        return self._folder / f"{wave}.{kind}"


def is_file(wave: str, kind: str) -> bool:
    """Return whether a file of *wave* and this *kind* may lie in the folder."""
    return _FILE.fullmatch(f"{wave}.{kind}") is not None


def set_aside(public: bytes) -> str:
    """Return the kind of file that a key with this *public* half has once another key took its place."""
    return f"box.{sha256(public).hexdigest()[:16]}.json"
