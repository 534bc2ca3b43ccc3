"""The server's side against vectors that other programs made; tests/vectors/README.md says which."""

import json
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveyapp.crypto import blind_rsa, sealing
from surveyapp.crypto.sealing import SealedBallot

FOLDER = Path(__file__).parents[1] / "vectors"
Vector = dict[str, str]


def vectors(name: str) -> list[Vector]:
    found: list[Vector] = json.loads((FOLDER / name).read_text())
    return found


def octets(vector: Vector, *names: str) -> list[bytes]:
    return [bytes.fromhex(vector[name]) for name in names]


def slip_key(vector: Vector) -> rsa.RSAPrivateKey:
    p, q, n, e, d = (int(vector[name], 16) for name in "pqned")
    public = rsa.RSAPublicNumbers(e, n)
    crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


def box_key(scalar: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int(scalar, 16), ec.SECP256R1())


@pytest.mark.parametrize("vector", vectors("blind_rsa.json"), ids=lambda vector: vector["name"])
def test_another_implementation_of_blind_signatures_comes_out_bit_by_bit(vector: Vector) -> None:
    key = slip_key(vector)
    msg, prefix, salt = octets(vector, "msg", "msg_prefix", "salt")
    n, inverse = int(vector["n"], 16), int(vector["inv"], 16)
    r = pow(inverse, -1, n)

    message = blind_rsa.prepare(msg, lambda _: prefix)
    made = blind_rsa.blind(key.public_key(), message, lambda size: r.to_bytes(size, "big"), salt=salt)
    signed = blind_rsa.sign_blinded(key, made.blinded, secrets.token_bytes)
    signature = blind_rsa.finalize(key.public_key(), message, signed, made.inverse)

    assert [message, made.blinded, signed, signature] == octets(vector, "input_msg", "blinded_msg", "blind_sig", "sig")
    assert made.inverse == inverse


def test_the_vectors_have_the_sizes_that_travel() -> None:
    found = vectors("blind_rsa.json")

    assert {int(vector["n"], 16).bit_length() for vector in found} == {2048, 3072}
    for vector in found:
        assert [len(part) for part in octets(vector, "msg", "msg_prefix", "input_msg", "salt")] == [32, 32, 64, 48]


def test_the_suite_of_the_box_derives_the_key_and_nonce_that_rfc_9180_prints() -> None:
    vector = vectors("hpke.json")[0]
    key, nonce, plaintext, info, enc = octets(vector, "key", "base_nonce", "pt", "info", "enc")
    # The RFC seals with additional data, which ballots do not have; its key and nonce are the same without.
    ciphertext = AESGCM(key).encrypt(nonce, plaintext, b"")

    assert sealing._SUITE.decrypt(enc + ciphertext, box_key(vector["skRm"]), info=info) == plaintext


@pytest.mark.parametrize("vector", vectors("hpke.json"), ids=lambda vector: vector["name"])
def test_the_public_keys_of_the_vectors_belong_to_the_private_ones(vector: Vector) -> None:
    for private, public in (("skEm", "pkEm"), ("skRm", "pkRm")):
        assert sealing.public_bytes(box_key(vector[private])).hex() == vector[public]
    assert vector["enc"] == vector["pkEm"]


def test_a_ballot_that_another_implementation_sealed_opens() -> None:
    vector = vectors("hpke.json")[1]
    enc, ciphertext, plaintext = octets(vector, "enc", "ct", "pt")
    sealed = SealedBallot(enc + ciphertext)

    opened = sealing.unseal(sealed, box_key(vector["skRm"]), vector["wave"])

    assert opened == plaintext
    assert len(sealed) == sealing.sealed_length(len(plaintext))
