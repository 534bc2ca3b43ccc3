"""Slips made in a real browser, against the server's side and published vectors."""

import secrets
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page

from surveyapp.crypto import blind_rsa
from surveyapp.crypto.blind_rsa import Blinded, Message, Signature
from tests.e2e.ballot_script import VECTORS, Vector, loaded, octets, refusal, text, unhex, vectors

OFFICIAL = Path(__file__).parents[3] / "shared" / "vectors" / "rfc9474.json"


@pytest.fixture(scope="module")
def crypto_page(browser: Browser) -> Iterator[Page]:
    with loaded(browser) as page:
        yield page


@cache
def slip_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


def spki(key: rsa.RSAPublicKey) -> str:
    return text(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def follow(page: Page, vector: Vector) -> None:
    n, e = int(vector["n"], 16), int(vector["e"], 16)
    salt = unhex(vector["salt"])
    made = page.evaluate(
        """async v => {
          const key = await ballot.readSigningKey(bytes(v.key));
          const message = ballot.prepareRandomize(bytes(v.nonce), bytes(v.prefix));
          const made = await ballot.blind(key, message, bytes(v.salt), BigInt(v.r));
          const signature = await ballot.finalize(
            key, message, bytes(v.blindSignature), made.inverse, bytes(v.salt).length);
          return [message, made.blinded, made.inverse, signature].map(text);
        }""",
        {
            "key": spki(rsa.RSAPublicNumbers(e, n).public_key()),
            "nonce": text(unhex(vector["msg"])),
            "prefix": text(unhex(vector["msg_prefix"])),
            "salt": text(salt),
            "r": str(pow(int(vector["inv"], 16), -1, n)),
            "blindSignature": text(unhex(vector["blind_sig"])),
        },
    )

    message, blinded, inverse, signature = map(octets, made)
    assert message == unhex(vector["input_msg"])
    assert blinded == unhex(vector["blinded_msg"])
    assert inverse == int(vector["inv"], 16).to_bytes(len(blinded), "big")
    assert signature == unhex(vector["sig"])


@pytest.mark.shared
@pytest.mark.skipif(not OFFICIAL.exists(), reason="needs ../shared/vectors/rfc9474.json")
@pytest.mark.parametrize("vector", vectors(OFFICIAL), ids=lambda vector: vector["name"])
def test_the_official_vectors_come_out_bit_by_bit_in_the_browser(crypto_page: Page, vector: Vector) -> None:
    follow(crypto_page, vector)


@pytest.mark.parametrize("vector", vectors(VECTORS / "blind_rsa.json"), ids=lambda vector: vector["name"])
def test_another_implementation_comes_out_bit_by_bit_in_the_browser(crypto_page: Page, vector: Vector) -> None:
    follow(crypto_page, vector)


def blinded_in(page: Page, key: rsa.RSAPrivateKey) -> tuple[Message, Blinded, str]:
    made = page.evaluate(
        """async key => {
          const message = ballot.prepareRandomize(crypto.getRandomValues(new Uint8Array(32)));
          const made = await ballot.blind(await ballot.readSigningKey(bytes(key)), message);
          return [message, made.blinded, made.inverse].map(text);
        }""",
        spki(key.public_key()),
    )
    return Message(octets(made[0])), Blinded(octets(made[1])), made[2]


def finalized_in(page: Page, key: rsa.RSAPrivateKey, message: bytes, signed: bytes, inverse: str) -> Signature:
    made = page.evaluate(
        """async ([key, message, signed, inverse]) => text(await ballot.finalize(
          await ballot.readSigningKey(bytes(key)), bytes(message), bytes(signed), bytes(inverse)))""",
        [spki(key.public_key()), text(message), text(signed), inverse],
    )
    return Signature(octets(made))


def test_a_slip_blinded_in_the_browser_is_signed_by_the_server_and_holds(crypto_page: Page) -> None:
    message, blinded, inverse = blinded_in(crypto_page, slip_key())

    signed = blind_rsa.sign_blinded(slip_key(), blinded, secrets.token_bytes)
    signature = finalized_in(crypto_page, slip_key(), message, signed, inverse)

    blind_rsa.verify(slip_key().public_key(), message, signature)
    assert len(message) == 64
    assert bytes(signature) not in {bytes(blinded), bytes(signed)}


def test_every_slip_and_every_blinding_is_another_one(crypto_page: Page) -> None:
    made = [blinded_in(crypto_page, slip_key()) for _ in range(5)]

    assert all(len(set(column)) == 5 for column in zip(*made, strict=True))


FINALIZE = """async ([key, message, signed, inverse]) => ballot.finalize(
  await ballot.readSigningKey(bytes(key)), bytes(message), bytes(signed), bytes(inverse))"""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda signed: signed[:-1] + bytes([signed[-1] ^ 1]),
        lambda signed: signed[:-1],
        lambda signed: b"\0" + signed,
        lambda signed: bytes(len(signed)),
        lambda signed: b"\xff" * len(signed),
        lambda signed: signed[:0],
    ],
    ids=["altered", "too short", "too long", "zero", "above the modulus", "empty"],
)
def test_the_browser_refuses_a_wrong_blind_signature(crypto_page: Page, spoil: Callable[[bytes], bytes]) -> None:
    message, blinded, inverse = blinded_in(crypto_page, slip_key())
    wrong = spoil(blind_rsa.sign_blinded(slip_key(), blinded, secrets.token_bytes))

    refused = refusal(crypto_page, FINALIZE, [spki(slip_key().public_key()), text(message), text(wrong), inverse])

    assert refused == "BadSignatureError"


