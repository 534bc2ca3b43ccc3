"""The first real pilot by commands, and what they say when something is wrong."""

import email
import email.policy
import io
import re
import zipfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
import xlsxwriter
from flask import Flask
from werkzeug.datastructures import MultiDict

from surveyapp import logs
from surveyapp.__main__ import main
from surveyapp.app import House, create_app
from surveyapp.cli import serve
from surveyapp.cli.serve import WorkerServices
from surveyapp.mail.worker import Round, only_worker
from surveyapp.questionnaire.filling import fields_of
from surveyapp.settings import read_settings
from surveyapp.wave import WaveKey

ROOT = Path(__file__).parents[2]
CHARTER = ROOT / "examples" / "charter.yaml"
SLUG = "offers-with-assistant-x"
PEOPLE = [(f"p{number}@example.org", f"Person {number}", ("Sales", "Support")[number % 2]) for number in range(20)]
CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")


class Terminal:
    """Runs commands and remembers what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.printed: list[str] = []

    def __call__(self, *words: str) -> tuple[int, str]:
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        said = "".join(self._capsys.readouterr())
        self.printed.append(said)
        return code, said

    def done(self, *words: str) -> str:
        code, said = self(*words)
        assert code == 0, said
        return said

    def refused(self, reason: str, *words: str) -> None:
        code, said = self(*words)
        assert code == 1, said
        assert reason in said


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    """A terminal in an empty folder, on an installation of its own."""
    monkeypatch.setenv("SURVEYAPP_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    yield Terminal(capsys)
    # Commands say how much this process logs; the tests after these log as processes do that say nothing.
    logs.configure(quiet=True)


@pytest.fixture
def monday() -> Iterator[Callable[[str], None]]:
    """The clock of the machine, on a Monday before the pilot; call it to set another time."""
    travellers = []

    def travel(moment: str) -> None:
        traveller = time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=True)
        traveller.start()
        travellers.append(traveller)

    travel("2026-12-14T09:00:00")
    yield travel
    for traveller in reversed(travellers):
        traveller.stop()


def people_csv(folder: Path, text: str | None = None) -> str:
    path = folder / "people.csv"
    rows = "".join(f"{address},{name},{group}\n" for address, name, group in PEOPLE)
    path.write_text(text if text is not None else "email,name,team\n" + rows, "utf-8")
    return str(path)


def people_xlsx(folder: Path) -> str:
    path = folder / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("E-Mail", "Name", "Team"), *PEOPLE]):
            sheet.write_row(number, 0, row)
    return str(path)


def kpi_csv(folder: Path) -> str:
    path = folder / "kpi.csv"
    rows = [f"desk {desk},{period},pilot,{day},minutes,{value}" for desk in range(8) for period, day, value in SERIES]
    path.write_text("entity,period,arm,date,unit,value\n" + "\n".join(rows) + "\n", "utf-8")
    return str(path)


SERIES = [("before", "2027-01-04", 42), ("after", "2027-03-01", 30)]


def mailed_codes(folder: Path) -> dict[str, str]:
    """Return the code of everybody who got a mail."""
    codes = {}
    for path in folder.glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        # Owners of the charter get mails too, without a link to a ballot.
        if found := re.search(r"/s/\S+#(\S+)", body.get_content()):
            codes[message["To"].addresses[0].addr_spec] = found[1]
    return codes


def answer(codes: dict[str, str], number: int, **values: object) -> None:
    """Answer as everybody in *codes*, each with the link of the mail."""
    settings = read_settings()
    house = House(settings)
    key = WaveKey(SLUG, number)
    questionnaire = house.polls.known(key).questionnaire
    client = create_app(settings).test_client()
    for code in codes.values():
        fields = fields_of(questionnaire, {"group": "sales"} | values) | {"code": [code]}
        assert client.post(f"/s/{key}?lang=en", data=MultiDict(fields)).status_code == 303
    house.close()


def set_up(terminal: Terminal, folder: Path, charter: Path = CHARTER) -> None:
    terminal.done("init")
    terminal.done("pilot", "create", str(charter))
    terminal.done("people", "import", SLUG, people_csv(folder))
    terminal.done("pilot", "lock", SLUG)


def test_a_pilot_is_set_up_step_by_step(terminal: Terminal, monday: Callable[[str], None], tmp_path: Path) -> None:
    del monday
    assert "databases are up to date" in terminal.done("init")
    assert "there is an account already" in terminal.done("init")
    assert "no pilots yet" in terminal.done("pilot", "list")
    assert "set up with 4 waves" in terminal.done("pilot", "create", str(CHARTER))

    csv, xlsx = people_csv(tmp_path), people_xlsx(tmp_path)
    assert "20 added, 0 changed, 0 unchanged" in terminal.done("people", "import", SLUG, csv, "--dry-run")
    assert "20 added, 0 changed, 0 unchanged" in terminal.done("people", "import", SLUG, csv)
    assert "0 added, 0 changed, 20 unchanged" in terminal.done("people", "import", SLUG, xlsx)

    terminal.refused("not locked", "wave", "start", SLUG, "1")
    assert "is locked, sha256" in terminal.done("pilot", "lock", SLUG)
    assert "was locked before" in terminal.done("pilot", "lock", SLUG)
    terminal.refused("a change makes a new version", "pilot", "create", str(CHARTER))
    terminal.refused("when the baseline wave was held", "wave", "start", SLUG, "2")
    assert "planned planned planned planned" in terminal.done("pilot", "list")


def test_a_pilot_is_begun_as_a_copy_of_another(terminal: Terminal) -> None:
    terminal.done("init")
    terminal.done("pilot", "create", str(CHARTER))

    said = terminal.done("pilot", "copy", SLUG, "offers-north")

    assert "/staff/pilots/offers-north/charter" in said
    assert "offers-north\tOffers with Assistant X\tcharter begun" in terminal.done("pilot", "list")
    terminal.refused("a pilot is called offers-north already", "pilot", "copy", SLUG, "offers-north")
    terminal.refused("there is no pilot of this name", "pilot", "copy", "nobodys", "offers-south")


def test_a_wave_goes_from_its_mails_to_the_readout(
    terminal: Terminal, monday: Callable[[str], None], tmp_path: Path
) -> None:
    set_up(terminal, tmp_path)

    monday("2027-01-04T09:00:00")
    assert "20 people are invited" in terminal.done("wave", "start", SLUG, "1")
    # Two owners with an address are told what was locked.
    assert "22 sent, 0 failed" in terminal.done("worker", "--once")
    codes = mailed_codes(tmp_path / "var" / "mail")
    assert set(codes) == {address for address, _, _ in PEOPLE}
    answer(codes, 1, any_days=3)
    assert "mails: 20 sent" in terminal.done("pilot", "status", SLUG)
    terminal.refused("only a closed wave", "wave", "reveal", SLUG, "1")
    assert "20 reminders" in terminal.done("wave", "remind", SLUG, "1")
    terminal.refused("three days", "wave", "remind", SLUG, "1")

    assert "is closed" in terminal.done("wave", "close", SLUG, "1")
    assert "was closed before" in terminal.done("wave", "close", SLUG, "1")
    terminal.refused("promised to stay sealed until 2027-01-08 17:00 UTC", "wave", "reveal", SLUG, "1")
    terminal.refused("no wave is revealed yet", "report", SLUG)

    monday("2027-01-08T17:15:01")
    assert "20 cast, 20 revealed, 0 spoiled, 0 empty" in terminal.done("wave", "reveal", SLUG, "1")
    assert "16 measured values" in terminal.done("kpi", "import", SLUG, kpi_csv(tmp_path))
    terminal.refused("this wave is not revealed yet", "report", SLUG, "--wave", "2")
    terminal.refused("xx", "report", SLUG, "--lang", "xx")
    assert "readout 1" in terminal.done("report", SLUG, "--lang", "en")
    assert "readout 1" in terminal.done("report", SLUG, "--lang", "en")
    out = tmp_path / "out" / SLUG
    assert (out / "readout.pdf").read_bytes().startswith(b"%PDF-")
    assert zipfile.is_zipfile(io.BytesIO((out / "export.zip").read_bytes()))
    assert "FAIL" not in terminal.done("doctor")

    everything = "\n".join(terminal.printed)
    assert len(re.findall(r"/staff/welcome/\S{32}", everything)) == 1
    assert not CODE.search(everything)
    assert "@example.org" not in everything
    assert "Person 1" not in everything


def test_without_the_trustees_key_the_charter_is_not_locked(
    terminal: Terminal, monday: Callable[[str], None], tmp_path: Path
) -> None:
    del monday
    charter = tmp_path / "charter.yaml"
    charter.write_text(CHARTER.read_text("utf-8").replace("key: file", "key: passphrase"), "utf-8")
    terminal.done("init")
    terminal.done("pilot", "create", str(charter))

    terminal.refused(
        f"has no key yet: Lea Winter (works council) makes it on the trustee's page: `/staff/trustee/{SLUG}`",
        "pilot",
        "lock",
        SLUG,
    )


def test_too_few_ballots_are_destroyed_only_after_confirmation(
    terminal: Terminal, monday: Callable[[str], None], tmp_path: Path
) -> None:
    set_up(terminal, tmp_path)
    monday("2027-01-04T09:00:00")
    terminal.done("wave", "start", SLUG, "1")
    terminal.done("worker", "--once")
    answer(dict(list(mailed_codes(tmp_path / "var" / "mail").items())[:7]), 1, any_days=3)
    terminal.done("wave", "close", SLUG, "1")
    monday("2027-01-09T09:00:00")

    code, said = terminal("wave", "reveal", SLUG, "1")
    assert code == 1
    assert "fewer than 8 valid ballots" in said
    assert "7" not in said

    assert "all were destroyed unread" in terminal.done("wave", "reveal", SLUG, "1", "--destroy")
    code, said = terminal("report", SLUG)
    assert (code, "no wave is revealed yet" in said) == (1, True)


# ----------------------------------------------------------------- wrong input


def test_four_mistakes_of_a_questionnaire_are_named_with_their_places(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        """questionnaire: wrong
version: 1
languages: [en, de]
title: {en: "Wrong", de: "Falsch"}
sections:
  - id: one
    title: {en: "One", de: "Eins"}
    questions:
      - id: days
        kind: number
        colour: blue
        text: {en: "How many?", de: "Wie viele?"}
        minimum: 0
        maximum: 7
        show_if: {later: {at_least: 1}}
      - id: later
        kind: number
        text: {en: "How many later?"}
        minimum: 0
        maximum: 7
      - id: days
        kind: number
        text: {en: "How many again?", de: "Wie viele noch?"}
        minimum: 0
        maximum: 7
