"""Mistakes in a file, collected while it is read and told all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Never

from surveyapp.errors import InputError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a file; both counted from 1."""

    line: int
    column: int


START = Place(1, 1)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file, printed as editors understand it: *phrase* with %(values)s, about the value of *key*."""

    file: str
    place: Place
    phrase: str
    values: tuple[tuple[str, object], ...] = ()
    key: str = ""

    @property
    def message(self) -> str:
        """The words in English."""
        words = self.phrase % dict(self.values) if self.values else self.phrase
        return f"{self.key}: {words}" if self.key else words

    def __str__(self) -> str:
        return f"{self.file}:{self.place.line}:{self.place.column}: {self.message}"


class DocumentError(InputError):
    """A file that cannot be used; *found* names every mistake in it, in the order of the file."""

    def __init__(self, file: str, found: Sequence[Problem]) -> None:
        self.found = tuple(sorted(found, key=lambda problem: problem.place))
        super().__init__(f"{file} cannot be used:", [str(problem) for problem in self.found])


class Problems:
    """The mistakes of one file so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[Problem] = []

    def add(self, place: Place, phrase: str, *, about: str = "", **values: object) -> None:
        """Note one mistake, once: *phrase* with %(values)s, *about* the value of a key or the whole."""
        problem = Problem(self.file, place, phrase, tuple(values.items()), about)
        if problem not in self._found:
            self._found.append(problem)

    def refuse(self, place: Place, message: str) -> Never:
        """Note a mistake after which nothing more can be read.

        Raises:
            DocumentError: always.
        """
        self.add(place, message)
        raise DocumentError(self.file, self._found)

    def settle(self) -> None:
        """End the reading.

        Raises:
            DocumentError: something was noted.
        """
        if self._found:
            raise DocumentError(self.file, self._found)
