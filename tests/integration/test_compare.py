"""`surveyapp compare`: the files of all pilots, the same as those of the page, the same bytes twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from surveyapp import logs
from surveyapp.__main__ import main
from tests.story import RunningPilot, installed
from tests.web.test_comparison_page import administrator
from tests.web.test_staff import PASSWORD, signed_in


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to write to, on an installation of its own."""
    monkeypatch.setenv("SURVEYAPP_VAR_DIR", str(tmp_path / "var"))
    yield tmp_path / "out"
    # Commands say how much this process logs; the tests after these log as processes do that say nothing.
    logs.configure(quiet=True)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_its_files_are_those_of_the_page_and_the_same_twice(folder: Path, tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        pilot = RunningPilot(house, client)
        administrator(house, client)
        staff = signed_in(pilot, "admin", PASSWORD)
        answers = {ending: staff.raw(f"/staff/comparison.{ending}").data for ending in ("pdf", "csv")}

    assert main(["compare", "--out", str(folder)]) == 0
    first = contents(folder)
    assert main(["compare", "--out", str(folder)]) == 0

    assert set(first) == {"comparison.pdf", "comparison.de.pdf", "comparison.csv"}
    assert contents(folder) == first
    assert first["comparison.pdf"] == answers["pdf"]
    assert first["comparison.csv"] == answers["csv"]
    assert b"offers" in first["comparison.csv"]


def test_the_first_language_is_the_main_one(folder: Path, tmp_path: Path) -> None:
    with installed(tmp_path) as (house, client):
        RunningPilot(house, client)

    assert main(["compare", "--lang", "de", "--out", str(folder)]) == 0

    assert set(contents(folder)) == {"comparison.pdf", "comparison.csv"}
    assert "geplant" in contents(folder)["comparison.csv"].decode()


def test_an_unknown_language_is_refused_and_nothing_is_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with installed(tmp_path):
        pass

    assert main(["compare", "--lang", "en,xx", "--out", str(folder)]) == 1

    assert "no language is called 'xx'" in capsys.readouterr().err
    assert not folder.exists()


def test_without_an_installation_it_says_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--out", str(folder)]) == 3

    assert "surveyapp init" in capsys.readouterr().err
