"""Readouts that are asked for on a page: made once, made again after a worker died, and refused with the reason."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from surveyapp.errors import RefusedError
from surveyapp.making import Making
from surveyapp.results.requests import Requests, RequestState
from surveyapp.wave import WaveKey
from surveyapp.web.security import NewAccount, StaffRole
from tests.databases import Databases
from tests.inspecting import InspectingClient
from tests.story import RunningPilot

PASSWORD = "correct horse battery"
WAVE = WaveKey("offers", 1)


@pytest.fixture
def requests(databases: Databases) -> Requests:
    return Requests(databases.results)


def test_what_was_asked_for_twice_is_made_once(requests: Requests) -> None:
    made: list[WaveKey] = []
    requests.ask(WAVE)
    requests.ask(WAVE)

    assert Making(requests, made.append).work() == 1
    assert Making(requests, made.append).work() == 0
    assert made == [WAVE]
    assert requests.find(WAVE) is None


def test_why_one_could_not_be_made_is_kept_until_somebody_asks_again(requests: Requests) -> None:
    def refuse(_key: WaveKey) -> None:
        raise RefusedError("the stored figures are not those that were released")

    requests.ask(WAVE)

    assert Making(requests, refuse).work() == 0
    found = requests.find(WAVE)
    assert found
    assert (found.state, found.problem) == (RequestState.FAILED, "the stored figures are not those that were released")
    requests.ask(WAVE)
    assert Making(requests, lambda _key: None).work() == 1


def test_one_that_a_dead_worker_left_is_made_by_the_next(requests: Requests) -> None:
    requests.ask(WAVE)
    requests.take()

    assert Making(requests, lambda _key: None).work() == 1


def test_one_failure_keeps_no_other_from_being_made(requests: Requests) -> None:
    def refuse_first(key: WaveKey) -> None:
        if key.number == 1:
            raise RefusedError("no")

    for number in (1, 2, 3):
        requests.ask(WaveKey("offers", number))

    assert Making(requests, refuse_first).work() == 2


@pytest.fixture
def revealed(pilot: RunningPilot) -> RunningPilot:
    pilot.people(12)
    for number, code in enumerate(pilot.start()):
        pilot.send(code, any_days=number % 8)
    pilot.close_and_reveal()
    with pilot.client.application.app_context():
        pilot.house.accounts.add(NewAccount("lead@example.org", "Lead", PASSWORD, roles={"offers": StaffRole.LEAD}))
    return pilot


def lead_of(pilot: RunningPilot) -> InspectingClient:
    client = InspectingClient(pilot.client.application.test_client())
    client.submit(client.get("/staff/sign-in").forms[0], email="lead@example.org", password=PASSWORD)
    return client


def test_a_lead_asks_for_a_readout_and_the_worker_makes_it(revealed: RunningPilot, tmp_path: Path) -> None:
    lead = lead_of(revealed)
    page = lead.get("/staff/results/offers/1")
    form = next(form for form in page.forms if form.action.endswith("/make"))

    lead.submit(form)
    assert "It is being made" in lead.raw("/staff/results/offers/1").text
    settings = {"SURVEYAPP_VAR_DIR": str(tmp_path / "var"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "surveyapp", "worker", "--once"],
        env=settings,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "readouts made: 1" in done.stdout
    assert re.search(r"readout\.pdf", lead.raw("/staff/results/offers/1").text)
    assert revealed.house.requests.find(WAVE) is None


def test_nothing_is_asked_for_before_the_box_is_opened(revealed: RunningPilot) -> None:
    lead = lead_of(revealed)
    form = next(form for form in lead.get("/staff/results/offers/1").forms if form.action.endswith("/make"))

    form.action = "/staff/results/offers/2/make"

    lead.submit(form, 404)
    assert not any(form.action.endswith("/make") for form in lead.get("/staff/results/offers/2").forms)
