"""The keys of each wave: made once, read when needed, destroyed with the wave."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from surveyapp.crypto.blind_rsa import SigningPublicKey, public_info
from surveyapp.crypto.key_directory import BOX, SIGN, WRAPPED, KeyDirectory, is_file, set_aside
from surveyapp.crypto.sealing import BoxPublicKey, public_bytes
from surveyapp.crypto.wrapping import BadWrappingError, WrappedKey, from_json, to_json
from surveyapp.errors import EnvironmentProblemError, RefusedError

_SIGN_BITS: Final = 3072


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


class KeyThereError(RefusedError):
    """A wave has another key already, and keeps it."""

    def __init__(self, wave: str) -> None:
        super().__init__(f"wave {wave} has a key already; another one would leave its ballots sealed for ever")


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
        self._directory = KeyDirectory(folder, backups)
        self._new_signing_key = new_signing_key
        self._signing: dict[str, rsa.RSAPrivateKey] = {}

    def make_box_key(self, wave: str) -> BoxPublicKey:
        """Make the box key of *wave* unless it is there already, and return its public half.

        Raises:
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        self._make(wave, BOX, lambda: ec.generate_private_key(ec.SECP256R1()))
        return public_bytes(self.box_key(wave))

    def make_signing_key(self, wave: str) -> SigningPublicKey:
        """Make the key that signs the slips of *wave* unless it is there already, and return its public half.

        Raises:
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        self._make(wave, SIGN, self._new_signing_key)
        return public_info(self.signing_key(wave).public_key())

    def box_key(self, wave: str) -> ec.EllipticCurvePrivateKey:
        """Return the private box key of *wave*.

        Raises:
            KeyMissingError: it was never here, or is destroyed.
            KeyDamagedError: its file holds something else.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        return _box_key(wave, self._read(wave, BOX))

    def signing_key(self, wave: str) -> rsa.RSAPrivateKey:
        """Return the private key that signs the slips of *wave*, from memory where it was read before.

        Destroying it does not reach the memory of other processes: it signs slips, of which that wave takes no more.

        Raises:
            KeyMissingError: it was never here, or is destroyed.
            KeyDamagedError: its file holds something else.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        known = self._signing.get(wave)
        if known is None:
            known = self._signing[wave] = _signing_key(wave, self._read(wave, SIGN))
        return known

    def keep_wrapped(self, keys: Mapping[str, WrappedKey], *, replace: bool = False) -> None:
        """Keep the wrapped box key of every wave in *keys*, all or none; the same again is harmless.

        A key that another one may *replace* is set aside, not destroyed: a wave may just now be starting with it.

        Raises:
            KeyThereError: a wave has another key, and may not get a new one; nothing was kept.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        with self._directory.alone():
            files: dict[tuple[str, str], bytes] = {}
            for wave, key in keys.items():
                known = self._latest(wave)
                if self._directory.has(wave, BOX) or not (replace or known is None or known.public == key.public):
                    raise KeyThereError(wave)
                if known is None:
                    files[wave, WRAPPED] = to_json(key)
                elif known.public != key.public:
                    files |= {(wave, set_aside(known.public)): to_json(known), (wave, WRAPPED): to_json(key)}
            self._directory.exchange(files)

    def wrapped(self, wave: str, public: BoxPublicKey | None = None) -> WrappedKey:
        """Return the wrapped box key of *wave*: the one with this *public* half, by default the latest.

        Raises:
            KeyMissingError: there is none.
            KeyDamagedError: its file holds something else.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        latest = self._latest(wave)
        if latest is not None and public in {None, latest.public}:
            return latest
        kind = set_aside(public or b"")
        if not self._directory.has(wave, kind):
            raise KeyMissingError(wave)
        return _wrapped(wave, self._directory.read(wave, kind))

    def wrapped_public_key(self, wave: str) -> BoxPublicKey | None:
        """Return the public half of the key that the trustee made for the box of *wave*; None: not made yet.

        Raises:
            KeyDamagedError: its file holds something else.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        latest = self._latest(wave)
        return None if latest is None else latest.public

    def waves(self) -> tuple[str, ...]:
        """Return every wave that has a key of any kind here."""
        return tuple(dict.fromkeys(wave for wave, _ in self._directory.names()))

    def files(self, wave: str) -> Mapping[str, bytes]:
        """Return the key files of *wave* as they are, by kind.

        Raises:
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        return {kind: self._directory.read(wave, kind) for kind in self._directory.kinds(wave)}

    def restore(self, wave: str, files: Mapping[str, bytes]) -> bool:
        """Put key *files* of *wave* back where they are missing; false if all were there.

        Raises:
            KeyDamagedError: a file is no key; nothing was put back.
            KeyThereError: another key is there; nothing was put back.
            EnvironmentProblemError: the key directory is open to others or to a backup.
        """
        with self._directory.alone():
            here = self.files(wave)
            for kind, content in files.items():
                public_of(wave, kind, content)
                if here.get(kind, content) != content:
                    raise KeyThereError(wave)
            missing = {(wave, kind): content for kind, content in files.items() if kind not in here}
            self._directory.exchange(missing)
            return bool(missing)

    def destroy(self, wave: str) -> None:
        """Overwrite and delete the keys of *wave*; nothing happens where they are gone already."""
        self._signing.pop(wave, None)
        self._directory.destroy(wave)

    def refuse_if_open(self) -> None:
        """Refuse to go on while others can read the key directory, or a backup takes it along.

        Raises:
            EnvironmentProblemError: with the command or setting that mends it.
        """
        self._directory.refuse_if_open()

    def _make(self, wave: str, kind: str, new: Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]) -> None:
        self._directory.prepare()
        if not self._directory.has(wave, kind):
            self._directory.add(wave, kind, new().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def _read(self, wave: str, kind: str) -> bytes:
        try:
            return self._directory.read(wave, kind)
        except FileNotFoundError:
            raise KeyMissingError(wave) from None

    def _latest(self, wave: str) -> WrappedKey | None:
        try:
            content = self._directory.read(wave, WRAPPED)
        except FileNotFoundError:
            return None
        return _wrapped(wave, content)


def public_of(wave: str, kind: str, content: bytes) -> bytes:
    """Return the public half of the key in a file of this *kind*.

    Raises:
        KeyDamagedError: it holds no such key.
    """
    if not is_file(wave, kind):
        raise KeyDamagedError(wave)
    if kind == BOX:
        return public_bytes(_box_key(wave, content))
    if kind == SIGN:
        return public_info(_signing_key(wave, content).public_key())
    return _wrapped(wave, content).public


def _box_key(wave: str, pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = _private(wave, pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyDamagedError(wave)
    return key


def _signing_key(wave: str, pem: bytes) -> rsa.RSAPrivateKey:
    key = _private(wave, pem)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise KeyDamagedError(wave)
    return key


def _private(wave: str, pem: bytes) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's message may quote the file.
        raise KeyDamagedError(wave) from None


def _wrapped(wave: str, content: bytes) -> WrappedKey:
    try:
        return from_json(content)
    except BadWrappingError:
        raise KeyDamagedError(wave) from None
