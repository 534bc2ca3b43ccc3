"""What was found in a file of another program, built as a questionnaire of ours; every difference is noted."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.codebook import All, Condition, Kind, Not, Option, Text
from analysis.codebook import Any as AnyOf
from surveyapp.errors import InputError
from surveyapp.foreign.expressions import UntranslatableError
from surveyapp.foreign.found import Asking, Choice, Found, Part, Words
from surveyapp.foreign.identity import asks_for_a_person
from surveyapp.foreign.languages import language_code
from surveyapp.foreign.losses import Losses, one_line
from surveyapp.foreign.meaning import Known, Meaning
from surveyapp.foreign.wording import cleaned
from surveyapp.questionnaire.lint import asks_who
from surveyapp.questionnaire.loader import LABEL_LIMIT, NUMBER_LIMIT, POINTS
from surveyapp.questionnaire.model import (
    RANK_PLACES,
    TEXT_LIMIT,
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

WORDS_LIMIT: Final = 500  # characters of a text, as the loader has it
NAME_LIMIT: Final = 80
CODE_LIMIT: Final = 40
CHOICE_LIMIT: Final = 300  # nobody reads more; a longer list is a register
MULTIPLE_LIMIT: Final = 99
QUESTION_LIMIT: Final = 1_000
FEWEST: Final = 2  # choices
CONDITION_DEPTH: Final = 7  # two levels of YAML each; a file has 24


class _Unusable(Exception):  # noqa: N818  # never leaves this module
    """A question that cannot be built; the message is the reason."""


@dataclass(frozen=True, slots=True)
class _Built:
    """The own part of a question, and where the codes of the file went."""

    make: Callable[..., Question]
    own: Mapping[str, Any]
    codes: Mapping[str, str]


def build(found: Found, losses: Losses, *, language: str, file: str) -> Questionnaire:
    """Return the questionnaire; *language* is that of texts that name none, *file* is named in problems.

    Raises:
        InputError: nothing of it can be asked here.
    """
    return _Builder(found, losses, language, file).questionnaire()


class _Builder:
    """Builds one questionnaire; knows its languages, and what was built so far."""

    def __init__(self, found: Found, losses: Losses, language: str, file: str) -> None:
        self._found = found
        self._losses = losses
        self._file = file
        self._meaning = Meaning(found.references)
        self._ids: set[str] = set()
        self._sections: set[str] = set()
        self._names = _languages(found, losses, language)
        self._languages = tuple(self._names)

    def questionnaire(self) -> Questionnaire:
        parts = self._found.parts
        if len(parts) > QUESTION_LIMIT or sum(len(part.questions) for part in parts) > QUESTION_LIMIT:
            raise InputError(f"{self._file}: more than {QUESTION_LIMIT} questions are no questionnaire: split the file")
        sections = tuple(section for part in self._found.parts if (section := self._section(part)) is not None)
        if not sections:
            losses = [str(loss) for loss in self._losses.found[:20]]
            raise InputError(f"{self._file}: nothing in it can be asked here:", losses)
        name = cleaned(self._found.name or Path(self._file).stem, NAME_LIMIT).text.replace("\n", " ") or "imported"
        title = self._words(self._found.title, "title", "the title")
        if title is None:
            self._losses.changed("title", name, "there is no title: the name stands there")
        return Questionnaire(
            name,
            1,
            self._languages,
            title or self._text(name),
            sections,
            self._words(self._found.intro, "title", "the introduction"),
        )

    def _section(self, part: Part) -> Section | None:
        questions = tuple(question for asking in part.questions if (question := self._question(asking)) is not None)
        if not questions:
            if part.questions or any(part.intro.values()):
                self._losses.left_out(part.place, part.name, "no question of this section is left")
            return None
        title = self._words(part.title, part.place, f"the title of {part.name}")
        code = _code(part.name, self._sections, "part")
        return Section(
            code, title or self._text(part.name or code), questions, self._words(part.intro, part.place, part.name)
        )

    def _question(self, asking: Asking) -> Question | None:
        place, name = asking.place, asking.name
        if asking.kind in {Kind.TEXT, Kind.NUMBER} and _identifies(asking):
            self._losses.refused(place, name, "it asks who somebody is")
            return None
        try:
            shown_if = self._condition(asking)
            built = _BUILDERS[asking.kind](self, asking)
        except UntranslatableError as error:
            shown = " and ".join(asking.conditions)
            reason = f"asked without its condition it would mean something else, and of “{one_line(shown)}” {error}"
            self._losses.left_out(place, name, reason)
            return None
        except _Unusable as error:
            self._losses.left_out(place, name, str(error))
            return None
        code = _code(name, self._ids, "question")
        text = self._words(asking.text, place, name)
        if text is None:
            self._losses.changed(place, name, "it has no text: its name stands there")
            text = self._text(name)
        hint = self._words(asking.hint, place, f"the hint of {name}")
        question = built.make(id=code, text=text, hint=hint, required=asking.required, shown_if=shown_if, **built.own)
        if code != name:
            self._losses.changed(place, name, f"its id is `{code}` now")
        self._meaning.add(name, Known(question, built.codes))
        return question

    def _condition(self, asking: Asking) -> Condition | None:
        parts = [self._meaning.condition(self._found.parse(text)) for text in asking.conditions]
        real = tuple(dict.fromkeys(part for part in parts if part is not None))
        whole = All(real) if len(real) > 1 else next(iter(real), None)
        if _depth(whole) > CONDITION_DEPTH:
            raise UntranslatableError("it is nested too deeply")
        return whole

    # ------------------------------------------------------------------ texts

    def _text(self, text: str) -> Text:
        words = cleaned(text, LABEL_LIMIT).text or "?"
        return Text.of(dict.fromkeys(self._languages, words))

    def _words(self, words: Words, place: str, element: str, limit: int = WORDS_LIMIT) -> Text | None:
        """Return *words* in all languages, None if there are none in any."""
        clean: dict[str, str] = {}
        for name, text in words.items():
            done = cleaned(text, limit)
            for change in done.changes:
                self._losses.changed(place, element, change)
            clean[name] = done.text
        found = {
            code: next((clean[name] for name in (*names, code) if clean.get(name)), "")
            for code, names in self._names.items()
        }
        first = next((code for code, text in found.items() if text), None)
        spare = found[first] if first else next((text for text in clean.values() if text), None)
        if spare is None:
            return None
        for code in (code for code, text in found.items() if not text):
            source = f"the one in {first}" if first else "another one"
            self._losses.changed(place, element, f"has no text in {code}: {source} stands there")
        return Text.of({code: text or spare for code, text in found.items()})

    # ------------------------------------------------------------------ what can be chosen

    def _options(self, asking: Asking, choices: Sequence[Choice], what: str = "code") -> tuple[Option, ...]:
        """Return *choices* with codes that can stand in a file, in their order."""
        if len(choices) > CHOICE_LIMIT:
            raise _Unusable(f"it has {len(choices)} choices, at most {CHOICE_LIMIT} can be shown")
        taken: set[str] = set()
        seen: set[str] = set()
        options = []
        renamed = []
        for choice in choices:
            if choice.code in seen:
                self._losses.left_out(asking.place, asking.name, f"the second choice with the code {choice.code}")
                continue
            seen.add(choice.code)
            code = _code(choice.code, taken, "c")
            if code != choice.code:
                renamed.append(f"{choice.code} → {code}")
            label = self._words(choice.label, asking.place, f"{asking.name}, choice {choice.code}", LABEL_LIMIT)
            if label is None:
                self._losses.changed(asking.place, f"{asking.name}, choice {choice.code}", "its code is its label")
            options.append(Option(code, label or self._text(choice.code), exclusive=choice.exclusive))
        if renamed:
            self._losses.changed(asking.place, asking.name, f"every {what} is new: {', '.join(renamed)}")
        return tuple(options)

    def _chosen(self, asking: Asking) -> tuple[tuple[Option, ...], dict[str, str]]:
        options = self._options(asking, asking.choices)
        if len(options) < FEWEST:
            raise _Unusable("it offers fewer than two choices")
        distinct = list(dict.fromkeys(choice.code for choice in asking.choices))
        return options, {code: option.code for code, option in zip(distinct, options, strict=True)}

    def _points(self, asking: Asking) -> tuple[tuple[Option, ...], dict[str, str]]:
        if len(asking.choices) not in POINTS:
            raise _Unusable(f"a scale has {POINTS.start} to {POINTS.stop - 1} points, this one {len(asking.choices)}")
        points = []
        for number, choice in enumerate(asking.choices, start=1):
            label = self._words(choice.label, asking.place, f"{asking.name}, point {choice.code}", LABEL_LIMIT)
            points.append(Option(str(number), label or self._text(choice.code)))
        moved = [f"{choice.code} → {point.code}" for choice, point in zip(asking.choices, points, strict=True)]
        if any(choice.code != point.code for choice, point in zip(asking.choices, points, strict=True)):
            self._losses.changed(asking.place, asking.name, f"points are numbered from low to high: {', '.join(moved)}")
        return tuple(points), {choice.code: point.code for choice, point in zip(asking.choices, points, strict=True)}

    # ------------------------------------------------------------------ one builder per kind

    def single(self, asking: Asking) -> _Built:
        options, codes = self._chosen(asking)
        return _Built(SingleChoice, {"options": options}, codes)

    def multiple(self, asking: Asking) -> _Built:
        options, codes = self._chosen(asking)
        maximum = asking.maximum or 0
        if not 0 <= maximum <= min(len(options), MULTIPLE_LIMIT):
            self._losses.changed(asking.place, asking.name, f"at most {maximum} choices are no limit here")
            maximum = 0
        return _Built(MultipleChoice, {"options": options, "maximum": maximum}, codes)

    def rank(self, asking: Asking) -> _Built:
        options, codes = self._chosen(asking)
        wanted = asking.maximum or len(options)
        places = max(1, min(wanted, RANK_PLACES))
        if places != wanted:
            self._losses.changed(asking.place, asking.name, f"{places} choices are put in order, not {wanted}")
        return _Built(Rank, {"options": options, "places": places}, codes)

    def scale(self, asking: Asking) -> _Built:
        points, codes = self._points(asking)
        return _Built(Scale, {"points": points}, codes)

    def matrix(self, asking: Asking) -> _Built:
        rows = self._options(asking, asking.rows, "row code")
        if not rows:
            raise _Unusable("it has no rows")
        points, codes = self._points(asking)
        return _Built(Matrix, {"rows": rows, "points": points}, codes)

    def number(self, asking: Asking) -> _Built:
        low = -NUMBER_LIMIT if asking.minimum is None else asking.minimum
        high = NUMBER_LIMIT if asking.maximum is None else asking.maximum
        inside = max(low, -NUMBER_LIMIT), min(high, NUMBER_LIMIT)
        if inside[0] >= inside[1]:
            raise _Unusable(f"no whole numbers lie from {low} to {high}")
        if None in (asking.minimum, asking.maximum) or inside != (low, high):
            reason = f"a number needs its limits: they are {inside[0]} and {inside[1]}, write closer ones"
            self._losses.changed(asking.place, asking.name, reason)
        return _Built(Number, {"minimum": inside[0], "maximum": inside[1]}, {})

    def text(self, asking: Asking) -> _Built:
        limit = asking.maximum if asking.maximum and asking.maximum > 0 else None
        if limit is None or limit > TEXT_LIMIT:
            before = f"{limit}" if limit else "no limit"
            self._losses.changed(asking.place, asking.name, f"at most {TEXT_LIMIT} characters, before: {before}")
        return _Built(FreeText, {"limit": min(limit or TEXT_LIMIT, TEXT_LIMIT)}, {})


_BUILDERS: Final[Mapping[Kind, Callable[[_Builder, Asking], _Built]]] = {
    Kind.SINGLE: _Builder.single,
    Kind.MULTIPLE: _Builder.multiple,
    Kind.SCALE: _Builder.scale,
    Kind.NUMBER: _Builder.number,
    Kind.MATRIX: _Builder.matrix,
    Kind.RANK: _Builder.rank,
    Kind.TEXT: _Builder.text,
}


def _code(name: str, taken: set[str], fallback: str) -> str:
    """Return a code that can stand in a file for *name*, none of *taken*, and take it."""
    from anyascii import anyascii

    plain = re.sub(r"[^a-z0-9]+", "_", anyascii(name).lower()).strip("_")
    if not plain or not plain[0].isalpha():
        plain = f"{fallback}_{plain}".rstrip("_") if len(fallback) > 1 else f"{fallback}{plain}"
    plain = plain[:CODE_LIMIT].rstrip("_")
    code, number = plain, 1
    while code in taken:
        number += 1
        code = f"{plain[: CODE_LIMIT - len(str(number)) - 1]}_{number}"
    taken.add(code)
    return code


def _identifies(asking: Asking) -> bool:
    """True if words here or in the check of our own questionnaires say that it asks who somebody is."""
    texts = [cleaned(text, WORDS_LIMIT).text for text in (*asking.text.values(), *asking.hint.values())]
    probe = FreeText(id=asking.name.lower(), text=Text(tuple(("", text) for text in texts)))
    return asks_who(probe) or asks_for_a_person(asking.name, texts)


def _depth(condition: Condition | None) -> int:
    match condition:
        case All(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts), default=0)
        case Not(part):
            return 1 + _depth(part)
        case _:
            return 0


def _languages(found: Found, losses: Losses, language: str) -> dict[str, tuple[str, ...]]:
    """Return the languages to keep with what the file calls them, the primary one first."""
    asked = [asking for part in found.parts for asking in part.questions]
    counts: dict[str, int] = {}
    for words in (asking.text for asking in asked):
        for name, text in words.items():
            counts[name] = counts.get(name, 0) + bool(text.strip())
    codes: dict[str, tuple[str, ...]] = {}
    primary = found.primary if found.primary in counts else max(counts, key=lambda name: counts[name], default="")
    for name in sorted(counts, key=lambda name: name != primary):
        code = language_code(name) if name else language_code(found.primary) or language
        if not name and not found.primary:
            losses.changed("languages", "texts without a language", f"they are read as {code}: say --language if not")
        if not code:
            losses.left_out("languages", name, "no known language: name it like English (en)")
        elif name != primary and 2 * counts[name] < max(counts.values()):
            losses.left_out("languages", name, f"{counts[name]} of {max(counts.values())} questions are translated")
        else:
            codes[code] = (*codes.get(code, ()), name)
    return codes or {language: ("",)}
