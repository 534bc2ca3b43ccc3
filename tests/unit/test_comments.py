"""What a readout says of comments: all that the trustee let out, once enough people wrote one."""

from itertools import permutations

import pytest

from analysis.comments import sentences, voices
from analysis.plan import Plan
from analysis.voices import Approved
from analysis.wording import wording

PLAN = Plan("offers", "Offers", "Copilot", comment_minimum=10)
QUOTES = [
    Approved("change", "It is slow"),
    Approved("change", "A training please"),
    Approved("change", "Mehr Vorlagen"),
]


def test_a_wave_with_enough_comments_shows_what_was_approved_be_it_one() -> None:
    (heard,) = voices({3: {"change": 10}}, {3: QUOTES[:1]}, PLAN).heard

    assert (heard.wave, heard.question, heard.quotes) == (3, "change", (QUOTES[0],))


def test_below_the_minimum_of_written_comments_none_is_shown() -> None:
    found = voices({3: {"change": 9}}, {3: QUOTES}, PLAN)

    assert found.heard == ()
    assert [wording("en").say(one) for one in found.sentences] == [
        "Wave 3: fewer than 10 comments were written; none is shown."
    ]


def test_each_question_needs_enough_people_of_its_own() -> None:
    approved = [Approved("change", "One"), Approved("why", "Two")]

    found = voices({3: {"change": 14, "why": 9}}, {3: approved}, PLAN)

    assert [(one.question, one.quotes) for one in found.heard] == [("change", (approved[0],))]


def test_the_quotes_come_in_the_order_of_their_texts_whatever_the_order_of_arrival() -> None:
    found = {repr(voices({3: {"change": 20}}, {3: order}, PLAN)) for order in permutations(QUOTES)}

    assert len(found) == 1
    (heard,) = voices({3: {"change": 20}}, {3: QUOTES}, PLAN).heard
    assert [one.text for one in heard.quotes] == ["A training please", "It is slow", "Mehr Vorlagen"]


def test_a_quote_of_a_wave_or_a_question_that_nobody_counted_is_not_shown() -> None:
    strange = [Approved("other", "It is slow")]

    assert voices({3: {"change": 20}}, {3: strange, 4: QUOTES}, PLAN).heard == ()
    assert voices({}, {3: QUOTES}, PLAN).heard == ()


def test_themes_and_stuck_points_are_counted_in_one_wave_alone() -> None:
    slow = [Approved("change", "It is slow in the morning")] * 4

    apart = voices({3: {"change": 20}, 4: {"change": 20}}, {3: slow, 4: slow}, PLAN)
    together = voices({3: {"change": 20}}, {3: slow * 2}, PLAN)

    assert [heard.barriers for heard in apart.heard] == [(), ()]
    assert [(one.code, one.comments) for one in together.heard[0].barriers] == [("slow", 8)]


def test_themes_of_many_comments_are_handed_on() -> None:
    texts = [f"The login and the password {word} on the account" for word in ("broke", "failed", "expired")] * 12

    (heard,) = voices({3: {"change": 36}}, {3: [Approved("change", text) for text in texts]}, PLAN).heard

    assert [(theme.language, theme.comments) for theme in heard.themes] == [("en", 36)]
    assert {"login", "password", "account"} <= set(heard.themes[0].terms)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_sentences_are_those_of_before_and_count_all_questions(language: str) -> None:
    found = voices({3: {"change": 8, "why": 8}, 1: {}}, {}, PLAN)

    assert found.sentences == sentences({1: 0, 3: 16}, PLAN)
    assert all("%" not in wording(language).say(one) for one in found.sentences)
