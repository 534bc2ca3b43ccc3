"""YAML as people write it: places, types, and every mistake at once."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.documents.fields import Fields, read
from surveyapp.documents.problems import DocumentError
from surveyapp.documents.tree import SIZE_LIMIT
from surveyapp.errors import InputError


def problems_of(text: str | bytes) -> list[str]:
    with pytest.raises(DocumentError) as raised:
        read(text.encode() if isinstance(text, str) else text, "f.yaml").problems.settle()
    return list(raised.value.problems)


def problems_after(text: str, look: str, *arguments: object, **options: object) -> list[str]:
    fields = read(text.encode(), "f.yaml")
    getattr(fields, look)(*arguments, **options)
    with pytest.raises(DocumentError) as raised:
        fields.problems.settle()
    return [problem.message for problem in raised.value.found]


def test_a_problem_is_printed_as_editors_understand_it() -> None:
    fields = read(b"a: 1\n\nb:\n  c: [x]\n", "folder/f.yaml")
    inner = fields.inner("b")
    assert inner is not None
    inner.integer("c", 0, 9)

    with pytest.raises(DocumentError) as raised:
        fields.problems.settle()

    assert raised.value.problems == ("folder/f.yaml:4:6: c: must be a whole number",)
    assert isinstance(raised.value, InputError)


def test_a_second_key_of_the_same_name_is_named_with_both_lines() -> None:
    assert problems_of("a: 1\nb: 2\na: 3\n") == ["f.yaml:3:1: `a` again: it stands in line 1 already"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: &x 1\nb: *x\n", "1:4", "anchors"),
        ("a: !!python/object:os.system 1\n", "1:4", "tags"),
        ("a: 1\n---\nb: 2\n", "2:1", "second document"),
        ("a: [1\n", "2:1", "not valid YAML"),
        ("a: 'x\n", "", "not valid YAML"),
        ("- a\n- b\n", "1:1", "key: value"),
        ("", "1:1", "key: value"),
        ("just words\n", "1:1", "key: value"),
        ("? [a]\n: 1\n", "1:3", "single word"),
        ("a: \x01\n", "1:1", "characters that YAML forbids"),
        ("a:\n\t- b\n", "2:1", "not valid YAML"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_place(text: str, place: str, words: str) -> None:
    found = problems_of(text)

    assert len(found) == 1
    assert found[0].startswith(f"f.yaml:{place}")
    assert words in found[0]


def test_deep_nesting_is_refused_before_it_hurts() -> None:
    assert "nested more than" in problems_of("a: " + "[" * 5000 + "]" * 5000)[0]


def test_a_large_file_is_refused_unread() -> None:
    assert "larger than" in problems_of(b"a: " + b"x" * SIZE_LIMIT)[0]


def test_the_first_byte_that_is_not_utf8_has_line_and_column() -> None:
    assert problems_of("a: 1\nbä: ü\n".encode("latin-1"))[0].startswith("f.yaml:2:2: the file is not UTF-8")


def test_utf16_is_named() -> None:
    assert "UTF-16" in problems_of("a: 1".encode("utf-16"))[0]


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read(b"\xef\xbb\xbfa: x\n", "f.yaml").text("a") == "x"


def test_words_of_other_dialects_stay_words() -> None:
    fields = read(b"a: yes\nb: no\nc: 012\nd: 0x1F\ne: 2027-01-11\nf: .inf\n", "f.yaml")

    assert [fields.text(key) for key in "abcdef"] == ["yes", "no", "012", "0x1F", "2027-01-11", ".inf"]


def test_unknown_keys_are_named_with_a_guess() -> None:
    fields = read(b"titel: x\nzzz: 1\n", "f.yaml")
    fields.text("title", "")
    fields.end()

    with pytest.raises(DocumentError) as raised:
        fields.problems.settle()

    assert raised.value.problems == (
        "f.yaml:1:1: unknown key `titel`, did you mean `title`?",
        "f.yaml:2:1: unknown key `zzz`",
    )


def test_problems_come_in_the_order_of_the_file_and_once() -> None:
    fields = read(b"a: x\nb: x\n", "f.yaml")
    for key in "bab":
        fields.integer(key, 0, 1)

    with pytest.raises(DocumentError) as raised:
        fields.problems.settle()

    assert [problem.place.line for problem in raised.value.found] == [1, 2]


def test_null_and_nothing_count_as_missing() -> None:
    fields = read(b"a: null\nb:\nc: ~\n", "f.yaml")

    assert [key in fields for key in "abc"] == [False, False, False]
    assert problems_after("a: null", "text", "a") == ["`a` is missing"]


@pytest.mark.parametrize(
    ("text", "look", "arguments", "message"),
    [
        ("a: true", "text", (), "a: must be a text"),
        ("a: ''", "text", (), "a: must have 1 to 500 characters that can be printed"),
        ("a: A-b", "code", (), "a: a code begins with a small letter and has only small letters, digits and _"),
        ("a: x", "choice", (("y", "z"),), "a: must be one of y, z"),
        ("a: 1.5", "integer", (0, 9), "a: must be a whole number"),
        ("a: 10", "integer", (0, 9), "a: must be from 0 to 9"),
        ("a: 1.7", "number", (0, 1), "a: must be from 0 to 1"),
        ("a: 1e999", "number", (0, 1e300), "a: must be from"),
        ("a: 12:00", "moment", (), "a: must be a local time like 2027-01-31T08:00"),
        ("a: 2027-01-31", "moment", (), "a: must be a local time like 2027-01-31T08:00"),
        ("a: 2027-01-31T08:00Z", "moment", (), "a: must be a local time like 2027-01-31T08:00"),
        ("a: 31.1.2027", "day", (), "a: must be a day like 2027-01-31"),
        ("a: x", "items", (), "a: must be a list"),
        ("a: []", "items", (), "a: must not be empty"),
        ("a: [x]", "words", (("en",),), "a: must be a text"),
        ("a: x", "inner", (), "a: must be `key: value` entries"),
        ("a: [b, B, b]", "codes", (), "a: a code begins"),
        ("a: [de, deutsch]", "languages", (), "a: different language codes like en or pt-BR"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(text: str, look: str, arguments: tuple[object, ...], message: str) -> None:
    assert problems_after(text, look, "a", *arguments)[0].startswith(message)


def test_a_missing_translation_is_named_at_its_text() -> None:
    fields = read(b"a:\n  title: {en: Yes}\n", "f.yaml")
    inner = fields.inner("a")
    assert inner is not None
    inner.words("title", ("en", "de"))

    with pytest.raises(DocumentError) as raised:
        fields.problems.settle()

    assert raised.value.problems == ("f.yaml:2:10: `de` is missing",)


def test_one_plain_text_serves_all_languages_only_where_that_is_allowed() -> None:
    plain = read(b"a: ChatGPT\n", "f.yaml").words("a", ("en", "de"), plain=True)

    assert plain.into("de") == plain.into("en") == "ChatGPT"
    assert problems_after("a: Yes", "words", "a", ("en", "de")) == ["a: needs its translations: {en: ..., de: ...}"]


def test_a_language_that_was_not_announced_is_named() -> None:
    assert problems_after("a: {en: Yes, fr: Oui}", "words", "a", ("en",)) == ["unknown key `fr`"]


@given(st.binary(max_size=300) | st.text(alphabet="{}[]:,-&*!|>'\"#% \n\tab01", max_size=80).map(str.encode))
def test_no_bytes_do_more_than_name_a_problem(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        assert isinstance(read(data, "f.yaml"), Fields)


def test_an_item_that_is_no_mapping_is_named() -> None:
    fields = read(b"a:\n  - {b: 1}\n  - c\n", "f.yaml")

    assert len(list(fields.each("a"))) == 1
    with pytest.raises(DocumentError, match=r"f\.yaml:3:5: a: every item must be"):
        fields.problems.settle()
