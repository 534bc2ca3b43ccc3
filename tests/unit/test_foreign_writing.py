"""What is written as YAML is read back as the same questionnaire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import All, Any, Not, Option, Text
from analysis.codebook import Test as Where
from surveyapp import resources
from surveyapp.foreign.writing import written
from surveyapp.questionnaire.loader import load, load_bytes
from surveyapp.questionnaire.model import FreeText, Number, Questionnaire, Section, SingleChoice

SHIPPED = ("baseline", "pulse", "closing")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_questionnaires_come_back_as_they_were(name: str) -> None:
    path = resources.questionnaires() / f"{name}.yaml"
    questionnaire = load(path)

    assert load_bytes(written(questionnaire, ["a comment", "another"]).encode(), "x.yaml") == questionnaire


PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="{}"), min_size=1, max_size=30)
CODES = st.sampled_from(["yes", "no", "null", "on", "off", "y", "n", "true", "false", "a1", "x_y"])


@given(PRINTABLE, CODES, CODES.filter(lambda code: code not in {"yes", "true"}))
def test_odd_words_and_codes_come_back_as_they_were(words: str, code: str, other: str) -> None:
    options = (Option("yes", Text.of({"en": words, "no": words})), Option(other, Text.of({"en": "B", "no": "C"})))
    first = SingleChoice(id=code, text=Text.of({"en": words, "no": "\"\\' # : -"}), options=options)
    number = Number(id="number", text=Text.of({"en": "?", "no": "?"}), minimum=-3, maximum=9)
    tests = (Where(code, "one_of", ("yes", other)), Not(Where("number", "at_least", (4,))))
    last = FreeText(
        id="last",
        text=Text.of({"en": "two\nlines", "no": "?"}),
        limit=20,
        shown_if=All((Any(tests), Where("number", "answered", (True,)))),
    )
    title = Text.of({"en": words, "no": words})
    questionnaire = Questionnaire("n", 3, ("en", "no"), title, (Section("null", title, (first, number, last)),))

    assert load_bytes(written(questionnaire, [words]).encode(), "x.yaml") == questionnaire
