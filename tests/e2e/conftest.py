"""A real browser in front of a real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.journey import SOONEST, Voting, wait_of
from tests.server import serving
from tests.story import RunningPilot, installed

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A ballot waits up to five seconds before it is cast, and machines are busy.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("Chromium is missing (fix: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page without script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def served(pilot: RunningPilot, tmp_path: Path) -> Iterator[tuple[RunningPilot, str]]:
    with serving(tmp_path / "var") as (base, _):
        yield pilot, base


@pytest.fixture(scope="module")
def voting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voting]:
    """An open wave for all tests of a file."""
    folder = tmp_path_factory.mktemp("voting")
    with installed(folder) as (house, client), serving(folder / "var") as (base, _):
        pilot = RunningPilot(house, client)
        pilot.people(60)
        yield Voting(pilot, base, pilot.start())


@pytest.fixture
def device(browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser on a small phone, whose ballots wait no longer than they must."""
    context = browser.new_context(viewport={"width": 320, "height": 800})
    wait_of(context, SOONEST)
    yield context
    context.close()
