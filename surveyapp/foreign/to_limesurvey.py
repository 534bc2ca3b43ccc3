"""A questionnaire of ours as a tab-separated survey structure of LimeSurvey, which we read back the same."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any as Untyped
from typing import Final

from analysis.codebook import All, Any, Condition, Not, Option, Test
from surveyapp.foreign.leaving import explicit, name_what_stays, offered
from surveyapp.foreign.limesurvey import SCALE_CLASS
from surveyapp.foreign.losses import Losses
from surveyapp.foreign.to_xlsform import Exported
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

TITLE_LIMIT: Final = 20  # characters of a question's code; letters and digits only
ANSWER_LIMIT: Final = 5
_RESERVED: Final = frozenset({"other", "comment", "time"})  # LimeSurvey gives these codes a meaning
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_ATTRIBUTES: Final = (
    *("min_num_value_n", "max_num_value_n", "num_value_int_only", "max_answers", "maximum_chars"),
    *("exclude_all_others", "cssclass"),
)
_COLUMNS: Final = (
    *("id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation", "mandatory", "other"),
    *("default", "same_default", *_ATTRIBUTES),
)
_TYPES: Final[Mapping[type[Question], str]] = {
    SingleChoice: "L",
    Band: "L",
    Scale: "L",
    MultipleChoice: "M",
    Matrix: "F",
    Rank: "R",
    Number: "N",
    FreeText: "T",
}
_OWN: Final[Mapping[type[Question], Callable[[Untyped], dict[str, object]]]] = {
    SingleChoice: lambda _: {},
    Band: lambda _: {},
    Matrix: lambda _: {},
    Scale: lambda _: {"cssclass": SCALE_CLASS},
    MultipleChoice: lambda question: {"max_answers": question.maximum or ""},
    Rank: lambda question: {"max_answers": question.places},
    FreeText: lambda question: {"maximum_chars": question.limit},
    Number: lambda question: {
        "min_num_value_n": question.minimum,
        "max_num_value_n": question.maximum,
        "num_value_int_only": 1,
    },
}


def to_limesurvey(questionnaire: Questionnaire) -> Exported:
    """Return *questionnaire* as UTF-8 with a mark at the beginning, as LimeSurvey itself writes it."""
    losses = Losses()
    name_what_stays(questionnaire, losses)
    target = io.StringIO()
    writer = csv.DictWriter(target, _COLUMNS, delimiter="\t", lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(_Structure(questionnaire, losses).rows())
    return Exported(target.getvalue().encode("utf-8-sig"), losses.found)


class _Structure:
    """Makes the rows, in one language after another; knows how everything is called there."""

    def __init__(self, questionnaire: Questionnaire, losses: Losses) -> None:
        self._questionnaire = questionnaire
        self._questions = {question.id: question for question in questionnaire.questions}
        self._titles = _named(tuple(self._questions), TITLE_LIMIT, "Q")
        self._options = {question.id: offered(question, losses) for question in questionnaire.questions}
        self._codes: dict[str, dict[str, str]] = {}
        self._rows: dict[str, dict[str, str]] = {}
        for question in questionnaire.questions:
            codes = tuple(option.code for option in self._options[question.id])
            short = TITLE_LIMIT if isinstance(question, MultipleChoice) else ANSWER_LIMIT
            self._codes[question.id] = _named(codes, short, "SQ" if isinstance(question, MultipleChoice) else "A")
            if isinstance(question, Scale):
                self._codes[question.id] = {code: code for code in codes}
            if isinstance(question, Matrix):
                self._rows[question.id] = _named(tuple(row.code for row in question.rows), TITLE_LIMIT, "SQ")
            renamed = (
                self._codes[question.id] | self._rows.get(question.id, {}) | {question.id: self._titles[question.id]}
            )
            moved = [f"{code} → {name}" for code, name in renamed.items() if code != name]
            if moved:
                losses.changed(question.id, "codes", f"letters and digits only, and few: {', '.join(moved)}")

    def rows(self) -> Iterator[dict[str, object]]:
        """Return all rows: the survey, then its structure in every language."""
        first, *others = self._questionnaire.languages
        yield {"class": "S", "name": "language", "text": first}
        yield {"class": "S", "name": "additional_languages", "text": " ".join(others)}
        for language in self._questionnaire.languages:
            texts = {"title": self._questionnaire.title, "welcometext": self._questionnaire.intro}
            for name, text in texts.items():
                if text:
                    yield {
                        "class": "SL",
                        "name": f"surveyls_{name}",
                        "text": _literal(text.into(language)),
                        "language": language,
                    }
        for language in self._questionnaire.languages:
            yield from self._structure(language)

    def _structure(self, language: str) -> Iterator[dict[str, object]]:
        for number, section in enumerate(self._questionnaire.sections, start=1):
            yield {
                "class": "G",
                "type/scale": number,
                "name": _literal(section.title.into(language)),
                "text": _literal(section.intro.into(language)) if section.intro else "",
                "relevance": 1,
                "language": language,
            }
            for question in section.questions:
                yield from self._asked(question, language)

    def _asked(self, question: Question, language: str) -> Iterator[dict[str, object]]:
        codes = self._codes[question.id]
        shown = self._options[question.id]
        alone = [codes[option.code] for option in shown if option.exclusive or option.refusal]
        condition = question.shown_if
        yield {
            "class": "Q",
            "type/scale": _TYPES[type(question)],
            "name": self._titles[question.id],
            "relevance": 1 if condition is None else self._script(explicit(condition, self._questions)),
            "text": _literal(question.text.into(language)),
            "help": _literal(question.hint.into(language)) if question.hint else "",
            "language": language,
            "mandatory": "Y" if question.required else "N",
            "other": "N",
            "exclude_all_others": ";".join(alone) if isinstance(question, MultipleChoice) else "",
            **_OWN[type(question)](question),
        }
        if isinstance(question, Matrix):
            yield from self._pieces("SQ", question.rows, self._rows[question.id], language)
        yield from self._pieces("SQ" if isinstance(question, MultipleChoice) else "A", shown, codes, language)

    def _pieces(
        self, kind: str, shown: Sequence[Option], codes: Mapping[str, str], language: str
    ) -> Iterator[dict[str, object]]:
        for option in shown:
            yield {
                "class": kind,
                "type/scale": 0,
                "name": codes[option.code],
                "relevance": 1 if kind == "SQ" else "",
                "text": _literal(option.label.into(language)),
                "language": language,
            }

    # ------------------------------------------------------------------ conditions

    def _script(self, condition: Condition) -> str:
        match condition:
            case All(parts):
                return " and ".join(f"({self._script(part)})" for part in parts)
            case Any(parts):
                return " or ".join(f"({self._script(part)})" for part in parts)
            case Not(part):
                return f"!({self._script(part)})"
            case Test():
                return self._test(condition)

    def _test(self, test: Test) -> str:
        question = self._questions[test.question]
        title = self._titles[test.question]
        if test.operator == "answered":
            told = self._answered(question, title)
            return told if test.values[0] else f"!({told})"
        codes = self._codes[question.id]
        if test.operator == "includes":
            return " or ".join(
                self._included(question, title, codes.get(str(value), str(value))) for value in test.values
            )
        if isinstance(question, (Number, Scale)):
            # There an empty answer equals 0 and is less than 1.
            signs = {"at_least": ">=", "at_most": "<="}
            numbers = " or ".join(f"{title}.NAOK {signs.get(test.operator, '==')} {value}" for value in test.values)
            return f"!is_empty({title}.NAOK) and ({numbers})"
        return " or ".join(f'{title}.NAOK == "{codes.get(str(value), str(value))}"' for value in test.values)

    def _answered(self, question: Question, title: str) -> str:
        if isinstance(question, MultipleChoice):
            return " or ".join(f'{title}_{code}.NAOK == "Y"' for code in self._codes[question.id].values())
        if isinstance(question, Matrix):
            return " or ".join(f"!is_empty({title}_{row}.NAOK)" for row in self._rows[question.id].values())
        return f"!is_empty({title}_1.NAOK)" if isinstance(question, Rank) else f"!is_empty({title}.NAOK)"

    def _included(self, question: Question, title: str, code: str) -> str:
        if isinstance(question, Rank):
            return " or ".join(f'{title}_{place}.NAOK == "{code}"' for place in range(1, question.places + 1))
        return f'{title}_{code}.NAOK == "Y"'


def _named(codes: Sequence[str], limit: int, prefix: str) -> dict[str, str]:
    """Return a name of letters and digits for each of *codes*, as close to it as *limit* characters allow."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    # Codes that fit keep their name, so that a second export gives the same.
    for code in codes:
        plain = code.replace("_", "")
        if len(plain) <= limit and plain not in taken | _RESERVED:
            names[code] = plain
            taken.add(plain)
    for number, code in enumerate(codes, start=1):
        wanted = number
        while code not in names:
            name = f"{prefix}{wanted}"
            if name.lower() not in taken:
                names[code] = name
                taken.add(name.lower())
            wanted += len(codes)
    return {code: names[code] for code in codes}


def _literal(text: str) -> str:
    """Return *text* with placeholders that LimeSurvey shows as they are: with a space a bracket begins nothing."""
    return _PLACEHOLDER.sub(r"{ \1 }", text)
