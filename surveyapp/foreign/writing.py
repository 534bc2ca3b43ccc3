"""A questionnaire as the YAML that people edit: what is written is read back as the same questionnaire."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from analysis.codebook import All, Any, Condition, Not, Option, Test, Text
from surveyapp.questionnaire.model import (
    KINDS,
    RANK_PLACES,
    TEXT_LIMIT,
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

_RESERVED: Final = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})  # YAML 1.1 and 1.2


def written(questionnaire: Questionnaire, comments: Sequence[str] = ()) -> str:
    """Return *questionnaire* as YAML, below *comments*, one line each."""
    return "\n".join([*(f"# {line}".rstrip() for line in comments), *_lines(questionnaire), ""])


def _lines(questionnaire: Questionnaire) -> Iterator[str]:
    yield f"questionnaire: {_quoted(questionnaire.name)}"
    yield f"version: {questionnaire.version}"
    yield f"languages: [{', '.join(map(_word, questionnaire.languages))}]"
    yield f"title: {_text(questionnaire.title)}"
    if questionnaire.intro:
        yield f"intro: {_text(questionnaire.intro)}"
    yield "sections:"
    for section in questionnaire.sections:
        yield f"  - id: {_word(section.id)}"
        yield f"    title: {_text(section.title)}"
        if section.intro:
            yield f"    intro: {_text(section.intro)}"
        yield "    questions:"
        for question in section.questions:
            first, *further = _entries(question)
            yield f"      - {first}"
            yield from (f"        {line}" for line in further)


def _entries(question: Question) -> Iterator[str]:
    yield f"id: {_word(question.id)}"
    yield f"kind: {KINDS[type(question)].value}"
    if question.required:
        yield "required: true"
    if question.sensitive:
        yield "sensitive: true"
    if question.from_pulse != 1:
        yield f"from_pulse: {question.from_pulse}"
    yield f"text: {_text(question.text)}"
    if question.hint:
        yield f"hint: {_text(question.hint)}"
    if question.shown_if is not None:
        yield f"show_if: {_condition(question.shown_if)}"
    if question.implied is not None:
        yield f"implied: {_value(question.implied)}"
    yield from _own(question)
    if question.measure:
        yield f"measures: {question.measure}"
    if question.source:
        yield f"source: {_quoted(question.source)}"


def _own(question: Question) -> Iterator[str]:
    if isinstance(question, (SingleChoice, MultipleChoice, Rank)) and question.options_from:
        yield f"options_from: {question.options_from}"
    if isinstance(question, Matrix):
        yield "rows:"
        yield from (f"  - {_option(row)}" for row in question.rows)
    if isinstance(question, (Scale, Matrix)):
        yield "points:"
        yield from (f"  - {{label: {_text(point.label)}}}" for point in question.points)
    elif options(question):
        yield "options:"
        yield from (f"  - {_option(option)}" for option in options(question))
    match question:
        case Number():
            yield f"minimum: {question.minimum}"
            yield f"maximum: {question.maximum}"
        case MultipleChoice() if question.maximum:
            yield f"maximum: {question.maximum}"
        case Rank() if question.places != RANK_PLACES:
            yield f"maximum: {question.places}"
        case _ if getattr(question, "limit", TEXT_LIMIT) != TEXT_LIMIT:
            yield f"maximum: {getattr(question, 'limit', TEXT_LIMIT)}"


def _option(option: Option) -> str:
    parts = [f"code: {_word(option.code)}", f"label: {_text(option.label)}"]
    if option.stage:
        parts.append(f"stage: {_word(option.stage)}")
    parts += [
        f"{edge}: {value:.15g}" for edge, value in (("low", option.low), ("high", option.high)) if value is not None
    ]
    parts += [
        f"{flag}: true" for flag, is_set in (("exclusive", option.exclusive), ("refusal", option.refusal)) if is_set
    ]
    return f"{{{', '.join(parts)}}}"


def _text(text: Text) -> str:
    return f"{{{', '.join(f'{_word(language)}: {_quoted(words)}' for language, words in text.entries)}}}"


def _condition(condition: Condition) -> str:
    match condition:
        case Test(question, operator, values):
            value = f"[{', '.join(map(_value, values))}]" if len(values) > 1 else _value(values[0])
            return f"{{{_word(question)}: {{{operator}: {value}}}}}"
        case Not(part):
            return f"{{not: {_condition(part)}}}"
        case All(parts):
            return f"{{all: [{', '.join(map(_condition, parts))}]}}"
        case Any(parts):
            return f"{{any: [{', '.join(map(_condition, parts))}]}}"


def _value(value: str | int | bool) -> str:  # noqa: FBT001  # one of the values of a test
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _word(value)


def _word(word: str) -> str:
    return _quoted(word) if word in _RESERVED else word


def _quoted(text: str) -> str:
    # A JSON string is a double-quoted scalar of YAML as long as every letter can be printed.
    return json.dumps(text, ensure_ascii=False)
