"""One section at a time: by keyboard, back and forth, in another language, and with nothing that keeps anybody out."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e import axe
from tests.e2e.journey import Voting, begin, go_on, posts, send, thanked

PLACE = "#place-words"


def heading(page: Page) -> str:
    return page.locator("[data-step]:visible h2").first.inner_text()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on *selector*, as somebody without a mouse does."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_whole_way_by_keyboard_alone(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.follow(page, voting.code())

    tab_to(page, "#next")
    press(page, "Enter")
    assert page.evaluate("document.activeElement.textContent") == "How you work today"
    tab_to(page, "#q_group-1")
    press(page, "Space")
    tab_to(page, "#q_any_days-1")
    press(page, "3", "Enter")
    expect(page.locator(PLACE)).to_have_text("Section 2 of 4")
    for _ in range(3):
        tab_to(page, "#next")
        press(page, "Enter")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_focused()
    tab_to(page, "#ballot .actions [type=submit]")
    press(page, "Enter")

    thanked(page)


def test_sections_are_announced_counted_and_named(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.fill(page, voting.code())

    bar = page.get_by_role("progressbar", name="Section 1 of 4")
    expect(bar).to_be_visible()
    assert page.title().split(" \N{EN DASH} ") == ["How you work today", "Before the AI pilot", "AI pilot survey"]
    page.locator("#next").click()
    expect(page.get_by_role("progressbar", name="Section 2 of 4")).to_have_js_property("position", 0.25)
    expect(page.get_by_role("heading", name="Skills and rules")).to_be_focused()


def test_the_browsers_own_back_goes_one_section_back_and_keeps_everything(
    voting: Voting, device: BrowserContext
) -> None:
    page = device.new_page()
    page.goto("about:blank")
    voting.fill(page, voting.code(), days=5)
    page.locator("#next").click()
    assert heading(page) == "Skills and rules"

    page.go_back()
    assert heading(page) == "How you work today"
    expect(page.get_by_label("On how many of your last 7 days")).to_have_value("5")
    page.go_forward()
    assert heading(page) == "Skills and rules"
    page.get_by_role("button", name="Back").click()
    assert heading(page) == "How you work today"
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    page.go_back()
    assert page.url == "about:blank"


def test_answers_are_shown_before_they_are_sent_and_can_be_changed(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    sent = posts(page)
    voting.fill(page, voting.code(), days=5)
    page.get_by_label("Drafting texts").check()
    page.get_by_label("Translating").check()
    go_on(page)

    lines = dict(zip(page.get_by_role("term").all_inner_texts(), answers(page), strict=True))
    assert lines["Which team are you in?"] == "Sales"
    assert lines["On how many of your last 7 days did you use any AI tool for work?"] == "5"
    assert (
        lines["Which of these tasks do you do with an AI tool at least once a week?"] == "Drafting texts, Translating"
    )
    assert lines["How confident are you in your own skill with AI tools?"] == "not answered"
    page.get_by_role("link", name="Change On how many of your last 7 days").click()
    days = page.get_by_label("On how many of your last 7 days")
    expect(days).to_be_focused()
    days.fill("0")
    page.locator("#next").click()

    expect(page.get_by_role("heading", name="Check your answers")).to_be_focused()
    assert "Which of these tasks" not in " ".join(page.get_by_role("term").all_inner_texts())
    assert sent == []
    send(page)
    thanked(page)


def answers(page: Page) -> list[str]:
    return page.locator("#answers dd:nth-of-type(1)").all_inner_texts()


def test_another_language_stays_in_the_section(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.fill(page, voting.code(), days=2)
    page.locator("#next").click()

    page.get_by_role("button", name="Deutsch").click()

    expect(page.locator(PLACE)).to_have_text("Abschnitt 2 von 4")
    page.get_by_role("button", name="Zurück").click()
    expect(page.get_by_label("Vertrieb")).to_be_checked()
    go_on(page)
    expect(page.get_by_role("heading", name="Ihre Antworten prüfen")).to_be_visible()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")


def test_a_mistake_of_another_section_is_one_click_away(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.fill(page, voting.code())
    go_on(page)
    page.get_by_role("link", name="Change On how many of your last 7 days").click()
    page.get_by_label("On how many of your last 7 days").fill("")
    page.locator("#next").click()

    send(page)
    expect(page.get_by_role("alert")).to_contain_text("You have not answered any question yet.")
    page.get_by_role("alert").get_by_role("link").click()

    expect(page.get_by_label("On how many of your last 7 days")).to_be_focused()
    assert heading(page) == "How you work today"


def test_offline_between_sections_nothing_is_missed(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.fill(page, voting.code())

    device.set_offline(True)
    go_on(page)
    send(page)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    device.set_offline(False)

    thanked(page)


@pytest.fixture(params=["light", "dark"])
def coloured(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 800}, color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_section_keeps_anybody_out_or_is_wider_than_a_small_phone(
    voting: Voting, coloured: Page, language: str
) -> None:
    page = coloured
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found[state] = axe.violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            found[state].append("too wide")

    page.goto(voting.address(language=language))
    expect(page.locator("#sealed-in-browser")).to_be_visible()
    look("start")
    begin(page)
    look("first")
    go_on(page)
    look("first with mistakes")
    page.locator("#q_group-1").check()
    page.locator("#q_any_days-1").fill("4")
    for number in range(2, 5):
        page.locator("#next").click()
        expect(page.locator(PLACE)).to_have_text(re.compile(rf"\b{number}\b.*4"))
        look(f"section {number}")
    page.locator("#next").click()
    look("check")
    send(page)
    look("check with mistakes")

    assert {state: complaints for state, complaints in found.items() if complaints} == {}
    assert len(found) == 8
