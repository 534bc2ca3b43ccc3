"""Forms to answers or mistakes, on the server; the same vectors hold the browser's script (tests/e2e)."""

import json
from pathlib import Path
from typing import Any

import pytest

from surveyapp.questionnaire.answers import Mistakes, read_ballot, read_form, write_ballot
from surveyapp.questionnaire.form import MESSAGES
from surveyapp.questionnaire.loader import load_bytes
from surveyapp.questionnaire.model import KINDS, Questionnaire
from surveyapp.web import fields

FOLDER = Path(__file__).parents[1] / "vectors"
VECTORS: list[dict[str, Any]] = json.loads((FOLDER / "answers.json").read_text())


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    return load_bytes((FOLDER / "answers.yaml").read_bytes(), "answers.yaml")


def as_sent(text: str) -> str:
    """What a browser makes of *text* in a form: half a surrogate pair becomes the replacement character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_form_is_read_as_the_vector_says(questionnaire: Questionnaire, vector: dict[str, Any]) -> None:
    sent = {name: [as_sent(value) for value in values] for name, values in vector["fields"].items()}

    read = read_form(questionnaire, sent)

    if isinstance(read, Mistakes):
        assert [[mistake.question, fields.said(mistake, "en")] for mistake in read.found] == vector["mistakes"]
    else:
        assert json.loads(json.dumps(dict(read.values))) == vector["answers"]
        assert read.empty == vector["empty"]
        assert read_ballot(questionnaire, write_ballot(questionnaire, read)).values == read.values


def test_the_vectors_know_every_kind_and_every_mistake(questionnaire: Questionnaire) -> None:
    said = {sentence for vector in VECTORS for _, sentence in vector.get("mistakes", ())}

    assert {type(question) for question in questionnaire.questions} == set(KINDS)
    for message in MESSAGES:
        start = message.split("%(", maxsplit=1)[0]
        assert any(sentence.startswith(start) for sentence in said), message
