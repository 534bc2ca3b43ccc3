"""The doctor fails where a sentence of the promise is not true, and every sentence has a check or a reason."""

import re
from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from surveyapp import resources
from surveyapp.checks import databases as database_checks
from surveyapp.checks import files, postgresql, serving
from surveyapp.checks.finding import Finding, Health, Installation
from surveyapp.checks.promise import BEHIND, CHECKS, sentences_behind
from surveyapp.cli.doctor import DoctorServices, doctor
from surveyapp.desk.store import Audited
from surveyapp.settings import Settings
from tests import databases as real
from tests.databases import Databases
from tests.factories import NOON
from tests.story import RunningPilot

SENTENCE = re.compile(r"{% trans [^%]*%}(.*?){% endtrans %}|{% trans %}(.*?){% endtrans %}", re.DOTALL)


def looked_at(pilot: RunningPilot) -> Installation:
    house = pilot.house
    return Installation(house.settings, house.engines, house.clock)


def failures(findings: Iterator[Finding]) -> str:
    return "\n".join(finding.subject for finding in findings if finding.health == Health.FAIL)


def warnings(findings: Iterator[Finding]) -> str:
    return "\n".join(finding.subject for finding in findings if finding.health == Health.WARN)


# ----------------------------------------------------------------- the promise


def test_every_sentence_of_the_promise_has_a_check_or_a_reason_why_there_is_none() -> None:
    folder = resources.templates() / "respondent"
    written = "".join((folder / name).read_text("utf-8") for name in ("promise.txt", "sealing.txt"))
    sentences = {(first or second).strip() for first, second in SENTENCE.findall(written)}

    assert len(sentences) > 10
    assert sentences == set(BEHIND)


def test_every_check_behind_a_sentence_is_made() -> None:
    for sentence, checks in BEHIND.items():
        assert checks, sentence
        if not isinstance(checks, str):
            assert set(checks) <= set(CHECKS), sentence


def test_the_doctor_names_the_sentences_that_are_not_true(
    pilot: RunningPilot, capsys: pytest.CaptureFixture[str]
) -> None:
    pilot.people(6)
    pilot.start()
    house = pilot.house
    services = DoctorServices(house.settings, lambda: house.engines, house.clock)
    assert doctor(Namespace(), services) == 0
    assert "not true" not in capsys.readouterr().out

    house.settings.keys.chmod(0o755)

    assert doctor(Namespace(), services) == 3
    said = capsys.readouterr().out
    assert "FAIL others can read the key directory\n     fix: chmod 700" in said
    for sentence in sentences_behind(files.keys):
        assert f"  - {sentence}" in said


# ----------------------------------------------------------------- keys, boxes and what is left of them


