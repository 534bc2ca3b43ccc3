"""A form or a ballot to the answers that count, and answers to a ballot whose length says nothing (design 3)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Never

from analysis.codebook import Value, Values
from surveyapp.errors import SurveyError
from surveyapp.questionnaire.conditions import visible
from surveyapp.questionnaire.form import REQUIRED, Fields, Mistake, answer
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.questionnaire.wire import WrongValueError, budget, checked

SLACK: Final = 64  # bytes beyond keys and answers; holds the envelope
STEP: Final = 256  # ballots are this long or a multiple
DEPTH: Final = 3  # the ballot, its answers, a list or matrix
DIGITS: Final = 9
_MARKS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


class SpoiledBallotError(SurveyError):
    """A ballot that cannot be counted; the message says which rule it breaks and nothing of its content."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that count, in the order asked; *hidden* were dropped; *empty* has nothing but the group."""

    values: Values
    hidden: int = 0
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Mistakes:
    """A form that has to be corrected, in the order of the questions."""

    found: tuple[Mistake, ...]

    def of(self, question: str) -> Mistake | None:
        """Return what is wrong with *question*."""
        return next((mistake for mistake in self.found if mistake.question == question), None)


def read_form(questionnaire: Questionnaire, fields: Fields) -> Answers | Mistakes:
    """Return the answers in the form *fields*; mistakes in hidden questions do not matter."""
    given: dict[str, Value] = {}
    wrong: dict[str, Mistake] = {}
    for question in questionnaire.questions:
        found = answer(question, fields)
        if isinstance(found, Mistake):
            wrong[question.id] = found
        elif found is not None:
            given[question.id] = found
    shown = visible(questionnaire, given)
    missing = {
        question.id: Mistake(question.id, REQUIRED)
        for question in shown
        if question.required and question.id not in given and question.id not in wrong
    }
    mistakes = wrong | missing
    if any(question.id in mistakes for question in shown):
        return Mistakes(tuple(mistakes[question.id] for question in shown if question.id in mistakes))
    return counted(questionnaire, given)


def counted(questionnaire: Questionnaire, given: Values) -> Answers:
    """Return *given* without the answers to hidden questions."""
    values = {question.id: given[question.id] for question in visible(questionnaire, given) if question.id in given}
    group = {question.id for question in questionnaire.questions if question.measure == "group"}
    return Answers(values, len(given) - len(values), empty=not values.keys() - group)


# --------------------------------------------------------------------------- ballots


def plaintext_bytes(questionnaire: Questionnaire) -> int:
    """Return the length of every ballot of *questionnaire* before it is sealed."""
    needed = sum(budget(question) for question in questionnaire.questions) + SLACK
    return -(-needed // STEP) * STEP


def write_ballot(questionnaire: Questionnaire, answers: Answers) -> bytes:
    """Return *answers* as a ballot of exactly `plaintext_bytes`.

    Raises:
        SpoiledBallotError: they do not fit; answers that were read by this module always do.
    """
    text = json.dumps({"answers": dict(answers.values)}, ensure_ascii=False, separators=(",", ":"))
    length = plaintext_bytes(questionnaire)
    ballot = text.encode().ljust(length)
    if len(ballot) != length:
        raise SpoiledBallotError("the answers do not fit into a ballot")
    return ballot


def read_ballot(questionnaire: Questionnaire, plaintext: bytes) -> Answers:
    """Return the answers in a ballot.

    Raises:
        SpoiledBallotError: it was not written by the rules of design 3.
    """
    if len(plaintext) != plaintext_bytes(questionnaire):
        raise SpoiledBallotError("wrong length")
    raw = _answers(plaintext)
    questions = {question.id: question for question in questionnaire.questions}
    if not raw.keys() <= questions.keys():
        raise SpoiledBallotError("an unknown question")
    try:
        found = {key: checked(question, raw[key]) for key, question in questions.items() if key in raw}
    except WrongValueError as error:
        raise SpoiledBallotError(str(error)) from None
    return counted(questionnaire, {key: value for key, value in found.items() if value is not None})


def _answers(plaintext: bytes) -> Mapping[str, object]:
    try:
        text = plaintext.decode("utf-8").rstrip(" ")
        if _depth(text) > DEPTH:
            raise SpoiledBallotError("nested too deeply")
        ballot = json.loads(
            text,
            object_pairs_hook=_entries,
            parse_int=_integer,
            parse_float=_refused_number,
            parse_constant=_refused_number,
        )
    except (ValueError, RecursionError):
        # The parser's message may quote the ballot.
        raise SpoiledBallotError("not JSON in UTF-8") from None
    if not isinstance(ballot, dict) or ballot.keys() != {"answers"} or not isinstance(ballot["answers"], dict):
        raise SpoiledBallotError("not one entry `answers`")
    answers: Mapping[str, object] = ballot["answers"]
    return answers


def _depth(text: str) -> int:
    """Return how deep brackets are nested, without parsing."""
    depth = deepest = 0
    for mark in _MARKS.findall(text):
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def _entries(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise SpoiledBallotError("a key twice")
    return entries


def _integer(text: str) -> int:
    if len(text) > DIGITS:
        raise SpoiledBallotError("a number that is too long")
    return int(text)


def _refused_number(_: str) -> Never:
    raise SpoiledBallotError("a number that is not whole")
