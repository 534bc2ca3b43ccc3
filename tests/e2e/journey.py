"""A wave that is held once for many tests, and people who answer in its browsers."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from surveyapp.crypto.codes import Code
from tests.story import RunningPilot

SOONEST, LATEST = 0, 2**32 - 1  # chance that makes a ballot wait for one and for nearly five seconds


class Voting:
    """An open wave behind a real server; every test takes codes of its own."""

    def __init__(self, pilot: RunningPilot, base: str, codes: list[Code]) -> None:
        self.pilot = pilot
        self.base = base
        self._codes = codes

    def code(self) -> Code:
        return self._codes.pop()

    def turnout(self) -> tuple[int, int]:
        """How many slips were issued and how many ballots cast so far."""
        found = self.pilot.house.box.turnout(self.pilot.key())
        return found.issued, found.cast

    def address(self, code: str = "", language: str = "en") -> str:
        return f"{self.base}/s/{self.pilot.key()}?lang={language}" + (f"#{code}" if code else "")

    def follow(self, page: Page, code: str) -> None:
        """Open the link of the mail and wait until the page can seal."""
        page.goto(self.address(code))
        expect(page.locator("#sealed-in-browser")).to_be_visible()

    def fill(self, page: Page, code: str, days: int = 4) -> None:
        self.follow(page, code)
        begin(page)
        page.get_by_label("Sales").check()
        page.get_by_label("On how many of your last 7 days").fill(str(days))


def begin(page: Page) -> None:
    """Go to the first section."""
    page.locator("#next").click()


def go_on(page: Page) -> None:
    """Go through the sections that are left, as far as nothing must be corrected."""
    following = page.locator("#next")
    while following.is_visible():
        before = page.title()
        following.click()
        if page.title() == before or page.locator("#errors").is_visible():
            return


def send(page: Page) -> None:
    """Go to the end, and send if that is reached."""
    go_on(page)
    last = page.locator("#ballot .actions [type=submit]")
    if last.is_visible():
        last.click()


def thanked(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def wait_of(context: BrowserContext, chance: int) -> None:
    """Let ballots wait as long as *chance* says; nothing else draws a single number of 32 bits."""
    context.add_init_script(
        f"""const draw = crypto.getRandomValues.bind(crypto);
        crypto.getRandomValues = (numbers) =>
          numbers instanceof Uint32Array && numbers.length === 1 ? numbers.fill({chance}) : draw(numbers);"""
    )


def posts(page: Page | BrowserContext) -> list[Request]:
    """A list that grows with every request of *page* that could change something."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if request.method != "GET" else None)
    return found


def kinds(requests: list[Request]) -> list[str]:
    return [request.url.split("?")[0].rsplit("/", 1)[1] for request in requests]


def lose_answers(target: Page | BrowserContext, route: str, times: int = 1) -> None:
    """Let requests to *route* reach the server, and lose its answers."""

    def lose(crossing: Route) -> None:
        crossing.fetch()
        crossing.abort()

    target.route(f"**/{route}", lose, times=times)


def records(page: Page) -> list[dict[str, Any]]:
    """What this browser keeps of ballots on their way."""
    return [json.loads(text) for name, text in _stored(page) if name.startswith("surveyapp ballot ")]


def drafts(page: Page) -> list[dict[str, Any]]:
    """What this browser keeps of answers that are not sent."""
    return [json.loads(text) for name, text in _stored(page) if name.startswith("surveyapp draft ")]


def _stored(page: Page) -> list[list[str]]:
    return list(page.evaluate("[localStorage, sessionStorage].flatMap(one => Object.entries(one))"))


def until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("did not happen in ten seconds")


def keeps_nothing(page: Page) -> bool:
    return not page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length")