""",
        "utf-8",
    )

    code, said = terminal("questionnaire", "check", str(path))

    assert code == 1
    places = {int(line): text for line, text in re.findall(r"wrong\.yaml:(\d+):\d+: (.+)", said)}
    assert "colour" in places[11]
    assert any("later" in text for line, text in places.items() if line == 15)
    assert any("de" in text for line, text in places.items() if line in {17, 18})
    assert any("days" in text for line, text in places.items() if line in {20, 21})
    assert len(places) == 4, said


def test_a_threshold_of_170_percent_and_missing_owners_are_named_together(terminal: Terminal, tmp_path: Path) -> None:
    text = CHARTER.read_text("utf-8").replace("adoption: {threshold: 0.70}", "adoption: {threshold: 1.7}")
    text = re.sub(r"^owners:.*?(?=^\S)", "", text, flags=re.MULTILINE | re.DOTALL)
    path = tmp_path / "charter.yaml"
    path.write_text(text, "utf-8")
    terminal.done("init")

    code, said = terminal("pilot", "create", str(path))

    assert code == 1
    assert re.search(r"charter\.yaml:\d+:\d+: .*threshold", said)
    assert re.search(r"charter\.yaml:\d+:\d+: .*owners", said)
    assert "no pilots yet" in terminal.done("pilot", "list")


def test_three_bad_rows_are_named_and_nothing_is_stored(terminal: Terminal, tmp_path: Path) -> None:
    rows = [
        "email,name,team",
        "a@example.org,Ada,Sales",
        "not-an-address,Ben,Sales",
        "c@example.org,Cem,Marketing",
        "d@example.org,Dora,Support",
        "a@example.org,Ada,Support",
    ]
    terminal.done("init")
    terminal.done("pilot", "create", str(CHARTER))

    code, said = terminal("people", "import", SLUG, people_csv(tmp_path, "\n".join(rows) + "\n"))

    assert code == 1
    assert [int(row) for row in sorted(set(re.findall(r"row (\d+), \w+:", said)))] == [3, 4, 6]
    assert "0 changed, 0 unchanged" in terminal.done("people", "import", SLUG, people_csv(tmp_path), "--dry-run")


@pytest.mark.parametrize(
    "words",
    [
        ("pilot", "status", "nobody"),
        ("pilot", "lock", "nobody"),
        ("wave", "start", "nobody", "1"),
        ("wave", "close", "nobody", "1"),
        ("wave", "reveal", "nobody", "1"),
        ("wave", "start", "../../etc", "1"),
        ("people", "import", "nobody", "people.csv"),
        ("kpi", "import", "nobody", "kpi.csv"),
        ("report", "nobody"),
        ("pilot", "create", "no-such-file.yaml"),
        ("questionnaire", "check", "no-such-file.yaml"),
    ],
)
def test_what_is_not_there_is_wrong_input_in_words(terminal: Terminal, words: tuple[str, ...]) -> None:
    terminal.done("init")

    code, said = terminal(*words)

    assert code == 1
    assert said.strip()
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("pilot",),
        ("nonsense",),
        ("pilot", "nonsense"),
        ("wave", "start", SLUG),
        ("wave", "start", SLUG, "one"),
        ("report",),
    ],
)
def test_a_command_that_does_not_exist_explains_the_usage(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, said = terminal(*words)

    assert code == 2
    assert "usage: surveyapp" in said


@pytest.mark.parametrize("words", [("--help",), ("wave", "--help"), ("wave", "reveal", "--help")])
def test_help_is_no_mistake(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert "usage: surveyapp" in terminal.done(*words)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SURVEYAPP_BASEURL", "https://x"),
        ("SURVEYAPP_BASE_URL", "nonsense"),
        ("SURVEYAPP_DESK_URL", "mysql://user:geheim@host/x"),
        ("SURVEYAPP_DESK_URL", "postgresql://user:geheim@127.0.0.1:1/x"),
        ("SURVEYAPP_SECRET_KEY_FILE", "/no/such/file"),
    ],
)
def test_a_wrong_environment_is_named_with_its_fix(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    code, said = terminal("pilot", "list")

    assert code == 3
    assert "fix: " in said
    assert "geheim" not in said


def test_without_init_the_fix_is_init(terminal: Terminal) -> None:
    code, said = terminal("pilot", "list")

    assert code == 3
    assert "fix: surveyapp init" in said


def test_the_doctor_finds_what_breaks_the_promise(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    terminal.done("init")
    (tmp_path / "var" / "keys").mkdir(mode=0o755)
    (tmp_path / "var").chmod(0o755)
    monkeypatch.setenv("SURVEYAPP_BASE_URL", "http://survey.example.org")
    monkeypatch.setenv("SURVEYAPP_OFFICE_URL", f"sqlite:///{tmp_path / 'var' / 'desk.sqlite'}")

    code, said = terminal("doctor")

    assert code == 3
    for finding in (
        "two databases are the same",
        "others can read the key directory",
        "others can read the folder of the embedded databases",
        "mails with codes become files although the address is public",
        "answers travel unencrypted",
    ):
        assert f"FAIL {finding}" in said
    assert said.count("FAIL") + said.count("WARN") == said.count("fix:")


def test_the_doctor_of_an_empty_machine_says_what_to_do(terminal: Terminal) -> None:
    code, said = terminal("doctor")

    assert code == 3
    assert "desk database lacks migrations\n     fix: surveyapp init" in said


def test_no_secret_of_the_environment_is_shown(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEYAPP_SMTP_URL", "smtp://user:geheim@mail.example.org")

    said = terminal.done("settings")

    assert "SURVEYAPP_SMTP_URL = (set)" in said
    assert "geheim" not in said


def test_a_second_worker_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    terminal.done("init")

    with only_worker(tmp_path / "var" / "worker.lock"):
        code, said = terminal("worker", "--once")

    assert code == 1
    assert "another worker is running" in said


def test_commands_work_with_time_zones_in_mind(
    terminal: Terminal, monday: Callable[[str], None], tmp_path: Path
) -> None:
    set_up(terminal, tmp_path)

    monday("2027-01-04T06:59:00")
    terminal.done("worker", "--once")
    assert "wave 1\tbaseline\tplanned" in terminal.done("pilot", "status", SLUG)
    monday("2027-01-04T07:00:00")
    assert "20 sent" in terminal.done("worker", "--once")

    assert "wave 1\tbaseline\tstarted\t2027-01-04 08:00" in terminal.done("pilot", "status", SLUG)


class FalteringWork:
    """Work whose second round fails, and whose fourth is interrupted."""

    def __init__(self) -> None:
        self.rounds = 0
        self.pauses = 0

    def __call__(self, _progress: Callable[[int], None]) -> Round:
        self.rounds += 1
        if self.rounds == 2:
            raise OSError("secret-code-in-the-text")
        if self.rounds == 4:
            raise KeyboardInterrupt
        return Round(sent=self.rounds)

    def pause(self) -> None:
        self.pauses += 1


def test_one_bad_round_does_not_end_the_worker(capsys: pytest.CaptureFixture[str]) -> None:
    work = FalteringWork()
    services = WorkerServices(work, lambda: 0, lambda: 0, lambda: 1 if work.rounds == 2 else 0, work.pause, nullcontext)

    with pytest.raises(KeyboardInterrupt):
        serve.work(Namespace(once=False), services)

    said = "".join(capsys.readouterr())
    assert work.pauses == 3
    assert "mails: 3 sent" in said
    assert "1 mails may have been sent when the last worker ended" in said
    assert "OSError" in said
    assert "secret" not in said


def test_serve_says_where_its_pages_are(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("surveyapp.cli.server.Server.run", lambda _server: None)
    arguments = Namespace(host="127.0.0.1", port=8123, workers=1, no_worker=True)

    assert serve.serve_pages(arguments, serve.ServeServices(lambda: Flask(__name__))) == 0

    assert "http://127.0.0.1:8123/staff/" in capsys.readouterr().out


def test_with_once_a_bad_round_is_an_error() -> None:
    work = FalteringWork()
    work.rounds = 1

    with pytest.raises(OSError, match="secret"):
        serve.work(Namespace(once=True), WorkerServices(work, lambda: 0, lambda: 0, lambda: 0, work.pause, nullcontext))


def test_an_interrupted_command_ends_quietly(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("surveyapp.app.run", interrupted)

    code, said = terminal("worker")

    assert (code, said) == (130, "")
