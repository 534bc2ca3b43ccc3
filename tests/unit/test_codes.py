import hashlib
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.crypto.codes import ALPHABET, BYTES, BadCodeError, Code, digest, draw, parse

CODE = Code("0123-4567-89AB-CDEF")


def test_eighty_bits_become_sixteen_letters_in_four_groups() -> None:
    code = draw(lambda count: bytes(range(count)))

    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert set(code) - {"-"} <= set(ALPHABET)
    assert BYTES * 8 == 80


def test_the_letters_are_the_bits() -> None:
    number = sum(place << 5 * (15 - place) for place in range(16))

    assert draw(lambda count: number.to_bytes(count, "big")) == CODE


@given(st.binary(min_size=BYTES, max_size=BYTES))
def test_every_code_that_is_drawn_can_be_typed_and_no_bit_is_lost(bits: bytes) -> None:
    code = draw(lambda _: bits)
    letters = code.replace("-", "")

    assert parse(code) == code
    assert sum(ALPHABET.index(letter) << 5 * (15 - place) for place, letter in enumerate(letters)) == int.from_bytes(
        bits, "big"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "0123-4567-89ab-cdef",
        "0123456789ABCDEF",
        " 0123 4567 89AB CDEF\n",
        "0123\u20134567\u201489AB-CDEF",
        "O123-4567-89AB-CDEF",
        "oI23-4567-89AB-CDEF",
        "0l23-4567-89AB-CDEF",
        "01-2345-6789-ABCD-EF",
    ],
)
def test_case_spaces_dashes_and_look_alikes_do_not_matter(typed: str) -> None:
    assert parse(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0123",
        "0123-4567-89AB-CDE",
        "0123-4567-89AB-CDEFF",
        "U123-4567-89AB-CDEF",
        "0123-4567-89AB-CDE!",
        "\u0660" * 16,
    ],
)
def test_what_cannot_be_a_code_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(BadCodeError) as caught:
        parse(typed)

    assert str(caught.value) == ""


@given(st.text())
def test_whatever_is_typed_is_a_code_or_refused(typed: str) -> None:
    try:
        code = parse(typed)
    except BadCodeError:
        return

    assert parse(code) == code


def test_the_digest_is_plain_sha256_of_the_code_as_mailed() -> None:
    assert digest(CODE) == hashlib.sha256(b"0123-4567-89AB-CDEF").digest()


def test_codes_do_not_meet() -> None:
    # 80 bits: the chance that any two of 2,000 codes meet is below 2e-18.
    assert len({draw(secrets.token_bytes) for _ in range(2000)}) == 2000
