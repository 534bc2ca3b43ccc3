"""The example with real answers: the converter, and the published figures that the analysis must find."""

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from surveyapp.__main__ import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "developers"
SURVEY = ROOT.parent / "shared" / "data" / "stackoverflow-2024.csv.gz"
COLUMNS = ("main_branch", "org_size", "ai_select", "ai_sent", "ai_acc", "ai_complex", "ai_threat")
A_DEVELOPER = ("I am a developer by profession", "20 to 99 employees", "Yes", "Favorable", "Highly trust")


def write_survey(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *([*row, *[""] * (len(COLUMNS) - len(row))] for row in rows)])


def convert(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(EXAMPLE / "convert.py"), str(source), str(target)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def analyse(answers: Path, out: Path) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Run the command of docs/real-data.md and return the figures of everyone by measure and option."""
    files = ["--questionnaire", str(EXAMPLE / "questionnaire.yaml"), "--charter", str(EXAMPLE / "charter.yaml")]
    assert main(["analyse", "--answers", str(answers), *files, "--out", str(out)]) == 0
    measures = json.loads((out / "report.json").read_bytes())["measures"]
    return {
        (measure["id"], figure["option"]): figure
        for measure in measures
        for figure in measure["figures"]
        if not figure["group"]
    }


def test_a_survey_row_becomes_an_answer(tmp_path: Path) -> None:
    write_survey(
        tmp_path / "survey.csv.gz",
        [A_DEVELOPER, ("I code primarily as a hobby", "I don\N{RIGHT SINGLE QUOTATION MARK}t know", "Yes")],
    )

    done = convert(tmp_path / "survey.csv.gz", tmp_path / "answers.csv")

    assert done.returncode == 0
    assert "Stack Overflow Developer Survey 2024, Stack Exchange Inc." in done.stdout
    assert (tmp_path / "answers.csv").read_text("utf-8").splitlines() == [
        "group,branch,use,stance,trust,complex,threat,trusts,handles",
        "to_99,professional,uses,favourable,5,,,upper,",
        ",hobby,uses,,,,,,",
    ]


def test_a_label_that_nobody_knows_is_named_and_nothing_written(tmp_path: Path) -> None:
    write_survey(tmp_path / "survey.csv.gz", [A_DEVELOPER, ("I am a robot",)])

    done = convert(tmp_path / "survey.csv.gz", tmp_path / "answers.csv")

    assert done.returncode == 1
    assert "row 3, column main_branch" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["survey.csv.gz"]


def test_a_few_made_up_developers_are_analysed(tmp_path: Path) -> None:
    write_survey(tmp_path / "survey.csv.gz", [A_DEVELOPER, (*A_DEVELOPER[:2], "No, but I plan to soon")] * 6)
    convert(tmp_path / "survey.csv.gz", tmp_path / "answers.csv")

    figures = analyse(tmp_path / "answers.csv", tmp_path / "out")

    assert (figures["answers.use", "uses"]["count"], figures["answers.use", "uses"]["base"]) == (6, 12)
    assert figures["answers.trusts", "upper"]["share"] == 1


@pytest.fixture(scope="module")
def developers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[tuple[str, str], Mapping[str, Any]]]:
    if not SURVEY.exists():
        pytest.skip("needs ../shared/data/stackoverflow-2024.csv.gz")
    folder = tmp_path_factory.mktemp("developers")
    assert convert(SURVEY, folder / "answers.csv").returncode == 0
    return folder / "out", analyse(folder / "answers.csv", folder / "out")


# Published by Stack Exchange Inc. at https://survey.stackoverflow.co/2024/ai, in percent.
PUBLISHED = {
    "use AI tools": ("answers.use", ["uses"], 60_907, 61.8),
    "plan to": ("answers.use", ["plans"], 60_907, 13.8),
    "do not": ("answers.use", ["neither"], 60_907, 24.4),
    "use or plan to": ("answers.use", ["uses", "plans"], 60_907, 76),
    "favourable": ("answers.stance", ["very_favourable", "favourable"], 45_873, 72),
    "trust, as asked in three steps": ("answers.trusts", ["upper"], 37_302, 43.0),
    "trust, as two points of the scale": ("trust", ["4", "5"], 37_302, 43.0),
    "bad at complex tasks, say developers by profession": ("answers.handles", ["lower"], 29_189, 45),
}


@pytest.mark.shared
@pytest.mark.parametrize(("measure", "options", "base", "percent"), PUBLISHED.values(), ids=PUBLISHED)
def test_the_published_figures_are_found(
    developers: tuple[Path, Mapping[tuple[str, str], Mapping[str, Any]]],
    measure: str,
    options: list[str],
    base: int,
    percent: float,
) -> None:
    figures = [developers[1][measure, option] for option in options]

    share = sum(figure["count"] for figure in figures) / base

    assert {figure["base"] for figure in figures} == {base}
    assert round(100 * share, 0 if isinstance(percent, int) else 1) == percent


@pytest.mark.shared
def test_the_readout_shows_them_and_names_the_source(developers: tuple[Path, object]) -> None:
    words = ["pdftotext", str(developers[0] / "readout.pdf"), "-"]
    text = subprocess.run(words, capture_output=True, text=True, check=True).stdout

    for said in ("61.8", "43.0", "60,907", "37,302", "Stack Exchange Inc.", "NO EVIDENCE"):
        assert said in text
