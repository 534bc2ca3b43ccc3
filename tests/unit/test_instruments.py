"""The three shipped instruments: what they ask, and what the design promises about them."""

import json
from collections.abc import Mapping

import jsonschema
import pytest
from ruamel.yaml import YAML

from surveyapp import resources
from surveyapp.questionnaire.answers import plaintext_bytes
from surveyapp.questionnaire.measures import MEASURES
from surveyapp.questionnaire.model import KINDS, MultipleChoice, SingleChoice
from surveyapp.questionnaire.reading_time import minutes, words
from surveyapp.questionnaire.schema import schema
from tests.unit.instrument_factory import EVERY_KIND, settled, shipped

NAMES = ("baseline", "pulse", "closing")
# Design 7, column by column: question, kind, measure.
ASKED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "baseline": (
        ("group", "single", "group"),
        ("any_days", "number", "any_days"),
        ("tasks", "multiple", "tasks"),
        ("kpi_item", "band", "kpi_minutes"),
        ("expectation", "single", "expected_minutes"),
        ("confidence", "scale", "confidence"),
        ("help", "multiple", "training"),
        ("rules_tools", "scale", "policy_tools"),
        ("rules_how", "scale", "policy_how"),
        ("other_tools", "multiple", "other_tools"),
        ("other_account", "multiple", "other_account"),
        ("entered", "multiple", "data_entered"),
        ("colleagues", "single", "colleagues_other"),
        ("trust_survey", "scale", "trust_survey"),
    ),
    "pulse": (
        ("group", "single", "group"),
        ("aware", "single", "reach"),
        ("tool_days", "number", "tool_days"),
        ("last_pulse", "single", "sustained_recall"),
        ("saved", "band", "minutes_saved"),
        ("lost", "band", "minutes_lost"),
        ("stuck_where", "single", "stuck_where"),
        ("stuck_task", "single", "stuck_task"),
        ("stuck_then", "single", "stuck_reaction"),
        ("other_tools", "multiple", "other_tools"),
    ),
    "closing": (
        ("group", "single", "group"),
        ("aware", "single", "reach"),
        ("tool_days", "number", "tool_days"),
        ("last_pulse", "single", "sustained_recall"),
        ("saved", "band", "minutes_saved"),
        ("lost", "band", "minutes_lost"),
        ("kpi_item", "band", "kpi_minutes"),
        ("does_job", "scale", "capability"),
        ("easy", "scale", "ease"),
        ("continue", "scale", "continue"),
        ("stuck_where", "single", "stuck_where"),
        ("barriers", "rank", "barriers"),
        ("other_tools", "multiple", "other_tools"),
        ("entered", "multiple", "data_entered"),
        ("colleagues", "single", "colleagues_other"),
        ("change", "text", "comment"),
    ),
}
SENSITIVE = {"other_tools", "other_account", "entered", "colleagues"}


@pytest.mark.parametrize("name", NAMES)
def test_the_questions_are_those_of_the_design(name: str) -> None:
    found = shipped(name)

    assert (
        tuple((question.id, str(KINDS[type(question)]), question.measure) for question in found.questions)
        == ASKED[name]
    )


@pytest.mark.parametrize(("name", "count"), [("baseline", 14), ("pulse", 10), ("closing", 16)])
def test_there_are_no_more_questions_than_promised(name: str, count: int) -> None:
    assert len(shipped(name).questions) == count


@pytest.mark.parametrize(("name", "most"), [("baseline", 4), ("pulse", 3), ("closing", 5)])
@pytest.mark.parametrize("language", ["en", "de"])
def test_nobody_reads_longer_than_promised(name: str, most: int, language: str) -> None:
    assert minutes(settled(name), language) <= most
    assert words(settled(name), language) > 250


@pytest.mark.parametrize("name", NAMES)
def test_only_the_team_is_required(name: str) -> None:
    assert [question.id for question in shipped(name).questions if question.required] == ["group"]


@pytest.mark.parametrize("name", NAMES)
def test_sensitive_questions_and_the_team_can_be_refused(name: str) -> None:
    for question in shipped(name).questions:
        assert question.sensitive is (question.id in SENSITIVE)
        if question.sensitive or question.id == "group":
            assert isinstance(question, (SingleChoice, MultipleChoice))
            assert [option.code for option in question.options if option.refusal] == ["refused"]


@pytest.mark.parametrize("name", NAMES)
def test_every_question_names_its_source(name: str) -> None:
    assert all("own wording" in question.source for question in shipped(name).questions)


@pytest.mark.parametrize("name", NAMES)
def test_german_speaks_formally(name: str) -> None:
    text = (resources.questionnaires() / f"{name}.yaml").read_text("utf-8")

    assert not [word for word in (" du ", " dein", " dir ", " ihr ") if word in text]


def test_the_shipped_measures_are_all_but_the_optional_modules() -> None:
    asked = {question.measure for name in NAMES for question in shipped(name).questions}
    optional = {"pace", "reinvested", "trust", "checking", "other_reason", "effort", "recommend"}

    assert asked == set(MEASURES) - optional


@pytest.mark.parametrize(("name", "length"), [("baseline", 768), ("pulse", 512), ("closing", 3584)])
def test_ballots_stay_small(name: str, length: int) -> None:
    assert plaintext_bytes(settled(name)) == length


# --------------------------------------------------------------------------- the schema for editors


def test_the_schema_in_the_folder_is_current() -> None:
    assert (resources.questionnaires() / "schema.json").read_text("utf-8") == schema()


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_files_are_valid_by_the_schema(name: str) -> None:
    document = YAML(typ="safe", pure=True).load((resources.questionnaires() / f"{name}.yaml").read_text("utf-8"))

    jsonschema.Draft202012Validator(json.loads(schema())).validate(document)


def test_the_schema_knows_every_kind() -> None:
    jsonschema.Draft202012Validator(json.loads(schema())).validate(YAML(typ="safe", pure=True).load(EVERY_KIND))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: number", "kind: slider"),
        ("minimum: 0", "minimal: 0"),
        ("at_least: 1", "atleast: 1"),
        ("measures: group", "measures: happiness"),
        ("version: 1", "version: one"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    document = YAML(typ="safe", pure=True).load(EVERY_KIND.replace(old, new, 1))

    assert not jsonschema.Draft202012Validator(json.loads(schema())).is_valid(document)
