"""What earlier versions left behind: it opens in this one, nothing published changes, and an open wave goes on."""

import shutil
import sqlite3
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from surveyapp.app import House, create_app
from surveyapp.canonical import sha256
from surveyapp.questionnaire.filling import fields_of
from surveyapp.schema import DATABASES, pending
from surveyapp.settings import Settings
from surveyapp.wave import WaveKey, WaveState
from tests.wire import WireClient

FOLDER = Path(__file__).parents[1] / "dumps"
VERSIONS = sorted(path.name for path in FOLDER.iterdir() if (path / "office.sql").exists())
OPEN = WaveKey("offers", 2)


@dataclass(frozen=True, slots=True)
class Restored:
    """An installation restored from a dump and brought up to date, and what the dump itself says."""

    house: House
    client: FlaskClient
    before: Path

    def said(self, database: str, question: str) -> list[tuple[object, ...]]:
        """Ask the database as the dump left it."""
        connection = sqlite3.connect(self.before / f"{database}.sqlite")
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()


def restore(version: str, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in DATABASES:
        connection = sqlite3.connect(folder / f"{name}.sqlite")
        connection.executescript((FOLDER / version / f"{name}.sql").read_text("utf-8"))
        connection.close()
    # git keeps neither the mode of the folder nor that of its files.
    (folder / "keys").mkdir(mode=0o700)
    for key in (FOLDER / version / "keys").iterdir():
        shutil.copyfile(key, folder / "keys" / key.name)
        (folder / "keys" / key.name).chmod(0o600)


@pytest.fixture(params=VERSIONS)
def restored(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Restored]:
    restore(request.param, tmp_path / "before")
    restore(request.param, tmp_path / "var")
    settings = Settings(var_dir=tmp_path / "var", secret_key="not a secret")  # type: ignore[arg-type]
    house = House(settings)
    house.prepare()
    try:
        yield Restored(house, create_app(settings).test_client(), tmp_path / "before")
    finally:
        house.close()


def test_this_version_has_a_dump() -> None:
    project = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] in VERSIONS


def test_every_database_is_brought_up_to_date(restored: Restored) -> None:
    assert not [name for name, engine in restored.house.engines.items() if pending(engine, name)]


def test_no_table_tells_in_which_order_its_rows_came(restored: Restored) -> None:
    for name, engine in restored.house.engines.items():
        if name == "desk":
            continue
        with engine.connect() as connection:
            tables = connection.exec_driver_sql("PRAGMA table_list").all()
        with_order = {table for _, table, kind, _, without, _ in tables if kind == "table" and not without}
        assert with_order <= {"alembic_version", "sqlite_schema", "sqlite_temp_schema"}


def test_every_release_and_document_is_the_same_byte_for_byte(restored: Restored) -> None:
    house = restored.house
    documents = restored.said("results", "SELECT pilot_id, release, name, content FROM document")
    releases = restored.said("results", "SELECT pilot_id, release, published, sha256, inputs_sha256 FROM release")
    assert documents
    assert releases

    for pilot, release, name, content in documents:
        assert house.results.document(str(pilot), int(str(release)), str(name)) == content
    for pilot, release, published, digest, inputs in releases:
        (kept,) = [entry for entry in house.results.releases(str(pilot)) if entry.number == release]
        assert (kept.published, kept.sha256, kept.inputs_sha256) == (published, digest, inputs)
        assert sha256(kept.published) == digest


def test_the_revealed_answers_are_the_same(restored: Restored) -> None:
    codes = [codes for (codes,) in restored.said("results", "SELECT codes FROM answer WHERE number = 1 ORDER BY id")]

    assert restored.house.results.packed(WaveKey("offers", 1)) == codes


def test_people_charter_register_and_series_are_still_there(restored: Restored) -> None:
    house = restored.house

    assert len(house.people.list_of("offers")) == 20
    assert house.desk.charter("offers").locked_at is not None
    assert len(house.desk.register("offers")) == 1
    assert house.desk.kpi("offers") is not None
    assert house.accounts.any()


def answer_the_rest(restored: Restored) -> int:
    """Answer for everybody who was not yet mailed; return how many that are."""
    house, sent = restored.house, 0
    answers = {"group": "support", "aware": "use", "tool_days": 3}
    while (mail := house.outbox.claim()) is not None:
        # By script where the wave has a key for slips; 0.1.0 had none.
        if sent % 2 and house.polls.known(OPEN).signing_key:
            WireClient(restored.client, str(OPEN)).vote(mail.code, answers)
        else:
            fields = fields_of(house.polls.known(OPEN).questionnaire, answers) | {"code": [mail.code]}
            assert restored.client.post(f"/s/{OPEN}", data=MultiDict(fields)).status_code == 303
        sent += 1
    return sent


def test_the_open_wave_is_answered_closed_and_revealed(restored: Restored) -> None:
    house = restored.house
    cast = house.box.turnout(OPEN).cast

    sent = answer_the_rest(restored)
    house.fieldwork.close(OPEN)
    wave = house.revealing.reveal(OPEN)

    assert (cast, sent) == (6, 14)
    assert (wave.cast, wave.revealed, wave.spoiled) == (20, 20, 0)
    assert house.waves.find(OPEN).state == WaveState.REVEALED


def test_the_next_readout_stands_beside_the_earlier_one(restored: Restored) -> None:
    house = restored.house
    answer_the_rest(restored)
    house.fieldwork.close(OPEN)
    house.revealing.reveal(OPEN)
    first = house.results.document("offers", 1, "readout.pdf")

    made = house.reporting.report("offers", languages=("en",))

    assert (made.entry.number, made.entry.wave) == (2, 2)
    assert house.results.document("offers", 1, "readout.pdf") == first
