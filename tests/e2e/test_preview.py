"""A lead goes through the page that employees will see, in the frame of a telephone."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from surveyapp.web.security import NewAccount, StaffRole
from tests.e2e import axe
from tests.e2e.journey import posts
from tests.server import serving
from tests.story import RunningPilot

PASSWORD = "correct horse battery staple"


def test_a_lead_goes_through_the_page_and_sends_nothing(pilot: RunningPilot, browser: Browser, tmp_path: Path) -> None:
    pilot.people(9)
    pilot.house.accounts.add(NewAccount("lead@example.org", "Lead", PASSWORD, roles={"offers": StaffRole.LEAD}))
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    with serving(tmp_path / "var") as (base, _):
        page = context.new_page()
        page.goto(f"{base}/staff/sign-in")
        page.get_by_label("E-mail address").fill("lead@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{base}/staff/pilots/offers")
        page.get_by_role("link", name="Preview and test mail").click()
        assert axe.violations(page) == []
        sent = posts(context)

        phone = page.frame_locator("iframe")
        phone.get_by_role("button", name="Begin").click()
        phone.get_by_label("Sales").check()
        phone.get_by_label("On how many of your last 7 days").fill("3")
        for _ in range(4):
            phone.get_by_role("button", name="Next").click()
        phone.get_by_role("button", name="Send").click()

        expect(phone.get_by_text("This is a preview: nothing was sent.")).to_be_visible()
        assert sent == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()
