"""The box key of a wave as its trustee keeps it: made and wrapped in the browser, opaque to whoever has no passphrase.

A copy for each holder: the private key (PKCS#8 in DER, RFC 5958) under AES-256-GCM, whose key is PBKDF2 with
HMAC-SHA-256 of the passphrase (RFC 8018, section 5.2), under a salt of its own each time. Wave and holder are bound as
additional data. The other side is web/static/trustee.js.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from surveyapp.crypto import base64url
from surveyapp.crypto.sealing import BoxPublicKey, public_bytes

TRUSTEE, DEPUTY = HOLDERS = ("trustee", "deputy")
ROUNDS: Final = 1_000_000
_MOST_ROUNDS: Final = 10_000_000  # more would only keep the trustee waiting
_SALT, _IV, _POINT = 16, 12, 65  # bytes
PRIVATE_BYTES: Final = 138  # PKCS#8 in DER of a P-256 key with its public half, as browsers and libraries write it
_WRAPPED: Final = PRIVATE_BYTES + 16  # and the tag of AES-GCM
_LINE = re.compile(
    r"surveyapp-key:1:(?P<wave>[a-z0-9-]{1,63}\.[0-9]{1,3}):(?P<public>[\w-]{87})"
    r"(?P<copies>(?::(?:trustee|deputy):[0-9]{1,8}:[\w-]{22}:[\w-]{16}:[\w-]{206}){1,2}):(?P<check>[0-9a-f]{8})",
    re.ASCII,
)


class BadWrappingError(ValueError):
    """The text is no wrapped key: a part is missing, too short, weak or not on the curve."""


class WrongPassphraseError(ValueError):
    """The passphrase does not open this, or it was altered or wrapped for something else."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Something under a passphrase; opaque without it."""

    rounds: int
    salt: bytes
    iv: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The key of a box: its public half, and a wrapped copy of the private one for each holder."""

    public: BoxPublicKey
    copies: tuple[tuple[str, Locked], ...]

    def copy_of(self, holder: str) -> Locked | None:
        """Return the copy of *holder*, if there is one."""
        return dict(self.copies).get(holder)


def lock(content: bytes, passphrase: str, binding: bytes, random_bytes: Callable[[int], bytes]) -> Locked:
    """Return *content* under *passphrase*; it opens with the same *binding* only."""
    salt, iv = random_bytes(_SALT), random_bytes(_IV)
    sealed = AESGCM(_derive(passphrase, salt, ROUNDS)).encrypt(iv, content, binding)
    return Locked(ROUNDS, salt, iv, sealed)


def unlock(locked: Locked, passphrase: str, binding: bytes) -> bytes:
    """Return what `lock` was given.

    Raises:
        WrongPassphraseError: it is another passphrase or binding, or something was altered.
    """
    try:
        return AESGCM(_derive(passphrase, locked.salt, locked.rounds)).decrypt(locked.iv, locked.wrapped, binding)
    except InvalidTag:
        raise WrongPassphraseError from None


def wrap(
    key: ec.EllipticCurvePrivateKey, passphrase: str, wave: str, holder: str, random_bytes: Callable[[int], bytes]
) -> Locked:
    """Return *key*, the one of the box of *wave*, wrapped for *holder*."""
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return lock(plain, passphrase, _binding(wave, holder), random_bytes)


def unwrap(wrapped: WrappedKey, passphrase: str, wave: str, holder: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key of the box of *wave* from the copy of *holder*.

    Raises:
        WrongPassphraseError: there is no such copy, or the passphrase does not open it.
        BadWrappingError: what was wrapped is not the private half of this key.
    """
    copy = wrapped.copy_of(holder)
    if copy is None:
        raise WrongPassphraseError
    key = private_key(unlock(copy, passphrase, _binding(wave, holder)))
    # The public half lies beside the copies and under no passphrase: who exchanges it must not go unnoticed.
    if public_bytes(key) != wrapped.public:
        raise BadWrappingError
    return key


