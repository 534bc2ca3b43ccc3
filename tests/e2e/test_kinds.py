"""Every kind of question in a browser: choices are taken back, ranks pressed, names noticed; and all without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from surveyapp import canonical
from surveyapp.questionnaire.loader import load_bytes
from tests.e2e import axe
from tests.e2e.journey import Voting, begin, go_on, send, thanked
from tests.server import serving
from tests.story import RunningPilot, installed

QUESTIONS = Path(__file__).parents[1] / "vectors" / "answers.yaml"


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voting]:
    """An open wave that asks every kind of question."""
    folder = tmp_path_factory.mktemp("kinds")
    with installed(folder) as (house, client):
        pilot = RunningPilot(house, client)
        pilot.people(30)
        codes = pilot.start()
        questionnaire = canonical.to_json(load_bytes(QUESTIONS.read_bytes(), QUESTIONS.name))
        with house.engines["office"].begin() as connection:
            connection.exec_driver_sql("UPDATE wave SET questionnaire = ?", (questionnaire,))
        house.polls._known.clear()
        with serving(folder / "var") as (base, _):
            yield Voting(pilot, base, codes)


@pytest.fixture
def page(kinds: Voting, device: BrowserContext) -> Page:
    opened = device.new_page()
    kinds.follow(opened, kinds.code())
    begin(opened)
    opened.get_by_label("Support", exact=True).check()
    return opened


def group(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name)


def answer(page: Page, question: str) -> str:
    go_on(page)
    line = page.locator("#answers > div").filter(has=page.get_by_role("term").filter(has_text=question)).first
    return line.get_by_role("definition").first.inner_text()


def test_a_choice_is_taken_back_by_a_button_that_names_it(page: Page) -> None:
    page.get_by_label("Longer").check()
    clear = page.get_by_role("button", name="Clear this answer: How long?")

    clear.click()

    expect(page.get_by_label("Longer")).not_to_be_checked()
    expect(page.get_by_label("Up to an hour")).to_be_focused()
    expect(clear).to_be_hidden()
    assert answer(page, "How long?") == "not answered"


def test_what_must_be_answered_cannot_be_taken_back(page: Page) -> None:
    expect(page.get_by_role("button", name="Clear this answer: Which team?")).to_have_count(0)


def test_one_row_of_a_matrix_is_taken_back(page: Page) -> None:
    for row in ("Speed", "Look"):
        group(page, row).get_by_label("Fair").check()

    page.get_by_role("button", name="Clear this answer: Speed").click()

    assert answer(page, "How good is each?") == "Look: Fair"


def test_ranks_are_pressed_in_their_order_and_taken_back(page: Page) -> None:
    ranks = group(page, "What worries you most?")
    expect(ranks.get_by_role("combobox")).to_have_count(0)

    for name in ("Work", "Cost", "Risk"):
        ranks.get_by_role("button", name=name).click()
    assert ranks.get_by_role("button", pressed=True).all_inner_texts() == ["2. Cost", "3. Risk", "1. Work"]
    ranks.get_by_role("button", name="2. Cost").click()
    assert ranks.get_by_role("button", pressed=True).all_inner_texts() == ["2. Risk", "1. Work"]

    assert answer(page, "What worries you most?") == "1. Work, 2. Risk"
    page.get_by_role("link", name="Change What worries you most?").click()
    expect(ranks.get_by_role("button").first).to_be_focused()
    ranks.get_by_role("button", name="Nothing").click()
    assert ranks.get_by_role("button", pressed=True).all_inner_texts() == ["1. Nothing"]
    ranks.get_by_role("button", name="Risk").click()
    assert ranks.get_by_role("button", pressed=True).all_inner_texts() == ["1. Risk"]


def test_ranks_are_pressed_by_keyboard_too(page: Page) -> None:
    group(page, "What worries you most?").get_by_role("button", name="Cost").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    assert answer(page, "What worries you most?") == "1. Cost, 2. Risk"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ask Eva", "Eva"),
        ("to a@example.org", "a@example.org"),
        ("call 0664 1234567", "0664 1234567"),
        ("Frau Huber weiß es", "Frau Huber"),
        ("Das Werkzeug ist gut", None),
        ("The tool is slow", None),
        ("costs 1200 minutes", None),
    ],
)
def test_what_looks_like_a_name_is_said_while_it_is_written(page: Page, words: str, found: str | None) -> None:
    page.get_by_label("What else?").fill(words)

    hint = page.get_by_text("looks like a name or an address")
    if found:
        expect(hint).to_contain_text(found)
    else:
        expect(hint).to_have_count(0)


def test_everything_is_sent_as_it_was_filled_in_and_nothing_keeps_anybody_out(page: Page, kinds: Voting) -> None:
    page.get_by_label("Sales", exact=True).check()
    page.get_by_label("How many days?").fill("2")
    page.get_by_label("Two", exact=True).check()
    group(page, "I agree.").get_by_label("Perhaps").check()
    page.get_by_label("Longer").check()
    group(page, "Speed").get_by_label("Good").check()
    group(page, "What worries you most?").get_by_role("button", name="Risk").click()
    page.get_by_label("What else?").fill("more")
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    before = kinds.turnout()

    page.locator("#next").click()
    page.get_by_role("group", name="Asked of sales").get_by_label("A").check()
    send(page)

    thanked(page)
    assert kinds.turnout() == (before[0] + 1, before[1] + 1)


def test_without_script_a_choice_is_taken_back_by_no_answer(kinds: Voting, plain_page: Page) -> None:
    plain_page.goto(kinds.address())
    long = group(plain_page, "How long?")
    long.get_by_label("Longer").check()
    long.get_by_label("No answer").check()
    expect(long.get_by_label("Longer")).not_to_be_checked()
    expect(group(plain_page, "Which team?").get_by_label("No answer")).to_have_count(0)
    group(plain_page, "What worries you most?").get_by_role("combobox").first.select_option("Risk")
    plain_page.get_by_label("Sales", exact=True).check()
    plain_page.get_by_role("group", name="Asked of sales").get_by_label("A").check()
    plain_page.get_by_label("Your code").fill(kinds.code())

    plain_page.get_by_role("button", name="Send").click()

    thanked(plain_page)
