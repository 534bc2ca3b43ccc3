"""Whatever happens between Send and the box: one ballot, never none, never two."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.journey import (
    LATEST,
    Voting,
    go_on,
    keeps_nothing,
    kinds,
    lose_answers,
    posts,
    records,
    send,
    thanked,
    until,
    wait_of,
)

ON_ITS_WAY = "Your ballot is on its way; keep this page open."
ARRIVED = "A ballot that was sent from this browser before has arrived in the box."


def one_more(voting: Voting, before: tuple[int, int], ballots: int = 1) -> bool:
    return voting.turnout() == (before[0] + ballots, before[1] + ballots)


def signed(page: Page) -> bool:
    return any("signature" in record for record in records(page))


def test_a_lost_answer_to_issue_is_asked_for_again(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    lose_answers(page, "issue", times=2)
    sent = posts(page)

    voting.fill(page, voting.code())
    send(page)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    thanked(page)

    assert kinds(sent) == ["issue", "issue", "issue", "cast"]
    assert len({request.post_data for request in sent[:3]}) == 1
    assert one_more(voting, before)
    assert keeps_nothing(page)


def test_a_lost_answer_to_cast_is_asked_for_again(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    lose_answers(page, "cast", times=2)
    sent = posts(page)

    voting.fill(page, voting.code())
    send(page)
    thanked(page)

    assert kinds(sent) == ["issue", "cast", "cast", "cast"]
    assert len({request.post_data for request in sent[1:]}) == 1
    assert one_more(voting, before)
    assert keeps_nothing(page)


def test_a_server_in_trouble_is_asked_again(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    page.route("**/issue", lambda route: route.fulfill(status=503, body="{}"), times=1)
    page.route("**/cast", lambda route: route.fulfill(status=200, body="<p>Sign in to this network"), times=1)

    voting.fill(page, voting.code())
    send(page)
    thanked(page)

    assert one_more(voting, before)


def test_a_reload_before_the_signature_goes_on_by_itself(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    lose_answers(page, "issue", times=1)
    voting.fill(page, voting.code())
    send(page)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    assert [set(record) for record in records(page)] == [
        {"wave", "signingKey", "code", "message", "blinded", "inverse", "sealed"}
    ]

    page.reload()

    thanked(page)
    assert one_more(voting, before)
    assert keeps_nothing(page)


def test_a_reload_before_the_cast_goes_on_by_itself(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    page.route("**/cast", lambda route: route.abort())
    voting.fill(page, voting.code())
    send(page)
    until(page, lambda: signed(page))
    assert [set(record) for record in records(page)] == [{"wave", "message", "signature", "sealed"}]

    page.unroute("**/cast")
    page.reload()

    thanked(page)
    assert one_more(voting, before)
    assert keeps_nothing(page)


def test_a_page_that_is_left_casts_at_once(voting: Voting, device: BrowserContext) -> None:
    wait_of(device, LATEST)
    page, before = device.new_page(), voting.turnout()
    voting.fill(page, voting.code())
    send(page)
    until(page, lambda: signed(page))

    page.goto("about:blank")

    until(page, lambda: one_more(voting, before))
    page.goto(voting.address())
    thanked(page)  # it was asked again whether the ballot is there
    assert one_more(voting, before)
    assert keeps_nothing(page)


def test_a_closed_tab_is_continued_by_the_next(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    device.route("**/issue", lambda route: route.abort())
    voting.fill(page, voting.code())
    send(page)
    expect(page.get_by_text(ON_ITS_WAY)).to_be_visible()
    page.close()
    device.unroute("**/issue")

    another = device.new_page()
    another.goto(voting.address())

    thanked(another)
    assert one_more(voting, before)
    assert keeps_nothing(another)


def test_offline_between_the_two_requests(voting: Voting, device: BrowserContext) -> None:
    wait_of(device, LATEST)
    page, before = device.new_page(), voting.turnout()
    voting.fill(page, voting.code())
    send(page)
    until(page, lambda: signed(page))

    device.set_offline(True)
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    expect(page.get_by_text(ON_ITS_WAY)).to_be_visible()
    device.set_offline(False)

    thanked(page)
    assert one_more(voting, before)


def test_a_double_click_is_one_slip_and_one_ballot(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    sent = posts(page)
    voting.fill(page, voting.code())

    go_on(page)
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    thanked(page)

    assert kinds(sent) == ["issue", "cast"]
    assert one_more(voting, before)


def test_two_tabs_with_the_same_code_are_one_slip_and_one_ballot(voting: Voting, device: BrowserContext) -> None:
    first, second, before = device.new_page(), device.new_page(), voting.turnout()
    sent = posts(device)
    code = voting.code()
    voting.fill(first, code)
    voting.fill(second, code, days=5)

    send(first)
    send(second)

    thanked(first)
    # A browser may tell one tab late what another has removed: then the very same ballot is sent again.
    refused = second.get_by_role("alert").filter(has_text="If you have already answered, thank you.")
    expect(refused.or_(second.get_by_role("heading", name="Thank you"))).to_be_visible()
    assert len({request.post_data for request in sent if request.url.endswith("/cast")}) == 1
    assert one_more(voting, before)
    assert keeps_nothing(second)


@pytest.mark.slow
def test_a_second_tab_leaves_the_ballot_to_the_first(voting: Voting, device: BrowserContext) -> None:
    wait_of(device, LATEST)
    page, before = device.new_page(), voting.turnout()
    sent = posts(device)
    voting.fill(page, voting.code())
    send(page)
    until(page, lambda: signed(page))

    another = device.new_page()
    voting.follow(another, "")
    thanked(page)
    another.wait_for_timeout(1500)

    assert kinds(sent) == ["issue", "cast"]
    expect(another.locator("#earlier")).to_be_empty()
    assert one_more(voting, before)


def test_a_code_that_is_typed_again_never_gets_a_second_slip(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    device.route("**/cast", lambda route: route.abort())
    code = voting.code()
    voting.fill(page, code, days=1)
    send(page)
    until(page, lambda: signed(page))
    kept = records(page)
    page.close()
    sent = posts(device)

    another = device.new_page()
    voting.fill(another, code, days=2)
    send(another)
    expect(another.get_by_text("A ballot with this code is on its way from this browser already.")).to_be_visible()
    assert records(another) == kept
    device.unroute("**/cast")

    thanked(another)
    assert "issue" not in kinds(sent)
    assert one_more(voting, before)


def test_two_people_at_one_device_do_not_mix(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    device.route("**/cast", lambda route: route.abort())
    voting.fill(page, voting.code())
    send(page)
    until(page, lambda: signed(page))
    page.close()

    second = device.new_page()
    voting.fill(second, voting.code(), days=2)
    expect(second.get_by_text("A ballot that was sent from this browser before has not arrived yet.")).to_be_visible()
    device.unroute("**/cast")
    expect(second.get_by_text(ARRIVED)).to_be_visible()
    expect(second.get_by_label("Sales")).to_be_checked()
    send(second)

    thanked(second)
    assert one_more(voting, before, ballots=2)
    assert keeps_nothing(second)


@pytest.mark.slow
def test_another_ballot_with_the_same_slip_does_not_count(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    wait_of(device, LATEST)
    voting.fill(page, voting.code())
    send(page)
    until(page, lambda: signed(page))
    (key, kept) = page.evaluate("Object.entries(localStorage)[0]")
    thanked(page)
    other = page.evaluate(
        """kept => {
          const record = JSON.parse(kept);
          const last = record.sealed.at(-9);
          record.sealed = record.sealed.slice(0, -9) + (last === "A" ? "B" : "A") + record.sealed.slice(-8);
          return JSON.stringify(record);
        }""",
        kept,
    )

    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, other])
    page.goto(voting.address())

    expect(page.locator("#earlier")).to_have_text(
        "Another ballot was already sent with this slip. The first one counts."
    )
    assert keeps_nothing(page)
    assert one_more(voting, before)


def test_a_browser_that_keeps_nothing_says_so_and_casts(voting: Voting, device: BrowserContext) -> None:
    device.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    page, before = device.new_page(), voting.turnout()
    voting.fill(page, voting.code())

    send(page)

    expect(page.get_by_text("This browser cannot keep it: leave this page open")).to_be_visible()
    thanked(page)
    assert one_more(voting, before)


@pytest.mark.parametrize("locks", ["undefined", "{ request: () => Promise.reject(new Error('no')) }"])
def test_a_browser_without_storage_and_locks_casts(voting: Voting, device: BrowserContext, locks: str) -> None:
    device.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
        f"Object.defineProperty(navigator, 'locks', {{ value: {locks} }});"
    )
    page, before = device.new_page(), voting.turnout()
    voting.fill(page, voting.code())

    send(page)

    thanked(page)
    assert one_more(voting, before)


def test_a_browser_that_fails_at_sealing_says_so_and_sends_nothing(voting: Voting, device: BrowserContext) -> None:
    page = device.new_page()
    sent = posts(page)
    voting.fill(page, voting.code())
    page.evaluate("() => { crypto.subtle.encrypt = () => Promise.reject(new Error('no')); }")

    send(page)

    expect(page.get_by_text("Your ballot could not be sealed, and nothing was sent.")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    assert sent == []
    assert records(page) == []


def test_a_record_that_cannot_be_read_is_removed_and_harms_nobody(voting: Voting, device: BrowserContext) -> None:
    page, before = device.new_page(), voting.turnout()
    voting.follow(page, "")
    page.evaluate(
        """() => {
          localStorage.setItem("surveyapp ballot offers.1 broken", "{");
          localStorage.setItem("surveyapp ballot offers.1 empty", "{}");
        }"""
    )

    page.reload()
    voting.fill(page, voting.code())
    expect(page.locator("#earlier")).to_be_empty()
    send(page)

    thanked(page)
    assert one_more(voting, before)
    assert keeps_nothing(page)


@pytest.mark.parametrize("wrong", ['{"blind_signature": "' + "A" * 512 + '"}', '{"blind_signature": 7}', "{}", "null"])
def test_a_signature_that_does_not_hold_casts_nothing_and_is_asked_for_again(
    voting: Voting, device: BrowserContext, wrong: str
) -> None:
    page, before = device.new_page(), voting.turnout()
    sent = posts(page)
    page.route("**/issue", lambda route: route.fulfill(status=200, body=wrong))
    voting.fill(page, voting.code())
    send(page)

    expect(page.get_by_text("The server did not sign your slip properly")).to_be_visible()
    assert kinds(sent) == ["issue"]
    page.unroute("**/issue")
    page.reload()

    thanked(page)
    assert one_more(voting, before)


@pytest.mark.parametrize(
    ("route", "status", "words"),
    [
        ("issue", 400, "The server refused your ballot; it is not in the box."),
        ("issue", 410, "This survey is closed. Nothing was sent."),
        ("cast", 400, "The server refused your ballot; it is not in the box."),
        ("cast", 409, "Another ballot was already sent with this slip. The first one counts."),
        ("cast", 410, "This survey is closed. Your ballot came too late and does not count."),
    ],
)
def test_a_refusal_is_told_and_nothing_is_kept(
    voting: Voting, device: BrowserContext, route: str, status: int, words: str
) -> None:
    page = device.new_page()
    page.route(f"**/{route}", lambda crossing: crossing.fulfill(status=status, body="{}"))
    voting.fill(page, voting.code())

    send(page)

    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.get_by_label("Sales")).to_be_checked()
    assert keeps_nothing(page)


@pytest.mark.slow
def test_a_ballot_whose_slip_was_signed_reaches_the_box_after_the_close(voting: Voting, device: BrowserContext) -> None:
    """The last test of this file: it closes the wave."""
    page, before = device.new_page(), voting.turnout()
    late = device.new_page()
    device.route("**/cast", lambda route: route.abort())
    code = voting.code()
    voting.fill(page, code)
    voting.fill(late, voting.code())
    send(page)
    until(page, lambda: signed(page))
    page.close()

    voting.pilot.house.fieldwork.close(voting.pilot.key())
    send(late)
    expect(late.get_by_text("This survey is closed. Nothing was sent.")).to_be_visible()
    device.unroute("**/cast")
    late.wait_for_timeout(6000)  # pages are kept for five seconds
    late.goto(voting.address())

    expect(late.get_by_role("heading", level=1)).to_have_text("This survey is closed")
    expect(late.get_by_text(ARRIVED)).to_be_visible()
    assert one_more(voting, before)
    assert keeps_nothing(late)
