import json
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from surveyapp.crypto import base64url
from surveyapp.crypto.sealing import public_bytes
from surveyapp.crypto.wrapping import (
    DEPUTY,
    TRUSTEE,
    BadWrappingError,
    WrappedKey,
    WrongPassphraseError,
    from_json,
    from_lines,
    from_plain,
    lock,
    private_key,
    to_json,
    to_line,
    to_plain,
    unlock,
    unwrap,
    wrap,
)

WAVE = "offers.1"
PASSPHRASE = "six random words are enough"


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def wrapped(key: ec.EllipticCurvePrivateKey) -> WrappedKey:
    copies = tuple(
        (holder, wrap(key, f"{PASSPHRASE} {holder}", WAVE, holder, secrets.token_bytes)) for holder in (TRUSTEE, DEPUTY)
    )
    return WrappedKey(public_bytes(key), copies)


@pytest.mark.parametrize("holder", [TRUSTEE, DEPUTY])
def test_each_holder_opens_the_own_copy(key: ec.EllipticCurvePrivateKey, wrapped: WrappedKey, holder: str) -> None:
    opened = unwrap(wrapped, f"{PASSPHRASE} {holder}", WAVE, holder)

    assert opened.private_numbers() == key.private_numbers()


@pytest.mark.parametrize(
    ("passphrase", "wave", "holder"),
    [
        (PASSPHRASE, WAVE, TRUSTEE),
        (f"{PASSPHRASE} deputy", WAVE, TRUSTEE),
        (f"{PASSPHRASE} trustee", "offers.2", TRUSTEE),
        (f"{PASSPHRASE} trustee", WAVE, DEPUTY),
        ("\ud800", WAVE, TRUSTEE),
    ],
)
def test_nothing_else_opens_it_and_the_refusal_quotes_nothing(
    wrapped: WrappedKey, passphrase: str, wave: str, holder: str
) -> None:
    with pytest.raises(WrongPassphraseError) as caught:
        unwrap(wrapped, passphrase, wave, holder)

    assert str(caught.value) == ""


def test_there_is_nothing_to_open_for_who_has_no_copy(wrapped: WrappedKey) -> None:
    alone = WrappedKey(wrapped.public, wrapped.copies[:1])

    with pytest.raises(WrongPassphraseError):
        unwrap(alone, f"{PASSPHRASE} {DEPUTY}", WAVE, DEPUTY)


def test_another_public_half_beside_the_copies_is_noticed(wrapped: WrappedKey) -> None:
    exchanged = WrappedKey(public_bytes(ec.generate_private_key(ec.SECP256R1())), wrapped.copies)

    with pytest.raises(BadWrappingError):
        unwrap(exchanged, f"{PASSPHRASE} {TRUSTEE}", WAVE, TRUSTEE)


def der(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def test_only_a_key_of_the_curve_of_boxes_opens_one(key: ec.EllipticCurvePrivateKey) -> None:
    right = der(key)
    curve, private = bytes.fromhex("2a8648ce3d030107"), key.private_numbers().private_value.to_bytes(32, "big")
    other = public_bytes(ec.generate_private_key(ec.SECP256R1()))
    assert private_key(right).private_numbers() == key.private_numbers()

    for number, wrong in enumerate(
        (
            b"",
            right[:-1],
            right + b"\x00",
            der(ed25519.Ed25519PrivateKey.generate()),
            der(ec.generate_private_key(ec.SECP384R1())),
            right.replace(curve, bytes.fromhex("2a8648ce3d03017f")),  # no curve that anybody knows
            right.replace(bytes.fromhex("2a8648ce3d0201"), bytes.fromhex("2a8648ce3d0203")),  # no kind of key
            right.replace(public_bytes(key), other),  # opens nothing that was sealed for its public half
            right.replace(private, bytes(32)),
        )
    ):
        with pytest.raises(BadWrappingError) as caught:
            pytest.fail(f"{number}: {private_key(wrong)}")
        assert (str(caught.value), caught.value.__cause__) == ("", None)


def test_a_passphrase_is_the_same_however_it_was_typed() -> None:
    locked = lock(b"content", "Gru\u00df an Ren\u00e9 \ufb01n", b"", secrets.token_bytes)

    assert unlock(locked, " Gru\u00df an Rene\u0301 fin ", b"") == b"content"


def test_a_wrapped_key_survives_its_file_and_its_line(wrapped: WrappedKey) -> None:
    line = to_line(WAVE, wrapped)
    folded = "Wave 1\n" + "\n ".join(line[start : start + 40] for start in range(0, len(line), 40)) + "\npage 2 of 3"

    assert from_json(to_json(wrapped)) == wrapped
    assert from_lines(folded) == {WAVE: wrapped}


def test_a_sheet_holds_several_waves(wrapped: WrappedKey) -> None:
    alone = WrappedKey(wrapped.public, wrapped.copies[:1])

    text = f"{to_line(WAVE, wrapped)}\nand\n{to_line('offers.12', alone)}"

    assert from_lines(text) == {WAVE: wrapped, "offers.12": alone}


@pytest.mark.parametrize("place", [20, 60, 150, 300, -3])
def test_a_mistake_in_a_line_is_noticed(wrapped: WrappedKey, place: int) -> None:
    line = to_line(WAVE, wrapped)
    letters = list(line)
    letters[place] = "b" if letters[place] != "b" else "c"

    with pytest.raises(BadWrappingError):
        from_lines("".join(letters))


def test_a_text_without_a_key_is_refused() -> None:
    with pytest.raises(BadWrappingError):
        from_lines("nothing here")


def spoilt(plain: dict[str, Any]) -> list[dict[str, Any]]:
    def changed(**parts: object) -> dict[str, Any]:
        copies = plain["copies"] | {"trustee": plain["copies"]["trustee"] | parts}
        return plain | {"copies": copies}

    off_curve = base64url.write(b"\x04" + bytes(63) + b"\x01")
    compressed = base64url.write(base64url.read(plain["public"])[:33])
    return [
        {},
        plain | {"more": 1},
        plain | {"public": off_curve},
        plain | {"public": compressed},
        plain | {"public": 7},
        plain | {"copies": {}},
        plain | {"copies": []},
        plain | {"copies": {"deputy": plain["copies"]["deputy"]}},
        plain | {"copies": plain["copies"] | {"stranger": plain["copies"]["deputy"]}},
        changed(rounds=999_999),
        changed(rounds=10_000_001),
        changed(rounds="1000000"),
        changed(rounds=True),
        changed(rounds=1e6),
        changed(salt="AAAA"),
        changed(iv="AAAA"),
        changed(wrapped="AAAA"),
        changed(wrapped=plain["copies"]["trustee"]["wrapped"] + "="),
        changed(more="AAAA"),
    ]


def test_the_strict_parser_takes_what_was_written_and_nothing_spoilt(wrapped: WrappedKey) -> None:
    plain = to_plain(wrapped)

    assert from_plain(json.loads(json.dumps(plain))) == wrapped
    for number, value in enumerate(spoilt(plain)):
        with pytest.raises(BadWrappingError):
            pytest.fail(f"{number}: {from_plain(value)}")


@pytest.mark.parametrize("text", [b"", b"[]", b"nonsense", b"\xff", b"[" * 100_000])
def test_what_is_no_wrapped_key_is_refused(text: bytes) -> None:
    with pytest.raises(BadWrappingError):
        from_json(text)
