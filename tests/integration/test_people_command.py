"""Lists of people at the command line: who is in no file leaves, and who asks for it is erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from surveyapp import logs
from surveyapp.__main__ import main
from surveyapp.app import House
from surveyapp.desk.tables import AUDIT_ENTRY
from tests.story import RunningPilot, installed

LIST = "email,name,group\np0@example.org,Person 0,sales\np1@example.org,Ada Berger,sales\nnew@example.org,Eva,sales\n"


@pytest.fixture
def pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningPilot]:
    """A pilot with four people and an open wave, on the installation that the commands work on."""
    monkeypatch.setenv("SURVEYAPP_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(LIST, "utf-8")
    with installed(tmp_path) as (house, client):
        made = RunningPilot(house, client)
        made.people(4)
        made.start()
        yield made
    # Commands say how much this process logs; the tests after these log as processes do that say nothing.
    logs.configure(quiet=True)


def addresses(house: House) -> set[str | None]:
    return {entry.email for entry in house.people.list_of("offers")}


def audited(house: House) -> list[tuple[str, str]]:
    with house.engines["desk"].connect() as connection:
        rows = connection.execute(AUDIT_ENTRY.select().order_by(AUDIT_ENTRY.c.at)).all()
    return [(row.action, row.detail) for row in rows if row.action.startswith("people")]


def test_whoever_is_not_in_the_file_leaves_if_that_is_said(
    pilot: RunningPilot, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["people", "import", "offers", "people.csv"]

    assert main([*words, "--leave", "--dry-run"]) == 0
    assert "1 added, 1 changed, 1 unchanged, 2 left" in capsys.readouterr().out
    assert main(words) == 0
    assert len(addresses(pilot.house)) == 5
    assert main([*words, "--leave"]) == 0

    assert "0 added, 0 changed, 3 unchanged, 2 left" in capsys.readouterr().out
    assert addresses(pilot.house) == {"p0@example.org", "p1@example.org", "new@example.org"}
    assert audited(pilot.house) == [("people import", "3 rows")] * 2


def test_somebody_is_erased_on_request_while_a_wave_is_open(
    pilot: RunningPilot, capsys: pytest.CaptureFixture[str]
) -> None:
    before = pilot.house.rosters.counts(pilot.key())

    assert main(["people", "erase", "offers", " P1@example.org "]) == 0
    assert "erased" in capsys.readouterr().out
    assert main(["people", "erase", "offers", "p1@example.org"]) == 0

    assert "nobody on the list has this address" in capsys.readouterr().out
    assert "p1@example.org" not in addresses(pilot.house)
    assert pilot.house.rosters.counts(pilot.key()) == before
    assert audited(pilot.house) == [("people erase", "")]


def test_of_a_pilot_that_is_not_there_nobody_is_erased(pilot: RunningPilot, capsys: pytest.CaptureFixture[str]) -> None:
    del pilot

    assert main(["people", "erase", "nobody", "p1@example.org"]) == 1
    assert "there is no pilot of this name" in "".join(capsys.readouterr())
