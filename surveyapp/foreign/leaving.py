"""What is the same wherever a questionnaire of ours goes: plain conditions, and what nobody else can keep."""

from collections.abc import Iterator, Mapping

from analysis.codebook import All, Any, Condition, Not, Option, Test, Text
from surveyapp.foreign.losses import Losses
from surveyapp.questionnaire.conditions import holds
from surveyapp.questionnaire.lint import PLACEHOLDERS
from surveyapp.questionnaire.model import MultipleChoice, Question, Questionnaire, Rank, SingleChoice, options
from surveyapp.questionnaire.texts import texts


def explicit(condition: Condition, questions: Mapping[str, Question]) -> Condition:
    """Return *condition* for programs where a hidden question has no value: implied values are told by conditions."""
    match condition:
        case All(parts):
            return All(tuple(explicit(part, questions) for part in parts))
        case Any(parts):
            return Any(tuple(explicit(part, questions) for part in parts))
        case Not(part):
            return Not(explicit(part, questions))
        case Test(name):
            asked = questions[name]
            if asked.implied is None or asked.shown_if is None:
                return condition
            shown = explicit(asked.shown_if, questions)
            here, elsewhere = holds(condition, {name: asked.implied}), holds(condition, {})
            if here == elsewhere:
                return condition
            return Any((condition, Not(shown))) if here else All((condition, shown))


def offered(question: Question, losses: Losses) -> tuple[Option, ...]:
    """Return the options of *question*; a list of the charter is one option that names it."""
    own = options(question)
    lists = question.options_from if isinstance(question, (SingleChoice, MultipleChoice, Rank)) else None
    if lists is None:
        return own
    losses.changed(question.id, "options", f"the {lists} of the charter are not known: write them instead of [{lists}]")
    languages = [language for language, _ in question.text.entries]
    return (Option(lists, Text.of(dict.fromkeys(languages, f"[{lists}]"))), *own)


def name_what_stays(questionnaire: Questionnaire, losses: Losses) -> None:
    """Note what no other program knows: measures, protection, bands, waves and placeholders."""
    for question in questionnaire.questions:
        for key in _kept_here(question):
            losses.left_out(question.id, key, "only surveyapp knows it: keep the YAML file")
        used = {
            name
            for _, text in texts(question)
            for _, words in text.entries
            for name in PLACEHOLDERS
            if f"{{{name}}}" in words
        }
        for name in sorted(used):
            losses.changed(question.id, f"{{{name}}}", "nothing fills it there: write the words")


def _kept_here(question: Question) -> Iterator[str]:
    known = {
        f"measures: {question.measure}": question.measure,
        "sensitive: true": question.sensitive,
        f"implied: {question.implied}": question.implied is not None,
        f"from_pulse: {question.from_pulse}": question.from_pulse > 1,
        "source": question.source,
    }
    yield from (key for key, there in known.items() if there)
    for option in options(question):
        edges = {"low": option.low is not None, "high": option.high is not None}
        flags = edges | {"stage": bool(option.stage), "refusal": option.refusal}
        found = [key for key, there in flags.items() if there]
        if found:
            yield f"{', '.join(found)} of {option.code}"
