"""Every page that staff can reach by following links: nothing that axe would find, on a phone and on a desk."""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product

import pytest
from playwright.sync_api import Browser, Page

from surveyapp.web.security import NewAccount, StaffRole
from tests.e2e.axe import violations
from tests.server import serving
from tests.story import RunningPilot, installed

PASSWORD = "correct horse battery"
FILE = re.compile(r"\.(pdf|zip|xlsx|csv|yaml|sav|json|html)$")
ROLES = (StaffRole.ADMINISTRATOR, StaffRole.LEAD, StaffRole.HR, StaffRole.TRUSTEE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A company with a pilot that has a readout and an open wave, one whose keys are to be made, and one just begun."""
    folder = tmp_path_factory.mktemp("staff")
    with ExitStack() as stack:
        house, client = stack.enter_context(installed(folder))
        (folder / "var" / "secret_key").write_text(house.secret())
        pilot = RunningPilot(house, client)
        RunningPilot(house, client, "claims", key="passphrase")
        house.drafting.begin("begun", "Just begun", ("en", "de"), actor="test")
        pilot.people(24, groups=("sales", "support"))
        for number, code in enumerate(pilot.start()):
            pilot.send(code, any_days=number % 8)
        pilot.close_and_reveal()
        house.reporting.report("offers", languages=("en", "de"))
        pilot.start(2)
        for role in ROLES:
            everywhere = role is StaffRole.ADMINISTRATOR
            roles = {} if everywhere else dict.fromkeys(("offers", "claims", "begun"), role)
            house.accounts.add(
                NewAccount(f"{role}@example.org", role.title(), PASSWORD, administrator=everywhere, roles=roles)
            )
        base, _ = stack.enter_context(serving(folder / "var"))
        yield base


def signed_in(browser: Browser, base: str, role: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    page.goto(f"{base}/staff/sign-in")
    page.get_by_label("E-mail address").fill(f"{role}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/staff/$"))
    return page


def reachable(page: Page) -> Iterator[str]:
    """Go through all pages that links lead to, each once; the browser is on it when it comes."""
    base = re.sub(r"/staff/.*", "", page.url)
    waiting, seen = deque(["/staff/"]), {"/staff/"}
    while waiting:
        path = waiting.popleft()
        answer = page.goto(base + path)
        yield path if answer and answer.ok else f"{path} leads nowhere"
        links = page.eval_on_selector_all("a[href^='/staff/']", "all => all.map(one => one.getAttribute('href'))")
        for link in links:
            plain = re.sub(r"[?#].*", "", link)
            if plain not in seen and not FILE.search(plain):
                seen.add(plain)
                waiting.append(plain)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_staff_keeps_anybody_out(served: str, browser: Browser, role: StaffRole) -> None:
    page = signed_in(browser, served, role)
    found: dict[str, list[str]] = {}

    for path in reachable(page):
        for width, scheme in product((1280, 320), ("light", "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
            faults = violations(page)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"wider than {width} px")
            if "leads nowhere" in path:
                faults.append("no page")
            if faults:
                found[f"{path} {width} {scheme}"] = faults
    page.context.close()

    assert not found


@pytest.mark.slow
def test_a_lead_reaches_every_room_of_a_pilot_by_links(served: str, browser: Browser) -> None:
    page = signed_in(browser, served, StaffRole.LEAD)

    paths = set(reachable(page))
    page.context.close()

    rooms = ("", "/charter", "/waves", "/register", "/kpi", "/mail")
    assert {f"/staff/pilots/offers{room}" for room in rooms} | {
        "/staff/people/offers",
        "/staff/results/offers/1",
    } <= paths
    assert not any(path.startswith("/staff/trustee/") for path in paths)
