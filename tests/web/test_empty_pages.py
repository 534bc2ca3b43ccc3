"""Where nothing is yet, a page says what belongs there and leads to the next step."""

import re

import pytest
from flask.testing import FlaskClient

from surveyapp.web.security import NewAccount, StaffRole
from tests.inspecting import InspectingClient
from tests.story import RunningPilot

PASSWORD = "correct horse battery staple"
PILOT = "/staff/pilots/offers"
EMPTY = {
    "lead": (
        "/staff/",
        PILOT,
        f"{PILOT}/charter",
        f"{PILOT}/mail",
        f"{PILOT}/waves",
        f"{PILOT}/preview/1",
        f"{PILOT}/register",
        f"{PILOT}/kpi",
        "/staff/people/offers",
        "/staff/people/offers/import",
        "/staff/people/offers/slips",
        "/staff/results/offers/1",
        "/staff/audit?pilot=offers",
    ),
    "trustee": ("/staff/", "/staff/trustee/offers", "/staff/trustee/offers/slips", "/staff/trustee/offers/comments"),
    "hr": ("/staff/", PILOT, "/staff/results/offers/1", "/staff/comparison"),
    "admin": ("/staff/", "/staff/administration", "/staff/administration/accounts", "/staff/pilots/new"),
    "auditor": ("/staff/", "/staff/audit", "/staff/administration"),
    "nobody": ("/staff/", "/staff/account"),
}


def ways_on(page: str) -> list[str]:
    """What the reader can press in the main part of *page*: links, and buttons of forms."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    return re.findall(r"<a [^>]*href=\"(?!#)[^\"]+\"|<button\b[^>]*>", main[0])


@pytest.fixture
def entered(pilot: RunningPilot) -> dict[str, FlaskClient]:
    """A pilot of which nothing but the charter is there, and somebody of every kind, signed in."""
    accounts = pilot.house.accounts
    for role in (StaffRole.LEAD, StaffRole.HR, StaffRole.TRUSTEE):
        accounts.add(NewAccount(f"{role}@example.org", role.title(), PASSWORD, roles={"offers": role}))
    accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
    accounts.add(NewAccount("auditor@example.org", "Auditor", PASSWORD, auditor=True))
    accounts.add(NewAccount("nobody@example.org", "Nobody", PASSWORD))
    clients = {}
    for who in EMPTY:
        clients[who] = pilot.client.application.test_client()
        reader = InspectingClient(clients[who])
        reader.submit(reader.get("/staff/sign-in").forms[0], email=f"{who}@example.org", password=PASSWORD)
    return clients


def test_every_empty_page_has_its_next_step(entered: dict[str, FlaskClient]) -> None:
    stuck = []
    for who, addresses in EMPTY.items():
        for address in addresses:
            answer = entered[who].get(address)
            assert answer.status_code in {200, 404}, address
            if not ways_on(answer.text):
                stuck.append(f"{who} at {address}")

    assert stuck == []


def test_a_page_without_one_would_be_noticed() -> None:
    assert ways_on('<nav><a href="/">Home</a></nav><main><a href="#top">Up</a><p>Nothing here.</p></main>') == []
