"""The key directory: the keys of each wave, readable by this user alone, outside every database and backup."""

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from surveyapp.crypto.blind_rsa import SigningPublicKey, public_info
from surveyapp.crypto.private_file import sync_folder, write_once
from surveyapp.crypto.sealing import BoxPublicKey, public_bytes
from surveyapp.errors import EnvironmentProblemError

_PRIVATE_FOLDER = 0o700
_BOX, _SIGN = "box.pem", "sign.pem"
_SIGN_BITS: Final = 3072
# A convention of backup and copying programs: they leave out a folder that holds this file.
_TAG: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Keys of ballot boxes: a backup that held them beside the databases would undo what they are for.\n"
)


class KeyMissingError(EnvironmentProblemError):
    """A key of a wave is not in the key directory."""

    def __init__(self, wave: str) -> None:
        super().__init__(
            f"the key of wave {wave} is not in the key directory",
            "restore it from the key backup; without it the ballots of this wave stay sealed for ever",
        )


class KeyDamagedError(EnvironmentProblemError):
    """The file of a key holds no such key."""

    def __init__(self, wave: str) -> None:
        super().__init__(
            f"the key file of wave {wave} holds no key of a wave",
            "restore it from the key backup; without it the ballots of this wave stay sealed for ever",
        )


def new_signing_key() -> rsa.RSAPrivateKey:
    """Return a fresh key for the slips of one wave."""
    return rsa.generate_private_key(public_exponent=65537, key_size=_SIGN_BITS)


class Keyring:
    """Makes, reads and destroys the keys of waves. *backups* are folders that are copied to, or hold, backups."""

    def __init__(
        self,
        folder: Path,
        backups: Sequence[Path] = (),
        *,
        new_signing_key: Callable[[], rsa.RSAPrivateKey] = new_signing_key,
    ) -> None:
        self._folder = folder
        self._backups = backups
        self._new_signing_key = new_signing_key
        self._signing: dict[str, rsa.RSAPrivateKey] = {}

    def make_box_key(self, wave: str) -> BoxPublicKey:
        """Make the box key of *wave* unless it is there already, and return its public half.

        Raises:
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        self._make(wave, _BOX, lambda: ec.generate_private_key(ec.SECP256R1()))
        return public_bytes(self.box_key(wave))

    def make_signing_key(self, wave: str) -> SigningPublicKey:
        """Make the key that signs the slips of *wave* unless it is there already, and return its public half.

        Raises:
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        self._make(wave, _SIGN, self._new_signing_key)
        return public_info(self.signing_key(wave).public_key())

    def box_key(self, wave: str) -> ec.EllipticCurvePrivateKey:
        """Return the private box key of *wave*.

        Raises:
            KeyMissingError: it was never here, or is destroyed.
            KeyDamagedError: its file holds something else.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        key = self._load(wave, _BOX)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KeyDamagedError(wave)
        return key

    def signing_key(self, wave: str) -> rsa.RSAPrivateKey:
        """Return the private key that signs the slips of *wave*, from memory where it was read before.

        Raises:
            KeyMissingError: it was never here, or is destroyed.
            KeyDamagedError: its file holds something else.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        known = self._signing.get(wave)
        if known is None:
            key = self._load(wave, _SIGN)
            if not isinstance(key, rsa.RSAPrivateKey):
                raise KeyDamagedError(wave)
            known = self._signing[wave] = key
        return known

    def destroy(self, wave: str) -> None:
        """Overwrite and delete the keys of *wave*; nothing happens where they are gone already."""
        self._signing.pop(wave, None)
        for kind in (_BOX, _SIGN):
            path = self._path(wave, kind)
            if not path.exists():
                continue
            with path.open("r+b") as file:
                file.write(os.urandom(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(self._folder)

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

    def _make(self, wave: str, kind: str, new: Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]) -> None:
        self._folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.refuse_if_open()
        write_once(self._folder / "CACHEDIR.TAG", _TAG.encode("ascii"))
        path = self._path(wave, kind)
        if not path.exists():
            write_once(path, new().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def _load(self, wave: str, kind: str) -> PrivateKeyTypes:
        try:
            pem = self._path(wave, kind).read_bytes()
        except FileNotFoundError:
            raise KeyMissingError(wave) from None
        self.refuse_if_open()
        try:
            return load_pem_private_key(pem, password=None)
        except ValueError:
            # The library's message may quote the file.
            raise KeyDamagedError(wave) from None

    def _path(self, wave: str, kind: str) -> Path:
        return self._folder / f"{wave}.{kind}"
