"""What machines that watch the service are told: one word per part, nothing that could be counted."""

from datetime import timedelta
from pathlib import Path

import pytest

from surveyapp.app import web_application
from surveyapp.checks import worker
from surveyapp.checks.finding import Health, Installation
from surveyapp.desk.heartbeat import Heartbeat
from surveyapp.web.security import NewAccount, StaffRole
from surveyapp.web.sign_in_settings import SIGN_IN
from tests.keeping import PASSWORD, token_of
from tests.story import QuickHouse, RunningPilot, settings_in

WELL = {"databases": "ok", "migrations": "ok", "worker": "ok"}


def silence(pilot: RunningPilot) -> None:
    """Let the last sign of life be an hour old."""
    house = pilot.house
    Heartbeat(house.settings.var_dir, lambda: house.clock() - timedelta(hours=1)).beat()


def test_the_process_answers_that_it_lives(pilot: RunningPilot) -> None:
    answer = pilot.client.get("/healthz")

    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok\n", "text/plain")


def test_a_service_that_can_work_is_ready(pilot: RunningPilot) -> None:
    pilot.house.heartbeat.beat()

    answer = pilot.client.get("/readyz")

    assert (answer.status_code, answer.json) == (200, WELL)


def test_a_silent_worker_is_said(pilot: RunningPilot) -> None:
    before = pilot.client.get("/readyz")
    silence(pilot)
    after = pilot.client.get("/readyz")

    for answer in (before, after):
        assert (answer.status_code, answer.json) == (503, WELL | {"worker": "silent"})


def test_a_database_that_is_away_or_old_is_said(tmp_path: Path) -> None:
    house = QuickHouse(settings_in(tmp_path))
    house.heartbeat.beat()
    client = web_application(house).test_client()
    with house.engines["results"].begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    old = client.get("/readyz")
    for engine in house.engines.values():
        engine.dispose()
    for file in (tmp_path / "var").glob("office.sqlite*"):
        file.unlink()
    (tmp_path / "var" / "office.sqlite").mkdir()
    away = client.get("/readyz")

    assert (old.status_code, old.json) == (503, WELL | {"migrations": "pending"})
    assert (away.status_code, away.json) == (503, WELL | {"databases": "away", "migrations": "pending"})
    house.close()


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_nobody_is_marked_and_nothing_is_kept(pilot: RunningPilot, address: str) -> None:
    answer = pilot.client.get(address)

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert pilot.client.application.extensions["respondents"].test_client().get(address).status_code == 404


@pytest.mark.parametrize("who", ["admin", "lead"])
def test_only_administrators_are_told_on_their_first_page(pilot: RunningPilot, who: str) -> None:
    administrator = who == "admin"
    roles = {} if administrator else {pilot.slug: StaffRole.LEAD}
    pilot.house.accounts.add(NewAccount("ada@example.org", "Ada", PASSWORD, administrator=administrator, roles=roles))
    browser = pilot.client
    form = {"email": "ada@example.org", "password": PASSWORD, "csrf_token": token_of(browser.get(SIGN_IN).text)}
    assert browser.post(SIGN_IN, data=form).status_code == 302
    words = "has not been heard of for half an hour"

    assert words not in browser.get("/staff/").text
    silence(pilot)
    assert (words in browser.get("/staff/").text) is administrator


def test_the_doctor_says_that_the_worker_is_silent(pilot: RunningPilot) -> None:
    here = Installation(pilot.house.settings, {}, pilot.house.clock)

    (never,) = worker.heard(here)
    pilot.house.heartbeat.beat()
    (lately,) = worker.heard(here)
    silence(pilot)
    (silent,) = worker.heard(here)

    assert [finding.health for finding in (never, lately, silent)] == [Health.OK, Health.OK, Health.WARN]
