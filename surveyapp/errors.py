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
    """What was asked for may not be done now; *phrase* with %(values)s says why and what comes first.

    *way_out* is a command or an address; pages, where the way is a link, leave it out.
    """

    def __init__(self, phrase: str, way_out: str = "", **values: object) -> None:
        words = phrase % values if values else phrase
        super().__init__(f"{words}: `{way_out}`" if way_out else words)
        self.phrase = phrase
        self.values = values
