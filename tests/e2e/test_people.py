"""The people of a pilot in a real browser: on a phone and on a desk, light and dark, with files and by keyboard."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from surveyapp.office.people import Entry
from tests.e2e.axe import violations
from tests.keeping import PASSWORD, staff
from tests.server import serving
from tests.spreadsheets import workbook
from tests.story import RunningPilot, installed

LIST = [
    ("E-Mail", "Name", "Team", "Sprache"),
    ("s1@example.org", "Person 1", "Sales", "en"),
    ("s2@example.org", "Person 2 with another name", "Customer support", "de"),
    ("new@example.org", "Somebody New", "Engineering", "de"),
]
Opening = Callable[..., Page]


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningPilot, str]]:
    """A server with two pilots: one with people, some in a team that is too small, and one without."""
    folder = tmp_path_factory.mktemp("people")
    with ExitStack() as stack:
        house, client = stack.enter_context(installed(folder))
        (folder / "var" / "secret_key").write_text(house.secret())
        made = RunningPilot(house, client)
        staff(made)
        RunningPilot(house, client, "claims")
        people = [Entry(f"s{n}@example.org", f"Person {n}", "sales", "en") for n in range(60)]
        house.people.enter(
            "offers", [*people, Entry("long.address.of.somebody@support.example.org", "", "support", "de")]
        )
        address, _ = stack.enter_context(serving(folder / "var"))
        yield made, address


@pytest.fixture
def opened(pilot: tuple[RunningPilot, str], browser: Browser, signed_in: dict[str, object]) -> Iterator[Opening]:
    with ExitStack() as stack:

        def open_page(path: str, *, width: int = 1280, scheme: str = "light", locale: str = "en-GB") -> Page:
            context: BrowserContext = browser.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
                locale=locale,
                storage_state=signed_in,  # type: ignore[arg-type]  # as another context gave it
            )
            stack.callback(context.close)
            page = context.new_page()
            page.goto(f"{pilot[1]}/staff/people/{path}")
            return page

        yield open_page


@pytest.fixture(scope="module")
def signed_in(pilot: tuple[RunningPilot, str], browser: Browser) -> dict[str, object]:
    """The cookie of an administrator."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{pilot[1]}/staff/sign-in")
    page.locator("input[name=email]").fill("admin@example.org")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("h1")).to_have_text("Pilots")
    state = context.storage_state()
    context.close()
    return dict(state)


def handed_in(page: Page, name: str, data: bytes) -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.locator("main form button[type=submit]").first.click()


WRONG = b"email,team\nnobody,Sales\n" + b"".join(b"x%d@example.org,Moon\n" % n for n in range(3))
STATES: dict[str, Callable[[Page], None]] = {
    "offers": lambda _: None,
    "claims": lambda _: None,
    "offers/import": lambda _: None,
    "offers/import#wrong": lambda page: handed_in(page, "people.csv", WRONG),
    "offers/import#columns": lambda page: handed_in(page, "people.csv", b"A;B\n1;ada@example.org\n"),
    "offers/import#differences": lambda page: handed_in(page, "people.xlsx", workbook(LIST)),
    "offers#person": lambda page: page.get_by_role("link", name="s1@example.org").click(),
}


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_in_the_way_of_any_reader(opened: Opening, state: str, width: int, scheme: str) -> None:
    page = opened(state.partition("#")[0], width=width, scheme=scheme, locale="de-DE" if width == 320 else "en-GB")
    STATES[state](page)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1


def test_controls_are_large_enough_for_a_thumb(opened: Opening) -> None:
    page = opened("offers/import", width=320)
    handed_in(page, "people.csv", b"A;B\n1;ada@example.org\n")

    expect(page.locator("#column-1")).to_be_visible()
    boxes = page.locator("main select, main input:visible, main button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )

    assert len(boxes) >= 4
    assert min(boxes) >= 44


def test_a_list_goes_from_a_file_to_the_pilot_without_script(
    pilot: tuple[RunningPilot, str], browser: Browser, signed_in: dict[str, object]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE", storage_state=signed_in)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{pilot[1]}/staff/people/claims")

    page.get_by_role("link", name="Liste importieren").click()
    handed_in(page, "people.csv", "Wer;Wo\r\nMüller, Ada;ada@example.org\r\n".encode("cp1252"))
    page.locator("#column-1").select_option("name")
    page.locator("#column-2").select_option("email")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("h1")).to_have_text("Was diese Liste ändern würde")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".notice")).to_have_text("1 hinzugefügt, 0 geändert, 0 unverändert, 0 ausgeschieden.")
    page.get_by_role("link", name="ada@example.org").click()
    page.locator("#sure").check()
    page.get_by_role("button", name="Von der Liste nehmen").click()

    expect(page.locator("h1")).to_have_text("Personen")
    expect(page.locator("main")).to_contain_text("Noch steht niemand auf der Liste")
    assert pilot[0].house.people.list_of("claims") == ()
    context.close()


def test_a_pasted_table_keeps_what_browsers_make_of_its_line_ends(
    opened: Opening, pilot: tuple[RunningPilot, str]
) -> None:
    page = opened("offers/import")
    page.locator("#pasted").fill('email\tname\ttab\nquoted@example.org\t"Ada ""the first"""\tx\n')
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("button", name="Store it").click()

    expect(page.locator("h1")).to_have_text("People")
    stored = {entry.email: entry.name for entry in pilot[0].house.people.list_of("offers")}
    assert stored["quoted@example.org"] == 'Ada "the first"'
