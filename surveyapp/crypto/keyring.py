"""The key directory: one file per wave, readable by this user alone, outside every database and backup."""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from surveyapp.crypto.private_file import sync_folder, write_once
from surveyapp.crypto.sealing import BoxPublicKey, public_bytes
from surveyapp.errors import EnvironmentProblemError

_PRIVATE_FOLDER = 0o700


class KeyMissingError(EnvironmentProblemError):
    """The box key of a wave is not in the key directory."""

    def __init__(self, wave: str) -> None:
        super().__init__(
            f"the key of wave {wave} is not in the key directory",
            "restore it from the key backup; without it the ballots of this wave stay sealed for ever",
        )


class KeyDamagedError(EnvironmentProblemError):
    """The file of a box key holds no such key."""

    def __init__(self, wave: str) -> None:
        super().__init__(
            f"the key file of wave {wave} holds no box key",
            "restore it from the key backup; without it the ballots of this wave stay sealed for ever",
        )


class Keyring:
    """Makes, reads and destroys the keys of waves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make_box_key(self, wave: str) -> BoxPublicKey:
        """Make the box key of *wave* unless it is there already, and return its public half.

        Raises:
            EnvironmentProblemError: others than this user may read the key directory.
        """
        self._folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.refuse_if_open()
        path = self._path(wave)
        if not path.exists():
            write_once(path, _pem(ec.generate_private_key(ec.SECP256R1())))
        return public_bytes(self.box_key(wave))

    def box_key(self, wave: str) -> ec.EllipticCurvePrivateKey:
        """Return the private box key of *wave*.

        Raises:
            KeyMissingError: it was never here, or is destroyed.
            KeyDamagedError: its file holds something else.
        """
        try:
            pem = self._path(wave).read_bytes()
        except FileNotFoundError:
            raise KeyMissingError(wave) from None
        try:
            key = load_pem_private_key(pem, password=None)
        except ValueError:
            # The library's message may quote the file.
            raise KeyDamagedError(wave) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyDamagedError(wave)
        return key

    def destroy(self, wave: str) -> None:
        """Overwrite and delete the keys of *wave*; nothing happens where they are gone already."""
        path = self._path(wave)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(self._folder)

    def refuse_if_open(self) -> None:
        """Refuse to go on while group or others can read the key directory.

        Raises:
            EnvironmentProblemError: with the command that closes it.
        """
        mode = stat.S_IMODE(self._folder.stat().st_mode)
        if mode & 0o077:
            raise EnvironmentProblemError(
                "the key directory can be read by others than this user", f"chmod 700 {self._folder}"
            )

    def _path(self, wave: str) -> Path:
        return self._folder / f"{wave}.box.pem"


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
