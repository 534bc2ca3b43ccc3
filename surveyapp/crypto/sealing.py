"""Sealing a ballot for the box: RFC 9180 HPKE, base mode, single shot.

Suite: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM (RFC 9180, section 7: 0x0010, 0x0001, 0x0001).
`info` binds a ballot to its wave; a sealed ballot is the encapsulated key followed by the ciphertext.
"""

from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SealedBallot = NewType("SealedBallot", bytes)
BoxPublicKey = NewType("BoxPublicKey", bytes)  # X9.62 uncompressed point, 65 bytes

ENCAPSULATED = 65  # bytes: Nenc of DHKEM(P-256), RFC 9180, section 7.1
TAG = 16  # bytes: Nt of AES-128-GCM, RFC 9180, section 7.3
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class SealBrokenError(ValueError):
    """The bytes are no ballot sealed for this key and wave."""


def sealed_length(plaintext_bytes: int) -> int:
    """Return the length of every sealed ballot whose plaintext has *plaintext_bytes*."""
    return ENCAPSULATED + plaintext_bytes + TAG


def public_bytes(key: ec.EllipticCurvePrivateKey) -> BoxPublicKey:
    """Return the public half of *key* as it is published."""
    return BoxPublicKey(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def seal(plaintext: bytes, key: BoxPublicKey, wave: str) -> SealedBallot:
    """Return *plaintext* (already padded) sealed for the box of *wave*."""
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    return SealedBallot(_SUITE.encrypt(plaintext, public, info=_info(wave)))


def unseal(sealed: SealedBallot, key: ec.EllipticCurvePrivateKey, wave: str) -> bytes:
    """Return the plaintext of a ballot of *wave*.

    Raises:
        SealBrokenError: it was altered, sealed for another key or wave, or is no ballot at all.
    """
    try:
        return _SUITE.decrypt(sealed, key, info=_info(wave))
    except (InvalidTag, ValueError):
        # The library's message may quote its input.
        raise SealBrokenError from None


def check_envelope(sealed: SealedBallot, plaintext_bytes: int) -> None:
    """Return if *sealed* can be a ballot: of the one length, and beginning with a point of the curve.

    The check of the point is the one of RFC 9180, section 7.1.4; opening a ballot repeats it.

    Raises:
        SealBrokenError: it cannot.
    """
    if len(sealed) != sealed_length(plaintext_bytes):
        raise SealBrokenError
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed[:ENCAPSULATED])
    except ValueError:
        raise SealBrokenError from None


def _info(wave: str) -> bytes:
    return b"surveyapp ballot v1 " + wave.encode("ascii")
