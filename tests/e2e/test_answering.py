from playwright.sync_api import Page, expect

from tests.e2e.journey import begin, go_on, send
from tests.story import RunningPilot

Served = tuple[RunningPilot, str]


def test_a_person_follows_the_link_answers_and_is_thanked(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    code = pilot.start()[0]

    page.goto(f"{base}/s/offers.1?lang=en#{code}")
    expect(page.locator("#code")).to_have_value(code)
    assert "#" not in page.url
    begin(page)
    page.get_by_label("Sales").check()
    page.get_by_label("On how many of your last 7 days").fill("4")
    send(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert pilot.house.box.turnout(pilot.key()).cast == 1
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_a_question_that_does_not_apply_is_hidden_and_not_sent(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    code = pilot.start()[0]
    page.goto(f"{base}/s/offers.1?lang=en#{code}")
    days = page.get_by_label("On how many of your last 7 days")
    tasks = page.get_by_role("group", name="Which of these tasks do you do with an AI tool")
    begin(page)

    expect(tasks).to_be_hidden()
    days.fill("2")
    expect(tasks).to_be_visible()
    page.get_by_label("Drafting texts").check()
    days.fill("0")
    expect(tasks).to_be_hidden()
    page.get_by_label("Sales").check()
    send(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_a_mistake_is_shown_where_it_is_and_everything_stays(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    code = pilot.start()[0]
    page.goto(f"{base}/s/offers.1?lang=en#{code}")
    begin(page)

    page.get_by_label("On how many of your last 7 days").fill("9")
    send(page)

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Enter a whole number from 0 to 7.")
    expect(page.locator("#code")).to_have_value(code)
    page.get_by_role("link", name="Which team are you in?").click()
    page.get_by_label("Sales").check()
    page.get_by_label("On how many of your last 7 days").fill("3")
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_the_whole_way_without_script(served: Served, plain_page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    code = pilot.start()[0]

    plain_page.goto(f"{base}/s/offers.1?lang=en")
    plain_page.get_by_label("Sales").check()
    plain_page.get_by_label("On how many of your last 7 days").fill("4")
    plain_page.get_by_label("Your code").fill(code.lower())
    plain_page.get_by_role("button", name="Deutsch").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Vor dem KI-Pilotprojekt")
    expect(plain_page.get_by_label("Vertrieb")).to_be_checked()
    plain_page.get_by_role("button", name="Absenden").click()

    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    assert pilot.house.box.turnout(pilot.key()).cast == 1


def test_enter_in_the_code_field_sends_and_does_not_switch_the_language(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    code = pilot.start()[0]
    page.goto(f"{base}/s/offers.1?lang=en")
    begin(page)
    page.get_by_label("Sales").check()
    page.get_by_label("On how many of your last 7 days").fill("4")
    go_on(page)

    page.get_by_label("Your code").fill(code)
    page.get_by_label("Your code").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_nothing_is_wider_than_a_small_phone(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    pilot.start()

    page.goto(f"{base}/s/offers.1?lang=de")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_double_click_sends_one_ballot(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    code = pilot.start()[0]
    page.goto(f"{base}/s/offers.1?lang=en#{code}")
    begin(page)
    page.get_by_label("Sales").check()
    page.get_by_label("On how many of your last 7 days").fill("4")
    go_on(page)

    page.get_by_role("button", name="Send").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert pilot.house.box.turnout(pilot.key()).cast == 1
