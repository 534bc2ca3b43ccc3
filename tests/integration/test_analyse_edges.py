"""`surveyapp analyse` at the edges: nobody, everybody, one person, one wave, two hundred groups, nothing answered."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from surveyapp import resources
from surveyapp.__main__ import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "charter.yaml"
BASELINE = resources.questionnaires() / "baseline.yaml"
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
      - id: what
        kind: multiple
        text: What was there?
        options: [{code: soup, label: Soup}, {code: salad, label: Salad}, {code: none, label: None, exclusive: true}]
      - {id: days, kind: number, text: On how many days?, minimum: 0, maximum: 7}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("lunch.yaml").write_text(QUESTIONS, "utf-8")
    Path("charter.yaml").write_text(EXAMPLE.read_text("utf-8").replace(" 2027-", " 2025-"), "utf-8")
    return tmp_path


def lunch(rows: Sequence[str], *more: str | Path, header: str = "fed,what,days,group") -> int:
    Path("answers.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    words = ["--answers", "answers.csv", "--questionnaire", "lunch.yaml", *map(str, more), "--out", "out"]
    return main(["analyse", *words])


def figures(measure: str, group: str = "") -> dict[str, dict[str, Any]]:
    report = json.loads(Path("out/report.json").read_bytes())
    return {
        figure["option"]: figure
        for one in report["measures"]
        if one["id"] == measure
        for figure in one["figures"]
        if figure["group"] == group
    }


def invited(**groups: int) -> Path:
    path = Path("invited.csv")
    path.write_text("group,invited\n" + "".join(f"{code},{people}\n" for code, people in groups.items()), "utf-8")
    return path


def test_nobody_and_everybody_have_limits_that_are_no_point() -> None:
    lunch(["yes,soup,5,north"] * 30, "--invited", invited(north=60))

    fed = figures("answers.fed")
    assert (fed["no"]["share"], fed["no"]["low"]) == (0, 0)
    assert fed["no"]["high"] > 0.03
    assert (fed["yes"]["share"], fed["yes"]["high"]) == (1, 1)
    assert fed["yes"]["low"] < 0.97


def test_a_census_has_no_width() -> None:
    lunch(["yes,soup,5,north"] * 20 + ["no,salad,0,north"] * 10, "--invited", invited(north=30))

    yes = figures("answers.fed")["yes"]
    assert yes["low"] == yes["high"] == yes["share"]


def test_a_group_of_one_person_shows_nothing_and_is_in_the_total() -> None:
    rows = ["yes,soup,5,north"] * 15 + ["no,salad,1,south"] * 12 + ["no,none,0,boss"]

    lunch(rows, "--invited", invited(north=20, south=20, boss=1))

    assert figures("answers.fed")["no"]["count"] == 13
    assert {figure["status"] for figure in figures("response", "boss").values()} == {"suppressed"}
    hidden = [group for group in ("north", "south") if figures("response", group)["responded"]["status"] != "published"]
    assert len(hidden) == 1


def test_a_question_that_nobody_answered_says_so() -> None:
    assert lunch(["yes,,5,north"] * 20) == 0

    assert {(figure["count"], figure["base"], figure["share"]) for figure in figures("answers.what").values()} == {
        (0, 0, None)
    }


def test_two_hundred_groups_are_released_in_one_go() -> None:
    rows = [
        f"{'yes' if place % 3 else 'no'},{'soup' if place % 2 else 'salad'},{place % 8},g{group}"
        for group in range(200)
        for place in range(6 + group % 5)
    ]

    assert lunch(rows) == 0

    assert figures("answers.fed")["yes"]["base"] == len(rows)
    assert len(json.loads(Path("out/report.json").read_bytes())["measures"]) >= 3
    with pikepdf.open("out/readout.pdf") as readout:
        assert len(readout.pages) <= 14


@pytest.mark.parametrize("rows", [[], ["yes,soup,5,north"] * 3])
def test_too_few_answers_give_a_readout_that_says_so(rows: list[str]) -> None:
    assert lunch(rows) == 0

    report = json.loads(Path("out/report.json").read_bytes())
    assert [one for one in report["measures"] if one["figures"]] == []
    assert "fewer than 8 ballots" in report["findings"]["response"][0]
    assert Path("out/readout.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("fed,fed,days,group", "yes,no,1,north", "column fed stands there twice"),
        ("fed,what,days,mood", "yes,soup,1,good", "column mood is not a question of the questionnaire"),
        ("fed,what,days,group", "perhaps,soup,1,north", "row 2, column fed: not an answer that the question offers"),
        ("fed,what,days,group", "yes,soup;none,8,north", "row 2, column days: not an answer that the question offers"),
        ("fed,what,days,group", "yes,soup,1", "row 2 has 3 cells, the header has 4"),
    ],
)
def test_a_wrong_file_is_named_by_row_and_column(
    header: str, row: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lunch([row], header=header) == 1

    assert f"answers.csv: {said}" in capsys.readouterr().err
    assert not Path("out").exists()


def test_one_wave_shows_no_trend_and_leaves_adoption_without_evidence() -> None:
    rows = ["3,sales"] * 20 + ["0,support"] * 10
    Path("answers.csv").write_text("\n".join(["any_days,group", *rows]) + "\n", "utf-8")

    words = ["--charter", "charter.yaml", "--wave", f"baseline:answers.csv:{BASELINE}", "--out", "out"]
    assert main(["analyse", *words]) == 0

    report = json.loads(Path("out/report.json").read_bytes())
    assert "One wave so far: no trend can be shown." in report["limits"]
    assert {gate["id"]: gate["verdict"] for gate in report["gates"]}["adoption"] == "NO EVIDENCE"
