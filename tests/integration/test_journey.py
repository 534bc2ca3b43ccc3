"""The main job on each database: charter, people, mails, ballots, reveal, readout."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from surveyapp.app import House, web_application
from surveyapp.settings import Settings
from tests.databases import Databases
from tests.story import RunningPilot

PEOPLE = 30


@pytest.fixture
def journey(databases: Databases, tmp_path: Path) -> Iterator[RunningPilot]:
    urls = {f"{name}_url": url for name, url in databases.urls.items()}
    settings = Settings(var_dir=tmp_path / "var", secret_key="s" * 40, **urls)  # type: ignore[arg-type]
    house = House(settings)
    yield RunningPilot(house, web_application(house).test_client())
    house.close()


def test_a_pilot_goes_from_charter_to_readout(journey: RunningPilot) -> None:
    journey.people(PEOPLE, groups=("sales", "support"))
    for code in journey.start():
        assert journey.send(code, any_days=2).status_code == 303
    journey.close_and_reveal()
    for number in (2, 3):
        for place, code in enumerate(journey.start(number)):
            active = place < 27
            values = {"aware": "use", "tool_days": 4} if active else {"aware": "no_access"}
            assert journey.send(code, number, **values).status_code == 303
        wave = journey.close_and_reveal(number)
        assert (wave.issued, wave.cast, wave.revealed) == (PEOPLE, PEOPLE, PEOPLE)

    made = journey.house.reporting.report("offers", languages=("en",))

    published = json.loads(journey.house.reporting.document(made.entry, "report.json"))
    adoption = next(gate for gate in published["gates"] if gate["id"] == "adoption")
    assert adoption["verdict"] == "PASS"
    assert adoption["estimate"] == pytest.approx(0.9)
    assert set(made.names) == {"readout.pdf", "export.zip", "export.xlsx", "export.sav", "report.json"}
    assert journey.house.reporting.report("offers", languages=("en",)) == made
