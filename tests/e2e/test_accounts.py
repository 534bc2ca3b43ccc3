"""Accounts in a real browser: link, password, passkey on a virtual device, second step; and how the pages look."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, BrowserContext, Page, expect

from surveyapp.app import House
from surveyapp.web.security import NewAccount, StaffRole
from tests.e2e.axe import violations
from tests.server import serving
from tests.story import RunningPilot, installed

PASSWORD = "correct horse battery staple"
ACCOUNTS = "/staff/administration/accounts"


@dataclass(frozen=True, slots=True)
class Served:
    """A running installation, reached by a name: passkeys belong to names, not to numbers."""

    house: House
    base: str

    def account(self, name: str, **roles: StaffRole) -> str:
        return self.house.accounts.add(NewAccount(f"{name}@example.org", name.title(), PASSWORD, roles=roles))

    def sign_in(self, page: Page, name: str, password: str = PASSWORD) -> None:
        page.goto(f"{self.base}/staff/sign-in")
        page.get_by_label("E-mail address").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("accounts")
    with installed(folder) as (house, client), serving(folder / "var") as (base, _):
        RunningPilot(house, client)
        house.accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))
        yield Served(house, base.replace("127.0.0.1", "localhost"))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield made
    made.close()


def with_device(page: Page) -> Page:
    """Give the browser of *page* a device that keeps passkeys and knows its owner's finger."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_a_passkey_is_made_used_and_deleted(served: Served, context: BrowserContext) -> None:
    served.account("pia", offers=StaffRole.LEAD)
    page = with_device(context.new_page())
    served.sign_in(page, "pia")
    page.get_by_role("link", name="Pia").click()
    page.get_by_role("link", name="Passkeys: add or delete").click()
    page.get_by_label("A name for the new passkey").fill("Telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is ready.")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Pilots")
    page.goto(f"{served.base}/staff/account/passkeys")
    page.get_by_role("button", name="Delete Telephone").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No account here has this passkey.")).to_be_visible()


def test_a_device_without_its_owner_gives_no_passkey(served: Served, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{served.base}/staff/sign-in/passkey")
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": False}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("Your device gave no passkey.")).to_be_visible(timeout=70_000)


def test_without_script_one_comes_in_by_link_password_and_app(served: Served, browser: Browser) -> None:
    account = served.house.accounts.add(NewAccount("nils@example.org", "Nils"))
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{served.base}/staff/welcome/{served.house.links.draw(account)}")
    page.get_by_label("New password", exact=True).fill("seven lamps on a quiet lake")
    page.get_by_label("The new password again").fill("seven lamps on a quiet lake")
    page.get_by_role("button", name="Set the password").click()
    served.sign_in(page, "nils", "seven lamps on a quiet lake")
    page.goto(f"{served.base}/staff/account/app")
    page.get_by_role("button", name="Set up an app").click()
    picture = page.locator("img.qr")
    app = TOTP(key=page.locator("main .code").inner_text())
    assert picture.bounding_box()
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 100

    page.get_by_label("The six digits").fill(app.generate().token)
    page.get_by_role("button", name="Switch on").click()

    assert heading(page) == "Your account"
    page.get_by_role("button", name="Sign out", exact=True).click()
    served.sign_in(page, "nils", "seven lamps on a quiet lake")
    assert heading(page) == "Code of your app"
    context.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "dark"), pytest.param(320, "light", marks=pytest.mark.slow), (1280, "light")]
)
def test_the_pages_are_accessible_and_fit(served: Served, browser: Browser, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale="en-GB",  # type: ignore[arg-type]  # as it is
    )
    page = context.new_page()
    known = served.account(f"known{scheme}{width}", offers=StaffRole.HR)
    link = served.house.links.draw(known)
    found = {}
    for address in ("/staff/sign-in", "/staff/sign-in/passkey", f"/staff/welcome/{link}", "/staff/welcome/none"):
        page.goto(served.base + address)
        found[address] = violations(page) + overhang(page, width)
    served.sign_in(page, "admin")
    for address in (
        "/staff/account",
        "/staff/account/password",
        "/staff/account/app",
        "/staff/account/codes",
        "/staff/account/passkeys",
        "/staff/administration",
        "/staff/administration/checks",
        ACCOUNTS,
        f"{ACCOUNTS}/new",
        f"{ACCOUNTS}/{known}",
        "/staff/audit",
    ):
        page.goto(served.base + address)
        found[address] = violations(page) + overhang(page, width)
    page.goto(f"{served.base}{ACCOUNTS}/new")
    page.get_by_role("button", name="Invite").click()
    found["problems"] = violations(page) + overhang(page, width)
    context.close()

    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def overhang(page: Page, width: int) -> list[str]:
    """Name that the page as a whole is wider than the screen, if it is."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} px wide"] if wide > width else []
