"""A questionnaire as asked in one wave of one pilot: lists filled, placeholders replaced, later questions left out."""

import re
from dataclasses import dataclass, replace
from typing import Final

from analysis.codebook import Option, Text
from surveyapp.errors import InputError
from surveyapp.questionnaire.answers import plaintext_bytes
from surveyapp.questionnaire.lint import BALLOT_LIMIT
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
from surveyapp.questionnaire.wording import fingerprint

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


class SettlingError(InputError):
    """The charter does not give what the questionnaire asks for."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What charter and wave bring along; *pulse* counts the pulse and closing waves up to this one, 0 in a baseline."""

    pilot: str
    tool: str
    wave: Text
    primary_task: Text
    active_days: int = 3
    pulse: int = 0
    previous_wave: Text | None = None
    groups: tuple[Option, ...] = ()
    tasks: tuple[Option, ...] = ()
    known_tools: tuple[Option, ...] = ()  # without the pilot's own


def settle(questionnaire: Questionnaire, setting: Setting) -> Questionnaire:
    """Return *questionnaire* as it is asked in the wave that *setting* describes.

    Raises:
        SettlingError: a list or a placeholder that it needs is empty, a code is in the list and in the file, or the
            ballot would become too long; every problem is named.
    """
    problems: list[str] = []
    fill = _Filler(questionnaire, setting, problems)
    sections = tuple(
        replace(
            section,
            title=fill.text(section.title),
            intro=fill.optional(section.intro),
            questions=tuple(
                fill.question(question)
                for question in section.questions
                if question.from_pulse <= max(setting.pulse, 1)
            ),
        )
        for section in questionnaire.sections
    )
    settled = replace(
        questionnaire,
        title=fill.text(questionnaire.title),
        intro=fill.optional(questionnaire.intro),
        sections=tuple(section for section in sections if section.questions),
    )
    if plaintext_bytes(settled) > BALLOT_LIMIT:
        problems.append(f"the ballot would have {plaintext_bytes(settled)} bytes, at most {BALLOT_LIMIT} are possible")
    if problems:
        raise SettlingError(f"{questionnaire.name} cannot be asked in this wave:", sorted(set(problems)))
    return settled


class _Filler:
    """Fills texts and options from the setting and notes what it cannot fill."""

    def __init__(self, questionnaire: Questionnaire, setting: Setting, problems: list[str]) -> None:
        self._languages = questionnaire.languages
        self._problems = problems
        self._lists = {
            "groups": setting.groups,
            "tasks": setting.tasks,
            "known_tools": setting.known_tools,
        }
        self._values = {
            "tool": Text.plain(setting.tool),
            "pilot": Text.plain(setting.pilot),
            "wave": setting.wave,
            "primary_task": setting.primary_task,
            "active_days": Text.plain(str(setting.active_days)),
            "previous_wave": setting.previous_wave or Text.plain(""),
        }

    def optional(self, text: Text | None) -> Text | None:
        return None if text is None else self.text(text)

    def text(self, text: Text) -> Text:
        return Text(tuple((language, self._words(language, words)) for language, words in text.entries))

    def _words(self, language: str, words: str) -> str:
        def value(found: re.Match[str]) -> str:
            text = self._values.get(found[1], Text.plain("")).into(language)
            if not text:
                self._problems.append(f"{found[0]} has no value")
            return text

        return _PLACEHOLDER.sub(value, words)

    def question(self, question: Question) -> Question:
        question = self._listed(question)
        wording = fingerprint(question)
        return replace(
            self._labelled(question),
            text=self.text(question.text),
            hint=self.optional(question.hint),
            wording=wording,
        )

    def _labelled(self, question: Question) -> Question:
        match question:
            case SingleChoice() | MultipleChoice() | Band() | Rank():
                return replace(question, options=self._labels(question.options))
            case Scale():
                return replace(question, points=self._labels(question.points))
            case Matrix():
                return replace(question, rows=self._labels(question.rows), points=self._labels(question.points))
            case Number() | FreeText():
                return question

    def _labels(self, options: tuple[Option, ...]) -> tuple[Option, ...]:
        return tuple(replace(option, label=self.text(option.label)) for option in options)

    def _listed(self, question: Question) -> Question:
        """Put the options of the charter's list before the question's own."""
        if not isinstance(question, (SingleChoice, MultipleChoice, Rank)) or not question.options_from:
            return question
        listed = self._lists[question.options_from]
        own = {option.code for option in question.options}
        if not listed:
            self._problems.append(f"question {question.id} needs the charter's {question.options_from}: there are none")
        self._problems += [
            f"question {question.id}: the charter's code {option.code} is taken"
            for option in listed
            if option.code in own
        ]
        return replace(question, options=(*listed, *question.options), options_from=None)
