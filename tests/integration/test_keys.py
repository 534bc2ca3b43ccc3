"""Keys and accounts by commands: exported, lost and restored, and never written over."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from surveyapp import logs
from surveyapp.__main__ import main
from surveyapp.app import House
from surveyapp.cli import passphrase
from surveyapp.crypto.key_backup import BadBackupError, is_backup, read_backup, write_backup
from surveyapp.crypto.wrapping import WrongPassphraseError, to_line
from surveyapp.desk.links import LinkToken
from surveyapp.settings import read_settings
from surveyapp.wave import WaveState
from surveyapp.web.security import StaffRole
from tests.keeping import Keeper, a_key, a_wrapped_key, staff
from tests.story import RunningPilot, installed

PASSPHRASE = "a passphrase of some length"
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[RunningPilot]:
    with installed(tmp_path) as (house, client):
        yield RunningPilot(house, client, key="passphrase")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs a command on the installation of the test; returns its code and words."""
    monkeypatch.setenv("SURVEYAPP_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words").write_text(PASSPHRASE + "\n")

    def run(*words: str) -> tuple[int, str]:
        code = main(words)
        return code, "".join(capsys.readouterr())

    yield run
    logs.configure(quiet=True)


def key_files(tmp_path: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (tmp_path / "var" / "keys").glob("*.*.box.*")} | {
        path.name: path.read_bytes() for path in (tmp_path / "var" / "keys").glob("*.sign.pem")
    }


def with_keys(pilot: RunningPilot) -> None:
    staff(pilot)
    waves = [str(wave.key) for wave in pilot.house.custody.pilot(pilot.slug).waves]
    keys = dict.fromkeys(waves, a_wrapped_key("any")) | {"offers.1": a_wrapped_key()}
    assert Keeper(pilot).keep(keys).status_code == 201


def running(pilot: RunningPilot) -> None:
    with_keys(pilot)
    pilot.people(10)
    for number, code in enumerate(pilot.start()):
        assert pilot.send(code, any_days=number % 8).status_code == 303


def audited(house: House) -> list[tuple[str, ...]]:
    with house.engines["desk"].connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("select action, pilot_id, detail from audit_entry")]


# ----------------------------------------------------------------- export and restore


def test_keys_that_were_lost_come_back_and_open_the_box(kept: RunningPilot, command: Command, tmp_path: Path) -> None:
    running(kept)
    before = key_files(tmp_path)
    code, said = command("keys", "export", "--to", "stick.json", "--passphrase-file", "words")
    assert code == 0, said
    for path in (tmp_path / "var" / "keys").iterdir():
        path.unlink()

    lost = command("keys", "list")
    code, said = command("keys", "restore", "stick.json", "--passphrase-file", "words")

    assert "offers.1  KEY MISSING" in lost[1]
    assert (code, "the key of wave offers.1 is back" in said) == (0, True)
    assert "missing" not in said
    assert key_files(tmp_path) == before
    kept.house.fieldwork.close(kept.key())
    assert kept.house.revealing.reveal(kept.key(), box_key=a_key()).revealed == 10


def test_an_export_is_private_opaque_and_never_written_over(
    kept: RunningPilot, command: Command, tmp_path: Path
) -> None:
    running(kept)
    words = ("keys", "export", "--to", "stick.json", "--passphrase-file", "words")
    command(*words)
    stick = tmp_path / "stick.json"
    content = stick.read_bytes()

    code, said = command(*words)

    assert (code, stick.read_bytes()) == (1, content)
    assert "is there already" in said
    assert stick.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in content
    assert b"offers" not in content
    assert ("keys export", "offers", "offers.1") in audited(kept.house)
    assert PASSPHRASE not in str(audited(kept.house))


