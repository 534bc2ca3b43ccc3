"""Whatever somebody sealed, the reveal goes on: a ballot is counted and can be packed, or it is spoiled."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.packing import pack
from surveyapp import resources
from surveyapp.asking import setting_of
from surveyapp.charter import loader as charters
from surveyapp.questionnaire import loader
from surveyapp.questionnaire.answers import SpoiledBallotError, plaintext_bytes, read_ballot
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.model import FreeText, Questionnaire
from surveyapp.questionnaire.settling import settle

EXAMPLE = Path(__file__).parents[2] / "examples" / "charter.yaml"


@cache
def asked(number: int) -> Questionnaire:
    charter = charters.load(EXAMPLE)
    file = resources.questionnaires() / f"{charter.waves[number - 1].questionnaire}.yaml"
    return settle(loader.load(file), setting_of(charter, number, ["sales", "support"]))


def vocabulary(questionnaire: Questionnaire) -> list[str]:
    """Return every word that a real ballot could hold."""
    words = {question.id for question in questionnaire.questions}
    for question in questionnaire.questions:
        for name in ("options", "points", "rows"):
            words |= {one.code for one in getattr(question, name, ())}
    return sorted(words)


def survives(questionnaire: Questionnaire, plaintext: bytes) -> None:
    try:
        answers = read_ballot(questionnaire, plaintext.ljust(plaintext_bytes(questionnaire)))
    except SpoiledBallotError:
        return
    texts = {question.id for question in questionnaire.questions if isinstance(question, FreeText)}
    closed = {name: value for name, value in answers.values.items() if name not in texts}
    assert isinstance(pack(codebook(questionnaire), closed), bytes)
    json.dumps(dict(answers.values))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize("number", [1, 2, 4])
@given(data=st.data())
def test_answers_in_the_words_of_the_questionnaire_never_stop_a_reveal(number: int, data: st.DataObject) -> None:
    questionnaire = asked(number)
    words = st.sampled_from(vocabulary(questionnaire))
    value = (
        words
        | VALUES
        | st.lists(words | st.integers(0, 8), max_size=5)
        | st.dictionaries(words, words | st.integers(0, 8), max_size=4)
    )
    answers = data.draw(
        st.dictionaries(st.sampled_from([question.id for question in questionnaire.questions]), value, max_size=8)
    )

    survives(questionnaire, json.dumps({"answers": answers}).encode())


@given(st.binary(max_size=300))
def test_no_bytes_stop_a_reveal(plaintext: bytes) -> None:
    survives(asked(1), plaintext)


@given(VALUES)
def test_no_json_stops_a_reveal(value: object) -> None:
    survives(asked(1), json.dumps(value).encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"answers":' + "[" * 100_000,
        '{"answers":{"any_days":' + "1" * 5000 + "}}",
        '{"answers":{"any_days":1e400}}',
        '{"answers":{"any_days":-0}}',
        '{"answers":{"any_days":true}}',
        '{"answers":{"group":["sales"]}}',
        '{"answers":{"group":{"sales":1}}}',
        '\ufeff{"answers":{}}',
        '{"answers":{}}\n\n{"answers":{}}',
        '"' + "\\" * 1001,
    ],
)
def test_what_attackers_try_never_stops_a_reveal(text: str) -> None:
    questionnaire = asked(1)
    survives(questionnaire, text.encode()[: plaintext_bytes(questionnaire)])
