"""Every kind of question is known in every place that must know it."""

from typing import get_args

from analysis.codebook import Kind
from analysis.synthetic.answers import BY_KIND
from surveyapp import templating
from surveyapp.questionnaire import form, wire
from surveyapp.questionnaire.model import KINDS, Question
from surveyapp.web.fields import BUILDERS

QUESTIONS = set(get_args(Question))


def test_every_kind_is_built_shown_read_checked_measured_and_made_up() -> None:
    macros = templating.environment("en").get_template("macros/questions.html").module

    assert set(KINDS) == QUESTIONS
    assert set(KINDS.values()) == set(Kind)
    assert set(BUILDERS) == QUESTIONS
    assert set(form._READERS) == QUESTIONS
    assert set(wire._CHECKS) == set(wire._BUDGETS) == QUESTIONS
    assert set(macros.BY_KIND) == {str(kind) for kind in Kind}
    assert set(BY_KIND) == set(Kind)