def test_keys_of_revealed_waves_are_neither_exported_nor_restored(
    kept: RunningPilot, command: Command, tmp_path: Path
) -> None:
    running(kept)
    command("keys", "export", "--to", "before.json", "--passphrase-file", "words")
    kept.house.fieldwork.close(kept.key())
    kept.house.revealing.reveal(kept.key(), box_key=a_key())

    code, said = command("keys", "restore", "before.json", "--passphrase-file", "words")
    command("keys", "export", "--to", "after.json", "--passphrase-file", "words")

    assert (code, "wave offers.1 is over: its key stays destroyed" in said) == (0, True)
    assert not [name for name in key_files(tmp_path) if name.startswith("offers.1.")]
    assert "offers.1" not in read_backup((tmp_path / "after.json").read_bytes(), PASSPHRASE)


def test_the_text_of_a_sheet_brings_a_key_back(kept: RunningPilot, command: Command, tmp_path: Path) -> None:
    running(kept)
    line = to_line("offers.1", a_wrapped_key())
    (tmp_path / "sheet.txt").write_text("Wave 1\n" + line[:300] + "\n" + line[300:] + "\n1 / 2\n")
    lost = tmp_path / "var" / "keys" / "offers.1.box.json"
    content = lost.read_bytes()
    lost.unlink()

    code, said = command("keys", "restore", "sheet.txt")

    assert (code, "the key of wave offers.1 is back" in said) == (0, True)
    assert lost.read_bytes() == content


def test_another_key_is_never_written_over(kept: RunningPilot, command: Command, tmp_path: Path) -> None:
    with_keys(kept)
    before = key_files(tmp_path)
    (tmp_path / "sheet.txt").write_text(to_line("offers.1", a_wrapped_key("any", 2)))

    code, said = command("keys", "restore", "sheet.txt")

    assert (code, "has a key already" in said) == (1, True)
    assert key_files(tmp_path) == before


def test_a_key_that_does_not_fit_a_running_wave_is_refused(
    kept: RunningPilot, command: Command, tmp_path: Path
) -> None:
    running(kept)
    (tmp_path / "var" / "keys" / "offers.1.box.json").unlink()
    (tmp_path / "sheet.txt").write_text(to_line("offers.1", a_wrapped_key("any", 2)))

    code, said = command("keys", "restore", "sheet.txt")

    assert (code, "not the one that wave offers.1 seals with" in said) == (1, True)
    assert "offers.1.box.json" not in key_files(tmp_path)


@pytest.mark.parametrize("content", [b"", b"nothing", b"{}", b'{"file": "surveyapp keys"}', b"\xff\xfe", b"{" * 9])
def test_a_file_that_holds_no_keys_is_named(
    kept: RunningPilot, command: Command, tmp_path: Path, content: bytes
) -> None:
    assert kept.house.keyring.waves() == ()
    (tmp_path / "file").write_bytes(content)

    code, said = command("keys", "restore", "file", "--passphrase-file", "words")

    assert (code, "neither an export of keys nor the text of a recovery sheet" in said) == (1, True)


def test_the_wrong_passphrase_is_refused(kept: RunningPilot, command: Command, tmp_path: Path) -> None:
    with_keys(kept)
    command("keys", "export", "--to", "stick.json", "--passphrase-file", "words")
    (tmp_path / "words").write_text("another passphrase")

    code, said = command("keys", "restore", "stick.json", "--passphrase-file", "words")

    assert (code, "does not open the file" in said) == (1, True)


def test_without_keys_there_is_nothing_to_export(kept: RunningPilot, command: Command, tmp_path: Path) -> None:
    assert kept.house.keyring.waves() == ()
    code, said = command("keys", "export", "--to", "stick.json", "--passphrase-file", "words")

    assert (code, "no key" in said) == (1, True)
    assert not (tmp_path / "stick.json").exists()


def test_a_backup_that_was_altered_opens_with_no_passphrase() -> None:
    content = write_backup({"offers.1": {"box.pem": b"key"}}, PASSPHRASE, bytes)

    assert is_backup(content)
    assert read_backup(content, PASSPHRASE) == {"offers.1": {"box.pem": b"key"}}
    with pytest.raises((WrongPassphraseError, BadBackupError)):
        read_backup(content.replace(b'"iv": "A', b'"iv": "B'), PASSPHRASE)


# ----------------------------------------------------------------- asking


