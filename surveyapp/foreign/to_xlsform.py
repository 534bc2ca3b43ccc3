"""A questionnaire of ours as an XLSForm, for ODK, KoboToolbox and everything that reads them."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.codebook import All, Any, Condition, Not, Option, Test, Text
from surveyapp.foreign.languages import english_name
from surveyapp.foreign.leaving import explicit, name_what_stays, offered
from surveyapp.foreign.losses import Loss, Losses
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
)

Rows = list[dict[str, str]]
_TYPES: Final[Mapping[type[Question], str]] = {
    SingleChoice: "select_one",
    Band: "select_one",
    Scale: "select_one",
    Matrix: "select_one",
    MultipleChoice: "select_multiple",
    Rank: "rank",
    Number: "integer",
    FreeText: "text",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """The bytes of the file, and what is not as it was."""

    content: bytes
    losses: tuple[Loss, ...]


def to_xlsform(questionnaire: Questionnaire) -> Exported:
    """Return *questionnaire* as an XLSForm workbook."""
    losses = Losses()
    name_what_stays(questionnaire, losses)
    form = _Form(questionnaire, losses)
    survey = list(form.survey())
    settings = {
        "form_title": questionnaire.title.into(questionnaire.languages[0]),
        "form_id": "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in questionnaire.name),
        "version": str(questionnaire.version),
        "default_language": form.languages[questionnaire.languages[0]],
    }
    for language in questionnaire.languages[1:]:
        if questionnaire.title.into(language) != settings["form_title"]:
            losses.left_out("title", language, f"a form has one title: “{questionnaire.title.into(language)}” is gone")
    return Exported(_workbook({"survey": survey, "choices": form.choices, "settings": [settings]}), losses.found)


class _Form:
    """Makes the rows of the sheets; knows the names that are taken."""

    def __init__(self, questionnaire: Questionnaire, losses: Losses) -> None:
        self._questionnaire = questionnaire
        self._losses = losses
        self._questions = {question.id: question for question in questionnaire.questions}
        self._taken = set(self._questions)
        self._rows: dict[tuple[str, str], str] = {}
        self.choices: Rows = []
        self.languages = {code: f"{english_name(code)} ({code})" for code in questionnaire.languages}
        for question in questionnaire.questions:
            if isinstance(question, Matrix):
                for row in question.rows:
                    self._rows[question.id, row.code] = self._name(f"{question.id}_{row.code}")

    def _name(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name

    def survey(self) -> Iterator[dict[str, str]]:
        """Return the rows of the sheet `survey`."""
        if self._questionnaire.intro:
            note = {"type": "note", "name": self._name("introduction")}
            yield note | self._words("label", self._questionnaire.intro)
        for section in self._questionnaire.sections:
            name = self._name(section.id if section.id not in self._taken else f"{section.id}_section")
            yield {"type": "begin_group", "name": name} | self._words("label", section.title)
            if section.intro:
                note = {"type": "note", "name": self._name(f"{name}_introduction")}
                yield note | self._words("label", section.intro)
            for question in section.questions:
                yield from self._asked(question)
            yield {"type": "end_group"}

    def _words(self, column: str, text: Text) -> dict[str, str]:
        return {f"{column}::{name}": text.into(code) for code, name in self.languages.items()}

    def _asked(self, question: Question) -> Iterator[dict[str, str]]:
        entry = {"type": _TYPES[type(question)], "name": question.id} | self._words("label", question.text)
        if question.hint:
            entry |= self._words("hint", question.hint)
        if question.shown_if is not None:
            entry["relevant"] = self._xpath(explicit(question.shown_if, self._questions))
        if isinstance(question, Matrix):
            yield from self._matrix(question, entry)
            return
        if question.required:
            entry["required"] = "yes"
        shown = offered(question, self._losses)
        if shown:
            entry["type"] += f" {self._list(question.id, shown)}"
        if isinstance(question, Scale):
            entry["appearance"] = "likert"
        constraint = " and ".join(self._constraints(question, shown))
        yield entry | ({"constraint": constraint} if constraint else {})

    def _matrix(self, question: Matrix, entry: dict[str, str]) -> Iterator[dict[str, str]]:
        self._losses.changed(question.id, "matrix", "a group with one question for every row")
        entry["type"], entry["appearance"] = "begin_group", "field-list"
        yield entry
        points = self._list(question.id, question.points)
        for row in question.rows:
            one = {"type": f"select_one {points}", "name": self._rows[question.id, row.code]}
            one |= self._words("label", row.label)
            yield one | ({"required": "yes"} if question.required else {})
        yield {"type": "end_group"}

    def _list(self, name: str, shown: Sequence[Option]) -> str:
        for option in shown:
            choice = {"list_name": name, "name": option.code} | self._words("label", option.label)
            self.choices.append(choice)
        return name

    def _constraints(self, question: Question, shown: Sequence[Option]) -> Iterator[str]:
        match question:
            case Number():
                yield f". >= {question.minimum}"
                yield f". <= {question.maximum}"
            case FreeText():
                yield f"string-length(.) <= {question.limit}"
            case MultipleChoice() if question.maximum:
                yield f"count-selected(.) <= {question.maximum}"
            case Rank() if question.places < len(shown):
                self._losses.changed(question.id, "maximum", f"all choices are ranked, not the first {question.places}")
            case _:
                pass
        if isinstance(question, MultipleChoice):
            for option in (option for option in shown if option.exclusive or option.refusal):
                yield f"not(selected(., '{option.code}') and count-selected(.) > 1)"

    # ------------------------------------------------------------------ conditions

    def _xpath(self, condition: Condition) -> str:
        match condition:
            case All(parts):
                return " and ".join(f"({self._xpath(part)})" for part in parts)
            case Any(parts):
                return " or ".join(f"({self._xpath(part)})" for part in parts)
            case Not(part):
                return f"not({self._xpath(part)})"
            case Test():
                return self._test(condition)

    def _test(self, test: Test) -> str:
        question = self._questions[test.question]
        name = f"${{{test.question}}}"
        if test.operator == "answered":
            sign, word = ("!=", "or") if test.values[0] else ("=", "and")
            names = [name]
            if isinstance(question, Matrix):
                names = [f"${{{self._rows[question.id, row.code]}}}" for row in question.rows]
            return f" {word} ".join(f"{one} {sign} ''" for one in names)
        if test.operator == "includes":
            return " or ".join(f"selected({name}, '{value}')" for value in test.values)
        if test.operator in {"at_least", "at_most"}:
            return f"{name} {'>=' if test.operator == 'at_least' else '<='} {test.values[0]}"
        quoted = (str(value) if isinstance(question, Number) else f"'{value}'" for value in test.values)
        return " or ".join(f"{name} = {value}" for value in quoted)


def _workbook(sheets: Mapping[str, Rows]) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, plain) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column)
            for number, row in enumerate(rows, start=1):
                for column, value in row.items():
                    sheet.write_string(number, columns.index(column), value)
    return target.getvalue()
