"""Ballots: one length for all, and one bad ballot is refused without a word of its content."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.codebook import Value
from surveyapp.questionnaire import model, wire
from surveyapp.questionnaire.answers import (
    SLACK,
    STEP,
    Answers,
    SpoiledBallotError,
    plaintext_bytes,
    read_ballot,
    write_ballot,
)
from surveyapp.questionnaire.model import FreeText
from tests.unit.instrument_factory import a_questionnaire, every_kind, settled

QUESTIONNAIRE = every_kind()
LENGTH = plaintext_bytes(QUESTIONNAIRE)
FULL: dict[str, Value] = {
    "team": "support",
    "days": 7,
    "tools": ("two", "three"),
    "agree": 3,
    "time": "short",
    "parts": {"speed": 2, "look": 1},
    "worries": ("work", "cost", "risk"),
    "words": "x" * 20,
}


def padded(text: str | bytes) -> bytes:
    return (text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text).ljust(LENGTH)


def ballot(**answers: object) -> bytes:
    return padded(json.dumps({"answers": {"team": "sales", **answers}}))


def test_a_ballot_comes_back_as_it_was_written() -> None:
    assert read_ballot(QUESTIONNAIRE, write_ballot(QUESTIONNAIRE, Answers(FULL))) == Answers(FULL)


def test_every_kind_has_a_check_and_a_budget() -> None:
    assert set(wire._CHECKS) == set(wire._BUDGETS) == set(model.KINDS)


def test_the_length_is_the_formula_of_the_design() -> None:
    found = a_questionnaire(
        """
