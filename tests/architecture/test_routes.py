"""Every address of the application is one of the design's, guarded as it says, and GET changes nothing."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from surveyapp.app import House, create_app
from surveyapp.errors import EnvironmentProblemError
from surveyapp.schema import DATABASES
from surveyapp.settings import Settings
from surveyapp.web.security import NewAccount
from surveyapp.web.sign_in_settings import SIGN_IN
from tests.story import RunningPilot

DESIGN = re.compile(
    r"/|/staff/.*|/assets/<name>|/healthz|/readyz|/stop|/stop/<token>"
    r"|/s/<wave>(/(ballot\.json|issue|cast|thanks|promise))?"
)
# Signing in itself, and the page of a one-time link.
OPEN_TO_ALL = {"/staff/sign-out", "/staff/welcome/<token>"}


def open_to_all(rule: str) -> bool:
    return rule in OPEN_TO_ALL or rule == SIGN_IN or rule.startswith(f"{SIGN_IN}/")


PASSWORD = "correct horse battery"
VALUES = {
    "wave": "offers.1",
    "slug": "offers",
    "name": "readout.pdf",
    "token": "offers.x",
    "number": "1",
    "section": "people",
    "person": "0" * 32,
    "handle": "00",
    "account": "nobody",
    "act": "start",
    "kind": "item",
    "template": "invitation",
    "language": "en",
    "which": "doubtful",
}


@pytest.fixture
def held(pilot: RunningPilot) -> RunningPilot:
    """A pilot with a revealed and an open wave, a readout, and an administrator."""
    pilot.people(12)
    for number, code in enumerate(pilot.start()):
        pilot.send(code, any_days=number % 8)
    pilot.close_and_reveal()
    pilot.house.reporting.report("offers", languages=("en",))
    pilot.start(2)
    pilot.house.heartbeat.beat()
    with pilot.client.application.app_context():
        pilot.house.accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
    return pilot


def all_rules(app: Flask) -> list[Rule]:
    """Every rule of both applications behind the door."""
    return [*app.url_map.iter_rules(), *app.extensions["respondents"].url_map.iter_rules()]


def rules(app: Flask, method: str = "GET") -> list[Rule]:
    return [rule for rule in all_rules(app) if method in (rule.methods or ())]


def addresses(app: Flask, method: str = "GET") -> Iterator[tuple[str, str]]:
    """Yield every rule with an address that it answers."""
    for rule in rules(app, method):
        values = {name: 1 if "int:" + name in rule.rule else VALUES[name] for name in rule.arguments}
        address = re.sub(r"<(?:int:)?(\w+)>", lambda found, values=values: str(values[found[1]]), rule.rule)  # type: ignore[misc]
        yield rule.rule, address
    if method == "GET":
        yield "/s/<wave>", "/s/offers.2?lang=de"


def contents(var: Path) -> dict[str, list[str]]:
    found = {}
    for name in DATABASES:
        connection = sqlite3.connect(var / f"{name}.sqlite")
        found[name] = list(connection.iterdump())
        connection.close()
    return found


def test_every_address_is_one_of_the_design(pilot: RunningPilot) -> None:
    strange = {rule.rule for rule in all_rules(pilot.client.application) if not DESIGN.fullmatch(rule.rule)}

    assert not strange


def test_every_staff_page_wants_a_sign_in(held: RunningPilot) -> None:
    guarded = [
        (rule, address, method)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        for rule, address in addresses(held.client.application, method)
        if rule.startswith("/staff/") and not open_to_all(rule)
    ]

    assert len(guarded) >= 4
    for rule, address, method in guarded:
        response = held.client.open(address, method=method)
        if method == "GET":
            assert response.status_code == 302, rule
            assert response.location.startswith("/staff/sign-in?next="), rule
        else:
            assert response.status_code in {302, 400}, (rule, method)
        assert "Offers" not in response.text


def test_get_head_and_options_change_nothing(held: RunningPilot, tmp_path: Path) -> None:
    client = held.client.application.test_client()
    page = client.get("/staff/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {"email": "admin@example.org", "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/staff/sign-in", data=form).status_code == 302
    before = contents(tmp_path / "var")

    for visitor in (client, held.client):
        for _, address in addresses(held.client.application):
            for method in ("GET", "HEAD", "OPTIONS"):
                assert visitor.open(address, method=method).status_code < 500, address

    assert contents(tmp_path / "var") == before


def test_the_comparison_would_notice_a_change(held: RunningPilot, tmp_path: Path) -> None:
    before = contents(tmp_path / "var")

    held.house.fieldwork.remind(held.key(2))

    assert contents(tmp_path / "var") != before


def test_only_the_ballot_form_is_taken_without_a_token(held: RunningPilot) -> None:
    answers = {
        rule: held.client.post(address).status_code
        for rule, address in addresses(held.client.application, "POST")
        if not rule.startswith(("/s/", "/stop"))
    }

    assert answers
    assert set(answers.values()) == {400}


def test_respondents_pages_stand_behind_another_door_than_staffs(pilot: RunningPilot) -> None:
    staff = pilot.client.application
    respondents = staff.extensions["respondents"]

    inside = {rule.rule for rule in respondents.url_map.iter_rules()}
    outside = {rule.rule for rule in staff.url_map.iter_rules()}

    assert inside
    assert all(rule.startswith(("/s/", "/assets/", "/stop")) for rule in inside)
    assert not any(rule.startswith(("/s/", "/assets/", "/stop")) for rule in outside)
    # Neither sign-in nor session: what is not there cannot mark anybody.
    assert not {"security", "csrf"} & respondents.extensions.keys()
    assert respondents.secret_key is None
    assert not hasattr(respondents, "login_manager")


def test_nobody_is_served_while_debugging_is_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    settings = Settings(var_dir=tmp_path / "var", secret_key="x" * 40)  # type: ignore[arg-type]
    House(settings).prepare()

    with pytest.raises(EnvironmentProblemError, match="unset FLASK_DEBUG"):
        create_app(settings)
