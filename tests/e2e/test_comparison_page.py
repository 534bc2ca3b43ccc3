"""Pilots side by side in a real browser: on a phone and on a desk, light and dark."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from playwright.sync_api import Browser, Page

from analysis.render.json import report_json
from surveyapp import canonical
from surveyapp.results.store import ReleaseEntry
from tests.e2e.axe import violations
from tests.keeping import PASSWORD, staff
from tests.server import serving
from tests.story import RunningPilot, installed
from tests.unit.report_factory import a_report

Opening = Callable[..., Page]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a pilot that has a readout of every verdict, and one that waits."""
    folder = tmp_path_factory.mktemp("comparison")
    published = report_json(a_report())
    entry = ReleaseEntry("offers", 1, 4, "0" * 64, published, canonical.sha256(published), date(2027, 4, 12))
    with ExitStack() as stack:
        house, client = stack.enter_context(installed(folder))
        (folder / "var" / "secret_key").write_text(house.secret())
        staff(RunningPilot(house, client))
        RunningPilot(house, client, "claims")
        house.results.publish(entry, {"report.json": published})
        address, _ = stack.enter_context(serving(folder / "var"))
        yield address


@pytest.fixture
def opened(base: str, browser: Browser) -> Iterator[Opening]:
    with ExitStack() as stack:

        def open_page(*, width: int = 1280, scheme: str = "light", locale: str = "en-GB") -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
                locale=locale,
            )
            stack.callback(context.close)
            page = context.new_page()
            page.goto(f"{base}/staff/sign-in")
            page.locator("input[name=email]").fill("admin@example.org")
            page.locator("input[type=password]").fill(PASSWORD)
            page.locator("main form [type=submit]").click()
            page.get_by_role("link", name="Pilots side by side" if locale == "en-GB" else "Pilotprojekte").click()
            return page

        yield open_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_nothing_is_in_the_way_of_any_reader(opened: Opening, width: int, scheme: str, locale: str) -> None:
    page = opened(width=width, scheme=scheme, locale=locale)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_in_the_way_is_found(opened: Opening) -> None:
    page = opened(width=320)
    page.locator(".scroll").first.evaluate("one => one.removeAttribute('tabindex')")
    page.locator("table.decisions .fact").first.evaluate("one => one.style.color = '#ccc'")

    assert "color-contrast" in [one.partition(":")[0] for one in violations(page)]


def test_on_a_phone_the_name_of_the_pilot_stays_while_the_gates_pass_by(opened: Opening) -> None:
    page = opened(width=320)
    name = page.locator("table.decisions tbody th").first
    before = name.bounding_box()

    page.locator(".scroll").first.evaluate("one => one.scrollLeft = 500")

    assert name.bounding_box() == before
    assert page.locator("table.decisions tbody td").nth(3).is_visible()


def test_on_a_desk_the_whole_line_is_seen_at_once(opened: Opening) -> None:
    page = opened(width=1280)

    hidden = page.locator(".scroll").first.evaluate("one => one.scrollWidth - one.clientWidth")

    assert hidden == 0
