"""Mail gateways open every link, follow what they find and post empty forms: none of that takes anybody's ballot.

The same with scripts, in a real browser, is in tests/e2e.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.crypto.codes import Code
from tests.inspecting import Page
from tests.story import RunningPilot


@pytest.fixture
def codes(pilot: RunningPilot) -> list[Code]:
    pilot.people(9)
    return pilot.start()


class Untouched(HTMLParser):
    """What a browser sends of a form that nobody has filled in, button by button."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, dict[str, str]]] = []
        self._action = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = values["action"]
        elif tag == "button" and values.get("type") == "submit":
            pressed = {values["name"]: values.get("value", "")} if "name" in values else {}
            self.buttons.append((values.get("formaction", ""), pressed))
        elif "name" in values and (values.get("type") not in {"radio", "checkbox"} or "checked" in values):
            self.fields[values["name"]] = values.get("value", "")

    def presses(self) -> Iterator[tuple[str, dict[str, str]]]:
        for action, pressed in self.buttons:
            yield action or self._action, self.fields | pressed


def links(address: str, text: str) -> Iterator[str]:
    page = Page(text)
    for form in page.forms:
        yield urljoin(address, form.action)
    for part in text.split('href="')[1:]:
        yield urljoin(address, part.partition('"')[0].replace("&amp;", "&"))


def scan(client: FlaskClient, start: str, code: str) -> int:
    """Do what scanners do, from the mailed link on; return how many requests that were."""
    seen, waiting, requests = set(), [start, f"{start}&code={code}"], 0
    while waiting:
        address = waiting.pop()
        if address in seen or urlsplit(address).netloc:
            continue
        seen.add(address)
        for method in ("head", "options", "get"):
            response = getattr(client, method)(address, headers={"Sec-Purpose": "prefetch"})
            requests += 1
        if response.content_type.startswith("text/html"):
            waiting += [link for link in links(address, response.text) if not link.startswith("/staff")]
            for action, fields in Untouched(response.text).presses():
                # The form as it stands, and with the code, which a browser that runs scripts fills in.
                for sent in (fields, fields | {"code": code}):
                    client.post(urljoin(address, action), data=sent)
                    requests += 1
    return requests


def test_a_scanner_takes_no_ballot(pilot: RunningPilot, codes: list[Code]) -> None:
    for code in codes:
        assert scan(pilot.client, f"/s/{pilot.key()}?lang=en", code) > 10

    assert pilot.house.box.turnout(pilot.key()).issued == 0
    assert [pilot.send(code, any_days=1).status_code for code in codes] == 9 * [303]


def test_requests_that_a_scanner_could_guess_take_no_ballot(pilot: RunningPilot, codes: list[Code]) -> None:
    wave = pilot.key()
    for code in codes:
        pilot.client.post(f"/s/{wave}?lang=en", data={"code": code})
        pilot.client.post(f"/s/{wave}?lang=en", data={"code": code, "switch": "de"})
        pilot.client.post(f"/s/{wave}/issue", json={"code": code})
        pilot.client.post(f"/s/{wave}/issue", data={"code": code})
        pilot.client.get(f"/s/{wave}/issue?code={code}")
        pilot.client.get(f"/s/{wave}/{code}")

    assert pilot.house.box.turnout(wave).issued == 0


def test_a_survey_that_counts_the_visit_of_a_link_is_found_out() -> None:
    app, taken = Flask("counting"), []

    @app.route("/s/leaky")
    def page() -> str:
        taken.append("a ballot")
        return "<title>a</title><h1>a</h1>"

    scan(app.test_client(), "/s/leaky?lang=en", "AAAA-BBBB-CCCC-DDDD")

    assert taken
