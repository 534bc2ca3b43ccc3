"""A backup taken while the wave was open, in the hands of somebody else, or put back after the reveal."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from surveyapp.app import House
from surveyapp.crypto.keyring import KeyMissingError, Keyring
from surveyapp.crypto.sealing import SealBrokenError, SealedBallot, unseal
from surveyapp.errors import RefusedError
from surveyapp.wave import WaveState
from tests.story import RunningPilot

PEOPLE = 12
DATABASES = ("desk", "office", "results")


def backed_up(pilot: RunningPilot, var: Path, backup: Path) -> dict[bytes, int]:
    """Let everybody vote, then back the databases up; return what an attacker wants to know: who gave which answer."""
    pilot.people(PEOPLE)
    backup.mkdir()
    truth = {}
    before: set[bytes] = set()
    for number, code in enumerate(pilot.start()):
        pilot.send(code, any_days=number % 8)
        with sqlite3.connect(var / "office.sqlite") as connection:
            issued = {row[0] for row in connection.execute("SELECT person_id FROM ledger WHERE state = 'issued'")}
        connection.close()
        ((person),) = issued - before
        truth[person], before = number % 8, issued
    for name in DATABASES:
        source, target = (sqlite3.connect(folder / f"{name}.sqlite") for folder in (var, backup))
        source.backup(target)
        source.close()
        target.close()
    return truth


def sealed_in(backup: Path) -> list[SealedBallot]:
    with sqlite3.connect(backup / "office.sqlite") as connection:
        rows = connection.execute("SELECT sealed FROM box").fetchall()
    connection.close()
    return [SealedBallot(row[0]) for row in rows]


def opened(keys: Path, backup: Path) -> int:
    """Return how many ballots of the backup these keys open."""
    key = Keyring(keys).box_key("offers.1")
    count = 0
    for sealed in sealed_in(backup):
        try:
            unseal(sealed, key, "offers.1")
        except SealBrokenError:
            continue
        count += 1
    return count


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


def test_without_the_keys_a_backup_stays_sealed(pilot: RunningPilot, var: Path, tmp_path: Path) -> None:
    backed_up(pilot, var, tmp_path / "backup")
    pilot.close_and_reveal()

    with pytest.raises(KeyMissingError):
        opened(var / "keys", tmp_path / "backup")
    raw = b"".join(path.read_bytes() for path in (tmp_path / "backup").iterdir())
    assert b"PRIVATE KEY" not in raw
    assert len(sealed_in(tmp_path / "backup")) == PEOPLE


def test_another_waves_key_opens_nothing(pilot: RunningPilot, var: Path, tmp_path: Path) -> None:
    backed_up(pilot, var, tmp_path / "backup")
    Keyring(tmp_path / "other").make_box_key("offers.1")

    assert opened(tmp_path / "other", tmp_path / "backup") == 0


def test_a_backup_that_holds_the_keys_too_opens_every_ballot(pilot: RunningPilot, var: Path, tmp_path: Path) -> None:
    backed_up(pilot, var, tmp_path / "backup")
    shutil.copytree(var / "keys", tmp_path / "keys")
    pilot.close_and_reveal()

    assert opened(tmp_path / "keys", tmp_path / "backup") == PEOPLE


def test_an_office_put_back_after_the_reveal_is_emptied_again_and_reveals_nothing_twice(
    pilot: RunningPilot, var: Path, tmp_path: Path
) -> None:
    backed_up(pilot, var, tmp_path / "backup")
    pilot.close_and_reveal()
    answers = pilot.house.results.packed(pilot.key())
    pilot.house.close()
    for leftover in var.glob("office.sqlite-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "backup" / "office.sqlite", var / "office.sqlite")

    house = House(pilot.house.settings)
    revealed = house.revealing.reveal(pilot.key())

    assert revealed.revealed == PEOPLE
    assert house.results.packed(pilot.key()) == answers
    assert house.waves.find(pilot.key()).state == WaveState.REVEALED
    assert not list(house.box.ballots(pilot.key()))
    house.close()


def test_results_put_back_from_before_the_reveal_are_not_made_up(
    pilot: RunningPilot, var: Path, tmp_path: Path
) -> None:
    backed_up(pilot, var, tmp_path / "backup")
    pilot.close_and_reveal()
    pilot.house.close()
    for leftover in var.glob("results.sqlite-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "backup" / "results.sqlite", var / "results.sqlite")

    house = House(pilot.house.settings)
    with pytest.raises(RefusedError, match="revealed before"):
        house.revealing.reveal(pilot.key())
    house.close()
