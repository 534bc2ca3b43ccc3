"""The readout on the screen: the figures of the release, in every language it was made in, sorted by links."""

import re
import sqlite3
from contextlib import closing

import pytest

from tests.inspecting import InspectingClient
from tests.story import RunningPilot
from tests.web.test_staff import signed_in, staffed

__all__ = ["staffed"]

ADDRESS = "/staff/results/offers/1"


@pytest.fixture
def lead(staffed: RunningPilot) -> InspectingClient:  # a fixture of another file
    staffed.house.reporting.report("offers", languages=("de", "en"))
    return signed_in(staffed, "lead")


def test_the_page_speaks_the_readers_language_unless_another_is_asked_for(lead: InspectingClient) -> None:
    english, german = lead.raw(ADDRESS).text, lead.raw(f"{ADDRESS}?lang=de").text

    assert '<article lang="en">' in english
    assert '<article lang="de">' in german
    assert "Should it be rolled out?" in english
    assert "Soll eingeführt werden?" in german
    assert '<article lang="en">' in lead.raw(f"{ADDRESS}?lang=fr").text


def test_every_link_of_the_page_leads_somewhere(lead: InspectingClient) -> None:
    lead.get(ADDRESS)
    page = lead.raw(ADDRESS).text

    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert len(targets) > 12
    assert targets <= set(re.findall(r'id="([^"]+)"', page)) | {"main"}


def test_a_link_sorts_the_table_and_leads_to_it(lead: InspectingClient) -> None:
    page = lead.raw(ADDRESS).text
    link = next(found for found in re.findall(r'href="(\?[^"]*sort=table-[^"]*)"', page) if "by=1" in found)

    query, _, place = link.replace("&amp;", "&").partition("#")
    again = lead.raw(ADDRESS + query).text

    lead.get(ADDRESS + query)
    assert 'aria-sort="ascending"' not in page
    assert 'aria-sort="ascending"' in again
    assert re.search(rf'<details id="{place}" open>|<div class="whole" id="{place}">', again)


def test_pictures_are_allowed_where_they_are_and_nowhere_else(lead: InspectingClient) -> None:
    assert "img-src 'self' data:;" in lead.raw(ADDRESS).headers["Content-Security-Policy"]
    assert "data:" not in lead.raw("/staff/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM document WHERE name LIKE 'screen.%'",
        "UPDATE document SET content = x'7b7d' WHERE name LIKE 'screen.%'",
    ],
    ids=["none kept", "another form"],
)
def test_a_readout_of_an_older_program_still_hands_out_its_files(staffed: RunningPilot, change: str) -> None:
    house = staffed.house
    house.reporting.report("offers", languages=("en",))
    with closing(sqlite3.connect(house.settings.var_dir / "results.sqlite")) as database, database:
        assert database.execute(change).rowcount == 1
    client = signed_in(staffed, "lead")

    page = client.get(ADDRESS)

    assert page.heading == "Readout 1"
    assert client.raw(f"{ADDRESS}/readout.pdf").data.startswith(b"%PDF-")
    assert "<article" not in client.raw(ADDRESS).text
