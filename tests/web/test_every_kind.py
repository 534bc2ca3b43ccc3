"""A page with every kind of question: shown in order, sent, and read back as it was answered."""

from typing import Any

import pytest

from surveyapp import canonical
from surveyapp.app import House
from surveyapp.questionnaire.answers import Answers, read_form
from surveyapp.questionnaire.filling import fields_of
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.web import fields
from tests.inspecting import Page
from tests.story import RunningPilot
from tests.unit.instrument_factory import every_kind


@pytest.fixture
def asked(pilot: RunningPilot) -> Questionnaire:
    """Let the open wave ask a questionnaire with every kind."""
    pilot.people(6)
    pilot.start()
    questionnaire = every_kind()
    _ask(pilot.house, canonical.to_json(questionnaire))
    return questionnaire


def _ask(house: House, questionnaire: str) -> None:
    with house.engines["office"].begin() as connection:
        connection.exec_driver_sql("UPDATE wave SET questionnaire = ?", (questionnaire,))
    house.polls._known.clear()


def test_the_page_is_in_order(pilot: RunningPilot, asked: Questionnaire) -> None:
    page = pilot.client.get("/s/offers.1?lang=en")

    assert page.status_code == 200
    assert Page(page.text).problems() == []
    for question in asked.questions:
        assert f'data-question="{question.id}"' in page.text


def test_what_was_sent_is_shown_again_and_read_back(pilot: RunningPilot, asked: Questionnaire) -> None:
    del pilot
    for section in fields.sections(asked, "en", {}):
        for field in section.fields:
            given = _first_choice(field)
            again = fields.sections(asked, "en", given)
            shown = next(one for part in again for one in part.fields if one.name == field.name)
            answers = read_form(asked, given)

            assert shown != field, field.kind
            if isinstance(answers, Answers) and field.question in answers.values:
                assert fields_of(asked, answers.values) | given == given | fields_of(asked, answers.values)


def _first_choice(field: Any) -> dict[str, list[str]]:
    if field.rows:
        return {field.rows[0].name: [field.rows[0].choices[0].value]}
    if field.choices:
        return {field.name: [field.choices[0].value]}
    return {field.name: [str(field.maximum) if field.kind == "number" else "own words"]}
