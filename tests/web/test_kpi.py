"""Measured values of the KPI on their page."""

import io

import pytest

from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import InspectingClient, Page
from tests.story import RunningPilot

PASSWORD = "correct horse battery"
ADDRESS = "/staff/pilots/offers/kpi"
HEAD = "entity,period,arm,date,unit,value\n"


@pytest.fixture
def lead(pilot: RunningPilot) -> InspectingClient:
    with pilot.client.application.app_context():
        pilot.house.accounts.add(NewAccount("lead@example.org", "Lead", PASSWORD, roles={"offers": StaffRole.LEAD}))
    client = InspectingClient(pilot.client.application.test_client())
    client.submit(client.get("/staff/sign-in").forms[0], email="lead@example.org", password=PASSWORD)
    return client


def hand_in(lead: InspectingClient, text: str, status: int = 200) -> Page:
    form = next(form for form in lead.get(ADDRESS).forms if form.action == ADDRESS)
    return lead.send(form, {"file": (io.BytesIO(text.encode()), "kpi.csv")}, status)


def test_the_template_is_taken_as_it_is(pilot: RunningPilot, lead: InspectingClient) -> None:
    template = lead.raw(f"{ADDRESS}/template.csv").text

    hand_in(lead, template)

    assert pilot.house.measuring.entry("offers")
    assert "these 2 values count" in lead.raw(ADDRESS).text


def test_every_mistake_is_named_and_the_values_before_stay(pilot: RunningPilot, lead: InspectingClient) -> None:
    hand_in(lead, lead.raw(f"{ADDRESS}/template.csv").text)
    before = pilot.house.measuring.entry("offers")

    wrong = hand_in(lead, HEAD + "a,before,pilot,2027-01-04,hours,x\nb,later,pilot,yesterday,minutes,1\n", 422)

    assert wrong.title.startswith("Error: Measured KPI")
    text = lead.raw(ADDRESS).text
    assert "hours" not in text
    assert pilot.house.measuring.entry("offers") == before


def test_without_a_file_the_page_says_so(lead: InspectingClient) -> None:
    form = next(form for form in lead.get(ADDRESS).forms if form.action == ADDRESS)

    lead.submit(form, 422)
