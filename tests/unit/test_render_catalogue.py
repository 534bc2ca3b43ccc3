"""Every sentence that the analysis can say is there in German, with the same places to fill."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from analysis.render.composing import composed
from analysis.results import Decision, Verdict
from analysis.wording import wording
from tests.unit import report_factory

PACKAGE = Path(__file__).parents[2] / "analysis"
PLACE = re.compile(r"%\(\w+\)s|%%")

with (PACKAGE / "translations" / "de" / "LC_MESSAGES" / "analysis.po").open("rb") as _file:
    GERMAN = {str(message.id): str(message.string) for message in read_po(_file, locale="de") if message.id}


def literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def said_in(path: Path) -> set[str]:
    """Return the first arguments of all calls to Sentence and phrase, as far as they are literal."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call) and node.args]
    names = [(getattr(call.func, "attr", getattr(call.func, "id", "")), call.args[0]) for call in calls]
    return {text for name, first in names if name in {"Sentence", "phrase"} for text in literals(first) if text}


class Recorder(NullTranslations):
    """Notes every message that is asked for and not in the German catalogue."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: set[str] = set()

    def gettext(self, message: str) -> str:
        if message not in GERMAN:
            self.missing.add(message)
        return GERMAN.get(message, message)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_literal_sentence_has_its_german(path: Path) -> None:
    assert sorted(said_in(path) - set(GERMAN)) == []


def test_every_word_of_a_whole_readout_has_its_german() -> None:
    made_up = said_in(Path(report_factory.__file__))
    recorder = Recorder()
    words = replace(wording("de"), catalogue=recorder)

    composed(report_factory.a_report(), words)
    composed(report_factory.a_small_report(), words)

    assert sorted(recorder.missing - made_up) == []


def test_every_verdict_and_every_decision_has_its_german() -> None:
    assert {value.value for value in (*Verdict, *Decision)} <= set(GERMAN)


@pytest.mark.parametrize("english", sorted(GERMAN))
def test_a_translation_fills_the_same_places(english: str) -> None:
    assert sorted(PLACE.findall(GERMAN[english])) == sorted(PLACE.findall(english))
    assert GERMAN[english].strip() == GERMAN[english] != ""