- {id: pick, kind: single, text: P?, options: [{code: a, label: A}, {code: longest, label: B}]}
- {id: word, kind: text, text: W?, maximum: 100}
"""
    )
    keys = len('"pick":,') + len('"word":,')
    needed = keys + len('"longest",') + len('""') + 6 * 100 + SLACK

    assert plaintext_bytes(found) == -(-needed // STEP) * STEP == 768


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=600), st.sampled_from(["baseline", "pulse", "closing"]))
def test_whatever_is_written_every_ballot_has_the_same_length(text: str, name: str) -> None:
    questionnaire = settled(name)
    texts = [question for question in questionnaire.questions if isinstance(question, FreeText)]
    given_ = {question.id: cut(text, question.limit) for question in texts}

    written = write_ballot(questionnaire, Answers({key: words for key, words in given_.items() if words}))

    assert len(written) == plaintext_bytes(questionnaire)
    assert read_ballot(questionnaire, written).values == {key: words for key, words in given_.items() if words}


def cut(text: str, limit: int) -> str:
    """Return what a page would send of *text*."""
    text = wire.cleaned(text)
    while wire.units(text) > limit:
        text = wire.cleaned(text[:-1])
    return text


def test_the_longest_answers_escaped_by_any_client_fit() -> None:
    longest = {**FULL, "words": "\u2028" * 20}
    text = json.dumps({"answers": longest}, ensure_ascii=True, separators=(",", ":"))

    assert len(text) <= LENGTH
    assert read_ballot(QUESTIONNAIRE, padded(text.replace(r"\u2028", r"\u00e9"))).values["words"] == "é" * 20


def test_answers_that_do_not_fit_are_not_written() -> None:
    with pytest.raises(SpoiledBallotError, match="do not fit"):
        write_ballot(QUESTIONNAIRE, Answers({"words": "x" * 5000}))


@pytest.mark.parametrize(
    ("plaintext", "rule"),
    [
        (b"", "wrong length"),
        (b" " * (LENGTH - 1), "wrong length"),
        (b" " * LENGTH, "not JSON"),
        (padded(b"\xff\xfe"), "not JSON in UTF-8"),
        (padded("\ufeff" + '{"answers": {}}'), "not JSON"),
        (padded('{"answers": {}} x'), "not JSON"),
        (padded('{"answers": {"words": "\0"}}'), "not JSON"),
        (padded('{"answers": {"words": "\ud800"}}'), "not JSON in UTF-8"),
        (padded("[" * 200), "nested too deeply"),
        (padded('{"answers": {"parts": {"speed": [1]}}}'), "nested too deeply"),
        (padded('{"answers": {"words": "' + '\\"' * 150), "not JSON"),
        (padded('{"answers": {}, "answers": {}}'), "a key twice"),
        (padded('{"answers": {"team": "sales", "team": "sales"}}'), "a key twice"),
        (padded('{"answers": {"days": NaN}}'), "not whole"),
        (padded('{"answers": {"days": Infinity}}'), "not whole"),
        (padded('{"answers": {"days": 5.0}}'), "not whole"),
        (padded('{"answers": {"days": 1e3}}'), "not whole"),
        (padded('{"answers": {"days": ' + "1" * 100 + "}}"), "too long"),
        (padded("{}"), "not one entry"),
        (padded("[]"), "not one entry"),
        (padded('"answers"'), "not one entry"),
        (padded('{"answers": []}'), "not one entry"),
        (padded('{"answers": {}, "code": 1}'), "not one entry"),
        (ballot(moon=1), "an unknown question"),
        (ballot(team=None), "no such option"),
        (ballot(team="moon"), "no such option"),
        (ballot(team=["sales"]), "no such option"),
        (ballot(days=8), "no number in the range"),
        (ballot(days="5"), "no number in the range"),
        (ballot(days=True), "no number in the range"),
        (ballot(tools="one"), "no list of options"),
        (ballot(tools=["one", "two", "three"]), "no list of options"),
        (ballot(tools=["one", "one"]), "no such option"),
        (ballot(tools=["moon"]), "no such option"),
        (ballot(tools=[1]), "no such option"),
        (ballot(tools=["one", "none"]), "exclude each other"),
        (ballot(agree=0), "no such point"),
        (ballot(agree=True), "no such point"),
        (ballot(time="moon"), "no such option"),
        (ballot(parts={"moon": 1}), "no such row"),
        (ballot(parts={"speed": 3}), "no such point"),
        (ballot(parts=[1]), "no such row"),
        (ballot(worries=["cost", "risk", "work", "nothing"]), "no list of options"),
        (ballot(words=5), "no text"),
        (ballot(words="a\0b"), "no text"),
        (padded('{"answers": {"words": "\\ud800"}}'), "no text"),
        (ballot(words="x" * 21), "too long"),
    ],
)
def test_a_spoiled_ballot_names_the_rule_and_nothing_of_itself(plaintext: bytes, rule: str) -> None:
    with pytest.raises(SpoiledBallotError, match=rule) as raised:
        read_ballot(QUESTIONNAIRE, plaintext)

    assert raised.value.__cause__ is None
    assert all(word not in str(raised.value) for word in ("moon", "sales", "speed", "xxx"))


def test_answers_to_hidden_questions_are_dropped_and_counted() -> None:
    found = read_ballot(QUESTIONNAIRE, ballot(days=0, tools=["one"], agree=1))

    assert found == Answers({"team": "sales", "days": 0, "agree": 1}, hidden=1)


def test_a_missing_group_is_no_reason_to_spoil_a_ballot() -> None:
    assert read_ballot(QUESTIONNAIRE, padded('{"answers": {"agree": 2}}')) == Answers({"agree": 2})


@pytest.mark.parametrize("plaintext", [padded('{"answers": {}}'), ballot(), ballot(words="\r\n", tools=[], parts={})])
def test_nothing_but_the_group_is_empty(plaintext: bytes) -> None:
    assert read_ballot(QUESTIONNAIRE, plaintext).empty


def test_lists_come_in_the_order_that_means_something() -> None:
    found = read_ballot(QUESTIONNAIRE, ballot(days=1, tools=["two", "one"], worries=["work", "cost"]))

    assert found.values["tools"] == ("one", "two")
    assert found.values["worries"] == ("work", "cost")


@settings(max_examples=300)
@given(st.binary(max_size=LENGTH))
def test_no_bytes_do_more_than_spoil_a_ballot(data: bytes) -> None:
    with pytest.raises(SpoiledBallotError):
        read_ballot(QUESTIONNAIRE, data.ljust(LENGTH))
