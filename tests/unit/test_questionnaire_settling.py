"""What one wave of one pilot asks."""

from dataclasses import replace

import pytest

from analysis.codebook import Kind, Text
from surveyapp.questionnaire.answers import plaintext_bytes
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.model import KINDS, Question, Questionnaire, SingleChoice, options
from surveyapp.questionnaire.record import digest, from_json, to_json
from surveyapp.questionnaire.settling import SettlingError, settle
from surveyapp.questionnaire.wording import drift, fingerprint
from tests.unit.instrument_factory import a_questionnaire, a_setting, every_kind, settled, shipped
from tests.unit.instrument_factory import options as given_options

LISTED = """
- id: team
  kind: single
  text: Which team?
  options_from: groups
  options: [{code: refused, label: Prefer not to say, refusal: true}]
- {id: why, kind: text, text: "Why {tool}, for {primary_task}, {active_days} days, in {pilot} and {wave}?"}
- {id: then, kind: text, text: "And in {previous_wave}?", from_pulse: 2}
"""


def question(questionnaire: Questionnaire, name: str) -> Question:
    return next(found for found in questionnaire.questions if found.id == name)


def test_the_lists_of_the_charter_come_before_the_own_options() -> None:
    found = settle(a_questionnaire(LISTED), a_setting())

    assert [option.code for option in options(question(found, "team"))] == ["sales", "support", "refused"]


def test_all_placeholders_are_replaced_in_each_language() -> None:
    found = settle(a_questionnaire(LISTED), a_setting(pulse=2))

    assert (
        question(found, "why").text.into("en") == "Why Assistant X, for writing an offer, 3 days, in Offers and March?"
    )
    assert question(found, "then").text.into("en") == "And in the pulse survey of 8 February?"


@pytest.mark.parametrize("name", ["baseline", "pulse", "closing"])
def test_no_placeholder_is_left_in_a_shipped_instrument(name: str) -> None:
    texts = [found.text for found in settled(name).questions] + [found.title for found in settled(name).sections]

    assert not [words for text in texts for _, words in text.entries if "{" in words]


@pytest.mark.parametrize(("pulse", "asked"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_later_question_is_asked_from_its_pulse_on(pulse: int, *, asked: bool) -> None:
    found = settle(a_questionnaire(LISTED), a_setting(pulse))

    assert any(entry.id == "then" for entry in found.questions) is asked


def test_a_section_without_questions_is_left_out() -> None:
    found = settle(a_questionnaire("- {id: then, kind: text, text: T?, from_pulse: 2}"), a_setting(1))

    assert found.sections == ()


def test_everything_that_is_missing_is_named_at_once() -> None:
    empty = replace(a_setting(2), groups=(), previous_wave=None, tool="")

    with pytest.raises(SettlingError) as raised:
        settle(a_questionnaire(LISTED), empty)

    assert raised.value.problems == (
        "question team needs the charter's groups: there are none",
        "{previous_wave} has no value",
        "{tool} has no value",
    )


def test_a_code_of_the_charter_must_not_hide_an_own_option() -> None:
    with pytest.raises(SettlingError, match="the charter's code refused is taken"):
        settle(a_questionnaire(LISTED), replace(a_setting(), groups=given_options(refused="Refused")))


def test_a_ballot_that_grows_too_long_is_refused() -> None:
    many = given_options(**{f"team_{number}_" + "x" * 30: "T" for number in range(1000)})
    listed = LISTED.replace("kind: single", "kind: multiple")

    with pytest.raises(SettlingError, match="the ballot would have"):
        settle(a_questionnaire(listed), replace(a_setting(), groups=many))


# --------------------------------------------------------------------------- kept for years


@pytest.mark.parametrize("name", ["baseline", "pulse", "closing"])
def test_a_settled_questionnaire_comes_back_from_its_record(name: str) -> None:
    found = settled(name)

    assert from_json(to_json(found)) == found
    assert digest(from_json(to_json(found))) == digest(found)


def test_every_kind_comes_back_from_its_record() -> None:
    assert from_json(to_json(every_kind())) == every_kind()


def test_the_hash_of_a_questionnaire_stays_what_it_was() -> None:
    # Waves keep this hash for years: a change of the format needs a new field with a default, never another text.
    assert digest(every_kind()) == "a4a41dec96f37482ecd17b850e9c2ccf9040619bcc90b95c2966b596c0e3a854"


# --------------------------------------------------------------------------- comparing waves


def test_wording_is_compared_before_placeholders_are_filled() -> None:
    first, second = (
        settled("pulse", 2),
        settle(shipped("pulse"), replace(a_setting(3), previous_wave=Text.plain("May"))),
    )

    assert drift(first, second) == ()


@pytest.mark.parametrize(("before", "after"), [("pulse", "closing"), ("baseline", "closing"), ("baseline", "pulse")])
def test_the_shipped_instruments_ask_shared_questions_in_the_same_words(before: str, after: str) -> None:
    assert drift(settled(before), settled(after)) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("How often?", "How many times?", "`often` has other words than before"),
        ("label: Low", "label: Lower", "`often` has other words than before"),
        ("id: often", "id: frequency", "confidence was asked as `often` before and is `frequency` now"),
    ],
)
def test_what_changed_is_named(old: str, new: str, message: str) -> None:
    before = "- {id: often, kind: scale, text: How often?, measures: confidence, points: [" + ", ".join(
        f"{{label: {label}}}" for label in ("Low", "2", "3", "4", "High")
    )
    before += "]}"

    assert drift(a_questionnaire(before), a_questionnaire(before)) == ()
    found = drift(a_settled(before), a_settled(before.replace(old, new)))

    assert found == (message,)


