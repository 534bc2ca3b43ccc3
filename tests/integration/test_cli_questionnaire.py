"""`surveyapp questionnaire` as a newcomer types it."""

from argparse import ArgumentParser
from pathlib import Path

import pytest

from surveyapp import resources
from surveyapp.cli import questionnaire


def run(*words: str) -> int:
    parser = ArgumentParser()
    questionnaire.add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["questionnaire", *words])
    code: int = arguments.run(arguments)
    return code


def test_the_shipped_files_pass(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(resources.questionnaires() / f"{name}.yaml") for name in ("baseline", "pulse", "closing")]

    assert run("check", *files) == 0
    assert capsys.readouterr().out.count("no problems") == 3


def test_problems_of_all_files_are_printed_and_the_exit_code_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("questionnaire: x\nversion: 0\nlanguages: [en]\ntitle: T\nsektions: []\n", "utf-8")

    assert run("check", str(tmp_path / "gone.yaml"), str(broken)) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path}/gone.yaml cannot be read: No such file or directory",
        f"{broken}:1:1: `sections` is missing",
        f"{broken}:2:10: version: must be from 1 to 9999",
        f"{broken}:5:1: unknown key `sektions`, did you mean `sections`?",
    ]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    assert capsys.readouterr().out == (resources.questionnaires() / "schema.json").read_text("utf-8")
