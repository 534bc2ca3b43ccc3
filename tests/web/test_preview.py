"""The preview: the very page of a wave, before it starts and after, which sends nothing."""

import re

import pytest
from flask.testing import FlaskClient

from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import InspectingClient
from tests.story import RunningPilot

PASSWORD = "correct horse battery staple"
PREVIEW = "/staff/pilots/offers/preview"


@pytest.fixture
def lead(pilot: RunningPilot) -> FlaskClient:
    pilot.house.accounts.add(NewAccount("lead@example.org", "Lead", PASSWORD, roles={"offers": StaffRole.LEAD}))
    client = pilot.client.application.test_client()
    reader = InspectingClient(client)
    reader.submit(reader.get("/staff/sign-in").forms[0], email="lead@example.org", password=PASSWORD)
    return client


def without_what_differs(page: str) -> str:
    """Leave out what a preview says of itself, its form's address, and keys, which a sketched wave lacks."""
    page = re.sub(r"<form id=\"ballot\".*?>|<p class=\"panel\">Preview:.*?</p>", "", page)
    page = re.sub(r"<(button|span)[^>]*lang=\"\w\w\".*?</\1>", "", page)
    return re.sub(r"\s+", " ", page)


def test_the_preview_of_an_open_wave_is_its_page(pilot: RunningPilot, lead: FlaskClient) -> None:
    pilot.people(9)
    pilot.start()

    shown = lead.get(f"{PREVIEW}/1/en/page.html")

    assert shown.status_code == 200
    assert without_what_differs(shown.text) == without_what_differs(pilot.client.get("/s/offers.1?lang=en").text)
    assert "Preview: nothing can be sent from here." in shown.text
    assert 'method="get"' in shown.text


def test_every_planned_wave_can_be_seen_in_every_language(pilot: RunningPilot, lead: FlaskClient) -> None:
    pilot.people(9)

    for number in range(1, 5):
        for language, words in (("en", "What happens to your answers"), ("de", "Was mit Ihren Antworten geschieht")):
            around = lead.get(f"{PREVIEW}/{number}/{language}?lang=en")
            assert f'src="{PREVIEW}/{number}/{language}/page.html"' in around.text
            assert "frame-src 'self'" in around.headers["Content-Security-Policy"]
            inside = lead.get(f"{PREVIEW}/{number}/{language}/page.html")
            assert words in inside.text
            assert "0000 0000 0000 0000 0000" in inside.text
            assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]
    assert pilot.house.waves.of_pilot("offers") == ()
    assert list(pilot.house.settings.keys.glob("offers*")) == []


@pytest.mark.parametrize("address", ["/9", "/0", "/1/fr", "/1/fr/page.html", "/9/en/page.html"])
def test_what_is_not_planned_or_not_spoken_is_not_there(lead: FlaskClient, address: str) -> None:
    assert lead.get(PREVIEW + address).status_code == 404


def test_no_other_page_can_be_framed(pilot: RunningPilot, lead: FlaskClient) -> None:
    pilot.people(9)
    pilot.start()

    for answer in (lead.get(f"{PREVIEW}/1"), pilot.client.get("/s/offers.1")):
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
