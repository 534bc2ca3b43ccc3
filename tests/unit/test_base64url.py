import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.crypto import base64url
from surveyapp.crypto.base64url import BadEncodingError


@given(st.binary(max_size=70))
def test_bytes_come_back_from_their_one_spelling(raw: bytes) -> None:
    assert base64url.read(base64url.write(raw)) == raw


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AA==",
        "AA=",
        "=",
        "AB",
        "AAB",
        "A A",
        " AA",
        "AA\n",
        "+/+/",
        "AA+A",
        "AA/A",
        "\u00e4A",
        "\ud800A",
        "AA\x00",
    ],
)
def test_another_spelling_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(BadEncodingError) as caught:
        base64url.read(text)

    assert str(caught.value) == ""
    assert caught.value.__cause__ is None


@given(st.text(max_size=8))
def test_a_text_is_refused_or_the_one_spelling_of_its_bytes(text: str) -> None:
    try:
        raw = base64url.read(text)
    except BadEncodingError:
        return
    assert base64url.write(raw) == text
