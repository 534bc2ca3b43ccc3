"""The trustee in a real browser: keys are made, tried and used, and no passphrase leaves the page."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Page, Request, expect

from surveyapp.crypto import base64url, wrapping
from surveyapp.crypto.sealing import public_bytes
from surveyapp.wave import WaveState
from surveyapp.web import assets
from tests.e2e.ballot_script import loaded
from tests.keeping import PASSWORD, staff
from tests.server import serving
from tests.story import RunningPilot, installed

PASSPHRASE = "Gr\u00fc\u00dfe an 14 Zeichen"
DEPUTY = "the deputy's own words"
VECTORS = Path(__file__).parents[1] / "vectors" / "wrapping.json"
Kept = tuple[RunningPilot, Page, list[Request]]


@pytest.fixture
def kept(tmp_path: Path, browser: Browser) -> Iterator[Kept]:
    """A pilot whose trustee is signed in on the page of the keys; every request is noted."""
    with ExitStack() as stack:
        house, client = stack.enter_context(installed(tmp_path))
        # The server checks passwords with the secret that they were made with.
        (tmp_path / "var" / "secret_key").write_text(house.secret())
        base, _ = stack.enter_context(serving(tmp_path / "var"))
        pilot = RunningPilot(house, client, key="passphrase")
        staff(pilot)
        pilot.people(10)
        context = browser.new_context(viewport={"width": 320, "height": 800}, locale="en-GB")
        page = context.new_page()
        requests: list[Request] = []
        page.on("request", lambda request: requests.append(request))  # noqa: PLW0108  # the library marks what it is given
        page.goto(f"{base}/staff/sign-in")
        page.get_by_label("E-mail address").fill("trustee@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Pilots")).to_be_visible()
        page.goto(f"{base}/staff/trustee/offers")
        yield pilot, page, requests
        context.close()


def fill(page: Page, passphrase: str = PASSPHRASE, again: str | None = None, deputy: str = "") -> None:
    page.get_by_label("Passphrase, at least 14 characters").fill(passphrase)
    page.get_by_label("The passphrase again").fill(passphrase if again is None else again)
    page.get_by_label("Passphrase of a deputy").fill(deputy)
    page.get_by_label("The passphrase of the deputy again").fill(deputy)


def make(page: Page, deputy: str = DEPUTY) -> None:
    fill(page, deputy=deputy)
    page.get_by_role("button", name="Make the keys").click()
    expect(page.get_by_role("heading", name="Is this the right passphrase?")).to_be_visible(timeout=60_000)


def answer(pilot: RunningPilot, page: Page, people: int = 10) -> None:
    for number, code in enumerate(pilot.start()[:people]):
        assert pilot.send(code, any_days=number % 8).status_code == 303
    pilot.house.fieldwork.close(pilot.key())
    page.reload()


def says(page: Page) -> list[str]:
    """Return every word of progress that was shown, as the page said it."""
    return [str(word) for word in page.evaluate("window.said")]


def listen(page: Page) -> None:
    page.evaluate(
        "() => { window.said = []; for (const place of document.querySelectorAll('[data-says]'))"
        " new MutationObserver(changes => said.push(...changes.flatMap(change => Array.from(change.addedNodes,"
        " node => node.textContent)))).observe(place, { childList: true }); }"
    )


def status(page: Page, form: str) -> object:
    return page.locator(f"form[{form}] [data-says]")


def test_keys_are_made_in_the_browser_and_python_unwraps_them(kept: Kept) -> None:
    pilot, page, requests = kept

    make(page)

    pair = pilot.house.keyring.wrapped("offers.1")
    for holder, passphrase in (("trustee", PASSPHRASE), ("deputy", DEPUTY)):
        assert public_bytes(wrapping.unwrap(pair, passphrase, "offers.1", holder)) == pair.public
    with pytest.raises(wrapping.WrongPassphraseError):
        wrapping.unwrap(pair, PASSPHRASE + "!", "offers.1", "trustee")
    assert len(pilot.house.keyring.waves()) == 4
    bodies = "".join(request.post_data or "" for request in requests)
    assert '"copies"' in bodies
    for secret in (PASSPHRASE, DEPUTY):
        assert secret not in bodies
        assert json.dumps(secret)[1:-1] not in bodies


@pytest.mark.parametrize(
    ("passphrase", "again", "deputy", "words"),
    [
        ("thirteen char", None, "", "too short"),
        (PASSPHRASE, PASSPHRASE + "x", "", "differ"),
        (PASSPHRASE, None, "short", "too short"),
        (PASSPHRASE, None, PASSPHRASE, "of their own"),
    ],
)
def test_a_passphrase_that_will_not_do_is_refused_before_anything_is_made(
    kept: Kept, passphrase: str, again: str | None, deputy: str, words: str
) -> None:
    pilot, page, _ = kept

    fill(page, passphrase, again, deputy)
    page.get_by_role("button", name="Make the keys").click()

    expect(status(page, "data-make")).to_contain_text(words)
    assert pilot.house.keyring.waves() == ()


def test_a_drawn_passphrase_is_shown_and_long_enough(kept: Kept) -> None:
    _, page, _ = kept

    page.get_by_role("button", name="Draw a passphrase").click()

    drawn = page.locator("[data-drawn]").inner_text()
    assert [len(word) for word in drawn.split()] == [4] * 6
    assert page.get_by_label("Passphrase, at least 14 characters").input_value() == drawn


def test_trying_a_passphrase_sends_nothing_but_asks_for_the_keys(kept: Kept) -> None:
    _, page, requests = kept
    make(page)
    requests.clear()

    for tried, words in ((PASSPHRASE, "opens every key"), (DEPUTY, "opens every key"), ("another one", "opens none")):
        page.get_by_label("Your passphrase").fill(tried)
        page.get_by_role("button", name="Try it").click()
        expect(status(page, "data-try")).to_contain_text(words, timeout=60_000)

    assert {request.method for request in requests} == {"GET"}
    # Browsers fetch the icon of a page when they find the time.
    asked = {request.url.rpartition("/")[2] for request in requests if not request.url.endswith(".svg")}
    assert asked == {"keys.json"}


@pytest.mark.parametrize("passphrase", [PASSPHRASE, DEPUTY])
def test_the_box_is_opened_with_progress_by_trustee_or_deputy(kept: Kept, passphrase: str) -> None:
    pilot, page, requests = kept
    make(page)
    answer(pilot, page)
    listen(page)
    place = page.locator("form[data-open]")
    place.get_by_label("Your passphrase").fill("not the passphrase")
    place.get_by_role("button", name="Open the box").click()
    expect(status(page, "data-open")).to_contain_text("This is not the passphrase", timeout=60_000)
    assert not [request for request in requests if request.url.endswith("/reveal")]

    place.get_by_label("Your passphrase").fill(passphrase)
    place.get_by_role("button", name="Open the box").dblclick()

    expect(status(page, "data-open")).to_contain_text("Done: 10 of 10 ballots count", timeout=60_000)
    said = says(page)
    order = ["The key is being unlocked", "100 % of the ballots are opened", "The box is being emptied", "Done"]
    places = [max(n for n, word in enumerate(said) if word.startswith(start)) for start in order]
    assert places == sorted(places)
    assert len([request for request in requests if request.url.endswith("/reveal")]) == 1
    assert len(pilot.house.results.packed(pilot.key())) == 10
    assert passphrase not in "".join(request.post_data or "" for request in requests)


def test_too_few_are_named_and_destroyed_after_a_second_word(kept: Kept) -> None:
    pilot, page, _ = kept
    make(page, deputy="")
    answer(pilot, page, people=3)
    place = page.locator("form[data-open]")
    destroyer = place.get_by_role("button", name="Destroy all of them unread")
    expect(destroyer).to_be_hidden()

    place.get_by_label("Your passphrase").fill(PASSPHRASE)
    place.get_by_role("button", name="Open the box").click()
    expect(status(page, "data-open")).to_contain_text("fewer than 8 valid ballots", timeout=60_000)
    assert pilot.house.results.wave(pilot.key()) is None
    destroyer.click()

    expect(status(page, "data-open")).to_contain_text("destroyed unread", timeout=60_000)
    revealed = pilot.house.results.wave(pilot.key())
    assert revealed is not None
    assert revealed.destroyed_unread
    assert pilot.house.waves.find(pilot.key()).state == WaveState.REVEALED


def test_without_script_nothing_can_be_typed(kept: Kept, browser: Browser) -> None:
    _, page, _ = kept
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()

    plain.goto(page.url)

    expect(plain.get_by_text("needs JavaScript")).to_be_visible()
    assert not [field for field in plain.locator("input[type=password]").all() if field.is_visible()]
    context.close()


# ----------------------------------------------------------------- both sides of the wrapping


def opened(page: Page, key: dict[str, object], wave: str, passphrase: str) -> bytes:
    script = "async ([key, wave, words]) => text(await keeping.openKey(key, wave, words))"
    return base64url.read(page.evaluate(script, [key, wave, passphrase]))


@pytest.fixture(scope="module")
def scripted(browser: Browser) -> Iterator[Page]:
    with loaded(browser) as page:
        page.evaluate("async address => { window.keeping = await import(address); }", assets.address("trustee.js"))
        yield page


def test_the_browser_unwraps_what_python_wrapped(scripted: Page) -> None:
    for vector in json.loads(VECTORS.read_text()):
        der = opened(scripted, vector["key"], vector["wave"], vector["passphrase"])

        assert public_bytes(wrapping.private_key(der)) == base64url.read(vector["key"]["public"]), vector["made_by"]


def test_python_unwraps_the_committed_vectors() -> None:
    for vector in json.loads(VECTORS.read_text()):
        key = wrapping.from_plain(vector["key"])

        private = wrapping.unwrap(key, vector["passphrase"], vector["wave"], vector["holder"])

        assert public_bytes(private) == key.public, vector["made_by"]


def test_python_unwraps_what_the_browser_wraps_now(scripted: Page) -> None:
    made = scripted.evaluate("() => keeping.makeKey('offers.7', { trustee: ' Caf\\u00e9 am Eck, 14 ' })")

    key = wrapping.from_plain(made)

    private = wrapping.unwrap(key, "Cafe\u0301 am Eck, 14", "offers.7", "trustee")
    assert isinstance(private.curve, ec.SECP256R1)
    assert public_bytes(private) == key.public


def test_the_browser_refuses_a_key_whose_public_half_was_exchanged(scripted: Page) -> None:
    first, second = (vector["key"] for vector in json.loads(VECTORS.read_text()))
    vector = json.loads(VECTORS.read_text())[0]

    name = scripted.evaluate(
        "([key, wave, words]) => keeping.openKey(key, wave, words).then(() => null, error => error.constructor.name)",
        [first | {"public": second["public"]}, vector["wave"], vector["passphrase"]],
    )

    assert name == "WrongPassphraseError"
