"""The browser's side of the sealed ballot, in a real browser, against the server's side and published vectors."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from playwright.sync_api import Browser, Page, Route

from surveyapp.crypto import blind_rsa, sealing
from surveyapp.crypto.blind_rsa import Blinded, Message, Signature
from surveyapp.crypto.sealing import SealBrokenError, SealedBallot
from surveyapp.questionnaire.answers import plaintext_bytes, read_ballot
from surveyapp.questionnaire.wire import cleaned
from surveyapp.web import assets, headers
from tests.unit.instrument_factory import every_kind

WAVE = "offers.1"
OWN = Path(__file__).parents[1] / "vectors"
OFFICIAL = Path(__file__).parents[3] / "shared" / "vectors" / "rfc9474.json"
Vector = dict[str, str]


@pytest.fixture(scope="module")
def crypto_page(browser: Browser) -> Iterator[Page]:
    """A page that has loaded the script from its real route, under the real headers."""
    app = Flask("only the assets")
    app.register_blueprint(assets.make_blueprint())
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>Ballot</title>")
    headers.install(app)
    client = app.test_client()

    def serve(route: Route) -> None:
        answer = client.get(urlsplit(route.request.url).path)
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.goto("http://127.0.0.1/")
    page.evaluate(
        "async address => { window.ballot = await import(address); window.bytes = ballot.fromBase64url;"
        " window.text = ballot.toBase64url; }",
        assets.address("ballot.js"),
    )
    yield page
    context.close()


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def octets(content: str) -> bytes:
    return base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))


def unhex(content: str) -> bytes:
    return bytes.fromhex(content.removeprefix("0x"))


def spki(key: rsa.RSAPublicKey) -> str:
    return text(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def vectors(path: Path) -> list[Vector]:
    found: list[Vector] = json.loads(path.read_text()) if path.exists() else []
    return found


@cache
def slip_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


@cache
def box_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


# --------------------------------------------------------------------------- RFC 9474


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


@pytest.mark.parametrize("vector", vectors(OWN / "blind_rsa.json"), ids=lambda vector: vector["name"])
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


def refusal(page: Page, script: str, argument: object) -> str | None:
    """Return the name of the error that *script* ends with."""
    name: str | None = page.evaluate(
        f"async argument => ({script})(argument).then(() => null, error => error.constructor.name)", argument
    )
    return name


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


def test_a_blinding_factor_that_shares_a_divisor_with_the_modulus_is_refused(crypto_page: Page) -> None:
    script = """async ([key, r]) => ballot.blind(
      await ballot.readSigningKey(bytes(key)), new Uint8Array(64), new Uint8Array(48), BigInt(r))"""
    p = slip_key().private_numbers().p

    for r in (0, p, 2 * p):
        assert refusal(crypto_page, script, [spki(slip_key().public_key()), str(r)]) == "BlindingError"
    assert refusal(crypto_page, script, [spki(slip_key().public_key()), "2"]) is None


# --------------------------------------------------------------------------- RFC 9180


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


@pytest.mark.parametrize("vector", vectors(OWN / "hpke.json"), ids=lambda vector: vector["name"])
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
