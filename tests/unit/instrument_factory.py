"""A small questionnaire with every kind of question, and the setting of a wave; tests change what matters."""

from functools import cache

import pytest

from analysis.codebook import Option, Text
from surveyapp import resources
from surveyapp.documents.problems import DocumentError
from surveyapp.questionnaire.loader import load, load_bytes
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.questionnaire.settling import Setting, settle

EVERY_KIND = """
questionnaire: every-kind
version: 1
languages: [en]
title: Every kind
sections:
  - id: one
    title: One
    questions:
      - id: team
        kind: single
        text: Which team?
        required: true
        options: [{code: sales, label: Sales}, {code: support, label: Support}]
        measures: group
      - {id: days, kind: number, text: How many days?, minimum: 0, maximum: 7}
      - id: tools
        kind: multiple
        text: Which tools?
        maximum: 2
        show_if: {days: {at_least: 1}}
        options:
          - {code: one, label: One}
          - {code: two, label: Two}
          - {code: three, label: Three}
          - {code: none, label: None of these, exclusive: true}
      - id: agree
        kind: scale
        text: I agree.
        points: [{label: No}, {label: Perhaps}, {label: "Yes"}]
      - id: time
        kind: band
        text: How long?
        options:
          - {code: short, label: Up to an hour, low: 0, high: 60}
          - {code: long, label: Longer, low: 60}
      - id: parts
        kind: matrix
        text: How good is each?
        rows: [{code: speed, label: Speed}, {code: look, label: Look}]
        points: [{label: Bad}, {label: Good}]
      - id: worries
        kind: rank
        text: What worries you most?
        options:
          - {code: cost, label: Cost}
          - {code: risk, label: Risk}
          - {code: work, label: Work}
          - {code: nothing, label: Nothing, exclusive: true}
      - {id: words, kind: text, text: What else?, maximum: 20}
"""


@cache
def every_kind() -> Questionnaire:
    return load_bytes(EVERY_KIND.encode(), "every.yaml")


def a_questionnaire(questions: str, languages: str = "[en]", title: str = "T") -> Questionnaire:
    """Load a questionnaire of one section with *questions*, a YAML list without indentation."""
    return load_bytes(a_file(questions, languages, title), "q.yaml")


def a_file(questions: str, languages: str = "[en]", title: str = "T") -> bytes:
    head = f"questionnaire: small\nversion: 1\nlanguages: {languages}\ntitle: {title}\nsections:\n"
    section = f"- id: only\n  title: {title}\n  questions:\n"
    return (head + section + "".join(f"  {line}\n" for line in questions.strip().splitlines())).encode()


def problems(questions: str, languages: str = "[en]", title: str = "T") -> list[str]:
    """Return what the loader says about *questions*, without file and place."""
    with pytest.raises(DocumentError) as raised:
        load_bytes(a_file(questions, languages, title), "q.yaml")
    return [problem.message for problem in raised.value.found]


def options(**labels: str) -> tuple[Option, ...]:
    return tuple(Option(code, Text.plain(label)) for code, label in labels.items())


def a_setting(pulse: int = 0, *, tool: str = "Assistant X") -> Setting:
    return Setting(
        pilot="Offers",
        tool=tool,
        wave=Text.plain("March"),
        primary_task=Text.of({"en": "writing an offer", "de": "ein Angebot schreiben"}),
        pulse=pulse,
        previous_wave=Text.of({"en": "the pulse survey of 8 February", "de": "die Zwischenumfrage vom 8. Februar"}),
        groups=options(sales="Sales", support="Support"),
        tasks=options(drafting="Drafting texts", research="Looking things up"),
        known_tools=options(chatgpt="ChatGPT", copilot="Copilot"),
    )


def shipped(name: str) -> Questionnaire:
    return load(resources.questionnaires() / f"{name}.yaml")


@cache
def settled(name: str, pulse: int = 2) -> Questionnaire:
    return settle(shipped(name), a_setting(0 if name == "baseline" else pulse))
