"""Whether a question offers what its measure needs."""

from collections.abc import Iterator

from surveyapp.questionnaire.findings import Finding
from surveyapp.questionnaire.measures import MEASURES, Measure
from surveyapp.questionnaire.model import (
    KINDS,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Rank,
    Scale,
    SingleChoice,
    options,
)


def measured(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Find measures that are asked twice or by a question that does not fit them."""
    asked: dict[str, str] = {}
    for question in questionnaire.questions:
        if question.measure is None:
            continue
        if question.measure in asked:
            yield Finding(question.id, "measures", f"`{asked[question.measure]}` measures {question.measure} already")
        asked.setdefault(question.measure, question.id)
        needed = MEASURES[question.measure]
        for fault in _faults(question, needed):
            yield Finding(question.id, "measures", f"{question.measure} {fault}")


def _faults(question: Question, needed: Measure) -> Iterator[str]:
    kind = KINDS[type(question)]
    if kind not in needed.kinds:
        yield f"needs kind {' or '.join(needed.kinds)}, not {kind}"
        return
    lists = question.options_from if isinstance(question, (SingleChoice, MultipleChoice, Rank)) else None
    codes = {option.code for option in options(question)}
    missing = [code for code in needed.codes if code not in codes]
    if missing:
        yield f"needs the option code{'s' * (len(missing) > 1)} {', '.join(missing)}"
    if needed.closed:
        further = [
            option.code for option in options(question) if option.code not in needed.codes and not option.refusal
        ]
        if further:
            yield f"knows no option code {', '.join(further)}"
    # A file for the command `analyse` may write the list out.
    if needed.lists not in {"", lists} and (lists or len(codes) <= len(needed.codes)):
        yield f"needs `options_from: {needed.lists}` or the options written out"
    yield from _shape(question, needed)


def _shape(question: Question, needed: Measure) -> Iterator[str]:
    if needed.stages:
        loose = [
            option.code
            for option in options(question)
            if option.stage not in needed.stages and not (option.exclusive or option.refusal)
        ]
        if loose:
            yield f"needs a stage ({', '.join(needed.stages)}) for {', '.join(loose)}"
    if needed.edges and sum(option.low is not None for option in options(question)) < 2:  # noqa: PLR2004  # two intervals
        yield "needs options with low and high"
    if isinstance(question, Scale) and len(question.points) != needed.points:
        yield f"needs {needed.points} points"
    if isinstance(question, Number) and needed.span != (question.minimum, question.maximum):
        low, high = needed.span or (question.minimum, question.maximum)
        yield f"needs minimum {low} and maximum {high}"
