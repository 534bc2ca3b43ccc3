"""The whole story of a pilot, by what people see: set-up, mails, forty answers, opening, readout, export, sign-out."""

import email.message
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from surveyapp import templating
from surveyapp.clock import utc_now
from tests.e2e.axe import violations
from tests.e2e.journey import SOONEST, begin, send, thanked, wait_of
from tests.postbox import Postbox, smtp
from tests.server import serving
from tests.wire import HttpClient, WireClient

PILOT = "offers"
PASSWORD = "seven purple llamas dancing"
PASSPHRASE = "Grüße an 14 Zeichen"
IN_BROWSERS, OVER_THE_WIRE = 10, 30
PEOPLE = IN_BROWSERS + OVER_THE_WIRE + 5
# The program with another time: as many seconds later as a file says.
LATER = """
import sys
from datetime import timedelta
from pathlib import Path
from surveyapp import clock
real, shift = clock.utc_now, Path(sys.argv[1])
clock.utc_now = lambda: real() + timedelta(seconds=float(shift.read_text()))
from surveyapp.__main__ import main
sys.exit(main(sys.argv[2:]))
"""
AHEAD = 106  # days that bring the demonstration's baseline to tomorrow


class Company:
    """An installation behind a real server, with a mail server, a clock that can be set, and its staff's browsers."""

    def __init__(self, browser: Browser, folder: Path, base: str, settings: dict[str, str], postbox: Postbox) -> None:
        self.browser = browser
        self.base = base
        self.postbox = postbox
        self._folder = folder
        self._settings = settings
        self._contexts: list[BrowserContext] = []

    def command(self, *words: str) -> str:
        program = [sys.executable, "-c", LATER, str(self._folder / "shift"), *words]
        done = subprocess.run(program, env=self._settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def wait(self, time: timedelta) -> None:
        shift = self._folder / "shift"
        shift.write_text(str(float(shift.read_text()) + time.total_seconds()))

    def open_browser(self, width: int = 1280) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
        context.set_default_timeout(15_000)
        wait_of(context, SOONEST)
        self._contexts.append(context)
        return context.new_page()

    def here(self, link: str) -> str:
        """Return where the server of this test has what *link* leads to."""
        parts = urlsplit(link)
        return (
            self.base
            + parts.path
            + (f"?{parts.query}" if parts.query else "")
            + (f"#{parts.fragment}" if parts.fragment else "")
        )

    def mails(self) -> list[email.message.EmailMessage]:
        """Let the worker send what is planned, and return what has arrived since the last time."""
        before = len(self.postbox.mails)
        self.command("worker", "--once")
        return self.postbox.mails[before:]

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def company(browser: Browser, tmp_path: Path) -> Iterator[Company]:
    (tmp_path / "shift").write_text("0")
    with smtp() as (url, postbox):
        settings = {"SURVEYAPP_VAR_DIR": str(tmp_path / "var"), "SURVEYAPP_SMTP_URL": url, "PATH": "/usr/bin:/bin"}
        with serving(tmp_path / "var", program=("-c", LATER, str(tmp_path / "shift")), env=settings) as (base, _):
            made = Company(browser, tmp_path, base, settings, postbox)
            yield made
            made.close()


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


@contextmanager
def room(page: Page, name: str) -> Iterator[None]:
    """Enter a room of the pilot, and leave it without a fault that a program for assistive technology would find."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    yield
    assert violations(page) == []


def choose_password(page: Page, link: str, who: str) -> None:
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("The new password again").fill(PASSWORD)
    click(page, "Set the password")
    sign_in(page, who)


def sign_in(page: Page, who: str) -> None:
    page.get_by_label("E-mail address").fill(f"{who}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    click(page, "Sign in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pilots")


def begin_pilot(admin: Page) -> None:
    follow(admin, "New pilot")
    admin.get_by_label("Title").fill("Offers with Assistant X")
    admin.get_by_label("Short name").fill(PILOT)
    click(admin, "Begin")
    today = utc_now().date()
    demo = templating.environment("en").get_template("demo/offers.yaml")
    text = demo.render(day=lambda days: (today + timedelta(days=days + AHEAD)).isoformat())
    text = text.replace("key: file", "key: passphrase")
    admin.get_by_label("Charter file").set_input_files(
        {"name": "charter.yaml", "mimeType": "text/yaml", "buffer": text.encode()}
    )
    click(admin, "Upload")
    expect(admin.get_by_text("Nothing is missing.")).to_be_visible()


def invite(company: Company, admin: Page, who: str, role: str) -> Page:
    """Give somebody an account and return their browser, signed in."""
    follow(admin, "Settings and accounts")
    follow(admin, "Accounts: who may sign in, and as what")
    follow(admin, "Invite somebody")
    admin.get_by_label("E-mail address").fill(f"{who}@example.org")
    admin.get_by_label("Name").fill(who.title())
    admin.get_by_label("Role", exact=True).select_option(label=role)
    admin.get_by_label("Pilot, for lead, HR and trustee").select_option(PILOT)
    click(admin, "Invite")
    link = admin.locator("main .code").inner_text()
    page = company.open_browser(320 if who == "trustee" else 1280)
    choose_password(page, company.here(link), who)
    return page


@dataclass(frozen=True, slots=True)
class Staff:
    """The browsers of those who run the pilot."""

    admin: Page
    lead: Page
    trustee: Page
    hr: Page


@pytest.mark.slow
def test_a_pilot_from_its_first_page_to_the_readout(company: Company) -> None:
    staff = set_up(company)
    import_people(staff.lead)
    make_keys_and_lock(staff)

    start_wave(staff.lead)
    invitations = [mail for mail in company.mails() if "/s/" in text_of(mail)]
    assert len(invitations) == PEOPLE

    answer_all(company, [answering_link(mail) for mail in invitations])
    remind(staff.lead)
    assert len(company.mails()) == PEOPLE
    company.wait(timedelta(days=6))
    company.command("worker", "--once")

    open_box(staff.trustee)
    assert "readouts made: 1" in company.command("worker", "--once")
    take_results(staff)
    for page in (staff.admin, staff.lead, staff.hr, staff.trustee):
        click(page, "Sign out")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def set_up(company: Company) -> Staff:
    """The administrator begins the pilot and invites those who run it."""
    admin = company.open_browser()
    link = re.search(r"http\S+", company.command("init", "--administrator", "admin@example.org"))
    assert link
    choose_password(admin, company.here(link[0]), "admin")
    begin_pilot(admin)
    trustee, lead, hr = (invite(company, admin, role, role) for role in ("trustee", "lead", "hr"))
    for page in (trustee, lead):
        follow(page, "Offers with Assistant X")
    return Staff(admin, lead, trustee, hr)


def import_people(lead: Page) -> None:
    with room(lead, "People"):
        follow(lead, "Import a list")
        teams = ("Sales", "Customer support")
        rows = "".join(f"e{n}@example.org\tPerson {n}\t{teams[n % 2]}\ten\n" for n in range(PEOPLE))
        lead.get_by_label("Or paste the rows here, with their headings").fill(f"E-mail\tName\tTeam\tLanguage\n{rows}")
        click(lead, "See what would change")
        expect(lead.get_by_text(f"{PEOPLE} added")).to_be_visible()
        click(lead, "Store it")
        expect(lead.get_by_role("status")).to_contain_text(f"{PEOPLE} added")


def make_keys_and_lock(staff: Staff) -> None:
    """The trustee makes the keys on a phone; then the lead locks the charter."""
    trustee, lead = staff.trustee, staff.lead
    with room(trustee, "Keys and opening"):
        trustee.get_by_label("Passphrase, at least 14 characters").fill(PASSPHRASE)
        trustee.get_by_label("The passphrase again").fill(PASSPHRASE)
        click(trustee, "Make the keys")
        expect(trustee.get_by_role("heading", name="Is this the right passphrase?")).to_be_visible(timeout=90_000)
        click(trustee, "It is printed and put away")
        expect(trustee.get_by_text("You have said that it is printed and put away.")).to_be_visible()
    with room(lead, "Charter"):
        follow(lead, "Look at it and lock")
        click(lead, "Lock the charter")
        expect(lead.get_by_text("The charter is locked.", exact=False)).to_be_visible()


def start_wave(lead: Page) -> None:
    with room(lead, "Waves"):
        first = lead.get_by_role("region", name="Wave 1")
        first.get_by_text("Start it now").first.click()
        first.get_by_role("button", name="Start it now").click()
        expect(lead.get_by_text("Wave 1 is open; the invitations are on their way.")).to_be_visible()


def answer_all(company: Company, links: list[str]) -> None:
    """Ten people answer in a browser on a phone, thirty over the wire, five not at all."""
    secrets.SystemRandom().shuffle(links)
    for number, link in enumerate(links[:IN_BROWSERS]):
        answer(company, link, number)
    wire = WireClient(HttpClient(company.base), f"{PILOT}.1")  # type: ignore[arg-type]
    for number, link in enumerate(links[IN_BROWSERS : IN_BROWSERS + OVER_THE_WIRE]):
        wire.vote(link.rpartition("#")[2], {"group": ("sales", "support")[number % 2], "any_days": number % 8})


def remind(lead: Page) -> None:
    with room(lead, "Waves"):
        click(lead, "Remind everybody")
        expect(lead.get_by_text("Reminders of wave 1 are planned")).to_be_visible()


def open_box(trustee: Page) -> None:
    with room(trustee, "Keys and opening"):
        trustee.get_by_role("region", name="Open the box of wave 1").get_by_label("Your passphrase").fill(PASSPHRASE)
        click(trustee, "Open the box")
        expect(trustee.get_by_text(str(IN_BROWSERS + OVER_THE_WIRE))).to_be_visible(timeout=60_000)


def take_results(staff: Staff) -> None:
    """The lead takes the readout, HR the tables."""
    lead, hr = staff.lead, staff.hr
    follow(lead, "Steps")
    follow(lead, "Readout up to wave 1")
    assert downloaded(lead, "readout.pdf").startswith(b"%PDF-")
    follow(hr, "Offers with Assistant X")
    follow(hr, "Readout up to wave 1")
    follow(hr, "Tables for your own reporting")
    assert downloaded(hr, "export.zip").startswith(b"PK")


def text_of(mail: email.message.EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    text: str = body.get_content()
    return text


def answering_link(mail: email.message.EmailMessage) -> str:
    found = re.search(r"http\S+/s/\S+", text_of(mail))
    assert found
    return found[0]


def answer(company: Company, link: str, number: int) -> None:
    page = company.open_browser(320)
    page.goto(company.here(link))
    expect(page.locator("#sealed-in-browser")).to_be_visible()
    begin(page)
    page.get_by_label(("Sales", "Customer support")[number % 2]).check()
    page.get_by_label("On how many of your last 7 days").fill(str(number % 8))
    send(page)
    thanked(page)
    page.context.close()


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    return Path(download.value.path()).read_bytes()
