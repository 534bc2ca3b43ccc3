"""Questionnaire files: what is read, and every mistake with its place."""

from pathlib import Path

import pytest

from analysis import codebook
from surveyapp.documents.problems import DocumentError
from surveyapp.errors import InputError
from surveyapp.questionnaire import measures, model
from surveyapp.questionnaire.loader import load, load_bytes
from tests.unit.instrument_factory import a_questionnaire, every_kind, problems

BROKEN = """questionnaire: broken
version: 1
languages: [en, de]
title: {en: T, de: T}
sections:
  - id: s
    title: {en: S, de: S}
    questions:
      - id: first
        kind: number
        colour: blue
        text: {en: How many?, de: Wie viele?}
        minimum: 0
        maximum: 7
        show_if: {later: {is: "yes"}}
      - id: first
        kind: text
        text: {en: Words?}
      - id: later
        kind: single
        text: {en: Which?, de: Welche?}
        options: [{code: "yes", label: {en: Yes, de: Ja}}, {code: "no", label: {en: No, de: Nein}}]
"""


def test_four_mistakes_are_named_at_once_with_line_and_column() -> None:
    with pytest.raises(DocumentError) as raised:
        load_bytes(BROKEN.encode(), "broken.yaml")

    assert raised.value.problems == (
        "broken.yaml:11:9: unknown key `colour`",
        "broken.yaml:15:18: looks forward to `later`: conditions look at earlier questions only",
        "broken.yaml:16:13: question `first` exists already, in line 9",
        "broken.yaml:18:15: `de` is missing",
    )


def test_every_kind_is_read() -> None:
    kinds = [type(question) for question in every_kind().questions]

    assert set(kinds) == set(model.KINDS)


def test_a_file_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load(tmp_path / "nothing.yaml")


def test_conditions_become_trees() -> None:
    found = a_questionnaire(
        """
- {id: a, kind: number, text: A?, minimum: 0, maximum: 9}
- {id: b, kind: text, text: B?, show_if: {a: {at_least: 2, at_most: 5}}}
- id: c
  kind: text
  text: C?
  show_if: {any: [{a: {is: 1}}, {not: {b: {answered: true}}}, {a: {one_of: [7, 8]}, b: {answered: false}}]}
"""
    )

    assert [question.shown_if for question in found.questions] == [
        None,
        codebook.All((codebook.Test("a", "at_least", (2,)), codebook.Test("a", "at_most", (5,)))),
        codebook.Any(
            (
                codebook.Test("a", "is", (1,)),
                codebook.Not(codebook.Test("b", "answered", (True,))),
                codebook.All((codebook.Test("a", "one_of", (7, 8)), codebook.Test("b", "answered", (False,)))),
            )
        ),
    ]


@pytest.mark.parametrize(
    ("show_if", "message"),
    [
        ("{}", "an empty condition"),
        ("{a: {}}", "an empty test of `a`"),
        ("{a: {equals: 1}}", "conditions know is, one_of"),
        ("{a: {is: [1, 2]}}", "is: must be one value"),
        ("{a: {is: {b: 1}}}", "is: must be a value"),
        ("{any: []}", "any: must not be empty"),
        ("{any: {a: {is: 1}}}", "any: must be a list"),
        ("{a: {one_of: [1, [2]]}}", "one_of: must be a value or a list of values"),
        ("{not: [a]}", "not: must be `key: value` entries"),
        ("a", "show_if: must be `key: value` entries"),
        ("{a: 1}", "a: must be `key: value` entries"),
    ],
)
def test_a_condition_that_is_none_is_named(show_if: str, message: str) -> None:
    found = problems(
        "- {id: a, kind: number, text: A?, minimum: 0, maximum: 9}\n"
        f"- {{id: b, kind: text, text: B?, show_if: {show_if}}}"
    )

    assert any(message in problem for problem in found)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("{id: a, text: A?}", "`kind` is missing"),
        ("{id: a, kind: slider, text: A?}", "kind: must be one of single, multiple, scale"),
        ("{id: A, kind: text, text: A?}", "id: a code begins with a small letter"),
        ("{id: a, kind: text}", "`text` is missing"),
        ("{id: a, kind: number, text: A?, minimum: 5, maximum: 5}", "maximum: must be above minimum"),
        ("{id: a, kind: scale, text: A?, points: [{label: x}]}", "points: a scale has 2 to 11 points"),
        ("{id: a, kind: single, text: A?}", "`options` is missing"),
        ("{id: a, kind: text, text: A?, maximum: 501}", "maximum: must be from 1 to 500"),
        ("{id: a, kind: text, text: A?, measures: happiness}", "measures: must be one of group, any_days"),
        (
            "{id: a, kind: single, text: A?, options: [{code: x, label: X}, {code: x, label: Y}]}",
            "code `x` exists already, in line",
        ),
    ],
)
def test_a_question_that_is_wrong_is_named(question: str, message: str) -> None:
    assert any(message in problem for problem in problems(f"- {question}"))


def test_every_measure_has_a_meaning_and_kinds() -> None:
    assert all(measure.meaning and measure.kinds for measure in measures.MEASURES.values())
