"""`surveyapp analyse` on small files: what it finds, and how it says what is wrong."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from analysis.codebook import Item, Value
from analysis.synthetic import Truth, ballots
from surveyapp import resources
from surveyapp.__main__ import main
from surveyapp.asking import setting_of
from surveyapp.charter.loader import load
from surveyapp.charter.plan import plan_of
from surveyapp.questionnaire import loader as questionnaires
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.settling import settle

EXAMPLE = Path(__file__).parents[2] / "examples" / "charter.yaml"
CHARTER = "charter.yaml"
SHIPPED = resources.questionnaires()
KINDS = ("baseline", "pulse", "pulse", "closing")
TEAMS = {"sales": 40, "support": 20}
PEOPLE = [team for team, size in TEAMS.items() for _ in range(size)]
KEEN = Truth(active=(0.85, 0.9, 0.9), response=0.9)

QUESTIONS = """
questionnaire: lunch
version: 1
languages: [en]
title: Lunch
sections:
  - id: one
    title: One
    questions:
      - {id: fed, kind: single, text: Was it enough?, options: [{code: "yes", label: "Yes"}, {code: "no", label: "No"}]}
      - {id: days, kind: number, text: On how many days?, minimum: 0, maximum: 7}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("lunch.yaml").write_text(QUESTIONS, "utf-8")
    rows = "yes,5,north\nno,1,north\nyes,3,south\n" * 8 + "no,0,south\n" * 8
    Path("answers.csv").write_text("fed,days,group\n" + rows, "utf-8")
    # A pilot that is over: measured values of the future do not count.
    Path(CHARTER).write_text(EXAMPLE.read_text("utf-8").replace(" 2027-", " 2025-"), "utf-8")
    return tmp_path


def analyse(*words: str | Path) -> int:
    return main(["analyse", *map(str, words), "--out", "out"])


def lunch(*more: str | Path) -> int:
    return analyse("--answers", "answers.csv", "--questionnaire", "lunch.yaml", *more)


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path("out/report.json").read_bytes())
    return found


def figure(measure: str, option: str, *, group: str = "") -> dict[str, Any]:
    (found,) = (
        figure
        for one in report()["measures"]
        if one["id"] == measure
        for figure in one["figures"]
        if (figure["option"], figure["group"]) == (option, group)
    )
    return dict(found)


# --------------------------------------------------------------------------- without a charter


@pytest.mark.usefixtures("folder")
def test_any_csv_gives_readout_export_and_report() -> None:
    assert lunch() == 0

    assert sorted(path.name for path in Path("out").iterdir()) == [
        "export.sav",
        "export.xlsx",
        "export.zip",
        "readout.pdf",
        "report.json",
    ]
    assert Path("out/readout.pdf").read_bytes().startswith(b"%PDF")
    assert ZipFile("out/export.zip").read("README.txt").decode().splitlines()[0] == "Lunch"
    assert (figure("answers.fed", "yes")["count"], figure("answers.fed", "yes")["base"]) == (16, 32)
    assert figure("answers.fed", "yes", group="north")["base"] == 16


@pytest.mark.usefixtures("folder")
def test_without_a_charter_no_gate_has_evidence() -> None:
    lunch()

    assert {gate["id"]: gate["verdict"] for gate in report()["gates"]} == {
        "kpi": "NO EVIDENCE",
        "adoption": "NO EVIDENCE",
        "impact": "NO EVIDENCE",
        "readiness": "NO EVIDENCE",
        "owners": "FAIL",
    }


@pytest.mark.usefixtures("folder")
def test_the_same_files_give_the_same_bytes() -> None:
    Path("groups.csv").write_text("group,invited\nnorth,20\nsouth,25\n", "utf-8")
    lunch("--invited", "groups.csv")
    first = {path.name: path.read_bytes() for path in Path("out").iterdir()}

    lunch("--invited", "groups.csv")

    assert set(first) == {"readout.pdf", "export.zip", "export.xlsx", "export.sav", "report.json"}
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == first


@pytest.mark.usefixtures("folder")
def test_the_invited_give_the_response() -> None:
    Path("groups.csv").write_text("group,invited\nnorth,20\n\nsouth,25\n", "utf-8")

    assert lunch("--invited", "groups.csv") == 0

    assert report()["waves"][0]["invited"] == 45
    assert figure("response", "responded", group="north")["share"] == 0.8