def test_without_a_terminal_no_passphrase_is_asked_for(kept: RunningPilot, command: Command) -> None:
    with_keys(kept)

    code, said = command("keys", "export", "--to", "stick.json")

    assert (code, "--passphrase-file" in said) == (1, True)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (["short"], "too short"),
        ([PASSPHRASE, PASSPHRASE + "!"], "differ"),
    ],
)
def test_a_new_passphrase_is_asked_for_twice(
    kept: RunningPilot,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    answers: list[str],
    reason: str,
) -> None:
    with_keys(kept)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    given = iter([*answers, PASSPHRASE, PASSPHRASE])
    monkeypatch.setattr(passphrase.new_passphrase, "__defaults__", (lambda _: next(given),))

    code, said = command("keys", "export", "--to", "stick.json")
    assert (code, reason in said) == (1, True)
    assert not (tmp_path / "stick.json").exists()

    code, said = command("keys", "export", "--to", "stick.json")
    assert code == 0, said


# ----------------------------------------------------------------- reveal by command


def test_the_command_names_the_page_of_the_trustee_and_changes_nothing(kept: RunningPilot, command: Command) -> None:
    running(kept)
    kept.house.fieldwork.close(kept.key())

    code, said = command("wave", "reveal", "offers", "1")

    assert (code, "Ruth Adler (works council)" in said, "/staff/trustee/offers" in said) == (1, True, True)
    assert kept.house.waves.find(kept.key()).state == WaveState.CLOSED


def test_in_file_mode_the_command_tells_its_progress(pilot: RunningPilot, command: Command) -> None:
    pilot.people(10)
    for number, code in enumerate(pilot.start()):
        pilot.send(code, any_days=number % 8)
    pilot.house.fieldwork.close(pilot.key())

    exit_code, said = command("wave", "reveal", "offers", "1")

    assert exit_code == 0
    assert said.startswith("0 % of the ballots are opened\n100 % of the ballots are opened\n")
    assert said.index("the box is being emptied") < said.index("10 ballots taken, 10 cast, 10 revealed")


# ----------------------------------------------------------------- accounts


def role_of(email: str) -> StaffRole | None:
    house = House(read_settings())
    account = house.accounts.at_address(email)
    house.close()
    assert account
    return account.roles.get("offers")


def test_a_trustee_is_made_with_a_link_that_is_shown_once(kept: RunningPilot, command: Command) -> None:
    words = ("account", "add", "ruth@example.org", "--name", "Ruth Adler", "--pilot", "offers", "--role", "trustee")

    first = command(*words)
    again = command(*words)

    assert (first[0], again[0]) == (0, 0)
    assert "keeps its password" in again[1]
    assert role_of("ruth@example.org") == StaffRole.TRUSTEE
    token = first[1].split("/staff/welcome/")[1].split()[0]
    assert kept.house.links.account_of(LinkToken(token))
    assert token not in str(audited(kept.house))


@pytest.mark.parametrize("role", ["lead", "hr"])
def test_nobody_becomes_trustee_of_a_pilot_beside_another_role(kept: RunningPilot, command: Command, role: str) -> None:
    assert kept.slug == "offers"
    words = ("account", "add", "lena@example.org", "--name", "Lena", "--pilot", "offers", "--role")
    command(*words, role)

    code, said = command(*words, "trustee")

    assert (code, f"is {role} of offers already" in said) == (1, True)
    assert role_of("lena@example.org") == StaffRole(role)


def test_an_administrator_holds_no_key(kept: RunningPilot, command: Command) -> None:
    staff(kept)

    code, said = command("account", "add", "admin@example.org", "--name", "A", "--pilot", "offers", "--role", "trustee")

    assert (code, "is administrator" in said) == (1, True)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("nobody", "--name", "N"), "no e-mail address"),
        (("n@example.org", "--name", "N", "--pilot", "offers"), "belong together"),
        (("n@example.org", "--name", "N", "--pilot", "none", "--role", "hr"), "no pilot of this name"),
    ],
)
def test_what_cannot_be_is_said(kept: RunningPilot, command: Command, words: tuple[str, ...], reason: str) -> None:
    assert kept.slug == "offers"
    code, said = command("account", "add", *words)

    assert (code, reason in said) == (1, True)