def test_a_wave_that_lost_a_key_is_found(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    assert failures(database_checks.wave_keys(looked_at(pilot))) == ""

    for path in pilot.house.settings.keys.glob("offers.1.*"):
        path.unlink()

    said = failures(database_checks.wave_keys(looked_at(pilot)))
    assert "wave offers.1 has no offers.1.box.pem" in said
    assert "wave offers.1 has no offers.1.sign.pem" in said


def test_a_box_that_opens_without_its_passphrase_is_found(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    with pilot.house.engines["office"].begin() as connection:
        connection.execute(text("UPDATE wave SET key_mode = 'passphrase'"))

    said = failures(database_checks.wave_keys(looked_at(pilot)))

    assert "can be opened without its passphrase" in said
    assert "has no offers.1.box.json" in said


def test_what_an_old_backup_brings_back_is_found(pilot: RunningPilot) -> None:
    pilot.people(9)
    for code in pilot.start():
        pilot.send(code, any_days=1)
    kept = {path: path.read_bytes() for path in pilot.house.settings.keys.glob("offers.1.*")}
    pilot.close_and_reveal()
    assert failures(database_checks.left_over(looked_at(pilot))) == ""

    for path, content in kept.items():
        path.write_bytes(content)
    with pilot.house.engines["office"].begin() as connection:
        connection.execute(
            text("INSERT INTO access (pilot_id, number, code_digest, person_id) VALUES ('offers', 1, :d, :p)"),
            {"d": b"d" * 32, "p": b"p" * 16},
        )

    said = failures(database_checks.left_over(looked_at(pilot)))
    assert "wave offers.1 is over and its keys are still there" in said
    assert "wave offers.1 is over and its access is still there" in said


def test_a_last_trace_that_is_not_gone_is_named(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    with pilot.house.engines["office"].begin() as connection:
        connection.execute(text("UPDATE wave SET state = 'destroying'"))

    assert "last trace not yet gone" in warnings(database_checks.left_over(looked_at(pilot)))


def test_a_clock_that_was_set_back_is_found(pilot: RunningPilot) -> None:
    pilot.house.desk.audit(Audited(NOON, "somebody", "pilot lock", "offers", ""))
    here = looked_at(pilot)

    before = Installation(here.settings, here.engines, lambda: NOON - timedelta(hours=1))
    after = Installation(here.settings, here.engines, lambda: NOON + timedelta(hours=1))

    assert "behind" in failures(database_checks.clock(before))
    assert failures(database_checks.clock(after)) == ""


def test_an_entry_that_was_taken_out_of_the_audit_log_is_found(pilot: RunningPilot) -> None:
    here = looked_at(pilot)
    for number in range(3):
        pilot.house.desk.audit(Audited(pilot.house.clock(), "lead@example.org", "wave start", "offers", str(number)))
    assert failures(database_checks.audit_log(here)) == ""

    with pilot.house.engines["desk"].begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE detail = '1'")

    assert failures(database_checks.audit_log(here)) == "the audit log does not hold from entry 2 on"


def test_statements_that_this_software_logs_are_found(pilot: RunningPilot) -> None:
    assert failures(database_checks.statements(looked_at(pilot))) == ""

    pilot.house.engines["office"].echo = True

    assert "SQL statements are logged" in failures(database_checks.statements(looked_at(pilot)))
    pilot.house.engines["office"].echo = False


# ----------------------------------------------------------------- files


def test_files_that_others_can_read_are_found(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)
    pilot.start()
    (pilot.house.settings.keys / "offers.1.box.pem").chmod(0o640)
    (tmp_path / "var" / "secret_key").write_text("x")
    (tmp_path / "var" / "secret_key").chmod(0o644)

    assert failures(files.keys(looked_at(pilot))) == "others can read files of the key directory"
    assert failures(files.embedded(looked_at(pilot))) == "others can read the secret that signs staff sessions"


def test_a_database_file_elsewhere_that_others_can_read_is_found(pilot: RunningPilot, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o755)
    (folder / "office.sqlite").touch(mode=0o644)
    settings = pilot.house.settings.model_copy(
        update={"office_url": Settings(office_url=f"sqlite:///{folder / 'office.sqlite'}").office_url}
    )
    here = Installation(settings, {}, pilot.house.clock)

    assert failures(files.embedded(here)) == "others can read an embedded database"
    (folder / "office.sqlite").chmod(0o600)
    assert failures(files.embedded(here)) == ""


def test_a_copier_that_follows_an_embedded_office_is_found(pilot: RunningPilot, tmp_path: Path) -> None:
    assert failures(files.copies(looked_at(pilot))) == ""

    (tmp_path / "var" / ".office.sqlite-litestream").mkdir()

    assert "copied continuously" in failures(files.copies(looked_at(pilot)))


def test_keys_that_a_backup_takes_along_are_found(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)
    pilot.start()
    here = looked_at(pilot)
    assert "the keys lie beside the databases" in warnings(files.backups(here))

    backed_up = here.settings.model_copy(update={"backup_paths": str(tmp_path)})
    elsewhere = here.settings.model_copy(update={"backup_paths": str(tmp_path / "other")})

    assert "inside a backup path" in failures(files.backups(Installation(backed_up, {}, here.clock)))
    assert "inside a backup path" not in failures(files.backups(Installation(elsewhere, {}, here.clock)))


def test_a_backup_that_is_missing_or_old_is_found(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)
    pilot.start()
    here = looked_at(pilot)
    settings = here.settings.model_copy(update={"backup_paths": str(tmp_path / "backups")})
    assert warnings(files.backups(Installation(settings, {}, here.clock))) == "there is no backup"

    made_at = pilot.house.backups.write(tmp_path / "backups").made_at

    assert {f.health for f in files.backups(Installation(settings, {}, here.clock))} == {Health.OK}
    later = Installation(settings, {}, lambda: made_at + timedelta(days=3))
    assert warnings(files.backups(later)) == "the newest backup is 3 days old"


@pytest.mark.parametrize(
    ("content", "warned"),
    [("", False), ("/dev/sda2 partition 1 0 -2\n", True), ("/dev/zram0 partition 1 0 100\n", False)],
)
def test_swap_on_a_disk_is_named(
    pilot: RunningPilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, *, warned: bool
) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n" + content)
    monkeypatch.setattr(files, "_SWAPS", swaps)

    assert bool(warnings(files.memory(looked_at(pilot)))) is warned


# ----------------------------------------------------------------- PostgreSQL


@pytest.fixture
def on_postgresql() -> Iterator[tuple[Installation, Databases]]:
    with real.postgresql() as made:
        settings = Settings(**{f"{name}_url": url for name, url in made.urls.items()})
        yield Installation(settings, made.engines, lambda: NOON), made


def test_a_quiet_postgresql_passes(on_postgresql: tuple[Installation, Databases]) -> None:
    here, _ = on_postgresql

    assert failures(postgresql.statement_logs(here)) == ""
    assert failures(postgresql.copies(here)) == ""
    assert "PostgreSQL's log of errors quotes rows" in warnings(postgresql.statement_logs(here))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("log_statement", "all"),
        ("log_statement", "mod"),
        ("log_min_duration_statement", "0"),
        ("log_min_duration_sample", "100"),
        ("log_transaction_sample_rate", "0.1"),
        ("log_parameter_max_length_on_error", "-1"),
        ("log_duration", "on"),
    ],
)
def test_every_log_of_statements_is_found(
    on_postgresql: tuple[Installation, Databases], setting: str, value: str
) -> None:
    here, made = on_postgresql
    with made.office.begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET {setting} = '{value}'"))
    made.office.dispose()

    assert f"office database: {setting} is {value}" in failures(postgresql.statement_logs(here))


def test_a_module_that_writes_statements_is_found(on_postgresql: tuple[Installation, Databases]) -> None:
    shown = {**dict.fromkeys(postgresql.SILENT, ""), "session_preload_libraries": "auto_explain"}
    shown |= {name: min(silent) for name, silent in postgresql.SILENT.items()}

    assert failures(postgresql.judged("office", shown | {"auto_explain.log_min_duration": "0"}))
    assert failures(postgresql.judged("office", shown | {"track_commit_timestamp": "on"}))
    assert failures(postgresql.judged("office", shown | {"auto_explain.log_min_duration": "-1"})) == ""
    assert "may not see log_statement" in warnings(
        postgresql.judged("office", {name: value for name, value in shown.items() if name != "log_statement"})
    )
    assert on_postgresql


def test_a_copy_that_follows_the_office_is_found(on_postgresql: tuple[Installation, Databases]) -> None:
    here, made = on_postgresql
    with made.office.begin() as connection:
        connection.execute(text("SELECT pg_create_physical_replication_slot('follower')"))

    said = failures(postgresql.copies(here))

    with made.office.begin() as connection:
        connection.execute(text("SELECT pg_drop_replication_slot('follower')"))
    assert "copied continuously (a replication slot)" in said


def test_one_almighty_role_for_all_is_named(on_postgresql: tuple[Installation, Databases]) -> None:
    here, _ = on_postgresql

    said = warnings(postgresql.roles(here))

    assert "office database is used by a superuser" in said
    assert "one role of PostgreSQL opens several of the databases" in said


def test_databases_that_cannot_be_used_break_no_check(tmp_path: Path) -> None:
    with real.empty_postgresql() as url:
        from surveyapp.database import open_engine

        engine = open_engine(url)
        here = Installation(Settings(var_dir=tmp_path), {"desk": engine, "office": engine, "results": engine}, _noon)
        for check in CHECKS:
            list(check(here))
        engine.dispose()
        gone = open_engine("postgresql://nobody@127.0.0.1:1/nothing")
        here = Installation(Settings(var_dir=tmp_path), {"desk": gone, "office": gone, "results": gone}, _noon)
        assert "office database: OperationalError" in failures(f for check in CHECKS for f in check(here))


def _noon() -> object:
    return NOON


# ----------------------------------------------------------------- what stands in front


def test_a_proxy_that_says_it_logs_nothing_passes() -> None:
    quiet = {"Survey-Log": "none", "Strict-Transport-Security": "max-age=31536000"}

    assert warnings(serving.said_by_proxy(quiet)) == ""
    assert "does not say" in warnings(serving.said_by_proxy({**quiet, "Survey-Log": ""}))
    assert "https only" in warnings(serving.said_by_proxy({"Survey-Log": "none"}))


def test_an_address_that_cannot_be_reached_is_named_and_fails_nothing(pilot: RunningPilot) -> None:
    settings = pilot.house.settings.model_copy(update={"base_url": "https://127.0.0.2:9"})
    here = Installation(settings, {}, pilot.house.clock)

    assert "cannot be reached from here" in warnings(serving.proxy(here))


def test_debugging_is_found(pilot: RunningPilot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert failures(serving.debugging(looked_at(pilot))) == ""

    monkeypatch.setenv("FLASK_DEBUG", "1")

    assert "debugging is on" in failures(serving.debugging(looked_at(pilot)))
