import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.crypto.sealing import (
    ENCAPSULATED,
    SealBrokenError,
    SealedBallot,
    check_envelope,
    public_bytes,
    seal,
    sealed_length,
    unseal,
)

WAVE = "pilot.1"
KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
BALLOT = b'{"answers":{}}'.ljust(256)


def test_a_sealed_ballot_opens_again() -> None:
    assert unseal(seal(BALLOT, public_bytes(KEY), WAVE), KEY, WAVE) == BALLOT


def test_the_same_ballot_never_looks_the_same() -> None:
    sealed = {seal(BALLOT, public_bytes(KEY), WAVE) for _ in range(50)}

    assert len(sealed) == 50
    assert len({ballot[:ENCAPSULATED] for ballot in sealed}) == 50


def test_the_length_depends_on_the_length_of_the_plaintext_only() -> None:
    ballots = (b"a".ljust(256), b"\xff" * 256, bytes(256))

    assert {len(seal(ballot, public_bytes(KEY), WAVE)) for ballot in ballots} == {sealed_length(256)}


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealBrokenError):
        unseal(seal(BALLOT, public_bytes(KEY), WAVE), OTHER, WAVE)


def test_a_ballot_of_another_wave_does_not_open() -> None:
    with pytest.raises(SealBrokenError):
        unseal(seal(BALLOT, public_bytes(KEY), WAVE), KEY, "pilot.2")


@pytest.mark.parametrize("place", [0, 1, 40, ENCAPSULATED, ENCAPSULATED + 100, -1])
def test_an_altered_ballot_does_not_open(place: int) -> None:
    altered = bytearray(seal(BALLOT, public_bytes(KEY), WAVE))
    altered[place] ^= 1

    with pytest.raises(SealBrokenError):
        unseal(SealedBallot(bytes(altered)), KEY, WAVE)


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_fail_to_open(sealed: bytes) -> None:
    with pytest.raises(SealBrokenError) as caught:
        unseal(SealedBallot(sealed), KEY, WAVE)

    assert str(caught.value) == ""
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("first", [0, 2, 3, 5, 6, 7, 255])
def test_an_envelope_begins_with_an_uncompressed_point(first: int) -> None:
    sealed = seal(BALLOT, public_bytes(KEY), WAVE)
    check_envelope(sealed, 256)

    # 6 and 7 are a third spelling of points, which OpenSSL knows and RFC 9180 does not.
    with pytest.raises(SealBrokenError):
        check_envelope(SealedBallot(bytes([first]) + sealed[1:]), 256)


def test_an_envelope_off_the_curve_is_refused() -> None:
    sealed = seal(BALLOT, public_bytes(KEY), WAVE)
    # Of a curve whose equation differs in b only, the classical way to try out a private key.
    off = bytes([4, *bytes(31), 1, *bytes(31), 1])

    with pytest.raises(SealBrokenError):
        check_envelope(SealedBallot(off + sealed[ENCAPSULATED:]), 256)
    with pytest.raises(SealBrokenError):
        unseal(SealedBallot(off + sealed[ENCAPSULATED:]), KEY, WAVE)


@pytest.mark.parametrize("length", [0, 64, 65, 65 + 256 + 15, 65 + 256 + 17])
def test_an_envelope_has_the_one_length(length: int) -> None:
    sealed = seal(BALLOT, public_bytes(KEY), WAVE)

    with pytest.raises(SealBrokenError):
        check_envelope(SealedBallot((sealed + bytes(1))[:length]), 256)


def labelled(suite: bytes, label: bytes, content: bytes) -> bytes:
    return b"HPKE-v1" + suite + label + content


def extract(salt: bytes, material: bytes) -> bytes:
    mac = hmac.HMAC(salt or bytes(32), hashes.SHA256())
    mac.update(material)
    return mac.finalize()


def expand(secret: bytes, info: bytes, length: int) -> bytes:
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(info + b"\x01")
    return mac.finalize()[:length]


def opened_by_hand(sealed: bytes, private: ec.EllipticCurvePrivateKey, info: bytes) -> bytes:
    """RFC 9180, sections 4.1, 5.1 and 5.2, written out with nothing but HMAC, ECDH and AES-GCM."""
    kem, suite = b"KEM\x00\x10", b"HPKE\x00\x10\x00\x01\x00\x01"
    encapsulated, ciphertext = sealed[:65], sealed[65:]
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encapsulated)
    shared = private.exchange(ec.ECDH(), point)
    context = encapsulated + public_bytes(private)
    eae = extract(b"", labelled(kem, b"eae_prk", shared))
    secret = expand(eae, (32).to_bytes(2, "big") + labelled(kem, b"shared_secret", context), 32)
    schedule = (
        b"\x00" + extract(b"", labelled(suite, b"psk_id_hash", b"")) + extract(b"", labelled(suite, b"info_hash", info))
    )
    root = extract(secret, labelled(suite, b"secret", b""))
    key = expand(root, (16).to_bytes(2, "big") + labelled(suite, b"key", schedule), 16)
    nonce = expand(root, (12).to_bytes(2, "big") + labelled(suite, b"base_nonce", schedule), 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


def test_an_independent_reading_of_rfc_9180_opens_it() -> None:
    sealed = seal(BALLOT, public_bytes(KEY), WAVE)

    assert opened_by_hand(sealed, KEY, b"surveyapp ballot v1 pilot.1") == BALLOT
