"""The page of the promise shows what is really stored, and cannot be forgotten when a table changes."""

import json
import re

import pytest

from surveyapp.errors import EnvironmentProblemError
from surveyapp.office.tables import OFFICE
from surveyapp.results.tables import RESULTS
from surveyapp.web import promise_page
from tests.inspecting import InspectingClient
from tests.story import RunningPilot
from tests.wire import WireClient

TABLES = {table.name: table.columns.keys() for table in (*OFFICE.tables.values(), *RESULTS.tables.values())}


@pytest.fixture
def page(pilot: RunningPilot) -> str:
    pilot.people(9)
    pilot.start()
    return f"/s/{pilot.key()}/promise"


def test_the_page_is_in_order_in_both_languages(pilot: RunningPilot, page: str) -> None:
    client = InspectingClient(pilot.client)

    assert client.get(f"{page}?lang=en").heading == "What is stored"
    assert client.get(f"{page}?lang=de").heading == "Was gespeichert wird"


def test_it_names_every_column_that_a_ballot_leaves(pilot: RunningPilot, page: str) -> None:
    shown = re.findall(r"<dt><code>(\w+)</code></dt>", pilot.client.get(page).text)

    assert shown == [column for table in ("ledger", "spent", "box", "answer") for column in TABLES[table]]


def test_its_example_is_a_record_as_the_reveal_writes_it(pilot: RunningPilot, page: str) -> None:
    text = pilot.client.get(page).text.replace("&#34;", '"')
    shown = json.loads(re.search(r"<code>(\{.*?\})</code>", text)[1])
    wire = WireClient(pilot.client, str(pilot.key()))
    for code in reminded(pilot):
        wire.vote(code, shown)

    pilot.close_and_reveal()

    with pilot.house.engines["results"].connect() as connection:
        (stored, packed) = connection.exec_driver_sql('SELECT "values", codes FROM answer LIMIT 1').one()
    assert json.loads(stored) == shown
    assert f"<code>{packed.hex()}</code>" in text


def reminded(pilot: RunningPilot) -> list[str]:
    pilot.house.waves.remind(pilot.key(), pilot.house.clock(), lambda _: None)
    codes = []
    while (mail := pilot.house.outbox.claim()) is not None:
        codes.append(mail.code)
    return codes


def test_a_survey_with_comments_shows_their_table(pilot: RunningPilot, page: str) -> None:
    assert "comment" not in re.findall(r"<h3><code>(\w+)</code></h3>", pilot.client.get(page).text)
    pilot.close_without_ballots()
    pilot.start(4)

    tables = re.findall(r"<h3><code>(\w+)</code></h3>", pilot.client.get(f"/s/{pilot.key(4)}/promise").text)

    assert tables == ["ledger", "spent", "box", "answer", "comment"]


def test_no_server_starts_with_a_column_that_is_not_explained(pilot: RunningPilot) -> None:
    planted = TABLES | {"answer": [*TABLES["answer"], "created_at"]}

    with pytest.raises(EnvironmentProblemError, match="created_at"):
        promise_page.make_blueprint(None, pilot.house.polls, planted)  # type: ignore[arg-type]


def test_there_is_no_promise_without_a_survey(pilot: RunningPilot) -> None:
    assert pilot.client.get("/s/nothing.1/promise").status_code == 404
