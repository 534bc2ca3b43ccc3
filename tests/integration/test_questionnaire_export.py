"""Questionnaires of ours leave for other programs: they can be read there, and show the same questions."""

import html
import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from analysis.codebook import Value
from surveyapp import resources
from surveyapp.cli import questionnaire as command
from surveyapp.errors import InputError
from surveyapp.foreign.reading import Imported, import_bytes
from surveyapp.foreign.to_limesurvey import to_limesurvey
from surveyapp.foreign.to_xlsform import to_xlsform
from surveyapp.questionnaire.conditions import visible
from surveyapp.questionnaire.loader import load, load_bytes
from surveyapp.questionnaire.model import (
    Band,
    FreeText,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Rank,
    Scale,
    SingleChoice,
    options,
)

SHIPPED = ("baseline", "pulse", "closing")
ALL_KINDS = b"""
questionnaire: all-kinds
version: 2
languages: [en, de]
title: {en: "All kinds", de: "Alle Arten"}
intro: {en: "Two minutes.", de: "Zwei Minuten."}
sections:
  - id: one
    title: {en: "One", de: "Eins"}
    intro: {en: "Begin.", de: "Anfang."}
    questions:
      - id: used_it
        kind: single
        required: true
        text: {en: "Used {tool}?", de: "{tool} genutzt?"}
        hint: {en: "Once is enough.", de: "Einmal reicht."}
        options:
          - {code: "yes", label: {en: "Yes", de: "Ja"}}
          - {code: not_at_all, label: {en: "No", de: "Nein"}}
      - id: days
        kind: number
        text: {en: "Days?", de: "Tage?"}
        show_if: {used_it: {is: "yes"}}
        implied: 0
        minimum: 0
        maximum: 7
      - id: tasks
        kind: multiple
        text: {en: "Tasks?", de: "Aufgaben?"}
        maximum: 2
        show_if: {any: [{days: {at_least: 2}}, {not: {used_it: {is: "yes"}}}]}
        options:
          - {code: write, label: {en: "Writing", de: "Schreiben"}}
          - {code: other, label: {en: "Other", de: "Anderes"}}
          - {code: none, label: {en: "None", de: "Keine"}, exclusive: true}
      - id: good
        kind: scale
        text: {en: "Good?", de: "Gut?"}
        show_if: {days: {at_most: 3}, tasks: {includes: [write, other]}}
        points:
          - {label: {en: "bad", de: "schlecht"}}
          - {label: {en: "fair", de: "mittel"}}
          - {label: {en: "good", de: "gut"}}
  - id: days_too
    title: {en: "Two", de: "Zwei"}
    questions:
      - id: saved
        kind: band
        text: {en: "Saved?", de: "Gespart?"}
        show_if: {good: {one_of: [1, 3]}}
        options:
          - {code: up_to_15, label: {en: "Up to 15", de: "Bis 15"}, low: 0, high: 15}
          - {code: more, label: {en: "More", de: "Mehr"}, low: 15}
      - id: agree
        kind: matrix
        text: {en: "Agree?", de: "Zustimmung?"}
        show_if: {days: {is: 0}}
        rows:
          - {code: fast, label: {en: "It is fast", de: "Es ist schnell"}}
          - {code: it_is_good, label: {en: "It is good", de: "Es ist gut"}}
        points:
          - {label: {en: "no", de: "nein"}}
          - {label: {en: "yes", de: "ja"}}
      - id: first
        kind: rank
        text: {en: "First?", de: "Zuerst?"}
        show_if: {tasks: {answered: false}}
        maximum: 2
        options:
          - {code: a_b, label: {en: "A", de: "A"}}
          - {code: b, label: {en: "B", de: "B"}}
          - {code: c, label: {en: "C", de: "C"}}
      - id: wish
        kind: text
        text: {en: "Wish?", de: "Wunsch?"}
        maximum: 200
        show_if: {all: [{saved: {answered: true}}, {not: {saved: {is: more}}}]}
      - id: why
        kind: text
        text: {en: "Why?", de: "Warum?"}
        show_if: {any: [{wish: {answered: true}}, {tasks: {answered: true}}]}
"""


