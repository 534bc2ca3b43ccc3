"""What makes a readable questionnaire a usable one: every rule is a function from questionnaire to findings."""

import re
from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from typing import Final

from analysis.codebook import Option, Text
from surveyapp.questionnaire.answers import plaintext_bytes
from surveyapp.questionnaire.conditions import leaves
from surveyapp.questionnaire.findings import Finding
from surveyapp.questionnaire.fitting import measured
from surveyapp.questionnaire.model import (
    KINDS,
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
from surveyapp.questionnaire.reach import conditions, unreachable
from surveyapp.questionnaire.texts import texts
from surveyapp.questionnaire.wire import WrongValueError, checked

BALLOT_LIMIT: Final = 32_768  # bytes; a phone on a bad line must get it through
PLACEHOLDERS: Final = frozenset({"tool", "pilot", "wave", "previous_wave", "primary_task", "active_days"})
_BRACES: Final = re.compile(r"\{([^{}]*)\}|[{}]")
_IDENTITY: Final = re.compile(
    r"\byour (full |first |last |family )?name\b|\be-?mail( address)?\b|\b(phone|telephone|mobile) number\b"
    r"|\b(employee|personnel|staff) (id|number)\b|\bdate of birth\b"
    r"|\bihren? (vor-?|nach-?|familien-?)?namen?\b|\be-?mail-?adresse\b|\btelefon-?nummer\b|\bhandy-?nummer\b"
    r"|\bpersonal-?nummer\b|\bgeburtsdatum\b",
    re.IGNORECASE,
)
_IDENTITY_IDS: Final = frozenset({"name", "full_name", "email", "e_mail", "phone", "telephone", "birthday", "address"})
_LOW_END: Final = re.compile(
    r"\b(strongly disagree|not at all|never|very dissatisfied|not clear"
    r"|stimme (gar|überhaupt) nicht zu|gar nicht|nie)\b",
    re.IGNORECASE,
)
_HIGH_END: Final = re.compile(
    r"\b(strongly agree|fully|always|very satisfied|stimme (voll|ganz|völlig)|voll und ganz|immer)\b", re.IGNORECASE
)


def lint(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Return everything that is wrong with *questionnaire*, in no particular order."""
    return tuple(chain.from_iterable(rule(questionnaire) for rule in RULES))


def _placeholders(questionnaire: Questionnaire) -> Iterator[Finding]:
    titles = [("", "", text) for text in (questionnaire.title, questionnaire.intro) if text]
    titles += [("", "", text) for section in questionnaire.sections for text in (section.title, section.intro) if text]
    asked = [(question.id, part, text) for question in questionnaire.questions for part, text in texts(question)]
    for question, part, text in titles + asked:
        for found in (found for _, words in text.entries for found in _BRACES.finditer(words)):
            if found[1] not in PLACEHOLDERS:
                allowed = ", ".join(f"{{{name}}}" for name in sorted(PLACEHOLDERS))
                yield Finding(question, part, f"{found[0]} is no placeholder; there are {allowed}")
    for early in (question for question in questionnaire.questions if question.from_pulse == 1):
        if any("{previous_wave}" in words for _, text in texts(early) for _, words in text.entries):
            yield Finding(early.id, "text", "{previous_wave} exists from the second pulse on: add `from_pulse: 2`")


def _choices(questionnaire: Questionnaire) -> Iterator[Finding]:
    for question in questionnaire.questions:
        own = options(question)
        lists = question.options_from if isinstance(question, (SingleChoice, MultipleChoice, Rank)) else None
        if not isinstance(question, (Number, FreeText)) and len(own) < 2 and not lists:  # noqa: PLR2004  # a choice needs two
            yield Finding(question.id, "options", "offers fewer than two options")
        if sum(option.refusal for option in own) > 1:
            yield Finding(question.id, "options", "has more than one option that refuses to answer")
        if isinstance(question, MultipleChoice) and question.maximum > len(own) and not lists:
            yield Finding(question.id, "maximum", "is above the number of options")
        if not isinstance(question, (Band, SingleChoice)) and any(_has_edge(option) for option in own):
            yield Finding(question.id, "options", "low and high are for bands and single choices")
        yield from _implied(question, listed=bool(lists))


def _implied(question: Question, *, listed: bool) -> Iterator[Finding]:
    if question.implied is None:
        return
    if question.shown_if is None:
        yield Finding(question.id, "implied", "a question that is always shown has no implied value")
    if isinstance(question, (MultipleChoice, Matrix, Rank, FreeText)):
        yield Finding(question.id, "implied", f"a question of kind {KINDS[type(question)]} has no implied value")
        return
    try:
        checked(question, question.implied)
    except WrongValueError:
        if not listed:
            yield Finding(question.id, "implied", "is not among the answers")


def _has_edge(option: Option) -> bool:
    return option.low is not None or option.high is not None


def _bands(questionnaire: Questionnaire) -> Iterator[Finding]:
    for question in questionnaire.questions:
        if not isinstance(question, Band):
            continue
        bands = [option for option in question.options if _has_edge(option)]
        if not bands:
            yield Finding(question.id, "options", "a band needs options with low and high")
        for band in bands:
            if band.low is None or (band.high is not None and band.high < band.low):
                yield Finding(question.id, "options", f"`{band.code}` must begin with `low` and end above it")
        for first, second in pairwise(bands):
            if first.high is None:
                yield Finding(question.id, "options", f"`{first.code}` is open at the top but `{second.code}` follows")
            elif second.low is not None and second.low != first.high:
                fault = "leaves a gap to" if second.low > first.high else "overlaps with"
                yield Finding(question.id, "options", f"`{first.code}` {fault} `{second.code}`")


def _direction(questionnaire: Questionnaire) -> Iterator[Finding]:
    seen: dict[tuple[Text, ...], str] = {}
    for question in questionnaire.questions:
        if not isinstance(question, (Scale, Matrix)) or not question.points:
            continue
        labels = tuple(point.label for point in question.points)
        ends = zip(labels[0].entries, labels[-1].entries, strict=False)
        if any(_HIGH_END.search(first[1]) and _LOW_END.search(last[1]) for first, last in ends):
            yield Finding(question.id, "points", "runs from high to low: scales run from low to high")
        elif labels[::-1] in seen:
            yield Finding(question.id, "points", f"runs the other way than question `{seen[labels[::-1]]}`")
        seen.setdefault(labels, question.id)


def _sensitive(questionnaire: Questionnaire) -> Iterator[Finding]:
    for question in questionnaire.questions:
        if not question.sensitive:
            continue
        if question.required:
            yield Finding(question.id, "required", "a sensitive question must not be required")
        if isinstance(question, (SingleChoice, MultipleChoice, Band)) and not any(
            option.refusal for option in question.options
        ):
            yield Finding(question.id, "options", "a sensitive question needs an option with `refusal: true`")


def asks_who(question: Question) -> bool:
    """True if *question* asks in own words or digits who somebody is."""
    if not isinstance(question, (FreeText, Number)):
        return False
    return question.id in _IDENTITY_IDS or any(_IDENTITY.search(words) for _, words in question.text.entries)


def _identity(questionnaire: Questionnaire) -> Iterator[Finding]:
    for question in questionnaire.questions:
        if asks_who(question):
            yield Finding(question.id, "text", "asks who somebody is: an anonymous survey must not")


def _length(questionnaire: Questionnaire) -> Iterator[Finding]:
    length = plaintext_bytes(questionnaire)
    if length > BALLOT_LIMIT:
        yield Finding(
            "", "", f"the ballot would have {length} bytes, at most {BALLOT_LIMIT} are possible: ask less text"
        )


def _stages(questionnaire: Questionnaire) -> Iterator[Finding]:
    for question in questionnaire.questions:
        if question.measure is None and any(option.stage for option in options(question)):
            yield Finding(question.id, "options", "a stage means something only with `measures`")


def _waves(questionnaire: Questionnaire) -> Iterator[Finding]:
    since = {question.id: question.from_pulse for question in questionnaire.questions}
    for question in questionnaire.questions:
        late = {
            test.question for test in leaves(question.shown_if) if since.get(test.question, 1) > question.from_pulse
        }
        for other in sorted(late):
            yield Finding(question.id, "show_if", f"`{other}` is asked from a later pulse on than this question")


Rule = Callable[[Questionnaire], Iterator[Finding]]
RULES: Final[tuple[Rule, ...]] = (
    _placeholders,
    _choices,
    _bands,
    _direction,
    _sensitive,
    _identity,
    _length,
    _stages,
    _waves,
    measured,
    conditions,
    unreachable,
)
