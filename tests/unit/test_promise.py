from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from surveyapp.promise import Promise, Sealing, sealing_sentence

VIENNA = ZoneInfo("Europe/Vienna")
FILE = Promise(
    reveal_minimum=8,
    group_minimum=5,
    trustee="Lea Winter (works council)",
    key_mode="file",
    deputy=False,
    promised_at=datetime(2027, 1, 8, 18, tzinfo=VIENNA),
)
PASSPHRASE = replace(FILE, key_mode="passphrase")
DEMO = replace(FILE, promised_at=None)


def said(promise: Promise, language: str = "en") -> str:
    return " ".join(promise.sentences(language))


def test_every_number_and_name_comes_from_the_charter() -> None:
    other = replace(FILE, reveal_minimum=12, group_minimum=7, trustee="Max Moser (ombudsperson)")

    assert "If fewer than 8 people answer" in said(FILE)
    assert "No result is shown for fewer than 5 people." in said(FILE)
    assert "Comments are read by Lea Winter (works council) first." in said(FILE)
    for words in ("fewer than 12 people answer", "fewer than 7 people", "Max Moser (ombudsperson)"):
        assert words in said(other)


def test_with_a_key_in_a_file_it_says_who_could() -> None:
    text = said(FILE)

    assert "This software does not use the key before Friday, 8 January 2027, 18:00" in text
    assert "Whoever controls the server could." in text
    assert "Only Lea Winter" not in text


def test_with_a_passphrase_only_the_trustee_can() -> None:
    text = said(PASSPHRASE)

    assert "Only Lea Winter (works council) can open the box, and not before Friday, 8 January 2027, 18:00" in text
    assert "Whoever controls the server could." not in text


def test_a_deputy_is_named_where_there_is_one() -> None:
    assert "Only Lea Winter (works council) or their deputy can open the box" in said(replace(PASSPHRASE, deputy=True))
    assert "deputy" not in said(PASSPHRASE) + said(replace(FILE, deputy=True))


def test_a_demonstration_with_a_passphrase_promises_no_date_either() -> None:
    for deputy in (False, True):
        text = said(replace(PASSPHRASE, promised_at=None, deputy=deputy))

        assert "can open the box. This is a demonstration" in text


def test_a_demonstration_promises_no_date() -> None:
    text = said(DEMO)

    assert "This is a demonstration" in text
    assert "before" not in text.partition("demonstration")[0]


def test_it_says_where_the_answers_are_sealed() -> None:
    browser, server = "sealed in your browser", "by the server as soon as they arrive"

    assert browser in sealing_sentence(Sealing.BROWSER, "en")
    assert server not in sealing_sentence(Sealing.BROWSER, "en")
    assert server in sealing_sentence(Sealing.SERVER, "en")
    assert browser not in sealing_sentence(Sealing.SERVER, "en")
    assert browser in sealing_sentence(Sealing.EITHER, "en")
    assert server in sealing_sentence(Sealing.EITHER, "en")
    assert len({sealing_sentence(each, language) for each in Sealing for language in ("en", "de")}) == 6


@pytest.mark.parametrize("promise", [FILE, PASSPHRASE, replace(PASSPHRASE, deputy=True), DEMO])
def test_it_never_promises_too_much(promise: Promise) -> None:
    for language in ("en", "de"):
        text = said(promise, language).lower()

        assert "100" not in text
        assert "guarantee" not in text
        assert "garant" not in text
    assert "We cannot protect you from software on your work computer" in said(promise)


@pytest.mark.parametrize("promise", [FILE, PASSPHRASE, replace(PASSPHRASE, deputy=True), DEMO])
def test_it_says_the_same_in_german(promise: Promise) -> None:
    english, german = promise.sentences("en"), promise.sentences("de")

    assert len(english) == len(german)
    assert not set(english) & set(german)
    assert "Lea Winter (works council)" in " ".join(german)
    if promise.promised_at:
        assert "8. Januar 2027, 18:00 Uhr" in " ".join(german)


def test_names_are_plain_text_and_nothing_is_escaped_twice() -> None:
    assert "Lea & Co <works council>" in said(replace(FILE, trustee="Lea & Co <works council>"))
