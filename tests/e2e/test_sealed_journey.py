"""From the link in the mail to the thanks, by script: nothing leaves before Send, and then only sealed."""

import json
import re

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.journey import Voting, begin, go_on, keeps_nothing, kinds, posts, records, send, thanked
from tests.story import RunningPilot

Served = tuple[RunningPilot, str]


def test_what_is_answered_in_the_browser_comes_out_at_the_reveal(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    codes = pilot.start()
    voting = Voting(pilot, base, codes)
    sent, complaints = posts(page), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for days, code in enumerate(codes[1:]):
        assert pilot.send(code, any_days=days).status_code == 303

    voting.fill(page, codes[0], days=7)
    page.get_by_label("Drafting texts").check()
    send(page)
    thanked(page)
    wave = pilot.close_and_reveal()

    assert kinds(sent) == ["issue", "cast"]
    assert complaints == []
    assert (wave.issued, wave.cast, wave.revealed, wave.spoiled, wave.empty) == (9, 9, 9, 0, 0)
    seven = [record for record in pilot.house.results.records(pilot.key()) if record["any_days"] == 7]
    assert len(seven) in {1, 2}
    assert any(len(record) > 2 for record in seven)


def test_one_request_knows_who_and_the_other_what_and_nothing_joins_them(
    voting: Voting, device: BrowserContext
) -> None:
    page = device.new_page()
    device.add_cookies([{"name": "staff", "value": "session", "url": voting.base}])
    sent = posts(page)
    code = voting.code()

    voting.fill(page, code)
    send(page)
    thanked(page)

    issue, cast = (json.loads(request.post_data or "") for request in sent)
    assert set(issue) == {"code", "blinded"}
    assert set(cast) == {"message", "signature", "sealed"}
    assert not set(issue.values()) & set(cast.values())
    assert code.replace("-", "") not in json.dumps(cast).replace("-", "")
    for request in sent:
        headers = request.all_headers()
        assert not {"cookie", "referer"} & set(headers)
        assert "?" not in request.url
    assert sent[1].timing["startTime"] - sent[0].timing["startTime"] >= 1000


def test_after_the_thanks_nothing_of_the_ballot_is_left_in_the_browser(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    page.goto("about:blank")
    code = voting.code()

    voting.fill(page, code)
    assert "#" not in page.url
    send(page)
    thanked(page)

    assert page.url == f"{voting.base}/s/offers.1/thanks?lang=en"
    assert keeps_nothing(page)
    page.go_back()
    assert page.url == "about:blank"
    page.go_forward()
    thanked(page)
    page.goto(voting.address())
    expect(page.locator("#code")).to_have_value("")
    begin(page)
    expect(page.get_by_label("Sales")).not_to_be_checked()


def test_nothing_leaves_before_send_not_even_for_another_language(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    sent = posts(page)
    code = voting.code()

    voting.fill(page, code)
    page.get_by_label("Drafting texts").check()
    page.get_by_role("button", name="Deutsch").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Vor dem KI-Pilotprojekt")
    expect(page.locator("#place-words")).to_have_text("Abschnitt 1 von 4")
    assert page.evaluate("[document.documentElement.lang, location.search]") == ["de", "?lang=de"]
    expect(page.get_by_label("Vertrieb")).to_be_checked()
    expect(page.locator("#code")).to_have_value(code)
    go_on(page)
    assert sent == []
    page.get_by_role("button", name="Absenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    assert kinds(sent) == ["issue", "cast"]


def test_a_language_that_cannot_be_fetched_loses_no_answer(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.fill(page, voting.code())
    page.route("**/*lang=de", lambda route: route.abort())

    page.get_by_role("button", name="Deutsch").click()

    expect(page.get_by_text("The page could not be fetched in the other language.")).to_be_visible()
    expect(page.get_by_label("Sales")).to_be_checked()
    page.unroute("**/*lang=de")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_label("Vertrieb")).to_be_checked()


def test_a_mistake_is_found_before_anything_is_sent(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    sent = posts(page)

    voting.follow(page, "")
    begin(page)
    page.get_by_label("On how many of your last 7 days").fill("9")
    page.get_by_role("button", name="Next").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_text(
        [
            "Which team are you in? Please answer this question.",
            "On how many of your last 7 days did you use any AI tool for work? Enter a whole number from 0 to 7.",
        ]
    )
    assert page.title().startswith("Error: ")
    days = page.get_by_label("On how many of your last 7 days")
    expect(days).to_have_accessible_description("Count days, 0 to 7. Error: Enter a whole number from 0 to 7.")
    expect(days).to_have_value("9")
    days.fill("5")
    page.get_by_label("Sales").check()
    send(page)
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_text(
        "Enter the code from your mail or slip: 16 letters and digits."
    )
    assert sent == []


def test_a_corrected_mistake_is_gone(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    voting.follow(page, voting.code())
    send(page)
    page.get_by_role("link", name="Which team are you in?").click()

    page.get_by_label("Sales").check()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("You have not answered any question yet.")
    expect(page.get_by_role("alert")).not_to_contain_text("Please answer this question.")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#place-words")).to_have_text("Section 1 of 4")
    page.get_by_label("On how many of your last 7 days").fill("3")
    send(page)

    thanked(page)


def test_the_page_says_what_is_wrong_as_the_server_does(
    voting: Voting, device: BrowserContext, plain_page: Page
) -> None:
    page = device.new_page()
    said = []

    for one in (page, plain_page):
        one.goto(voting.address())
        if one is page:
            begin(one)
        else:
            one.get_by_label("Your code").fill(voting.code())
        one.get_by_label("On how many of your last 7 days").fill("77")
        send(one)
        shown = one.locator("#errors, .wrong .message").evaluate_all("all => all.map(one => one.outerHTML)")
        said.append([re.sub(r"\s*(<[^>]+>)\s*", r"\1", html) for html in shown])

    assert len(said[0]) == 3
    assert said[0] == said[1]


def test_a_used_code_is_refused_in_the_servers_words_and_the_answers_stay(
    voting: Voting, device: BrowserContext
) -> None:
    page = device.new_page()
    code = voting.code()
    assert voting.pilot.send(code, any_days=1).status_code == 303
    before = voting.turnout()

    voting.fill(page, code)
    send(page)

    expect(page.get_by_role("alert")).to_contain_text(
        "This code cannot be used. If you have already answered, thank you."
    )
    expect(page.get_by_role("definition").filter(has_text="Sales")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    assert records(page) == []
    assert voting.turnout() == before


def test_a_scanner_that_follows_the_link_and_presses_everything_spends_nothing(
    voting: Voting, device: BrowserContext
) -> None:
    page = device.new_page()
    sent = posts(page)
    before = voting.turnout()

    voting.follow(page, voting.code())
    for name in ("Begin", "Next", "Deutsch", "Weiter", "Zurück", "English", "Begin", "Next"):
        page.get_by_role("button", name=name).click()
        page.wait_for_timeout(200)
    page.get_by_label("Sales").check()
    send(page)
    page.wait_for_timeout(1500)

    assert sent == []
    assert voting.turnout() == before
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_label("On how many of your last 7 days").fill("1")
    send(page)
    thanked(page)
    assert voting.turnout() == (before[0] + 1, before[1] + 1)


def test_without_script_the_server_seals_and_the_page_says_so(voting: Voting, plain_page: Page) -> None:
    plain_page.goto(voting.address())

    expect(plain_page.get_by_text("sealed by the server")).to_be_visible()
    expect(plain_page.get_by_text("sealed in your browser")).to_be_hidden()


def test_without_a_secure_context_the_server_seals_and_the_page_says_so(voting: Voting, browser: Browser) -> None:
    context = browser.new_context()
    client = voting.pilot.client

    def serve(route: Route) -> None:
        address = route.request.url.removeprefix("http://survey.example")
        if route.request.method == "POST":
            kind = "application/x-www-form-urlencoded"
            answer = client.post(address, data=route.request.post_data, content_type=kind)
        else:
            answer = client.get(address)
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

    context.route("**/*", serve)
    page = context.new_page()
    sent = posts(page)
    before = voting.turnout()

    page.goto(f"http://survey.example/s/offers.1?lang=en#{voting.code()}")
    expect(page.get_by_text("sealed by the server")).to_be_visible()
    expect(page.get_by_text("sealed in your browser")).to_be_hidden()
    begin(page)
    page.get_by_label("Sales").check()
    page.get_by_label("On how many of your last 7 days").fill("2")
    with page.expect_request(lambda request: request.method == "POST"):
        send(page)

    assert [request.url for request in sent] == ["http://survey.example/s/offers.1?lang=en"]
    assert voting.turnout() == (before[0] + 1, before[1] + 1)
    context.close()


def test_a_wave_without_a_key_for_slips_takes_the_form(served: Served, page: Page) -> None:
    pilot, base = served
    pilot.people(9)
    voting = Voting(pilot, base, pilot.start())
    with pilot.house.engines["office"].begin() as connection:
        connection.exec_driver_sql("UPDATE wave SET sign_public_key = NULL")
    sent = posts(page)

    page.goto(voting.address(voting.code()))
    expect(page.get_by_text("sealed by the server")).to_be_visible()
    expect(page.get_by_text("sealed in your browser")).to_be_hidden()
    begin(page)
    page.get_by_label("Sales").check()
    page.get_by_label("On how many of your last 7 days").fill("2")
    send(page)

    thanked(page)
    assert kinds(sent) == ["offers.1"]
