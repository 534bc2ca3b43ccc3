"""Blind RSA signatures, RFC 9474, variant RSABSSA-SHA384-PSS-Randomized: the server signs a slip that it cannot read.

Both sides are here. The server uses `sign_blinded` and `verify`; `prepare`, `blind` and `finalize` are what happens
in the browser, for tests and for programs that cast a ballot without one. Names follow the RFC:

* k: bytes of the modulus n; msg: what is signed; inv: the inverse of the blinding factor r
* EMSA-PSS-ENCODE: RFC 8017, section 9.1.1, with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes

The private operation takes the same time for every input: gmpy2's `powmod_sec` on both halves of the Chinese
remainder theorem, behind a blinding factor of the server's own (RFC 9474, section 7.1). Python's integers before and
after it do not; they hold numbers that this factor hides, or the factor itself, which is used once.

A key signs slips of one wave and nothing else (RFC 9474, section 6.2).
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NewType

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

SigningPublicKey = NewType("SigningPublicKey", bytes)  # SubjectPublicKeyInfo in DER, RFC 5280, section 4.1.2.7
Message = NewType("Message", bytes)  # the prepared message: random prefix, then the nonce of a ballot
Blinded = NewType("Blinded", bytes)  # what the server gets to see of a message
BlindSignature = NewType("BlindSignature", bytes)
Signature = NewType("Signature", bytes)

PREFIX = 32  # bytes, RFC 9474, section 4.1
SALT = 48  # bytes, RFC 9474, section 5
_HASH = 48  # bytes of SHA-384
RandomBytes = Callable[[int], bytes]


class BadBlindedMessageError(ValueError):
    """The blinded message cannot be signed: wrong length, or out of range."""


class BadSignatureError(ValueError):
    """The signature is not one of this key on this message."""


class SigningFaultError(RuntimeError):
    """The private operation gave a wrong result; nothing of it may leave the machine (RFC 9474, section 4.3)."""


@dataclass(frozen=True, slots=True)
class Blinding:
    """What blinding gives: the part for the server, and the secret that only the page knows."""

    blinded: Blinded
    inverse: int = field(repr=False)


def public_info(key: rsa.RSAPublicKey) -> SigningPublicKey:
    """Return *key* as it is published."""
    return SigningPublicKey(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def public_key(info: SigningPublicKey) -> rsa.RSAPublicKey:
    """Return the key that `public_info` wrote as *info*.

    Raises:
        ValueError: it holds no RSA key.
    """
    try:
        key = load_der_public_key(info)
    except UnsupportedAlgorithm:
        raise ValueError("no RSA key") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("no RSA key")  # noqa: TRY004  # the bytes are wrong, not a type of ours
    return key


def prepare(nonce: bytes, random_bytes: RandomBytes) -> Message:
    """Return *nonce* behind a random prefix (PrepareRandomize, RFC 9474, section 4.1)."""
    return Message(random_bytes(PREFIX) + nonce)


def blind(key: rsa.RSAPublicKey, message: Message, random_bytes: RandomBytes, *, salt: bytes | None = None) -> Blinding:
    """Return *message* blinded for the holder of *key* (Blind, RFC 9474, section 4.2).

    Raises:
        BadBlindedMessageError: the encoded message shares a factor with the modulus, which does not happen by chance.
    """
    numbers = key.public_numbers()
    n, e = numbers.n, numbers.e
    encoded = _pss_encode(message, n.bit_length() - 1, random_bytes(SALT) if salt is None else salt)
    m = int.from_bytes(encoded, "big")
    if math.gcd(m, n) != 1:
        raise BadBlindedMessageError
    r = _uniform(n, random_bytes)
    z = m * pow(r, e, n) % n
    return Blinding(Blinded(z.to_bytes(_size(n), "big")), pow(r, -1, n))


def sign_blinded(key: rsa.RSAPrivateKey, blinded: Blinded, random_bytes: RandomBytes) -> BlindSignature:
    """Return the blind signature on *blinded* (BlindSign, RFC 9474, section 4.3).

    Raises:
        BadBlindedMessageError: it has the wrong length or is out of range.
        SigningFaultError: the result did not pass its check; nothing was returned.
    """
    private = key.private_numbers()
    n, e = private.public_numbers.n, private.public_numbers.e
    m = int.from_bytes(blinded, "big")
    if len(blinded) != _size(n) or not 0 < m < n:
        raise BadBlindedMessageError
    # Blinded once more with a factor of our own: the time tells nothing about the key or about m.
    b = _uniform(n, random_bytes)
    s = _private_power(private, m * pow(b, e, n) % n) * pow(b, -1, n) % n
    if pow(s, e, n) != m:
        raise SigningFaultError
    return BlindSignature(s.to_bytes(_size(n), "big"))


def finalize(
    key: rsa.RSAPublicKey, message: Message, signature: BlindSignature, inverse: int, *, salt_length: int = SALT
) -> Signature:
    """Return the signature on *message* from the one on its blinded form (Finalize, RFC 9474, section 4.4).

    Raises:
        BadSignatureError: the server did not sign what it was given.
    """
    n = key.public_numbers().n
    if len(signature) != _size(n):
        raise BadSignatureError
    s = int.from_bytes(signature, "big") * inverse % n
    unblinded = Signature(s.to_bytes(_size(n), "big"))
    verify(key, message, unblinded, salt_length=salt_length)
    return unblinded


def verify(key: rsa.RSAPublicKey, message: Message, signature: Signature, *, salt_length: int = SALT) -> None:
    """Return if *signature* is valid: an ordinary RSASSA-PSS signature (RFC 9474, section 4.5).

    Raises:
        BadSignatureError: it is not.
    """
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=salt_length)
    try:
        key.verify(signature, message, scheme, hashes.SHA384())
    except InvalidSignature:
        raise BadSignatureError from None


def _private_power(private: rsa.RSAPrivateNumbers, m: int) -> int:
    """Return m^d mod n by the Chinese remainder theorem (RSASP1, RFC 8017, section 5.2.1, second form)."""
    import gmpy2

    s1 = int(gmpy2.powmod_sec(m % private.p, private.dmp1, private.p))
    s2 = int(gmpy2.powmod_sec(m % private.q, private.dmq1, private.q))
    h = (s1 - s2) * private.iqmp % private.p
    return s2 + private.q * h


def _uniform(n: int, random_bytes: RandomBytes) -> int:
    """Return a random integer from 1 to n - 1, each equally likely (random_integer_uniform, RFC 9474, section 3)."""
    surplus = 8 * _size(n) - n.bit_length()
    while True:
        candidate = int.from_bytes(random_bytes(_size(n)), "big") >> surplus
        if 0 < candidate < n and math.gcd(candidate, n) == 1:
            return candidate


def _pss_encode(message: bytes, em_bits: int, salt: bytes) -> bytes:
    """Return the encoded message EM (EMSA-PSS-ENCODE, RFC 8017, section 9.1.1)."""
    em_length = -(-em_bits // 8)
    m_hash = hashlib.sha384(message).digest()
    h = hashlib.sha384(bytes(8) + m_hash + salt).digest()
    padding_string = bytes(em_length - len(salt) - _HASH - 2)
    db = padding_string + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(db, _mgf1(h, len(db)), strict=True))
    masked[0] &= 0xFF >> (8 * em_length - em_bits)
    return bytes(masked) + h + b"\xbc"


def _mgf1(seed: bytes, length: int) -> bytes:
    """Return *length* bytes of mask (MGF1, RFC 8017, appendix B.2.1)."""
    blocks = (hashlib.sha384(seed + counter.to_bytes(4, "big")).digest() for counter in range(-(-length // _HASH)))
    return b"".join(blocks)[:length]


def _size(n: int) -> int:
    return -(-n.bit_length() // 8)