def ours(name: str) -> Questionnaire:
    if name == "all-kinds":
        return load_bytes(ALL_KINDS, "all-kinds.yaml")
    return load(resources.questionnaires() / f"{name}.yaml")


EVERY = (*SHIPPED, "all-kinds")
PAIRS = {name: ours(name) for name in EVERY}


def through_limesurvey(questionnaire: Questionnaire) -> Imported:
    return import_bytes(to_limesurvey(questionnaire).content, "x.txt")


# --------------------------------------------------------------------------- XLSForm


@pytest.mark.parametrize("name", EVERY)
def test_pyxform_reads_the_exported_form(name: str, tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(to_xlsform(ours(name)).content)

    made = convert(xlsform=file, validate=False)

    form = json.dumps(made._pyxform)
    for question in ours(name).questions:
        assert f'"name": "{question.id}"' in form
    assert made.xform.count("<translation") == len(ours(name).languages)
    assert not made.itemsets


def test_an_exported_form_says_in_pyxforms_words_what_ours_says(tmp_path: Path) -> None:
    file = tmp_path / "form.xlsx"
    file.write_bytes(to_xlsform(ours("all-kinds")).content)

    form = " ".join(html.unescape(convert(xlsform=file, validate=False).xform).split())

    for said in (
        'nodeset="/data/one/used_it" type="string" required="true()"',
        "relevant=\"( /data/one/days >= 2) or (not( /data/one/used_it = 'yes'))\"",
        "constraint=\"count-selected(.) <= 2 and not(selected(., 'none') and count-selected(.) > 1)\"",
        'constraint=". >= 0 and . <= 7"',
        "relevant=\"( /data/days_too/saved != '') and (not( /data/days_too/saved = 'more'))\"",
        'nodeset="/data/days_too/first" type="odk:rank" relevant=" /data/one/tasks = \'\'"',
    ):
        assert said in form


def test_what_an_xlsform_cannot_say_is_named() -> None:
    lost = "\n".join(map(str, to_xlsform(ours("all-kinds")).losses))

    for line in (
        "left out: days: implied: 0: only surveyapp knows it",
        "left out: saved: low, high of up_to_15: only surveyapp knows it",
        "left out: title: de: a form has one title: “Alle Arten” is gone",
        "changed: used_it: {tool}: nothing fills it there",
        "changed: agree: matrix: a group with one question for every row",
        "changed: first: maximum: all choices are ranked, not the first 2",
    ):
        assert line in lost


def test_the_words_of_a_cell_never_become_a_formula() -> None:
    text = ALL_KINDS.replace(b'"Wish?"', b'"=1+1"').replace(b'"Why?"', b'"https://example.org"')
    found = import_bytes(to_xlsform(load_bytes(text, "x")).content, "form.xlsx")

    assert [one.text.into("en") for one in found.questionnaire.questions][-2:] == ["=1+1", "https://example.org"]


# --------------------------------------------------------------------------- LimeSurvey


@pytest.mark.parametrize("name", EVERY)
def test_a_survey_comes_back_from_limesurvey_with_its_words_and_kinds(name: str) -> None:
    before, after = ours(name), through_limesurvey(ours(name)).questionnaire

    assert after.languages == before.languages
    assert after.title == before.title
    assert after.intro == before.intro
    assert [(one.title, one.intro) for one in after.sections] == [(one.title, one.intro) for one in before.sections]
    assert [len(one.questions) for one in after.sections] == [len(one.questions) for one in before.sections]
    for one, other in zip(before.questions, after.questions, strict=True):
        assert type(other) is (SingleChoice if isinstance(one, Band) else type(one))
        assert (other.text, other.hint, other.required) == (one.text, one.hint, one.required)
        listed = getattr(one, "options_from", None)
        labels = [option.label for option in options(other)]
        assert labels[1 if listed else 0 :] == [option.label for option in options(one)]
        for part in ("minimum", "maximum", "limit", "places"):
            assert getattr(other, part, None) == getattr(one, part, None)


@pytest.mark.parametrize("name", EVERY)
def test_what_came_back_from_limesurvey_comes_back_unchanged_from_then_on(name: str) -> None:
    once = through_limesurvey(ours(name)).questionnaire
    twice = through_limesurvey(once).questionnaire

    assert twice == once
    assert to_limesurvey(twice).content == to_limesurvey(once).content


def answers(question: Question) -> st.SearchStrategy[Value]:
    codes = [option.code for option in options(question)] or ["x"]
    match question:
        case SingleChoice() | Band():
            return st.sampled_from(codes)
        case MultipleChoice() | Rank():
            return st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True).map(tuple)
        case Scale():
            return st.integers(1, len(question.points))
        case Number():
            return st.integers(question.minimum, question.maximum)
        case Matrix():
            return st.fixed_dictionaries({row.code: st.integers(1, len(question.points)) for row in question.rows})
        case FreeText():
            return st.just("words")