@pytest.mark.usefixtures("folder")
def test_another_language_gets_its_own_readout() -> None:
    assert lunch("--lang", "en, de") == 0

    assert {path.name for path in Path("out").glob("*.pdf")} == {"readout.pdf", "readout.de.pdf"}


def test_a_pulse_without_a_charter_is_read_with_plain_names(folder: Path) -> None:
    (folder / "two.csv").write_text("fed,days\n" + "yes,2\n" * 9, "utf-8")

    assert analyse("--wave", "baseline:answers.csv:lunch.yaml", "--wave", "pulse:two.csv:lunch.yaml") == 0

    assert [wave["kind"] for wave in report()["waves"]] == ["baseline", "pulse"]


# --------------------------------------------------------------------------- with a charter and its waves


def cells(item: Item, value: Value | None) -> dict[str, str]:
    """One answer as the columns of a CSV."""
    if item.rows:
        given = value if isinstance(value, dict) else {}
        return {f"{item.id}.{row.code}": str(given.get(row.code, "")) for row in item.rows}
    if isinstance(value, (list, tuple)):
        return {item.id: ";".join(value)}
    return {item.id: "" if value is None else str(value)}


def write_wave(number: int, truth: Truth) -> str:
    """Write what made-up people answer in one wave of the charter, and return its --wave."""
    charter = load(Path(CHARTER))
    kind = KINDS[number - 1]
    book = codebook(settle(questionnaires.load(SHIPPED / f"{kind}.yaml"), setting_of(charter, number, TEAMS)))
    made = ballots(book, plan_of(charter), truth, people=PEOPLE, kind=kind, number=number, seed=3)
    rows = [
        {name: cell for item in book.items for name, cell in cells(item, values.get(item.id)).items()}
        for values in made
        if values is not None
    ]
    with Path(f"wave{number}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return f"{kind}:wave{number}.csv:{SHIPPED / kind}.yaml:groups.csv"


def write_waves() -> list[str]:
    rows = [f"{team},{size}\n" for team, size in TEAMS.items()]
    Path("groups.csv").write_text("group,invited\n" + "".join(rows), "utf-8")
    return [word for number in range(1, len(KINDS) + 1) for word in ("--wave", write_wave(number, KEEN))]


def write_series() -> None:
    lines = ["entity,period,arm,date,unit,value"]
    for desk in range(8):
        for period, day, level in (("before", "2025-01-05", 42), ("after", "2025-03-20", 28)):
            lines.append(f"desk {desk},{period},pilot,{day},minutes,{level + desk % 3 - 1}")
            lines.append(f"other {desk},{period},comparison,{day},minutes,{42 + desk % 3 - 1}")
    Path("kpi.csv").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.usefixtures("folder")
def test_a_whole_pilot_is_judged_by_its_charter_and_has_its_dates() -> None:
    waves = write_waves()
    write_series()

    assert analyse("--charter", CHARTER, *waves, "--kpi", "kpi.csv", "--lang", "en") == 0

    verdicts = {gate["id"]: gate["verdict"] for gate in report()["gates"]}
    assert verdicts == {
        "kpi": "PASS",
        "adoption": "PASS",
        "impact": "PASS",
        "readiness": "NO EVIDENCE",
        "owners": "PASS",
    }
    assert [wave["invited"] for wave in report()["waves"]] == [60] * 4
    held = [
        (date.fromisoformat(wave["opened_on"]), date.fromisoformat(wave["closed_on"])) for wave in report()["waves"]
    ]
    assert held == [(wave.opens_at.date(), wave.closes_at.date()) for wave in load(Path(CHARTER)).waves]


@pytest.mark.usefixtures("folder")
def test_waves_that_the_charter_does_not_plan_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    wave = "pulse:answers.csv:lunch.yaml"

    assert analyse("--charter", CHARTER, *["--wave", wave] * 5) == 1

    said = capsys.readouterr().err.splitlines()
    assert said == [
        "nothing was written, because:",
        "the charter plans 4 waves, 5 are given",
        "wave 1 is given as pulse, the charter plans a baseline",
        "wave 4 is given as pulse, the charter plans a closing",
    ]


# --------------------------------------------------------------------------- what is wrong


def test_everything_wrong_with_all_files_is_named_and_nothing_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "wave1.csv").write_text("team,any_days\nsales,9\nsales,1\nmarketing,2\n", "utf-8")
    (folder / "wave2.csv").write_text("group,mood\nsales,5\n", "utf-8")
    (folder / "groups.csv").write_text("group,invited\nsales,many\nsales,4\nnorth,3,1\nwest,2\nsales,1\n", "utf-8")
    (folder / "kpi.csv").write_text("entity,period,arm,date,unit,value\ndesk,during,pilot,2025-01-05,minutes,4\n")
    first, second = (f"{kind}:wave{number}.csv:{SHIPPED / kind}.yaml" for number, kind in enumerate(KINDS[:2], 1))

    code = analyse("--charter", CHARTER, "--wave", first + ":groups.csv", "--wave", second, "--kpi", "kpi.csv")

    assert code == 1
    assert capsys.readouterr().err.splitlines() == [
        "nothing was written, because:",
        "groups.csv: row 2, column invited: must be a whole number of at most 9 digits",
        "groups.csv: row 4 has 3 cells, the header has 2",
        "groups.csv: row 5, column group: no such group",
        "groups.csv: row 6, column group: stands there twice",
        "wave1.csv: column team is not a question of the questionnaire",
        "wave2.csv: column mood is not a question of the questionnaire",
        "kpi.csv was not imported:",
        "kpi.csv: row 2: period: must be before or after",
    ]
    assert not (folder / "out").exists()


