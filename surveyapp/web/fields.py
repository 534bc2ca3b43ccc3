"""Questions as a page shows them: one view value per question, in one language, with what was answered so far."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.codebook import Kind, Option, Text
from surveyapp import templating
from surveyapp.questionnaire import conditions
from surveyapp.questionnaire.form import Fields, Mistake, field
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
)

if TYPE_CHECKING:
    from gettext import NullTranslations


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    value: str
    label: str
    checked: bool
    exclusive: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a matrix or one place of a rank."""

    name: str
    legend: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question, with its rules for the script; conditions and implied values are JSON."""

    question: str
    name: str
    kind: Kind
    legend: str
    hint: str
    error: str
    shown_if: str
    implied: str | None
    required: bool
    group: bool
    choices: tuple[Choice, ...] = ()
    rows: tuple[RowView, ...] = ()
    value: str = ""
    minimum: int = 0
    maximum: int = 0

    @property
    def anchor(self) -> str:
        """Return the id of the first control, where an error message leads."""
        return f"{self.rows[0].name if self.rows else self.name}-1"


@dataclass(frozen=True, slots=True)
class SectionView:
    """Questions under one heading."""

    title: str
    intro: str
    fields: tuple[FieldView, ...]


def sections(
    questionnaire: Questionnaire, language: str, given: Fields, mistakes: Sequence[Mistake] = ()
) -> tuple[SectionView, ...]:
    """Return all questions in *language*, filled with the form fields *given*, each with its mistake."""
    wrong = {mistake.question: said(mistake, language) for mistake in mistakes}
    return tuple(
        SectionView(
            section.title.into(language),
            section.intro.into(language) if section.intro else "",
            tuple(_field(question, language, given, wrong.get(question.id, "")) for question in section.questions),
        )
        for section in questionnaire.sections
    )


def said(mistake: Mistake, language: str) -> str:
    """Return a mistake as a sentence in *language*."""
    values = {name: value.into(language) if isinstance(value, Text) else value for name, value in mistake.values}
    return templating.catalogue(language).gettext(mistake.message) % values


def _field(question: Question, language: str, given: Fields, error: str) -> FieldView:
    condition = conditions.plain(question.shown_if)
    return FieldView(
        question=question.id,
        name=field(question),
        kind=KINDS[type(question)],
        legend=question.text.into(language),
        hint=question.hint.into(language) if question.hint else "",
        error=error,
        shown_if="" if condition is None else json.dumps(condition, separators=(",", ":")),
        implied=None if question.implied is None else json.dumps(question.implied),
        required=question.required,
        group=question.measure == "group",
        **BUILDERS[type(question)](question, language, given),
    )


def _options(options: Sequence[Option], language: str, given: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            option.code,
            option.label.into(language),
            checked=option.code in given,
            exclusive=option.exclusive or option.refusal,
        )
        for option in options
    )


def _points(points: Sequence[Option], language: str, given: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(number), point.label.into(language), checked=str(number) in given, exclusive=False)
        for number, point in enumerate(points, 1)
    )


def _chosen(question: SingleChoice | MultipleChoice | Band, language: str, given: Fields) -> Mapping[str, Any]:
    return {"choices": _options(question.options, language, given.get(field(question), ()))}


def _multiple(question: MultipleChoice, language: str, given: Fields) -> Mapping[str, Any]:
    return {**_chosen(question, language, given), "maximum": question.maximum}


def _scale(question: Scale, language: str, given: Fields) -> Mapping[str, Any]:
    return {"choices": _points(question.points, language, given.get(field(question), ()))}


def _number(question: Number, language: str, given: Fields) -> Mapping[str, Any]:
    del language
    return {"value": _last(given, field(question)), "minimum": question.minimum, "maximum": question.maximum}


def _matrix(question: Matrix, language: str, given: Fields) -> Mapping[str, Any]:
    names = {row.code: field(question, row.code) for row in question.rows}
    return {
        "rows": tuple(
            RowView(
                names[row.code],
                row.label.into(language),
                _points(question.points, language, given.get(names[row.code], ())),
            )
            for row in question.rows
        )
    }


def _rank(question: Rank, language: str, given: Fields) -> Mapping[str, Any]:
    catalogue: NullTranslations = templating.catalogue(language)
    names = [field(question, str(place)) for place in range(1, question.places + 1)]
    return {
        "rows": tuple(
            RowView(
                name,
                catalogue.gettext("Place %(place)s") % {"place": place},
                _options(question.options, language, given.get(name, ())),
            )
            for place, name in enumerate(names, 1)
        )
    }


def _text(question: FreeText, language: str, given: Fields) -> Mapping[str, Any]:
    del language
    return {"value": _last(given, field(question)), "maximum": question.limit}


def _last(given: Fields, name: str) -> str:
    return next(reversed(given.get(name, ("",))), "")


BUILDERS: Mapping[type[Question], Callable[[Any, str, Fields], Mapping[str, Any]]] = {
    SingleChoice: _chosen,
    MultipleChoice: _multiple,
    Band: _chosen,
    Scale: _scale,
    Number: _number,
    Matrix: _matrix,
    Rank: _rank,
    FreeText: _text,
}
