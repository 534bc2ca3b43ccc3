"""Sign-in at another provider, a real one on loopback."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.errors import EnvironmentProblemError
from surveyapp.settings import read_settings
from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import InspectingClient, Page
from tests.story import RunningPilot, installed

PEOPLE = {
    "lena": {"email": "Lead@Example.org", "email_verified": True},
    "unverified": {"email": "lead@example.org", "email_verified": False},
    "silent": {"email": "lead@example.org"},
    "stranger": {"email": "nobody@example.org", "email_verified": True},
    "closed": {"email": "closed@example.org", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider of its own process on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = [word for sub, claims in PEOPLE.items() for word in ("--user-claims", json.dumps({"sub": sub, **claims}))]
    words = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *known]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            assert process.poll() is None
            try:
                urllib.request.urlopen(f"{address}/.well-known/openid-configuration").close()  # noqa: S310  # our own
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def pilot(tmp_path: Path, issuer: str) -> Iterator[RunningPilot]:
    with ExitStack() as stack:
        house, client = stack.enter_context(
            installed(tmp_path, oidc_issuer=issuer, oidc_client_id="surveyapp", oidc_client_secret="hidden")
        )
        made = RunningPilot(house, client)
        house.accounts.add(NewAccount("lead@example.org", "Lena Lead", roles={"offers": StaffRole.LEAD}))
        house.accounts.add(NewAccount("admin@example.org", "Admin", administrator=True))
        house.accounts.activate(house.accounts.add(NewAccount("closed@example.org", "Closed")), active=False)
        yield made


def started(client: FlaskClient, address: str = "/staff/sign-in") -> str:
    """Press the button; return where the browser is sent."""
    form = next(form for form in InspectingClient(client).get(address).forms if "/with/" in form.action)
    answer = client.post(form.action, data=form.fields)
    assert answer.status_code == 302
    return str(answer.location)


def agreed(there: str, sub: str) -> str:
    """Sign in at the provider as *sub*; return where it sends the browser back."""
    answer = requests.post(there, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def said(response: TestResponse) -> str:
    found = re.search(r'<div class="errors" role="alert">.*?<p>(.*?)</p>', response.text, re.DOTALL)
    return found[1] if found else ""


def test_who_has_an_account_with_the_verified_address_is_in(pilot: RunningPilot) -> None:
    client = pilot.client
    there = started(client, "/staff/pilots/offers")
    asked = parse_qs(urlsplit(there).query)

    answer = client.get(agreed(there, "lena"), follow_redirects=True)

    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked) >= {"state", "nonce", "code_challenge"}
    assert set(asked["scope"][0].split()) == {"openid", "email"}
    assert Page(answer.text).heading == "Offers with Assistant X"
    assert len(pilot.house.sign_in.sessions.of(pilot.house.accounts.all()[2].id)) == 1


@pytest.mark.parametrize(
    ("sub", "words"),
    [
        ("unverified", "does not confirm your e-mail address"),
        ("silent", "does not confirm your e-mail address"),
        ("stranger", "No account has the address of that sign-in"),
        ("closed", "This account is closed"),
    ],
)
def test_everybody_else_stays_outside_and_no_account_is_made(pilot: RunningPilot, sub: str, words: str) -> None:
    before = pilot.house.accounts.all()

    answer = pilot.client.get(agreed(started(pilot.client), sub), follow_redirects=True)

    assert words in said(answer)
    assert pilot.client.get("/staff/").status_code == 302
    assert pilot.house.accounts.all() == before


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(pilot: RunningPilot) -> None:
    client, thief = pilot.client, pilot.client.application.test_client()
    back = agreed(started(client), "lena")

    stolen = thief.get(back, follow_redirects=True)
    forged = client.get(re.sub(r"state=[^&]+", "state=invented", back), follow_redirects=True)

    assert "did not come to its end" in said(stolen)
    assert "did not come to its end" in said(forged)
    assert thief.get("/staff/").status_code == 302
    assert client.get("/staff/").status_code == 302

    client.get(back)
    assert client.get("/staff/").status_code == 200
    again = client.application.test_client()
    again.get(back)
    assert again.get("/staff/").status_code == 302


def test_a_code_that_was_asked_for_by_somebody_else_is_worth_nothing(pilot: RunningPilot) -> None:
    """Without the verifier of the browser that asked, and with another nonce."""
    client, other = pilot.client, pilot.client.application.test_client()
    code = parse_qs(urlsplit(agreed(started(other), "lena")).query)["code"][0]
    mine = parse_qs(urlsplit(started(client)).query)["state"][0]

    answer = client.get(f"/staff/sign-in/from/provider?code={code}&state={mine}", follow_redirects=True)

    assert "did not come to its end" in said(answer)
    assert client.get("/staff/").status_code == 302


def test_who_refuses_there_is_led_back(pilot: RunningPilot) -> None:
    there = started(pilot.client)
    state = parse_qs(urlsplit(there).query)["state"][0]

    answer = pilot.client.get(f"/staff/sign-in/from/provider?error=access_denied&state={state}", follow_redirects=True)

    assert "did not come to its end" in said(answer)


def test_the_form_may_lead_to_the_provider_and_nowhere_else(pilot: RunningPilot, issuer: str) -> None:
    sign_in = pilot.client.get("/staff/sign-in").headers["Content-Security-Policy"]
    elsewhere = pilot.client.get("/staff/sign-in/passkey").headers["Content-Security-Policy"]

    assert f"form-action 'self' {issuer};" in sign_in
    assert "form-action 'self';" in elsewhere


def test_a_provider_that_is_away_leaves_the_other_ways(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with installed(tmp_path, oidc_issuer=dead, oidc_client_id="surveyapp") as (_, client):
            form = next(f for f in InspectingClient(client).get("/staff/sign-in").forms if "/with/" in f.action)
            answer = client.post(form.action, data=form.fields, follow_redirects=True)

    assert "cannot be reached now" in said(answer)
    assert answer.status_code == 200


def test_without_a_provider_there_is_no_way_to_one(tmp_path: Path) -> None:
    with installed(tmp_path) as (_, client):
        page = InspectingClient(client).get("/staff/sign-in")

        assert not [form for form in page.forms if "/with/" in form.action]
        assert client.get("/staff/sign-in/from/provider?code=x&state=y").status_code == 404


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"OIDC_ISSUER": "https://id.example.org"}, "belong together"),
        ({"OIDC_CLIENT_ID": "surveyapp"}, "belong together"),
        ({"OIDC_ISSUER": "http://id.example.org", "OIDC_CLIENT_ID": "surveyapp"}, "must begin with https://"),
    ],
)
def test_half_a_provider_or_an_unencrypted_one_is_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(EnvironmentProblemError, match=words):
        read_settings({f"SURVEYAPP_{name}": value for name, value in given.items()})
