"""Pilots side by side on the screen: for whom, of which pilots, and the same numbers as on paper and in the table."""

import csv
import io
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pikepdf
import pytest
from flask.testing import FlaskClient

from analysis.wording import wording
from surveyapp.app import House
from surveyapp.results.store import ReleaseEntry
from surveyapp.web.security import NewAccount, StaffRole
from tests import tagged
from tests.inspecting import InspectingClient
from tests.story import RunningPilot, installed
from tests.web.test_staff import signed_in

ADDRESSES = ("/staff/comparison", "/staff/comparison.pdf", "/staff/comparison.csv")
DUMPS = Path(__file__).parents[1] / "dumps"
PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Company:
    """Two pilots: the first with a readout, the second before its first wave."""

    offers: RunningPilot
    claims: RunningPilot

    def enter(self, who: str) -> InspectingClient:
        return signed_in(self.offers, who, PASSWORD)


class Tables(HTMLParser):
    """The rows of all tables without spaces, and where links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[tuple[str, ...]] = []
        self.links: list[str] = []
        self._cells: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(str(dict(attrs)["href"]))
        elif tag == "tr":
            self._cells = []
        elif tag in {"th", "td"}:
            self._cells.append("")
        if tag in {"tbody", "th", "td"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr" and "tbody" in self._open:
            self.rows.append(tuple(self._cells))
        if tag in {"tbody", "th", "td"}:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if {"th", "td"} & set(self._open):
            self._cells[-1] += squeezed(data)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


ROLES = {
    "hr": {"offers": StaffRole.HR},
    "hr-of-both": {"offers": StaffRole.HR, "claims": StaffRole.HR},
    "hr-and-lead": {"offers": StaffRole.LEAD, "claims": StaffRole.HR},
    "lead": {"offers": StaffRole.LEAD},
    "trustee": {"offers": StaffRole.TRUSTEE},
    "stranger": {},
}


def administrator(house: House, client: FlaskClient) -> None:
    with client.application.app_context():
        house.accounts.add(NewAccount("admin@example.org", "Admin", PASSWORD, administrator=True))


def two_pilots(house: House, client: FlaskClient) -> Company:
    offers = RunningPilot(house, client)
    offers.people(12)
    for number, code in enumerate(offers.start()):
        offers.send(code, any_days=number % 8)
    offers.close_and_reveal()
    house.reporting.report("offers", languages=("de",))
    claims = RunningPilot(house, client, "claims")
    claims.people(12)
    administrator(house, client)
    return Company(offers, claims)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Two pilots that stay as they are, and an account for every combination of roles that matters."""
    with installed(tmp_path_factory.mktemp("company")) as (house, client):
        made = two_pilots(house, client)
        with client.application.app_context():
            for name, roles in ROLES.items():
                house.accounts.add(NewAccount(f"{name}@example.org", name, PASSWORD, roles=roles))
        yield made


@pytest.fixture
def going_on(tmp_path: Path) -> Iterator[Company]:
    """Two pilots that go on."""
    with installed(tmp_path) as (house, client):
        yield two_pilots(house, client)


def table(client: InspectingClient) -> list[dict[str, str]]:
    text = client.raw("/staff/comparison.csv").data.decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def paper(client: InspectingClient) -> str:
    content = client.raw("/staff/comparison.pdf").data
    return subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("admin", {"offers", "claims"}),
        ("hr-of-both", {"offers", "claims"}),
        ("hr", {"offers"}),
        ("hr-and-lead", {"claims"}),
    ],
)
def test_administrators_see_all_pilots_and_hr_its_own(company: Company, who: str, seen: set[str]) -> None:
    client = company.enter(who)

    assert client.get("/staff/comparison").heading == "Pilots side by side"
    links = Tables(client.raw("/staff/comparison").text).links
    assert {link.split("/")[3] for link in links if re.match("/staff/(results|pilots)/", link)} == seen
    assert {row["pilot"] for row in table(client)} == seen
    assert ("Readout 1" in paper(client)) == ("offers" in seen)
    assert ("Wave 1 is planned" in paper(client)) == ("claims" in seen)
    assert "/staff/comparison" in Tables(client.raw("/staff/").text).links


@pytest.mark.parametrize("who", ["lead", "trustee", "stranger"])
def test_nobody_else_learns_that_there_is_something_to_compare(company: Company, who: str) -> None:
    client = company.enter(who)

    refusal = client.raw("/staff/pilots/no-such-pilot").text
    for address in ADDRESSES:
        answer = client.raw(address)
        assert (answer.status_code, answer.text) == (404, refusal)
    assert "/staff/comparison" not in client.raw("/staff/").text


def test_without_sign_in_it_leads_to_sign_in(company: Company) -> None:
    client = InspectingClient(company.offers.client)

    for address in ADDRESSES:
        assert client.get(address).heading.strip() == "Sign in"


def test_every_link_of_the_page_leads_where_its_reader_may_go(company: Company) -> None:
    client = company.enter("hr-and-lead")

    links = [link for link in Tables(client.raw("/staff/comparison").text).links if link.startswith("/staff/")]

    assert "/staff/pilots/claims" in links
    assert [client.raw(link).status_code for link in links] == [200] * len(links)


@pytest.mark.parametrize("language", ["en", "de"])
def test_page_and_paper_have_the_same_cells_in_the_readers_language(company: Company, language: str) -> None:
    client = company.enter("admin")

    page = client.raw("/staff/comparison", language)
    content = client.raw("/staff/comparison.pdf", language)

    rows = Tables(page.text).rows
    with pikepdf.open(io.BytesIO(content.data)) as pdf:
        assert rows == tagged.rows(pdf)
        assert pdf.Root.Lang == language
    assert [len(row) for row in rows] == [8, 2]
    assert f'<html lang="{language}">' in page.text
    assert content.headers["Content-Type"] == "application/pdf"
    assert content.data == client.raw("/staff/comparison.pdf", language).data


