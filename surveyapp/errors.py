"""The base of everything that can go wrong in words that a person can act on."""

from collections.abc import Sequence


class SurveyError(Exception):
    """Something a person must know. The message names no answer, code or address."""


class InputError(SurveyError):
    """What was handed in is wrong; *problems* names every mistake that was found, each in one line."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *problems]))
        self.problems = tuple(problems)


class EnvironmentProblemError(SurveyError):
    """The machine or its configuration is wrong; *fix* is what to do about it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(f"{message}\nfix: {fix}")
        self.fix = fix


class RefusedError(SurveyError):
    """What was asked for may not be done now; *phrase* with %(values)s says why and what comes first."""

    def __init__(self, phrase: str, **values: object) -> None:
        super().__init__(phrase % values if values else phrase)
        self.phrase = phrase
        self.values = values
