"""A questionnaire file to its questions, with every mistake named by line and column."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from analysis.codebook import Kind, Option, Text
from surveyapp.documents.fields import Fields, read
from surveyapp.documents.problems import Place
from surveyapp.documents.tree import content
from surveyapp.questionnaire.clauses import condition
from surveyapp.questionnaire.lint import lint
from surveyapp.questionnaire.measures import MEASURES
from surveyapp.questionnaire.model import (
    RANK_PLACES,
    TEXT_LIMIT,
    Band,
    FreeText,
    Matrix,
    MultipleChoice,
    Number,
    Question,
    Questionnaire,
    Rank,
    Scale,
    Section,
    SingleChoice,
)

LISTS: Final = ("groups", "tasks", "known_tools")  # lists of the charter
NUMBER_LIMIT: Final = 1_000_000
POINTS: Final = range(2, 12)
LABEL_LIMIT: Final = 200


def load(path: Path) -> Questionnaire:
    """Return the questionnaire in the file at *path*.

    Raises:
        DocumentError: something is wrong with it; every mistake is named.
        InputError: the file cannot be read.
    """
    return load_bytes(content(path), str(path))


def load_bytes(data: bytes, file: str) -> Questionnaire:
    """Return the questionnaire in *data*, called *file* in problems.

    Raises:
        DocumentError: something is wrong with it; every mistake is named.
    """
    return _Reader(read(data, file)).questionnaire()


class _Reader:
    """Reads one file; knows its languages and the ids seen so far."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._languages: tuple[str, ...] = ("en",)
        self._ids: dict[str, Place] = {}
        self._sections: dict[str, Place] = {}
        self._places: dict[tuple[str, str], Place] = {}

    def questionnaire(self) -> Questionnaire:
        fields = self._fields
        name = fields.text("questionnaire", limit=80)
        version = fields.integer("version", 1, 9999)
        languages = fields.languages("languages")
        self._languages = languages or ("en",)
        title = fields.words("title", self._languages)
        intro = self._optional(fields, "intro")
        sections = tuple(self._section(section) for section in fields.each("sections"))
        fields.end()
        found = Questionnaire(name, version, self._languages, title, sections, intro)
        for finding in lint(found):
            question, part = finding.question, finding.part
            place = self._places.get((question, part)) or self._places.get((question, ""), fields.place)
            fields.problems.add(place, finding.message)
        fields.problems.settle()
        return found

    def _optional(self, fields: Fields, key: str) -> Text | None:
        found = fields.words(key, self._languages) if key in fields else None
        fields.node(key, required=False)
        return found

    def _section(self, fields: Fields) -> Section:
        code = fields.code("id")
        self._once(code, fields.at("id"), self._sections, "section")
        title = fields.words("title", self._languages)
        intro = self._optional(fields, "intro")
        questions = tuple(
            found for found in (self._question(entry) for entry in fields.each("questions")) if found is not None
        )
        fields.end()
        return Section(code, title, questions, intro)

    def _once(self, code: str, place: Place, seen: dict[str, Place], what: str) -> None:
        if code in seen:
            self._fields.problems.add(place, f"{what} `{code}` exists already, in line {seen[code].line}")
        elif code:
            seen[code] = place

    def _question(self, fields: Fields) -> Question | None:
        code = fields.code("id")
        self._once(code, fields.at("id"), self._ids, "question")
        if "kind" not in fields:
            fields.node("kind", required=True)
            return None
        kind = fields.choice("kind", tuple(Kind))
        self._places[code, ""] = fields.place
        for part in fields.written:
            self._places[code, part] = fields.at(part)
        common: dict[str, Any] = {
            "id": code,
            "text": fields.words("text", self._languages),
            "hint": self._optional(fields, "hint"),
            "required": fields.boolean("required", default=False),
            "sensitive": fields.boolean("sensitive", default=False),
            "shown_if": condition(fields, "show_if"),
            "implied": self._implied(fields),
            "from_pulse": fields.integer("from_pulse", 1, 99, 1),
            "measure": fields.choice("measures", tuple(MEASURES), "") if "measures" in fields else None,
            "source": fields.text("source", "", limit=1000),
        }
        fields.node("measures", required=False)
        question = _BUILDERS[Kind(kind)](self, fields, common)
        fields.end()
        return question

    def _implied(self, fields: Fields) -> str | int | None:
        if "implied" not in fields:
            fields.node("implied", required=False)
            return None
        text = fields.text("implied")
        return int(text) if text.lstrip("-").isdigit() else text

    # ------------------------------------------------------------------ what can be chosen

    def _options(self, fields: Fields, key: str = "options", *, required: bool = True) -> tuple[Option, ...]:
        seen: dict[str, Place] = {}
        found = []
        for entry in fields.each(key, required=required):
            code = entry.code("code")
            self._once(code, entry.at("code"), seen, "code")
            found.append(
                Option(
                    code,
                    entry.words("label", self._languages, limit=LABEL_LIMIT),
                    entry.code("stage", "") or None,
                    entry.optional_number("low", 0),
                    entry.optional_number("high", 0),
                    entry.boolean("exclusive", default=False),
                    entry.boolean("refusal", default=False),
                )
            )
            entry.end()
        return tuple(found)

    def _points(self, fields: Fields) -> tuple[Option, ...]:
        found = []
        for number, entry in enumerate(fields.each("points"), start=1):
            found.append(Option(str(number), entry.words("label", self._languages, limit=LABEL_LIMIT)))
            entry.end()
        if found and len(found) not in POINTS:
            fields.wrong("points", f"a scale has {POINTS.start} to {POINTS.stop - 1} points")
        return tuple(found)

    def _listed(self, fields: Fields) -> dict[str, Any]:
        """Read `options` and `options_from`; one of the two must be there."""
        lists = fields.choice("options_from", LISTS, "") if "options_from" in fields else None
        fields.node("options_from", required=False)
        return {"options": self._options(fields, required=lists is None), "options_from": lists}

    # ------------------------------------------------------------------ one builder per kind

    def single(self, fields: Fields, common: dict[str, Any]) -> Question:
        return SingleChoice(**common, **self._listed(fields))

    def multiple(self, fields: Fields, common: dict[str, Any]) -> Question:
        return MultipleChoice(**common, **self._listed(fields), maximum=fields.integer("maximum", 1, 99, 0))

    def scale(self, fields: Fields, common: dict[str, Any]) -> Question:
        return Scale(**common, points=self._points(fields))

    def number(self, fields: Fields, common: dict[str, Any]) -> Question:
        low = fields.integer("minimum", -NUMBER_LIMIT, NUMBER_LIMIT)
        high = fields.integer("maximum", -NUMBER_LIMIT, NUMBER_LIMIT)
        if low >= high:
            fields.wrong("maximum", "must be above minimum")
        return Number(**common, minimum=low, maximum=high)

    def band(self, fields: Fields, common: dict[str, Any]) -> Question:
        return Band(**common, options=self._options(fields))

    def matrix(self, fields: Fields, common: dict[str, Any]) -> Question:
        return Matrix(**common, rows=self._options(fields, "rows"), points=self._points(fields))

    def rank(self, fields: Fields, common: dict[str, Any]) -> Question:
        return Rank(**common, **self._listed(fields), places=fields.integer("maximum", 1, RANK_PLACES, RANK_PLACES))

    def text(self, fields: Fields, common: dict[str, Any]) -> Question:
        return FreeText(**common, limit=fields.integer("maximum", 1, TEXT_LIMIT, TEXT_LIMIT))


_Builder = Callable[[_Reader, Fields, dict[str, Any]], Question]
_BUILDERS: Final[Mapping[Kind, _Builder]] = {
    Kind.SINGLE: _Reader.single,
    Kind.MULTIPLE: _Reader.multiple,
    Kind.SCALE: _Reader.scale,
    Kind.NUMBER: _Reader.number,
    Kind.BAND: _Reader.band,
    Kind.MATRIX: _Reader.matrix,
    Kind.RANK: _Reader.rank,
    Kind.TEXT: _Reader.text,
}
