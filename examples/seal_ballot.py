"""The cryptography of a ballot, as docs/wire.md says: a slip that is signed blindly, and an envelope for the box."""

from __future__ import annotations

import math
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256, sha384

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import load_der_public_key

KEY_BYTES, HASH_BYTES, SALT_BYTES, PREFIX_BYTES, NONCE_BYTES = 384, 48, 48, 32, 32


def encode(value: bytes) -> str:
    """Write base64url without padding."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def decode(value: str) -> bytes:
    """Read base64url without padding, in its one spelling."""
    data = urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if encode(data) != value:
        raise ValueError
    return data


def public_key(signing_key: str) -> rsa.RSAPublicKey:
    """Read the key of the wave; ValueError if it is not of the one kind that is used."""
    key = load_der_public_key(decode(signing_key))
    if not isinstance(key, rsa.RSAPublicKey) or (key.key_size, key.public_numbers().e) != (8 * KEY_BYTES, 65537):
        raise ValueError
    return key


def pss_encode(message: bytes, salt: bytes) -> int:
    """Encode as RFC 8017 says in section 9.1.1 (EMSA-PSS), for a key of 3072 bits."""
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    length = KEY_BYTES - HASH_BYTES - 1
    mask = b"".join(sha384(digest + count.to_bytes(4)).digest() for count in range(length // HASH_BYTES + 1))[:length]
    block = int.from_bytes(b"\1" + salt) ^ int.from_bytes(mask)
    block %= 1 << (8 * length - 1)  # the topmost bit is cleared
    return int.from_bytes(block.to_bytes(length) + digest + b"\xbc")


def blind(key: rsa.RSAPublicKey, message: bytes) -> tuple[bytes, bytes]:
    """Return the blinded message and the inverse that takes the blinding away (RFC 9474, section 4.2)."""
    n, e = key.public_numbers().n, key.public_numbers().e
    encoded, factor = pss_encode(message, secrets.token_bytes(SALT_BYTES)), 1 + secrets.randbelow(n - 1)
    if math.gcd(encoded * factor, n) != 1:
        raise ValueError
    return (encoded * pow(factor, e, n) % n).to_bytes(KEY_BYTES), pow(factor, -1, n).to_bytes(KEY_BYTES)


def finalize(key: rsa.RSAPublicKey, message: bytes, blind_signature: bytes, inverse: bytes) -> bytes:
    """Take the blinding away and verify (section 4.4); InvalidSignature or ValueError if something else was signed."""
    if len(blind_signature) != KEY_BYTES:
        raise ValueError
    unblinded = int.from_bytes(blind_signature) * int.from_bytes(inverse) % key.public_numbers().n
    signature = unblinded.to_bytes(KEY_BYTES)
    key.verify(signature, message, padding.PSS(padding.MGF1(SHA384()), SALT_BYTES), SHA384())
    return signature


def fingerprint(box_key: str, signing_key: str) -> str:
    """Return the fingerprint of both keys, in groups of four."""
    digits = sha256(decode(box_key) + decode(signing_key)).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


def new_message() -> bytes:
    """Draw a prefix and a nonce (PrepareRandomize, section 4.1)."""
    return secrets.token_bytes(PREFIX_BYTES) + secrets.token_bytes(NONCE_BYTES)


def seal(plaintext: bytes, plaintext_bytes: int, box_key: str, wave: str) -> bytes:
    """Seal the ballot for the box of *wave*; ValueError if it is too long, never shortened."""
    if len(plaintext) > plaintext_bytes:
        raise ValueError
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(box_key))
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    return suite.encrypt(plaintext.ljust(plaintext_bytes), point, info=b"surveyapp ballot v1 " + wave.encode("ascii"))
