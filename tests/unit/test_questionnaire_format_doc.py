"""The document of the format says what the code does."""

import re
from pathlib import Path

from analysis.codebook import Kind
from surveyapp.questionnaire.conditions import ANSWERED, OPERATORS
from surveyapp.questionnaire.lint import PLACEHOLDERS
from surveyapp.questionnaire.loader import load_bytes
from surveyapp.questionnaire.measures import table

DOCUMENT = (Path(__file__).parents[2] / "docs" / "questionnaire-format.md").read_text("utf-8")


def section(title: str) -> str:
    return DOCUMENT.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_table_of_measures_is_the_list_in_the_code() -> None:
    assert table() in section("Measures")


def test_the_example_is_a_questionnaire_without_problems() -> None:
    example = re.search(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)

    assert example is not None
    assert len(load_bytes(example[1].encode(), "example.yaml").questions) == 3


def test_every_kind_operator_and_placeholder_is_explained() -> None:
    assert all(f"| `{kind}` |" in section("Kinds") for kind in Kind)
    assert all(f"`{operator}`" in section("Conditions") for operator in (*OPERATORS, ANSWERED))
    assert all(f"`{{{name}}}`" in section("Placeholders") for name in PLACEHOLDERS)