def private_key(der: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key of a box that *der* spells.

    Raises:
        BadWrappingError: it spells none.
    """
    try:
        key = load_der_private_key(der, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's message may quote its input.
        raise BadWrappingError from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadWrappingError
    return key


# ---------------------------------------------------------------- as text


def to_plain(wrapped: WrappedKey) -> dict[str, Any]:
    """Return *wrapped* as values for JSON, its bytes as base64url."""
    return {
        "public": base64url.write(wrapped.public),
        "copies": {holder: locked_to_plain(copy) for holder, copy in wrapped.copies},
    }


def from_plain(value: object) -> WrappedKey:
    """Return the wrapped key that `to_plain`, here or in a browser, made *value* of.

    Raises:
        BadWrappingError: a part is missing, unknown, weak or of the wrong length, or the point is not on the curve.
    """
    parts = _parts(value, {"public", "copies"})
    public = _bytes(parts["public"], _POINT)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    except ValueError:
        raise BadWrappingError from None
    copies = _mapping(parts["copies"])
    # The trustee's copy is always there; a deputy is no substitute.
    if TRUSTEE not in copies or not set(copies) <= set(HOLDERS):
        raise BadWrappingError
    read = tuple((holder, locked_from_plain(copies[holder], _WRAPPED)) for holder in HOLDERS if holder in copies)
    return WrappedKey(BoxPublicKey(public), read)


def to_json(wrapped: WrappedKey) -> bytes:
    """Return *wrapped* as it lies in the key directory."""
    return json.dumps(to_plain(wrapped), sort_keys=True).encode("ascii")


def from_json(text: bytes) -> WrappedKey:
    """Return the wrapped key that `to_json` wrote.

    Raises:
        BadWrappingError: it did not.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadWrappingError from None
    return from_plain(value)


def locked_to_plain(locked: Locked) -> dict[str, Any]:
    """Return *locked* as values for JSON."""
    return {name: value if isinstance(value, int) else base64url.write(value) for name, value in asdict(locked).items()}


def locked_from_plain(value: object, length: int | None = None) -> Locked:
    """Return what `locked_to_plain` made *value* of; *length* is that of the wrapped part, if it is known.

    Raises:
        BadWrappingError: a part is missing, unknown or of the wrong length, or the rounds are too few or too many.
    """
    parts = _parts(value, {field.name for field in fields(Locked)})
    rounds = parts["rounds"]
    if type(rounds) is not int or not ROUNDS <= rounds <= _MOST_ROUNDS:
        raise BadWrappingError
    return Locked(rounds, _bytes(parts["salt"], _SALT), _bytes(parts["iv"], _IV), _bytes(parts["wrapped"], length))


def to_line(wave: str, wrapped: WrappedKey) -> str:
    """Return the key of *wave* as one line for paper: letters that survive a scan, with a check at the end."""
    copies = [
        f"{holder}:{copy.rounds}:{base64url.write(copy.salt)}:{base64url.write(copy.iv)}:{base64url.write(copy.wrapped)}"
        for holder, copy in wrapped.copies
    ]
    line = ":".join(["surveyapp-key:1", wave, base64url.write(wrapped.public), *copies])
    return f"{line}:{_check(line)}"


def from_lines(text: str) -> Mapping[str, WrappedKey]:
    """Return every key that *text*, typed, scanned or copied from a sheet, holds, by wave. Line breaks do not matter.

    Raises:
        BadWrappingError: it holds none, or one has a mistake in it.
    """
    joined = "".join(text.split())
    found = {}
    for match in _LINE.finditer(joined):
        line, _, check = match[0].rpartition(":")
        if _check(line) != check:
            raise BadWrappingError
        copies = {}
        words = match["copies"].removeprefix(":").split(":")
        for holder, rounds, salt, iv, wrapped in zip(*[iter(words)] * 5, strict=True):
            copies[holder] = {"rounds": int(rounds), "salt": salt, "iv": iv, "wrapped": wrapped}
        found[match["wave"]] = from_plain({"public": match["public"], "copies": copies})
    if not found or len(found) != joined.count("surveyapp-key:1:"):
        raise BadWrappingError
    return found


def _derive(passphrase: str, salt: bytes, rounds: int) -> bytes:
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=rounds)
    return kdf.derive(_normal(passphrase))


def _normal(passphrase: str) -> bytes:
    # Keyboards spell the same letter in several ways, and a copied passphrase brings a blank along.
    normal = unicodedata.normalize("NFKC", passphrase).strip(" ")
    # Half a character, as a browser encodes it.
    return re.sub("[\ud800-\udfff]", "\ufffd", normal).encode()


def _binding(wave: str, holder: str) -> bytes:
    return f"surveyapp wrapped key v1 {wave} {holder}".encode("ascii")


def _check(line: str) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(line.encode("ascii"))
    return digest.finalize().hex()[:8]


def _mapping(value: object) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise BadWrappingError
    return value


def _parts(value: object, names: set[str]) -> dict[str, Any]:
    parts = _mapping(value)
    if set(parts) != names:
        raise BadWrappingError
    return parts


def _bytes(value: object, length: int | None) -> bytes:
    if not isinstance(value, str):
        raise BadWrappingError
    try:
        raw = base64url.read(value)
    except base64url.BadEncodingError:
        raise BadWrappingError from None
    if length is not None and len(raw) != length:
        raise BadWrappingError
    return raw
