"""The trustee's pages of comments on a phone without script: nothing hangs over, everything can be reached and done."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from surveyapp.results.review import Review
from tests.keeping import PASSWORD, staff
from tests.server import serving
from tests.story import RunningPilot, installed
from tests.web.test_comments import ADDRESS, CLOSING, EVERYONE, FIRST, NAMED, written

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
Reader = tuple[RunningPilot, Page, str]


@pytest.fixture(params=["en-GB", "de-DE"])
def reader(request: pytest.FixtureRequest, tmp_path: Path, browser: Browser) -> Iterator[Reader]:
    """A trustee, signed in on a phone without script, and the address of the server."""
    with ExitStack() as stack:
        house, client = stack.enter_context(installed(tmp_path))
        (tmp_path / "var" / "secret_key").write_text(house.secret())
        pilot = RunningPilot(house, client)
        staff(pilot)
        written(pilot, [*EVERYONE, LONG])
        base, _ = stack.enter_context(serving(tmp_path / "var"))
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": 320, "height": 800}, locale=request.param
        )
        page = context.new_page()
        page.goto(f"{base}/staff/sign-in")
        page.locator("input[type=email], input[name=email]").first.fill("trustee@example.org")
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("main form [type=submit]").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        yield pilot, page, base
        context.close()


def overhang(page: Page) -> list[str]:
    """Name what reaches over the right edge, outside of boxes that scroll by themselves."""
    wide = []
    for one in page.locator("main *").all():
        box = one.bounding_box()
        inside = one.evaluate("one => !!one.closest('.scroll')") if box else False
        if box and not inside and box["x"] + box["width"] > 321:
            wide.append(one.evaluate("one => one.outerHTML.slice(0, 80)"))
    return wide


def test_comments_are_read_and_decided_on_a_phone_without_script(reader: Reader) -> None:
    pilot, page, base = reader
    german = page.goto(f"{base}/staff/trustee/offers") and page.locator("html").get_attribute("lang") == "de"

    page.locator("main a[href='/staff/trustee/offers/comments']").click()
    page.locator(f"main a[href='{ADDRESS}']").click()
    assert overhang(page) == []
    while page.get_by_text(FIRST).count() == 0:
        page.get_by_role("link", name="Nächste Seite" if german else "Next page").click()
        assert overhang(page) == []
    article = page.locator("article", has_text=FIRST)
    article.get_by_role("button", name="Original freigeben" if german else "Approve the original").click()

    expect(page.get_by_role("status")).to_be_visible()
    assert [one.text for one in pilot.house.comments.approved(pilot.key(CLOSING))] == [FIRST]
    page.goto(f"{base}{ADDRESS}?show=decided")
    assert overhang(page) == []
    expect(page.get_by_text(FIRST)).to_be_visible()


def test_own_words_are_written_with_the_keyboard_alone(reader: Reader) -> None:
    pilot, page, base = reader
    for number in (1, 2):
        page.goto(f"{base}{ADDRESS}?page={number}")
        if page.get_by_text(NAMED).count():
            break

    page.locator("article", has_text=NAMED).locator("textarea").focus()
    page.keyboard.type("Somebody laughs")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_be_visible()
    decided = {one.text: one for one in pilot.house.comments.of_wave(pilot.key(CLOSING))}[NAMED]
    assert (decided.review, decided.paraphrase) == (Review.PARAPHRASED, "Somebody laughs")
