"""Ballots written and sealed in a real browser, against the server's side and published vectors."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page

from surveyapp.crypto import sealing
from surveyapp.crypto.sealing import SealBrokenError, SealedBallot
from surveyapp.questionnaire.answers import plaintext_bytes, read_ballot
from surveyapp.questionnaire.wire import cleaned
from tests.e2e.ballot_script import VECTORS, Vector, loaded, octets, refusal, text, unhex, vectors
from tests.unit.instrument_factory import every_kind

WAVE = "offers.1"


@pytest.fixture(scope="module")
def crypto_page(browser: Browser) -> Iterator[Page]:
    with loaded(browser) as page:
        yield page


@cache
def box_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def sealed_in(page: Page, key: dict[str, str], info: bytes, aad: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
    """Seal with the ephemeral *key* (skEm, pkEm) that a vector prescribes, for its pkRm."""
    made = page.evaluate(
        """async v => {
          const curve = { name: "ECDH", namedCurve: "P-256" };
          const point = bytes(v.pkEm);
          const jwk = { kty: "EC", crv: "P-256", d: v.skEm, x: text(point.slice(1, 33)), y: text(point.slice(33)) };
          const ephemeral = {
            privateKey: await crypto.subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]),
            publicKey: await crypto.subtle.importKey("raw", point, curve, true, []),
          };
          const made = await ballot.sealBase(
            bytes(v.pkRm), bytes(v.info), bytes(v.aad), bytes(v.plaintext), ephemeral);
          return [made.enc, made.ciphertext].map(text);
        }""",
        {name: text(unhex(key[name])) for name in ("pkRm", "skEm", "pkEm")}
        | {"info": text(info), "aad": text(aad), "plaintext": text(plaintext)},
    )
    return octets(made[0]), octets(made[1])


@pytest.mark.parametrize("vector", vectors(VECTORS / "hpke.json"), ids=lambda vector: vector["name"])
def test_sealing_follows_the_published_vectors_bit_by_bit(crypto_page: Page, vector: Vector) -> None:
    info, aad, plaintext = (unhex(vector[name]) for name in ("info", "aad", "pt"))

    enc, ciphertext = sealed_in(crypto_page, vector, info, aad, plaintext)

    assert enc == unhex(vector["enc"])
    assert ciphertext == unhex(vector["ct"])


SEAL = """async ([answers, length, key, wave]) => text(
  await ballot.sealBallot(ballot.writeBallot(answers, length), bytes(key), wave))"""


def sealed_ballot(page: Page, answers: dict[str, Any], length: int) -> SealedBallot:
    made = page.evaluate(SEAL, [answers, length, text(sealing.public_bytes(box_key())), WAVE])
    return SealedBallot(octets(made))


def test_a_ballot_sealed_in_the_browser_is_opened_and_read_by_the_server(crypto_page: Page) -> None:
    length = plaintext_bytes(every_kind())
    given = {
        "team": "sales",
        "days": 3,
        "tools": ["one", "three"],
        "agree": 2,
        "time": "long",
        "parts": {"speed": 1, "look": 2},
        "worries": ["risk", "cost"],
        "words": '  \u0007na\u00efve "\U0001f916"\r\nand \\ \t\u2028  ',
    }

    plaintext = sealing.unseal(sealed_ballot(crypto_page, given, length), box_key(), WAVE)
    read = read_ballot(every_kind(), plaintext)

    assert len(plaintext) == length
    assert read.values == given | {
        "tools": ("one", "three"),
        "worries": ("risk", "cost"),
        "words": 'na\u00efve "\U0001f916"\nand \\',
    }
    assert read.hidden == 0


def test_no_text_leaves_the_browser_as_it_was_typed_if_that_would_spoil_the_ballot(crypto_page: Page) -> None:
    made = crypto_page.evaluate(
        r"""() => text(ballot.writeBallot({words: " half \ud83e\u0000 of it\r\n", parts: {speed: 1}}, 256))"""
    )

    assert octets(made) == '{"answers":{"words":"half \ufffd of it","parts":{"speed":1}}}'.encode().ljust(256)
    assert read_ballot(every_kind(), octets(made).ljust(plaintext_bytes(every_kind()))).values["words"] == (
        "half \ufffd of it"
    )


def test_the_length_of_a_sealed_ballot_says_nothing(crypto_page: Page) -> None:
    length = plaintext_bytes(every_kind())
    fullest = {"team": "support", "worries": ["cost", "risk", "work"], "words": "\u20ac" * 20}

    lengths = {len(sealed_ballot(crypto_page, answers, length)) for answers in ({}, {"team": "sales"}, fullest)}

    assert lengths == {sealing.sealed_length(length)}


def test_a_ballot_sealed_in_the_browser_opens_for_its_wave_only(crypto_page: Page) -> None:
    sealed = sealed_ballot(crypto_page, {}, 256)

    with pytest.raises(SealBrokenError):
        sealing.unseal(sealed, box_key(), "offers.2")


def test_the_same_ballot_never_looks_the_same(crypto_page: Page) -> None:
    sealed = [sealed_ballot(crypto_page, {}, 256) for _ in range(5)]

    assert len({ballot[: sealing.ENCAPSULATED] for ballot in sealed}) == 5


def test_a_box_key_that_is_no_point_of_the_curve_is_refused(crypto_page: Page) -> None:
    off_the_curve = bytearray(sealing.public_bytes(box_key()))
    off_the_curve[-1] ^= 1

    for wrong in (bytes(off_the_curve), b"", bytes(65)):
        assert refusal(crypto_page, SEAL, [{}, 256, text(wrong), WAVE]) == "DOMException"


def test_a_box_key_in_its_short_spelling_gives_a_ballot_that_opens(crypto_page: Page) -> None:
    compressed = box_key().public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    sealed = SealedBallot(octets(crypto_page.evaluate(SEAL, [{}, 256, text(compressed), WAVE])))

    assert sealing.unseal(sealed, box_key(), WAVE) == b'{"answers":{}}'.ljust(256)


# --------------------------------------------------------------------------- text


def test_answers_that_do_not_fit_are_refused_before_sealing(crypto_page: Page) -> None:
    write = "async ([answers, length]) => ballot.writeBallot(answers, length)"
    frame = len('{"answers":{"words":""}}')

    assert refusal(crypto_page, write, [{"words": "w" * (256 - frame)}, 256]) is None
    assert refusal(crypto_page, write, [{"words": "w" * (257 - frame)}, 256]) == "BallotTooLongError"
    assert refusal(crypto_page, write, [{"words": "\u20ac" * 80}, 256]) == "BallotTooLongError"


def test_browser_and_server_clean_text_alike_for_every_character(crypto_page: Page) -> None:
    characters = [chr(point) for point in range(0x10000) if not 0xD800 <= point <= 0xDFFF]
    texts = [f"{one}a{one} b{one}" for one in [*characters, "\r\n", "\n\r", "\U0001f916", "\U000e0020"]]

    made = crypto_page.evaluate("texts => texts.map(ballot.cleaned)", texts)

    assert made == [cleaned(one) for one in texts]


def test_half_a_character_becomes_the_replacement_character_as_in_a_form(crypto_page: Page) -> None:
    made = crypto_page.evaluate(r"""() => ["a\ud83e", "\udd16b", "\ud83e\udd16"].map(ballot.cleaned)""")

    assert made == ["a\ufffd", "\ufffdb", "\U0001f916"]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 32, 70_000])
def test_bytes_survive_base64url(crypto_page: Page, size: int) -> None:
    content = bytes(place * 7 % 256 for place in range(size))

    assert crypto_page.evaluate("content => text(bytes(content))", text(content)) == text(content)
    assert crypto_page.evaluate("content => Array.from(bytes(content))", text(content)) == list(content)


@pytest.mark.parametrize(
    "wrong", ["A", "AA==", "AA=", "AB", "A+8_", "A/8_", "AA AA", "AAA\n", "\u00e4\u00e4\u00e4\u00e4"]
)
def test_bytes_have_one_spelling_only(crypto_page: Page, wrong: str) -> None:
    assert refusal(crypto_page, "async wrong => bytes(wrong)", wrong) == "BadEncodingError"
