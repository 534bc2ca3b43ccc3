"""Texts of other programs become plain words, and everything that was done to them is said."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.foreign.languages import english_name, language_code
from surveyapp.foreign.wording import READ_LIMIT, cleaned


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Plain words", "Plain words"),
        ("<p>One</p><p>Two &amp; <b>three</b></p>", "One\nTwo & three"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("<script>alert(1)</script>Hello<!-- no -->", "Hello"),
        ("a\u00a0b\tc\u200b", "a b c"),
        ("You said ${q} and {q.shown}", "You said … and …"),
        ("{tool} and { tool }", "{tool} and {tool}"),
        ("{{x} y}", "(… y)"),
        ("![map](https://example.org/a.png) Where?", "Where?"),
        ("<![CDATA[x", "<![CDATA[x"),
        ("<b>x</b><![foo[", "x<![foo["),
    ],
)
def test_texts_become_plain_words(text: str, words: str) -> None:
    assert cleaned(text, 500).text == words


def test_everything_that_was_done_is_said() -> None:
    assert cleaned("Plain {tool}", 500).changes == ()
    assert cleaned("<img src=x>a", 500).changes == ("HTML became plain words, pictures and media are gone",)
    assert cleaned("a ${b}", 500).changes == ("${b} cannot be inserted here, “…” stands there",)
    assert cleaned("a\u200b", 500).changes == ("characters that cannot be printed are gone",)
    assert cleaned("x" * 30 + " the end", 20).changes == (
        "was cut to 20 characters, it ended in “xxxxxxxxxxx the end”",
    )


@given(st.text(alphabet="<>!-[]{}$&;#abp/ =\n\0", max_size=60))
def test_what_is_cleaned_is_short_printable_and_has_no_foreign_brackets(text: str) -> None:
    words = cleaned(text, 40).text

    assert len(words) <= 40
    assert words.replace("\n", " ").isprintable()
    assert not {"{", "}"} & set(words)


@pytest.mark.parametrize("unit", ["<!--", "<script>", "<a<", "{", "${", "![", "&a"])
def test_long_texts_take_no_long_time(unit: str) -> None:
    start = time.perf_counter()

    found = cleaned(unit * 1_000_000, 500)

    assert time.perf_counter() - start < 5
    assert f"only its first {READ_LIMIT} characters were read" in found.changes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("English (en)", "en"),
        ("de", "de"),
        ("de-informal", "de"),
        ("pt-BR", "pt-BR"),
        ("Portuguese (pt_br)", "pt-BR"),
        ("French", "fr"),
        ("français", "fr"),
        ("Klingon of old", ""),
        ("default", ""),
    ],
)
def test_languages_are_known_by_code_and_by_name(name: str, code: str) -> None:
    assert language_code(name) == code


def test_a_language_has_an_english_name_even_if_nobody_knows_it() -> None:
    assert (english_name("de"), english_name("pt-BR"), english_name("xx")) == ("German", "Portuguese", "xx")
