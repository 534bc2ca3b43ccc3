import json
import secrets
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from surveyapp.crypto import blind_rsa
from surveyapp.crypto.blind_rsa import (
    BadBlindedMessageError,
    BadSignatureError,
    Blinded,
    BlindSignature,
    Message,
    Signature,
    SigningFaultError,
    SigningPublicKey,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "rfc9474.json"


@cache
def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def official() -> list[dict[str, str]]:
    return json.loads(VECTORS.read_text()) if VECTORS.exists() else []


class Scripted:
    """A source of randomness that says what it is told to, as wide as asked."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = list(numbers)

    def __call__(self, size: int) -> bytes:
        return self._numbers.pop(0).to_bytes(size, "big")


@pytest.mark.skipif(not VECTORS.exists(), reason="needs ../shared/vectors/rfc9474.json")
@pytest.mark.parametrize("vector", official(), ids=lambda vector: vector["name"])
def test_the_official_vectors_come_out_bit_by_bit(vector: dict[str, str]) -> None:
    number = {name: int(vector[name], 16) for name in ("p", "q", "n", "e", "d", "inv")}
    octets = {
        name: bytes.fromhex(vector[name].removeprefix("0x"))
        for name in ("input_msg", "salt", "blinded_msg", "blind_sig", "sig")
    }
    public = rsa.RSAPublicNumbers(number["e"], number["n"])
    p, q, d = number["p"], number["q"], number["d"]
    private = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    ).private_key()
    message = Message(octets["input_msg"])
    r = pow(number["inv"], -1, number["n"])

    made = blind_rsa.blind(private.public_key(), message, Scripted(r), salt=octets["salt"])
    signed = blind_rsa.sign_blinded(private, made.blinded, secrets.token_bytes)
    final = blind_rsa.finalize(private.public_key(), message, signed, made.inverse, salt_length=len(octets["salt"]))

    assert made.blinded == octets["blinded_msg"]
    assert made.inverse == number["inv"]
    assert signed == octets["blind_sig"]
    assert final == octets["sig"]


def test_a_signature_is_an_ordinary_pss_signature_that_the_signer_never_saw() -> None:
    key = a_key()
    message = blind_rsa.prepare(secrets.token_bytes(32), secrets.token_bytes)

    made = blind_rsa.blind(key.public_key(), message, secrets.token_bytes)
    signed = blind_rsa.sign_blinded(key, made.blinded, secrets.token_bytes)
    final = blind_rsa.finalize(key.public_key(), message, signed, made.inverse)

    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
    key.public_key().verify(final, message, scheme, hashes.SHA384())
    assert len(message) == 64
    assert bytes(final) not in {bytes(made.blinded), bytes(signed)}


def of_a_curve() -> bytes:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def of_an_unknown_kind() -> bytes:
    return of_a_curve().replace(bytes.fromhex("2a8648ce3d0201"), bytes.fromhex("2a8648ce3d0203"))


@pytest.mark.parametrize(
    "info", [b"", b"nonsense", of_a_curve(), of_an_unknown_kind()], ids=["empty", "no key", "of a curve", "unknown"]
)
def test_what_is_no_public_key_of_slips_is_refused(info: bytes) -> None:
    with pytest.raises(ValueError):
        blind_rsa.public_key(SigningPublicKey(info))


def test_a_blinding_does_not_show_its_secret() -> None:
    made = blind_rsa.blind(a_key().public_key(), Message(b"m" * 64), secrets.token_bytes)

    assert str(made.inverse) not in repr(made)


def test_the_same_blinded_message_gets_the_same_signature() -> None:
    made = blind_rsa.blind(a_key().public_key(), Message(b"m" * 64), secrets.token_bytes)

    first, again = (blind_rsa.sign_blinded(a_key(), made.blinded, secrets.token_bytes) for _ in range(2))

    assert first == again


@pytest.mark.parametrize(
    "bad",
    [b"", b"\x01", bytes(256), b"\x01" * 255, b"\x01" * 257, b"\xff" * 256],
    ids=["empty", "one byte", "zero", "too short", "too long", "above the modulus"],
)
def test_what_is_no_blinded_message_is_not_signed(bad: bytes) -> None:
    with pytest.raises(BadBlindedMessageError):
        blind_rsa.sign_blinded(a_key(), Blinded(bad), secrets.token_bytes)


def test_a_signature_holds_for_its_message_and_its_key_only() -> None:
    key, other = a_key(), rsa.generate_private_key(65537, 2048)
    message = Message(b"m" * 64)
    made = blind_rsa.blind(key.public_key(), message, secrets.token_bytes)
    signed = blind_rsa.sign_blinded(key, made.blinded, secrets.token_bytes)
    final = blind_rsa.finalize(key.public_key(), message, signed, made.inverse)
    altered = Signature(final[:-1] + bytes([final[-1] ^ 1]))

    for wrong_key, wrong_message, wrong_signature in (
        (key, Message(b"n" * 64), final),
        (other, message, final),
        (key, message, altered),
        (key, message, Signature(b"")),
    ):
        with pytest.raises(BadSignatureError):
            blind_rsa.verify(wrong_key.public_key(), wrong_message, wrong_signature)


@pytest.mark.parametrize("size", [0, 255, 256, 257])
def test_a_server_that_signs_something_else_is_caught_by_the_page(size: int) -> None:
    made = blind_rsa.blind(a_key().public_key(), Message(b"m" * 64), secrets.token_bytes)

    with pytest.raises(BadSignatureError):
        blind_rsa.finalize(a_key().public_key(), Message(b"m" * 64), BlindSignature(b"\x02" * size), made.inverse)


def test_a_fault_in_the_private_operation_reveals_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = blind_rsa.blind(a_key().public_key(), Message(b"m" * 64), secrets.token_bytes)
    right = blind_rsa._private_power
    monkeypatch.setattr(blind_rsa, "_private_power", lambda private, m: right(private, m) ^ 1)

    with pytest.raises(SigningFaultError):
        blind_rsa.sign_blinded(a_key(), made.blinded, secrets.token_bytes)


def test_random_numbers_out_of_range_are_drawn_again() -> None:
    n = a_key().public_key().public_numbers().n

    assert blind_rsa._uniform(n, Scripted(0, n, n + 1, 5)) == 5


def test_a_message_that_shares_a_factor_with_the_modulus_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    p = a_key().private_numbers().p
    monkeypatch.setattr(blind_rsa, "_pss_encode", lambda *_: p.to_bytes(256, "big"))

    with pytest.raises(BadBlindedMessageError):
        blind_rsa.blind(a_key().public_key(), Message(b"m" * 64), secrets.token_bytes)
