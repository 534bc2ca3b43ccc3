"""What a ballot may hold, as docs/wire.md says: answers that do not fit are named and nothing is sent."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Question = dict[str, Any]


class UnfitError(Exception):
    """Answers that no ballot may hold; the message names questions, never an answer."""


def whole(answer: object, low: int, high: int) -> bool:
    """Whether it is a whole number within the limits; 3.0 and true are none."""
    return type(answer) is int and low <= answer <= high


def several(q: Question, answer: object) -> bool:
    """Whether it is a list of codes, each once, an exclusive one alone."""
    if not isinstance(answer, list) or any(code not in q["codes"] for code in answer):
        return False
    chosen = set(answer)
    return len(chosen) == len(answer) <= q["maximum"] and (len(chosen) == 1 or chosen.isdisjoint(q["alone"]))


def rows(q: Question, answer: object) -> bool:
    """Whether it is an object with points for some of the rows."""
    return isinstance(answer, dict) and all(r in q["codes"] and whole(answer[r], 1, q["top"]) for r in answer)


def clean(answer: object) -> object:
    """Clean a text as every client does; anything else stays as it is."""
    if not isinstance(answer, str):
        return answer
    text = answer.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = re.sub("[\0-\x09\x0b-\x1f\x7f-\x9f]", "", re.sub("\r\n?", "\n", text))
    return text.strip("\n" + "".join(sign for sign in text if unicodedata.category(sign) in {"Zs", "Zl", "Zp"}))


KINDS: dict[str, tuple[str, Callable[[Question, Any], bool]]] = {
    "single": ("one of {codes}", lambda q, a: a in q["codes"]),
    "band": ("one of {codes}", lambda q, a: a in q["codes"]),
    "multiple": ("a list, {maximum} at most, each once, of {codes}{lonely}", several),
    "rank": ("a list, {maximum} at most, each once, of {codes}{lonely}", several),
    "scale": ("a whole number from 1 to {top}", lambda q, a: whole(a, 1, q["top"])),
    "number": ("a whole number from {minimum} to {maximum}", lambda q, a: whole(a, q["minimum"], q["maximum"])),
    "matrix": ("an object of {codes}, each with a whole number from 1 to {top}", rows),
    "text": (
        "a text of {maximum} characters at most",
        lambda q, a: isinstance(a, str) and len(a.encode("utf-16-le")) // 2 <= q["maximum"],
    ),
}
TESTS: dict[str, Callable[[Any, Sequence[Any]], bool]] = {
    "is": lambda answer, values: answer in values,
    "one_of": lambda answer, values: answer in values,
    "at_least": lambda answer, values: answer >= values[0],
    "at_most": lambda answer, values: answer <= values[0],
    "includes": lambda answer, values: not set(answer).isdisjoint(values),
}


def understood(question: Question) -> Question:
    """Spell out what a question leaves unsaid."""
    options = question.get("options", [])
    codes = [part["code"] for part in options or question.get("rows", [])]
    most = {"rank": 3, "text": 500}.get(question["kind"], len(codes))
    exclusive = [option["code"] for option in options if option["exclusive"]]
    return {"maximum": most, **question, "codes": codes, "alone": exclusive, "top": len(question.get("points", []))}


def described(wanted: str, question: Question) -> str:
    """Say what an answer must be."""
    lonely = "".join(f"; {code} only by itself" for code in question["alone"])
    return wanted.format_map({**question, "codes": ", ".join(question["codes"]), "lonely": lonely})


def holds(test: Question, answers: Mapping[str, object]) -> bool:
    """Whether a condition is true of the answers before it."""
    if "all" in test:
        return all(holds(part, answers) for part in test["all"])
    if "any" in test:
        return any(holds(part, answers) for part in test["any"])
    if "not" in test:
        return not holds(test["not"], answers)
    answer, values = answers.get(test["question"]), test["values"]
    if test["operator"] == "answered":
        return bool((answer is not None) == values[0])
    return answer is not None and TESTS[test["operator"]](answer, values)


def fit(questions: Sequence[Question], given: Mapping[str, object]) -> dict[str, object]:
    """Return the answers that a ballot may hold, or raise UnfitError with everything that is wrong."""
    known = {question["id"] for question in questions}
    problems = [f"{name!a}: there is no such question" for name in given if name not in known]
    kept: dict[str, object] = {}
    counted: dict[str, object] = {}  # what conditions see: also what hidden questions imply
    for question in map(understood, questions):
        name, (wanted, fits) = question["id"], KINDS[question["kind"]]
        answer = clean(given[name]) if name in given and given[name] not in ([], {}) else ""
        shown = "shown_if" not in question or holds(question["shown_if"], counted)
        if answer != "" and not fits(question, answer):
            problems.append(f"{name}: must be " + described(wanted, question))
        elif shown and answer != "":
            kept[name] = counted[name] = answer
        elif shown and question["required"]:
            problems.append(f"{name}: must be answered")
        elif not shown:
            counted[name] = question.get("implied")
            if answer != "" and not problems:
                problems.append(f"{name}: is not asked after the answers before it; leave it out")
    if not kept and not problems:
        problems.append("there is no answer at all")
    if problems:
        raise UnfitError("these answers do not fit, nothing was sent:\n  " + "\n  ".join(problems))
    return kept


def read_answers(name: str) -> dict[str, object]:
    """Read the answers: an object in JSON that has every key once."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        answers = json.loads(text, object_pairs_hook=once)
    except OSError:
        raise UnfitError("the file with the answers cannot be read") from None
    except (ValueError, RecursionError):
        raise UnfitError("the answers are no JSON in UTF-8 that has every key once") from None
    if not isinstance(answers, dict):
        raise UnfitError('the answers must be an object: {"<id of a question>": <answer>, ...}')
    return answers