def a_settled(questions: str) -> Questionnaire:
    return settle(a_questionnaire(questions), a_setting())


def test_other_options_and_kinds_are_named() -> None:
    single = "- {id: e, kind: single, text: E?, measures: expected_minutes, options: [OPTIONS]}"
    two = "{code: costs, label: C}, {code: a, label: A, low: 0, high: 5}, {code: b, label: B, low: 5}"
    before = a_settled(single.replace("OPTIONS", two))

    more = a_settled(single.replace("OPTIONS", two + ", {code: c, label: C}"))
    band = a_settled(single.replace("single", "band").replace("OPTIONS", two))

    assert drift(before, more) == ("`e` has other options than before",)
    assert drift(before, band) == ("`e` has changed its kind",)


def test_order_and_conditions_do_not_count_as_wording() -> None:
    found = question(settled("pulse"), "saved")

    assert fingerprint(replace(found, shown_if=None, source="elsewhere")) == fingerprint(found)


# --------------------------------------------------------------------------- for the analysis


def test_the_codebook_has_every_question_in_order() -> None:
    found = codebook(settled("closing"))

    assert [item.id for item in found.items] == [entry.id for entry in settled("closing").questions]
    assert all(item.wording for item in found.items)


def test_the_codebook_knows_kinds_bounds_and_points() -> None:
    items = {item.kind: item for item in codebook(every_kind()).items}

    assert set(items) == set(KINDS.values())
    assert (items[Kind.NUMBER].minimum, items[Kind.NUMBER].maximum) == (0, 7)
    assert [option.code for option in items[Kind.SCALE].options] == ["1", "2", "3"]
    assert [row.code for row in items[Kind.MATRIX].rows] == ["speed", "look"]
    assert (items[Kind.RANK].maximum, items[Kind.MULTIPLE].maximum, items[Kind.TEXT].maximum) == (3, 2, 20)
    assert [(option.low, option.high) for option in items[Kind.BAND].options] == [(0, 60), (60, None)]


def test_hidden_questions_keep_their_implied_value_in_the_codebook() -> None:
    item = codebook(settled("pulse")).measuring("tool_days")

    assert item is not None
    assert (item.implied, item.shown_if) == (0, question(settled("pulse"), "tool_days").shown_if)


def test_ballots_of_the_same_instrument_are_equally_long_in_all_languages() -> None:
    assert plaintext_bytes(settled("pulse")) == plaintext_bytes(replace(settled("pulse"), languages=("de",)))


def test_a_single_choice_forgets_its_list_once_filled() -> None:
    found = question(settled("pulse"), "group")

    assert isinstance(found, SingleChoice)
    assert found.options_from is None
