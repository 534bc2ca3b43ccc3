"""Sentences, numbers and dates are written as a reader of each language expects, and never better than they are."""

from datetime import date

import pytest

from analysis.codebook import Text
from analysis.results import GAP, Amount, Chance, Change, Count, Day, Figure, Sentence, Share
from analysis.wording import NO_BREAK, WordingError, wording


def plain(text: str) -> str:
    return text.replace(NO_BREAK, " ")


def test_a_sentence_fills_its_places_in_the_numbers_of_the_language() -> None:
    sentence = Sentence(
        "%(share)s of %(count)s on %(day)s: %(amount)s",
        (
            ("share", Share(0.618, 60907)),
            ("count", Count(60907)),
            ("day", Day(date(2027, 4, 9))),
            ("amount", Amount(1234.56)),
        ),
    )

    english, german = wording("en").say(sentence), wording("de").say(sentence)

    assert plain(english) == "61.8 % of 60,907 on 9 Apr 2027: 1,234.6"
    assert plain(german) == "61,8 % of 60.907 on 09.04.2027: 1.234,6"


def test_percentages_are_whole_below_two_hundred_answers() -> None:
    words = wording("en")

    assert plain(words.percent(0.6183, 199)) == "62 %"
    assert plain(words.percent(0.6183, 200)) == "61.8 %"
    assert plain(words.percent(0.6183)) == "62 %"


@pytest.mark.parametrize(("share", "text"), [(0.545, "55 %"), (0.125, "13 %"), (0.0, "0 %"), (1.0, "100 %")])
def test_halves_round_up_whatever_the_float_says(share: float, text: str) -> None:
    assert plain(wording("en").percent(share, 40)) == text


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.896, "89 %"),
        (0.908, "90 %"),
        (0.8999, "89 %"),
        (0.9999, "99 %"),
        (1.0, "100 %"),
        (0.0004, "1 %"),
        (0.0, "0 %"),
    ],
)
def test_a_probability_is_never_written_stronger_than_it_is(probability: float, text: str) -> None:
    assert plain(wording("en").say(Sentence("%(p)s", (("p", Chance(probability)),)))) == text


@pytest.mark.parametrize(("moved", "text"), [(0.0349, "+3"), (-0.051, "-5"), (0.0, "0"), (-0.004, "0"), (1.0, "+100")])
def test_a_change_has_its_sign_and_no_change_has_none(moved: float, text: str) -> None:
    assert wording("de").say(Sentence("%(moved)s", (("moved", Change(moved)),))) == text


def test_a_text_speaks_the_language_asked_for_else_its_first_one() -> None:
    text = Text.of({"en": "Sales", "de": "Vertrieb"})

    assert wording("de").say(text) == "Vertrieb"
    assert wording("fr").say(text) == "Sales"


def test_a_sentence_inside_a_sentence_is_translated_too() -> None:
    inner = Sentence("minutes")

    assert wording("de").say(Sentence("a %(unit)s b", (("unit", inner),))) == "a Minuten b"


def test_a_percent_sign_in_a_sentence_may_be_doubled_or_single() -> None:
    assert wording("en").say(Sentence("90 %% interval")) == "90 % interval"
    assert wording("en").say(Sentence("90 % interval")) == "90 % interval"


def test_a_gap_is_called_a_gap_in_every_place() -> None:
    assert wording("en").figure(GAP) == "not shown"
    assert wording("en").limits(GAP) == ""


def test_a_figure_carries_its_base_and_its_limits() -> None:
    words = wording("en")
    figure = Figure(count=42, base=66, share=0.6364, low=0.5156, high=0.7423)

    assert plain(words.figure(figure)) == "64 % (42 of 66)"
    assert plain(words.limits(figure)) == "52\N{EN DASH}74 %"


def test_an_amount_known_between_limits_only_is_written_as_a_range() -> None:
    assert plain(wording("de").figure(Figure(low=12.0, high=25.5), "minutes")) == "12\N{EN DASH}25,5 Minuten"


def test_a_place_without_value_is_an_error_that_names_it() -> None:
    with pytest.raises(WordingError, match="'count'"):
        wording("en").say(Sentence("%(count)s people"))


def test_a_language_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(WordingError, match="klingon"):
        wording("klingon")
