"""Forms to answers or mistakes, in a real browser on a real page, by the vectors that hold the server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from surveyapp import canonical
from surveyapp.questionnaire.filling import fields_of
from surveyapp.questionnaire.loader import load_bytes
from surveyapp.web import assets
from tests.story import RunningPilot, installed

FOLDER = Path(__file__).parents[1] / "vectors"
VECTORS: list[dict[str, Any]] = json.loads((FOLDER / "answers.json").read_text())


@pytest.fixture(scope="module")
def form(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a wave that asks the questionnaire of the vectors."""
    with installed(tmp_path_factory.mktemp("vectors")) as (house, client):
        pilot = RunningPilot(house, client)
        pilot.people(6)
        pilot.start()
        questionnaire = load_bytes((FOLDER / "answers.yaml").read_bytes(), "answers.yaml")
        with house.engines["office"].begin() as connection:
            connection.exec_driver_sql("UPDATE wave SET questionnaire = ?", (canonical.to_json(questionnaire),))
        house.polls._known.clear()

        def serve(route: Route) -> None:
            address = urlsplit(route.request.url)
            answer = client.get(f"{address.path}?{address.query}")
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

        context = browser.new_context()
        context.route("**/*", serve)
        page = context.new_page()
        page.goto("http://127.0.0.1/s/offers.1?lang=en")
        page.evaluate(
            """async addresses => {
              const [answers, questions, words] = await Promise.all(addresses.map((address) => import(address)));
              Object.assign(window, answers, questions, words);
              window.ballotForm = document.getElementById("ballot");
              window.readHere = (fields) => {
                const read = readForm(readQuestions(ballotForm), fields);
                if (!read.mistakes) return read;
                return { mistakes: read.mistakes.map((one) => [one.question, sentence(one.word, one.values)]) };
              };
            }""",
            [assets.address(name) for name in ("answers.js", "questions.js", "words.js")],
        )
        yield page
        context.close()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_browser_reads_a_form_as_the_vector_says(form: Page, vector: dict[str, Any]) -> None:
    # As JSON text: the bridge to the browser carries no half of a surrogate pair.
    read = json.loads(
        form.evaluate("fields => JSON.stringify(readHere(JSON.parse(fields)))", json.dumps(vector["fields"]))
    )

    assert read == {key: vector[key] for key in ("answers", "empty", "mistakes") if key in vector}


@pytest.mark.parametrize("vector", [one for one in VECTORS if "answers" in one], ids=lambda vector: vector["name"])
def test_what_is_filled_in_is_what_is_read(form: Page, vector: dict[str, Any]) -> None:
    filled = fields_of(load_bytes((FOLDER / "answers.yaml").read_bytes(), "answers.yaml"), vector["answers"])

    texts = form.evaluate(
        "fields => (writeFields(ballotForm, fields), JSON.stringify(readHere(readFields(ballotForm))))", filled
    )

    assert json.loads(texts) == {"answers": vector["answers"], "empty": vector["empty"]}
