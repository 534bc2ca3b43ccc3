"""A questionnaire on paper: every question with options, condition, measure and source, in one language."""

from collections.abc import Callable
from dataclasses import dataclass

from surveyapp import templating
from surveyapp.printing.conditions import ConditionWords
from surveyapp.questionnaire.measures import MEASURES
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

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class QuestionOnPaper:
    """One question; *listed* says which list of the charter its options begin with, while that is open."""

    number: int
    id: str
    text: str
    hint: str
    how: str
    listed: str
    options: tuple[str, ...]
    rows: tuple[str, ...]
    required: bool
    sensitive: bool
    condition: str
    from_pulse: int
    measure: str
    source: str


@dataclass(frozen=True, slots=True)
class SectionOnPaper:
    """Questions that are shown together."""

    title: str
    intro: str
    questions: tuple[QuestionOnPaper, ...]


@dataclass(frozen=True, slots=True)
class QuestionnairePage:
    """One questionnaire, by itself."""

    name: str
    version: int
    title: str
    intro: str
    sections: tuple[SectionOnPaper, ...]


def page_of(questionnaire: Questionnaire, language: str) -> QuestionnairePage:
    """Return *questionnaire* as it is printed in *language*."""
    return QuestionnairePage(
        questionnaire.name,
        questionnaire.version,
        questionnaire.title.into(language),
        questionnaire.intro.into(language) if questionnaire.intro else "",
        sections_of(questionnaire, language, frozenset(question.id for question in questionnaire.questions)),
    )


def sections_of(questionnaire: Questionnaire, language: str, wanted: frozenset[str]) -> tuple[SectionOnPaper, ...]:
    """Return the sections with the *wanted* questions, numbered as asked; sections without any are left out."""
    numbers = {question.id: number for number, question in enumerate(questionnaire.questions, 1)}
    conditions = ConditionWords(questionnaire, language)
    return tuple(
        SectionOnPaper(
            section.title.into(language),
            section.intro.into(language) if section.intro else "",
            tuple(
                _on_paper(question, numbers[question.id], conditions.of(question.shown_if), language)
                for question in section.questions
                if question.id in wanted
            ),
        )
        for section in questionnaire.sections
        if any(question.id in wanted for question in section.questions)
    )


def _on_paper(question: Question, number: int, condition: str, language: str) -> QuestionOnPaper:
    say = templating.catalogue(language).gettext
    return QuestionOnPaper(
        number=number,
        id=question.id,
        text=question.text.into(language),
        hint=question.hint.into(language) if question.hint else "",
        how=_how(question, say),
        listed=_listed(question, say),
        options=tuple(option.label.into(language) for option in options(question)),
        rows=tuple(row.label.into(language) for row in question.rows) if isinstance(question, Matrix) else (),
        required=question.required,
        sensitive=question.sensitive,
        condition=condition,
        from_pulse=question.from_pulse,
        measure=say(MEASURES[question.measure].meaning) if question.measure else "",
        source=question.source,
    )


def _how(question: Question, say: Say) -> str:
    match question:
        case SingleChoice():
            words = say("one answer")
        case MultipleChoice(maximum=0):
            words = say("any number of answers")
        case MultipleChoice(maximum=most):
            words = say("at most %(most)s answers") % {"most": most}
        case Scale():
            words = say("one point of a scale")
        case Number(minimum=low, maximum=high):
            words = say("a whole number from %(low)s to %(high)s") % {"low": low, "high": high}
        case Band():
            words = say("one of these intervals")
        case Matrix():
            words = say("one point of the scale for every row")
        case Rank(places=places):
            words = say("at most %(places)s, the most important first") % {"places": places}
        case FreeText(limit=limit):
            words = say("own words, at most %(limit)s characters") % {"limit": limit}
    return words


def _listed(question: Question, say: Say) -> str:
    """Return which list of the charter will fill the options of a question that is not settled yet."""
    if not isinstance(question, (SingleChoice, MultipleChoice, Rank)) or not question.options_from:
        return ""
    return {
        "groups": say("the teams of the charter"),
        "tasks": say("the tasks of the charter"),
        "known_tools": say("the tools of the charter"),
    }[question.options_from]