def test_the_browser_refuses_the_signature_of_another_slip_and_of_another_key(crypto_page: Page) -> None:
    (message, blinded, inverse), other = blinded_in(crypto_page, slip_key()), blinded_in(crypto_page, slip_key())
    right = blind_rsa.sign_blinded(slip_key(), blinded, secrets.token_bytes)
    of_another_slip = blind_rsa.sign_blinded(slip_key(), other[1], secrets.token_bytes)
    another_key = rsa.generate_private_key(65537, 3072).public_key()

    for key, signed in ((slip_key().public_key(), of_another_slip), (another_key, right)):
        assert refusal(crypto_page, FINALIZE, [spki(key), text(message), text(signed), inverse]) == "BadSignatureError"


class Script:
    """A source of randomness that gives what it is told to."""

    def __init__(self, draws: list[bytes]) -> None:
        self._draws = list(draws)

    def __call__(self, size: int) -> bytes:
        drawn = self._draws.pop(0)
        assert len(drawn) == size
        return drawn


def test_all_chance_comes_from_the_browsers_generator_and_is_drawn_again_out_of_range(crypto_page: Page) -> None:
    small, large = (rsa.generate_private_key(65537, width).private_numbers() for width in (2048, 2050))
    # Widths that are no whole number of bytes: the encoded message may be a byte shorter than the modulus.
    for n, width in ((small.p * small.q, 2048), (small.p * large.p, 2049), (large.p * large.q, 2050)):
        assert n.bit_length() == width
        key = rsa.RSAPublicNumbers(65537, n).public_key()
        size = -(-width // 8)
        surplus = 8 * size - width
        draws = [b"s" * 48, bytes(size), (n << surplus).to_bytes(size, "big"), (n - 7 << surplus).to_bytes(size, "big")]
        made = crypto_page.evaluate(
            """async ([key, message, draws]) => {
              const own = Object.getPrototypeOf(crypto).getRandomValues;
              crypto.getRandomValues = (target) => { target.set(bytes(draws.shift())); return target; };
              try {
                const made = await ballot.blind(await ballot.readSigningKey(bytes(key)), bytes(message));
                return [text(made.blinded), text(made.inverse), draws.length];
              } finally { crypto.getRandomValues = own; }
            }""",
            [spki(key), text(b"m" * 64), [text(draw) for draw in draws]],
        )

        expected = blind_rsa.blind(key, Message(b"m" * 64), Script(draws))
        assert octets(made[0]) == expected.blinded
        assert int.from_bytes(octets(made[1]), "big") == expected.inverse
        assert made[2] == 0


def test_a_message_that_shares_a_divisor_with_the_modulus_is_refused(crypto_page: Page) -> None:
    n = 3 * slip_key().public_key().public_numbers().n
    salts = [bytes([number]) * 48 for number in range(12)]

    refused = [
        refusal(
            crypto_page,
            """async ([n, bits, salt]) => ballot.blind(
              { n: BigInt(n), e: 65537n, bits, size: Math.ceil(bits / 8) }, new Uint8Array(64), bytes(salt), 1n)""",
            [str(n), n.bit_length(), text(salt)],
        )
        for salt in salts
    ]

    encoded = [blind_rsa._pss_encode(bytes(64), n.bit_length() - 1, salt) for salt in salts]
    shared = [int.from_bytes(one, "big") % 3 == 0 for one in encoded]
    assert set(shared) == {True, False}
    assert refused == ["BlindingError" if one else None for one in shared]


def test_a_blinding_factor_that_shares_a_divisor_with_the_modulus_is_refused(crypto_page: Page) -> None:
    script = """async ([key, r]) => ballot.blind(
      await ballot.readSigningKey(bytes(key)), new Uint8Array(64), new Uint8Array(48), BigInt(r))"""
    p = slip_key().private_numbers().p

    for r in (0, p, 2 * p):
        assert refusal(crypto_page, script, [spki(slip_key().public_key()), str(r)]) == "BlindingError"
    assert refusal(crypto_page, script, [spki(slip_key().public_key()), "2"]) is None