def ballots(questionnaire: Questionnaire) -> st.SearchStrategy[Mapping[str, Value]]:
    return st.fixed_dictionaries({}, optional={one.id: answers(one) for one in questionnaire.questions})


def translated(given: Mapping[str, Value], before: Questionnaire, after: Questionnaire) -> dict[str, Value]:
    """Return the same answers by the codes of *after*, whose questions stand at the same places."""
    found: dict[str, Value] = {}
    for one, other in zip(before.questions, after.questions, strict=True):
        offset = len(options(other)) - len(options(one))
        codes = {option.code: options(other)[at + offset].code for at, option in enumerate(options(one))}
        value = given.get(one.id)
        if value is not None:
            several = tuple(codes[code] for code in value) if isinstance(value, tuple) else value
            found[other.id] = codes[value] if isinstance(value, str) and codes else several
    return found


BACK = {name: through_limesurvey(one).questionnaire for name, one in PAIRS.items()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EVERY).flatmap(lambda name: st.tuples(st.just(name), ballots(PAIRS[name]))))
def test_limesurvey_shows_the_same_questions_for_the_same_answers(drawn: tuple[str, Mapping[str, Value]]) -> None:
    name, given_answers = drawn
    before, after = PAIRS[name], BACK[name]

    here = [before.questions.index(one) for one in visible(before, given_answers)]
    there = [after.questions.index(one) for one in visible(after, translated(given_answers, before, after))]

    assert there == here


FORM = {name: import_bytes(to_xlsform(one).content, "f.xlsx").questionnaire for name, one in PAIRS.items()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EVERY).flatmap(lambda name: st.tuples(st.just(name), ballots(PAIRS[name]))))
def test_an_xlsform_shows_the_same_questions_for_the_same_answers(drawn: tuple[str, Mapping[str, Value]]) -> None:
    name, given_answers = drawn
    before, after = PAIRS[name], FORM[name]
    split = {one.id for one in before.questions if isinstance(one, Matrix)}
    kept = {one.id for one in before.questions} - split
    scales = {one.id for one in before.questions if isinstance(one, Scale)}
    # An XLSForm knows no scales: its points are choices called c1, c2 and so on after they came back.
    plain = {key: f"c{value}" if key in scales else value for key, value in given_answers.items() if key in kept}

    here = [one.id for one in visible(before, given_answers) if one.id in kept]
    there = [one.id for one in visible(after, plain) if one.id in kept]

    assert there == here


# --------------------------------------------------------------------------- the command


def run(*words: str) -> int:
    parser = ArgumentParser()
    command.add_commands(parser.add_subparsers())
    arguments = parser.parse_args(["questionnaire", *words])
    code: int = arguments.run(arguments)
    return code


@pytest.mark.parametrize(("target", "name"), [("xlsform", "pulse.xlsx"), ("limesurvey", "pulse.txt")])
def test_the_command_writes_the_file_and_prints_the_losses(
    target: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pulse = str(resources.questionnaires() / "pulse.yaml")

    assert run("export", pulse, "--to", target, "--out", str(tmp_path / name)) == 0
    assert "left out: aware: measures: reach: only surveyapp knows it" in capsys.readouterr().out
    assert len(import_bytes((tmp_path / name).read_bytes(), name).questionnaire.questions) >= 10

    with pytest.raises(InputError, match="File exists"):
        run("export", pulse, "--to", target, "--out", str(tmp_path / name))
