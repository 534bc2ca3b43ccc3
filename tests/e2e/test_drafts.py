"""What is filled in survives on its device until it is sent, for nobody else, and only if that is wanted."""

import json

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.journey import Voting, begin, drafts, keeps_nothing, posts, records, send, thanked

BACK = "What you filled in on this device before is back."


def days(page: Page) -> str:
    return page.get_by_label("On how many of your last 7 days").input_value()


def stored(page: Page) -> str:
    return json.dumps(page.evaluate("Object.entries(localStorage)"))


def kept(page: Page, count: int = 1) -> None:
    page.wait_for_function(
        "count => Object.keys(localStorage).filter(name => name.startsWith('surveyapp draft')).length === count",
        arg=count,
    )


def device_panel(page: Page) -> None:
    page.get_by_text("What you fill in stays on this device").click()


def test_a_reload_loses_nothing_and_sends_nothing(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    sent = posts(page)
    code = voting.code()
    voting.fill(page, code, days=6)
    page.get_by_label("Drafting texts").check()
    page.locator("#next").click()
    kept(page)

    page.reload()

    expect(page.get_by_text(BACK)).to_be_visible()
    expect(page.locator("#place-words")).to_have_text("Section 2 of 4")
    page.get_by_role("button", name="Back").click()
    assert days(page) == "6"
    expect(page.get_by_label("Sales")).to_be_checked()
    expect(page.get_by_label("Drafting texts")).to_be_checked()
    expect(page.locator("#code")).to_have_value(code)
    assert sent == []
    send(page)
    thanked(page)
    assert keeps_nothing(page)


def test_the_link_brings_everything_back_and_another_code_nothing(voting: Voting, device: BrowserContext) -> None:
    first = device.new_page()
    code = voting.code()
    voting.fill(first, code, days=6)
    kept(first)
    assert drafts(first)
    assert not any(word in stored(first) for word in (code, code.replace("-", ""), "any_days", "sales"))
    first.close()

    second = device.new_page()
    voting.follow(second, voting.code())
    begin(second)
    assert days(second) == ""
    third = device.new_page()
    voting.follow(third, code)
    expect(third.get_by_text(BACK)).to_be_visible()
    begin(third)
    assert days(third) == "6"


def test_without_a_code_a_draft_goes_with_its_tab(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.fill(page, "", days=3)

    page.reload()
    assert days(page) == "3"
    assert "any_days" not in stored(page)
    other = device.new_page()
    voting.follow(other, "")
    begin(other)

    assert days(other) == ""


def test_who_does_not_want_a_draft_leaves_none(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.fill(page, voting.code(), days=3)
    kept(page)
    device_panel(page)
    page.get_by_label("Keep it until I send it").uncheck()
    kept(page, 0)

    page.get_by_label("On how many of your last 7 days").fill("5")
    page.reload()

    assert drafts(page) == []
    assert days(page) == ""


def test_a_device_is_cleared_of_everybody(voting: Voting, device: BrowserContext) -> None:
    for count in (1, 2):
        page = device.new_page()
        voting.fill(page, voting.code(), days=count)
        kept(page, count)
    device_panel(page)

    page.get_by_role("button", name="Clear this device").click()

    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    assert keeps_nothing(page)
    begin(page)
    assert days(page) == ""


def test_a_sealed_ballot_takes_the_place_of_its_draft(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    device.route("**/issue", lambda route: route.abort())
    voting.fill(page, voting.code(), days=3)
    kept(page)
    send(page)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()

    assert len(records(page)) == 1
    assert drafts(page) == []


def test_a_refused_code_leaves_the_answers_on_the_page_and_none_on_the_device(
    voting: Voting, device: BrowserContext
) -> None:
    page = device.new_page()
    used, right = voting.code(), voting.code()
    assert voting.pilot.send(used, any_days=1).status_code == 303
    voting.fill(page, used, days=3)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("This code cannot be used.")
    assert keeps_nothing(page)
    expect(page.get_by_role("definition").filter(has_text="Sales")).to_be_visible()

    page.get_by_label("Your code").fill(right)
    kept(page)
    send(page)

    thanked(page)
    assert keeps_nothing(page)


def test_a_browser_that_failed_to_keep_a_draft_still_sends(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.follow(page, voting.code())
    begin(page)
    page.evaluate(
        """() => {
          const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
          crypto.subtle.encrypt = () => Promise.reject(new Error("no"));
          window.mend = () => { crypto.subtle.encrypt = encrypt; };
        }"""
    )
    page.get_by_label("Sales").check()
    page.get_by_label("On how many of your last 7 days").fill("3")
    page.evaluate("mend()")

    send(page)

    thanked(page)
