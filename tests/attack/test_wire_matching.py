"""Somebody reads every body of `issue` and `cast`, shuffled: which slip belongs to which ballot cannot be told."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import mean

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from surveyapp.crypto import blind_rsa
from surveyapp.crypto.blind_rsa import Blinded, BlindSignature, Message, Signature
from surveyapp.crypto.keyring import new_signing_key

VOTERS, RUNS = 25, 50


@dataclass(frozen=True, slots=True)
class Issued:
    """What travels when a slip is signed; the attacker sees it with its person."""

    blinded: Blinded
    signed: BlindSignature


@dataclass(frozen=True, slots=True)
class Cast:
    """What travels when a ballot is cast."""

    message: Message
    signature: Signature


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return new_signing_key()


def held(key: rsa.RSAPrivateKey, seed: int, *, hidden: bool) -> tuple[list[Issued], list[Cast], Mapping[int, int]]:
    """Issue and cast for everybody; return both piles shuffled, and which of the second belongs to which of the first.

    Unless *hidden* the voters skip the blinding, as a broken client would.
    """
    generator = np.random.default_rng(seed)
    issued, cast = [], []
    for _ in range(VOTERS):
        message = blind_rsa.prepare(generator.bytes(32), generator.bytes)
        # The first random bytes are the salt, all further ones the blinding factor: here 1, which hides nothing.
        draw = generator.bytes if hidden else lambda size: (1).to_bytes(size, "big") if size > 48 else bytes(size)
        blinding = blind_rsa.blind(key.public_key(), message, draw)
        signed = blind_rsa.sign_blinded(key, blinding.blinded, secrets.token_bytes)
        issued.append(Issued(blinding.blinded, signed))
        cast.append(Cast(message, blind_rsa.finalize(key.public_key(), message, signed, blinding.inverse)))
    order = [int(place) for place in generator.permutation(VOTERS)]
    return issued, [cast[place] for place in order], {place: position for position, place in enumerate(order)}


def by_encoding(key: rsa.RSAPublicKey, issued: list[Issued], cast: list[Cast]) -> Mapping[int, int]:
    """A signature raised to the public exponent gives the encoded message: look for it among the slips."""
    numbers = key.public_numbers()
    opened = [pow(int.from_bytes(one.signature, "big"), numbers.e, numbers.n).to_bytes(384, "big") for one in cast]
    return _nearest([bytes(one.blinded) for one in issued], opened)


def by_signature(_key: rsa.RSAPublicKey, issued: list[Issued], cast: list[Cast]) -> Mapping[int, int]:
    """The signature of the ballot resembles the one on the slip."""
    return _nearest([bytes(one.signed) for one in issued], [bytes(one.signature) for one in cast])


def by_size(_key: rsa.RSAPublicKey, issued: list[Issued], cast: list[Cast]) -> Mapping[int, int]:
    """The order of the signatures as numbers is the order of the slips as numbers."""
    slips = sorted(range(VOTERS), key=lambda place: issued[place].signed)
    ballots = sorted(range(VOTERS), key=lambda place: cast[place].signature)
    return dict(zip(slips, ballots, strict=True))


def _nearest(left: list[bytes], right: list[bytes]) -> Mapping[int, int]:
    """Return for each of *left* the place in *right* that shares most bits with it."""
    bits = [
        np.unpackbits(np.frombuffer(b"".join(pile), np.uint8).reshape(len(pile), -1), axis=1) for pile in (left, right)
    ]
    shared = (bits[0][:, None, :] == bits[1][None, :, :]).sum(axis=2)
    return {place: int(shared[place].argmax()) for place in range(len(left))}


ATTACKS = (by_encoding, by_signature, by_size)


def score(attack: object, key: rsa.RSAPrivateKey, seed: int, *, hidden: bool) -> int:
    issued, cast, truth = held(key, seed, hidden=hidden)
    guess = attack(key.public_key(), issued, cast)  # type: ignore[operator]
    return sum(truth[slip] == ballot for slip, ballot in guess.items())


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_slips_and_ballots_cannot_be_matched(key: rsa.RSAPrivateKey, attack: object) -> None:
    found = mean(score(attack, key, seed, hidden=True) for seed in range(RUNS))

    assert found <= 1 + 3 * sqrt(1 / RUNS)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_client_that_does_not_blind_is_matched_completely(key: rsa.RSAPrivateKey, attack: object) -> None:
    assert score(attack, key, 0, hidden=False) == VOTERS
    assert score(attack, key, 0, hidden=True) <= 5
