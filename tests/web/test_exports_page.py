"""The page of HR: what can be downloaded, how many rows and gaps it has, and how its rows look."""

import csv
import hashlib
import io
import re
import zipfile

import pytest

from tests.inspecting import InspectingClient
from tests.story import RunningPilot
from tests.web.test_staff import signed_in, staffed

__all__ = ["staffed"]

ADDRESS = "/staff/results/offers/1/exports"


@pytest.fixture
def client(staffed: RunningPilot) -> InspectingClient:  # a fixture of another file
    staffed.house.reporting.report("offers", languages=("de", "en"))
    return signed_in(staffed, "hr")


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>|\s+", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows
    ]


def test_every_file_is_listed_with_rows_gaps_and_the_hash_of_what_is_downloaded(client: InspectingClient) -> None:
    page = client.get(ADDRESS)
    listed = {row[0]: row for row in cells(client.raw(ADDRESS).text) if row}

    for name in ("export.zip", "export.xlsx", "export.sav"):
        content = client.raw(f"/staff/results/offers/1/{name}").data
        assert listed[name][4] == hashlib.sha256(content).hexdigest()
    with zipfile.ZipFile(io.BytesIO(client.raw("/staff/results/offers/1/export.zip").data)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode(), newline="")))
        inside = {name: archive.read(name) for name in archive.namelist()}
    gaps = sum(row["status"] != "published" for row in rows)
    assert gaps > 0
    for name in ("export.zip", "results.csv", "excel-de/results.csv"):
        assert listed[name][1:3] == [str(len(rows)), str(gaps)]
    for name, content in inside.items():
        assert name == "manifest.json" or listed[name][4] == hashlib.sha256(content).hexdigest()
    assert page.heading == "Tables of readout 1"


def test_the_first_ten_rows_are_shown_as_they_are(client: InspectingClient) -> None:
    with zipfile.ZipFile(io.BytesIO(client.raw("/staff/results/offers/1/export.zip").data)) as archive:
        head, *rows = csv.reader(io.StringIO(archive.read("results.csv").decode(), newline=""))

    shown = [row for row in cells(client.raw(ADDRESS).text) if len(row) == len(head)]

    assert shown == [head, *rows[:10]]


@pytest.mark.parametrize(("who", "status"), [("lead", 404), ("trustee", 404), ("stranger", 404), ("admin", 200)])
def test_who_may_not_export_does_not_find_the_page(staffed: RunningPilot, who: str, status: int) -> None:
    staffed.house.reporting.report("offers", languages=("en",))

    signed_in(staffed, who).get(ADDRESS, status=status)


def test_before_the_first_readout_the_page_says_how_to_make_one(staffed: RunningPilot) -> None:
    assert signed_in(staffed, "hr").get(ADDRESS).heading == "No readout yet"
