"""Backups: everything comes back, in whatever kind of database; no key is in them, and nothing is done by halves."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.app import House, web_application
from surveyapp.backups import Backup, Backups, discard_old, found, read_backup
from surveyapp.copying import contents, is_empty
from surveyapp.desk.tables import DESK
from surveyapp.errors import EnvironmentProblemError, InputError
from surveyapp.office.tables import OFFICE
from surveyapp.results.tables import RESULTS
from surveyapp.schema import DATABASES
from surveyapp.settings import Settings
from tests import databases as real
from tests.integration.test_dumps import VERSIONS
from tests.integration.test_dumps import restore as restore_dump
from tests.story import RunningPilot, installed

TABLES = {"desk": DESK, "office": OFFICE, "results": RESULTS}
KINDS = ["sqlite", "postgresql"]


@contextmanager
def pilot_on(kind: str, folder: Path) -> Iterator[RunningPilot]:
    """A pilot in databases of *kind*."""
    folder.mkdir()
    with ExitStack() as stack:
        urls = {}
        if kind == "postgresql":
            urls = {f"{name}_url": url for name, url in stack.enter_context(real.postgresql()).urls.items()}
        house, client = stack.enter_context(installed(folder, **urls))
        yield RunningPilot(house, client)


@contextmanager
def nothing_on(kind: str, folder: Path) -> Iterator[House]:
    """An installation of *kind* in which not even a table is."""
    folder.mkdir()
    with ExitStack() as stack:
        urls: dict[str, str] = {}
        if kind == "postgresql":
            urls = {f"{name}_url": stack.enter_context(real.empty_postgresql()) for name in DATABASES}
        house = House(Settings(var_dir=folder / "var", secret_key="not a secret", **urls))  # type: ignore[arg-type]
        stack.callback(house.close)
        yield house


def held(house: House) -> dict[str, object]:
    return {name: contents(engine, TABLES[name]) for name, engine in house.engines.items()}


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_a_restored_installation_goes_on_where_the_backup_was_made(tmp_path: Path, source: str, target: str) -> None:
    with pilot_on(source, tmp_path / "one") as pilot, nothing_on(target, tmp_path / "two") as other:
        pilot.people(9)
        for code in pilot.start():
            assert pilot.send(code).status_code == 303
        pilot.close_and_reveal()
        codes = pilot.start(2)
        for code in codes[:4]:
            assert pilot.send(code, 2).status_code == 303
        backup = pilot.house.backups.write(tmp_path / "backups")
        before = held(pilot.house)

        restored = other.backups.restore(backup.folder)

        assert restored == backup
        assert held(other) == before == {name: kept.contents for name, kept in backup.databases.items()}
        assert other.custody.without_key() == ("offers.2",)
        shutil.copytree(pilot.house.settings.keys, other.settings.keys)
        assert other.custody.without_key() == ()
        there = _Continued(other, web_application(other).test_client(), pilot)
        assert [there.send(code) for code in codes] == [422] * 4 + [303] * 5
        other.fieldwork.close(pilot.key(2))
        assert other.revealing.reveal(pilot.key(2)).revealed == 9
        assert other.results.wave(pilot.key(1)) == pilot.house.results.wave(pilot.key(1))


class _Continued(RunningPilot):
    """The second wave of a pilot that is in its databases already."""

    def __init__(self, house: House, client: FlaskClient, before: RunningPilot) -> None:
        self.house, self.client, self.slug = house, client, before.slug

    def send(self, code: str, number: int = 2, **values: object) -> int:  # type: ignore[override]  # the status is enough
        return super().send(code, number, **values).status_code


def test_a_backup_is_private_and_holds_no_key_and_no_code(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(9)
    codes = pilot.start()
    backup = pilot.house.backups.write(tmp_path / "backups")

    files = sorted(backup.folder.iterdir())
    assert [file.name for file in files] == ["backup.json", "desk.sqlite", "office.sqlite", "results.sqlite"]
    assert stat.S_IMODE(backup.folder.stat().st_mode) == 0o700
    everything = b"".join(file.read_bytes() for file in files)
    assert b"p1@example.org" in everything
    keys = [file.read_bytes() for file in pilot.house.settings.keys.iterdir() if "offers" in file.name]
    assert len(keys) == 2
    assert not any(key.strip() in everything for key in keys)
    assert not any(code.encode() in everything or code.replace("-", "").encode() in everything for code in codes)


def test_the_folder_of_backups_may_not_hold_the_keys(pilot: RunningPilot) -> None:
    var = pilot.house.settings.var_dir
    pilot.people(9)
    pilot.start()

    for folder in (var, var / "keys", var.parent):
        with pytest.raises(EnvironmentProblemError, match="the key directory lies inside this folder"):
            pilot.house.backups.write(folder)

    assert not list(var.parent.rglob("backup.json"))
    assert pilot.house.backups.write(var / "backups").folder.exists()


def test_while_ballots_are_taken_a_backup_sees_one_moment(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(60)
    codes = pilot.start()
    moments = iter(range(10))
    backups = Backups(
        engines=lambda: pilot.house.engines,
        tables=TABLES,
        keys=pilot.house.settings.keys,
        workspace=tmp_path,
        clock=lambda: datetime(2027, 5, 3, tzinfo=UTC) + timedelta(seconds=next(moments)),
    )

    with ThreadPoolExecutor(1) as voters:
        voting = [voters.submit(lambda code: pilot.send(code).status_code, code) for code in codes]
        made = [backups.write(tmp_path / "backups") for _ in range(6)]
        assert {vote.result() for vote in voting} == {303}

    taken = [tuple(count(backup, question) for question in (ISSUED, IN_BOX)) for backup in made]
    assert all(issued == ballots for issued, ballots in taken)
    assert len(set(taken)) > 1


ISSUED = "SELECT count(*) FROM ledger WHERE state = 'issued'"
IN_BOX = "SELECT count(*) FROM box"


def count(backup: Backup, question: str) -> int:
    with closing(sqlite3.connect(backup.folder / "office.sqlite")) as connection:
        number: int = connection.execute(question).fetchone()[0]
        return number


def test_where_something_is_already_nothing_is_restored(pilot: RunningPilot, tmp_path: Path) -> None:
    backup = pilot.house.backups.write(tmp_path / "backups")
    before = held(pilot.house)

    with pytest.raises(EnvironmentProblemError, match=r"holds data already \(desk\)"):
        pilot.house.backups.restore(backup.folder)

    assert held(pilot.house) == before


def _bitten(folder: Path) -> None:
    file = folder / "office.sqlite"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")


def _lost(folder: Path) -> None:
    (folder / "results.sqlite").unlink()


def _unread(folder: Path) -> None:
    (folder / "backup.json").write_text('{"format": 1}')


def _from_the_future(folder: Path) -> None:
    told = json.loads((folder / "backup.json").read_text())
    (folder / "backup.json").write_text(json.dumps(told | {"format": 2}))


def _with_a_strange_table(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "desk.sqlite")) as connection:
        connection.execute("CREATE TABLE strange (id INTEGER)")
    told = json.loads((folder / "backup.json").read_text())
    told["databases"]["desk"]["sha256"] = sha256((folder / "desk.sqlite").read_bytes()).hexdigest()
    (folder / "backup.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_bitten, "not the file that was backed up"),
        (_lost, "holds no backup"),
        (_unread, "holds no backup"),
        (_from_the_future, "written by another version"),
        (_with_a_strange_table, "a table of which this program knows nothing: strange"),
    ],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    pilot: RunningPilot, tmp_path: Path, damage: Callable[[Path], None], reason: str
) -> None:
    pilot.people(9)
    backup = pilot.house.backups.write(tmp_path / "backups")
    damage(backup.folder)

    with nothing_on("sqlite", tmp_path / "two") as other:
        with pytest.raises((InputError, EnvironmentProblemError), match=reason):
            other.backups.restore(backup.folder)

        assert all(is_empty(engine, TABLES[name]) for name, engine in other.engines.items())
        assert sorted(path.name for path in other.settings.var_dir.glob(".restoring*")) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_of_an_older_version_is_upgraded(tmp_path: Path, version: str) -> None:
    folder = tmp_path / "old"
    restore_dump(version, folder)
    told = {
        "format": 1,
        "version": version,
        "made_at": "2027-01-01T00:00:00+00:00",
        "databases": {
            name: {"sha256": sha256((folder / f"{name}.sqlite").read_bytes()).hexdigest(), "rows": {}}
            | {"contents_sha256": ""}
            for name in DATABASES
        },
    }
    (folder / "backup.json").write_text(json.dumps(told))

    with nothing_on("sqlite", tmp_path / "two") as other:
        assert other.backups.restore(folder).version == version

        assert [pilot.slug for pilot in other.desk.pilots()] == ["offers"]
        assert len(other.people.list_of("offers")) > 8


def test_nothing_is_left_of_a_backup_that_could_not_be_finished(pilot: RunningPilot, tmp_path: Path) -> None:
    with pilot.house.engines["desk"].begin() as connection:
        connection.exec_driver_sql("CREATE TABLE strange (id INTEGER)")

    with pytest.raises(EnvironmentProblemError, match="strange"):
        pilot.house.backups.write(tmp_path / "backups")

    assert list((tmp_path / "backups").iterdir()) == []


def test_a_file_in_the_way_is_named(pilot: RunningPilot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EnvironmentProblemError, match="cannot be written"):
        pilot.house.backups.write(tmp_path / "file" / "backups")


def test_old_backups_go_and_nothing_else(pilot: RunningPilot, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    newest = pilot.house.backups.write(folder)
    for days in (1, 2, 3):
        old = shutil.copytree(newest.folder, folder / f"{days} days ago")
        told = json.loads((old / "backup.json").read_text())
        told["made_at"] = (newest.made_at - timedelta(days=days)).isoformat()
        (old / "backup.json").write_text(json.dumps(told))
    (folder / "photos").mkdir()
    (folder / "photos" / "backup.json").write_text("{}")

    assert [backup.folder.name for backup in discard_old(folder, keep=2)] == ["2 days ago", "3 days ago"]

    assert [backup.folder.name for backup in found([folder])] == [newest.folder.name, "1 days ago"]
    assert (folder / "photos" / "backup.json").exists()


def test_a_folder_without_a_backup_is_told_from_one_with(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no backup"):
        read_backup(tmp_path)

    assert found([tmp_path, tmp_path / "absent"]) == ()
