import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.wave import BadWaveKeyError, WaveKey


@pytest.mark.parametrize("text", ["offers.1", "a.1", "a-b-c.12", "x" * 63 + ".999", "0.1"])
def test_a_key_is_its_text(text: str) -> None:
    assert str(WaveKey.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "offers",
        "offers.",
        ".1",
        "offers.0",
        "offers.01",
        "offers.-1",
        "offers.1000",
        "Offers.1",
        "-a.1",
        "a-.1",
        "a.b.1",
        "x" * 64 + ".1",
        "offers.1\n",
        " offers.1",
        "../offers.1",
        "off\u0435rs.1",
        "offers.\u0661",
    ],
)
def test_what_names_no_wave_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BadWaveKeyError) as caught:
        WaveKey.parse(text)

    assert str(caught.value) == ""


@given(st.text(max_size=80))
def test_a_text_names_one_wave_or_none(text: str) -> None:
    try:
        key = WaveKey.parse(text)
    except BadWaveKeyError:
        return

    assert str(key) == text