def test_wrong_answers_are_named_by_row_and_column_without_their_value(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "answers.csv").write_text("fed,days\nyes,3\nsecretly,2\nno,8\n", "utf-8")

    assert lunch() == 1

    said = capsys.readouterr().err
    assert "answers.csv: row 3, column fed: not an answer that the question offers" in said
    assert "answers.csv: row 4, column days: not an answer that the question offers" in said
    assert "secretly" not in said
    assert not (folder / "out").exists()


def test_mistakes_in_charter_and_questionnaire_are_named_together(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "lunch.yaml").write_text(QUESTIONS.replace("kind: number", "kind: counter"), "utf-8")
    charter = folder / CHARTER
    charter.write_text(charter.read_text("utf-8").replace("adoption: {threshold: 0.70}", "adoption: {threshold: 1.7}"))

    assert lunch("--charter", CHARTER) == 1

    said = capsys.readouterr().err
    assert "charter.yaml:26:25: threshold: must be from 0 to 1" in said
    assert "lunch.yaml:11:" in said


@pytest.mark.usefixtures("folder")
def test_files_that_are_not_there_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert analyse("--answers", "gone.csv", "--questionnaire", "lunch.yaml", "--invited", "lost.csv") == 1

    said = capsys.readouterr().err
    assert "lost.csv cannot be read: No such file or directory" in said
    assert "gone.csv: the file cannot be read" in said


def test_a_list_of_invited_that_is_no_text_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "groups.csv").write_bytes("group,invited\nsüd,3\n".encode("utf-16"))

    assert lunch("--invited", "groups.csv") == 1

    assert "groups.csv: the file is not a CSV in UTF-8" in capsys.readouterr().err


def test_a_list_that_invites_nobody_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "groups.csv").write_text("group,invited\n", "utf-8")

    assert lunch("--invited", "groups.csv") == 1

    assert "groups.csv: nobody is invited" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_lists_of_a_charter_that_is_not_there_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert analyse("--answers", "answers.csv", "--questionnaire", SHIPPED / "baseline.yaml") == 1

    said = capsys.readouterr().err
    assert "question group needs the charter's groups: there are none" in said
    assert "question other_tools needs the charter's known_tools: there are none" in said


@pytest.mark.usefixtures("folder")
def test_an_unknown_language_is_refused_before_anything_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert lunch("--lang", "klingon") == 1

    assert "klingon" in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_folder_that_cannot_be_made_is_the_environments_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out").write_text("a file, not a folder")

    assert lunch() == 3

    assert "fix: choose another folder" in capsys.readouterr().err


WRONG_USE = {
    "nothing": [],
    "no questionnaire": ["--answers", "answers.csv"],
    "both ways": ["--answers", "answers.csv", "--wave", "baseline:answers.csv:lunch.yaml"],
    "invited beside waves": ["--invited", "groups.csv", "--wave", "baseline:answers.csv:lunch.yaml"],
    "kpi without charter": ["--answers", "answers.csv", "--questionnaire", "lunch.yaml", "--kpi", "kpi.csv"],
    "unknown kind": ["--wave", "middle:answers.csv:lunch.yaml"],
    "no questionnaire in wave": ["--wave", "pulse:answers.csv"],
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("words", WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_shows_the_usage_and_exits_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        analyse(*words)

    assert ended.value.code == 2
    assert "usage: surveyapp analyse" in capsys.readouterr().err