@pytest.mark.parametrize("language", ["en", "de"])
def test_page_and_table_have_the_same_numbers(company: Company, language: str) -> None:
    client = company.enter("admin")
    words = wording(language)

    cells = Tables(client.raw("/staff/comparison", language).text).rows[0]
    rows = [row for row in table(client) if row["pilot"] == "offers"]

    assert [row["gate"] for row in rows] == ["kpi", "adoption", "impact", "readiness", "owners"]
    for row, cell in zip(rows, cells[2:7], strict=True):
        assert squeezed(words.phrase(row["verdict"])) in cell
        for name in ("threshold", "estimate"):
            value = float(row[name] or "nan")
            written = words.percent(value) if row["unit"] == "share" else words.amount(value, row["unit"])
            assert not row[name] or squeezed(written) in cell, (name, cell)
    assert squeezed(words.phrase(rows[0]["decision"])) == cells[1]
    assert re.fullmatch(r"1 baseline \d{4}-\d\d-\d\d 12/12", rows[0]["waves"])
    assert cells[7].endswith("12von12(100%)" if language == "de" else "12of12(100%)")
    assert cells[5].endswith(
        squeezed(words.phrase("%(done)s of %(items)s items done", done=rows[0]["items_done"], items=rows[0]["items"]))
    )


def waits_for(company: Company, pilot: str) -> str:
    return next(row["waits_for"] for row in table(company.enter("admin")) if row["pilot"] == pilot)


def test_a_pilot_says_at_every_step_what_it_waits_for(going_on: Company) -> None:
    claims, house = going_on.claims, going_on.claims.house

    def answered() -> None:
        for code in claims.start():
            claims.send(code, any_days=2)

    steps: list[Callable[[], object]] = [
        answered,
        lambda: house.fieldwork.close(claims.key()),
        lambda: house.revealing.reveal(claims.key()),
        lambda: house.reporting.report("claims", languages=("en",)),
        lambda: house.fieldwork.cancel(claims.key(2)) if claims.start(2) else None,
    ]
    said = [waits_for(going_on, "claims")]
    for step in steps:
        step()
        said.append(waits_for(going_on, "claims"))

    assert [re.sub(r" \d+ \w+ \d{4}\.", " DAY.", sentence) for sentence in said] == [
        "Wave 1 is planned for DAY.",
        "Wave 1 is open until DAY.",
        "Wave 1 is closed; its ballot box is not opened yet.",
        "Wave 1 is revealed; no readout tells of it yet.",
        "Wave 2 is planned for DAY.",
        "Wave 3 is planned for DAY.",
    ]


def test_what_was_destroyed_unread_is_not_waited_for(going_on: Company) -> None:
    going_on.claims.start()
    going_on.claims.close_without_ballots()
    wave = going_on.claims.house.revealing.reveal(going_on.claims.key(), destroy_too_few=True)

    assert wave.destroyed_unread
    assert waits_for(going_on, "claims").startswith("Wave 2 is planned for")


def test_a_readout_up_to_an_earlier_wave_does_not_take_the_place_of_the_latest(going_on: Company) -> None:
    offers, house = going_on.offers, going_on.offers.house
    for code in offers.start(2):
        offers.send(code, 2)
    offers.close_and_reveal(2)
    house.reporting.report("offers", languages=("en",))
    later = house.reporting.report("offers", wave=1, languages=("en", "de"))

    rows = table(going_on.enter("admin"))

    assert (later.entry.number, later.entry.wave) == (3, 1)
    assert {(row["readout"], row["up_to_wave"]) for row in rows if row["pilot"] == "offers"} == {("2", "2")}


def test_a_readout_of_an_earlier_version_is_refused_in_its_row_alone(going_on: Company) -> None:
    house = going_on.claims.house
    database = sqlite3.connect(":memory:")
    database.executescript((DUMPS / "0.2.0" / "results.sql").read_text("utf-8"))
    published, digest = database.execute("SELECT published, sha256 FROM release").fetchone()
    database.close()
    entry = ReleaseEntry("claims", 1, 1, "0" * 64, published, digest, house.clock().date())
    house.results.publish(entry, {"report.json": published})
    client = going_on.enter("admin")

    client.get("/staff/comparison")
    told, refused = Tables(client.raw("/staff/comparison").text).rows

    assert len(told) == 8
    assert "Readout1hasaformthatthisversiondoesnotread" in refused[1]
    assert refused[1].endswith("surveyappreportclaims")


def test_a_charter_that_is_not_locked_waits_for_its_lock(going_on: Company) -> None:
    desk = going_on.claims.house.desk
    charter = desk.charter("claims")
    desk.create("draft", "A draft", charter.charter, charter.sha256)

    rows = Tables(going_on.enter("admin").raw("/staff/comparison").text).rows

    assert rows[1] == ("Adraft", "Itscharterisnotlockedyet.surveyapppilotlockdraft")


def test_without_pilots_the_page_says_what_to_do_next(tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        administrator(house, client)
        staff = InspectingClient(client)
        staff.submit(staff.get("/staff/sign-in").forms[0], email="admin@example.org", password=PASSWORD)

        text = staff.raw("/staff/comparison").text

        assert staff.get("/staff/comparison").heading == "Pilots side by side"
        assert "<code>surveyapp pilot create CHARTER.yaml</code>" in text
        assert "surveyapp pilot create CHARTER.yaml" in paper(staff)
        assert table(staff) == []
