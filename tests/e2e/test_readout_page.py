"""The readout on the screen in a real browser: on a phone and on a desk, light and dark, by links alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.exports import exports
from analysis.render.composing import composed
from analysis.render.json import report_json
from analysis.wording import wording
from surveyapp import canonical
from surveyapp.results.store import ReleaseEntry
from tests.e2e.axe import violations
from tests.keeping import PASSWORD, staff
from tests.server import serving
from tests.story import RunningPilot, installed
from tests.unit.report_factory import a_report

ADDRESS = "/staff/results/offers/4"
Opening = Callable[..., Page]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a readout that has every kind of chart and table."""
    folder = tmp_path_factory.mktemp("readout")
    report = a_report()
    documents = {
        f"screen.{language}.json": canonical.to_json(composed(report, wording(language))).encode()
        for language in ("en", "de")
    }
    documents |= exports(report, languages=("en", "de"))
    published = report_json(report)
    entry = ReleaseEntry("offers", 1, 4, "0" * 64, published, canonical.sha256(published), date(2027, 4, 12))
    with ExitStack() as stack:
        house, client = stack.enter_context(installed(folder))
        (folder / "var" / "secret_key").write_text(house.secret())
        staff(RunningPilot(house, client))
        house.results.publish(entry, documents)
        address, _ = stack.enter_context(serving(folder / "var"))
        yield address


@pytest.fixture
def opened(base: str, browser: Browser) -> Iterator[Opening]:
    with ExitStack() as stack:

        def open_page(
            address: str = ADDRESS, *, width: int = 1280, scheme: str = "light", locale: str = "en-GB"
        ) -> Page:
            context = browser.new_context(
                java_script_enabled=True,
                viewport={"width": width, "height": 800},
                color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
                locale=locale,
            )
            stack.callback(context.close)
            page = context.new_page()
            page.goto(f"{base}/staff/sign-in")
            page.locator("input[name=email]").fill("hr@example.org")
            page.locator("input[type=password]").fill(PASSWORD)
            page.locator("main form [type=submit]").click()
            page.goto(base + address)
            return page

        yield open_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_in_the_way_of_any_reader(opened: Opening, width: int, scheme: str) -> None:
    page = opened(width=width, scheme=scheme, locale="de-DE")
    for details in page.locator("details").all():
        details.locator("summary").click()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1280])
def test_the_tables_to_download_are_in_nobodys_way(opened: Opening, width: int) -> None:
    page = opened(f"{ADDRESS}/exports", width=width, scheme="dark")

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as download:
        page.get_by_role("link", name="export.xlsx").click()
    assert download.value.suggested_filename == "offers-1-export.xlsx"


def test_what_is_in_the_way_is_found(opened: Opening) -> None:
    page = opened()
    page.locator("img.chart").first.evaluate("one => one.removeAttribute('alt')")

    assert [one.partition(":")[0] for one in violations(page)] == ["image-alt"]


def test_every_chart_is_drawn(opened: Opening) -> None:
    charts = opened().locator("img.chart")

    drawn = charts.evaluate_all("all => all.filter(one => one.complete && one.naturalWidth > 100).length")

    assert drawn == charts.count() > 10


def test_a_verdict_leads_to_its_evidence_and_a_click_sorts(opened: Opening) -> None:
    page = opened()

    page.locator(".scorecard a").nth(1).click()
    expect(page).to_have_url(f"{page.url.partition('#')[0]}#adoption")
    page.locator("details summary").first.click()
    page.locator("details[open] thead a").nth(1).click()

    expect(page.locator("details[open] th[aria-sort=ascending]")).to_be_visible()
