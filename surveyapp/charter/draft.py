"""A charter on its way: entries that may still lack something, judged by the same rules as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from surveyapp.charter import loader
from surveyapp.charter.form import OPTIONAL, SECTIONS
from surveyapp.charter.model import Charter
from surveyapp.charter.writing import Plain, text_of
from surveyapp.documents.problems import DocumentError, Place, Problems
from surveyapp.documents.tree import Entries, Listing, Node, Scalar, Written, parse

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong or missing, and where: keys and positions (0 is the first) from the top."""

    path: Path
    phrase: str
    values: tuple[tuple[str, object], ...] = ()

    @property
    def message(self) -> str:
        """The words in English."""
        return self.phrase % dict(self.values) if self.values else self.phrase


@dataclass(frozen=True, slots=True)
class Judged:
    """The charter that entries make, or everything that keeps them from making one."""

    charter: Charter | None
    faults: tuple[Fault, ...]


def read_entries(data: bytes, file: str) -> dict[str, Plain]:
    """Return the entries of a charter file, whatever they say; only what is no YAML mapping at all is refused.

    Raises:
        DocumentError: it cannot be read; the message names the line.
    """
    problems = Problems(file)
    entries = _plain(parse(data, problems))
    problems.settle()
    return dict(entries)


def judge(entries: dict[str, Plain], file: str) -> Judged:
    """Return what the rules for charter files say of *entries*."""
    data = text_of(_whole(entries)).encode()
    try:
        return Judged(loader.load_bytes(data, file), ())
    except DocumentError as error:
        paths = dict(_places(parse(data, Problems(file)), ()))
        return Judged(
            None,
            tuple(Fault(paths.get(problem.place, ()), problem.phrase, problem.values) for problem in error.found),
        )


def _whole(entries: dict[str, Plain]) -> dict[str, Plain]:
    """Return *entries* with nothing under every key that the form asks for: what is missing then has a place."""
    made = deepcopy(entries)
    for section in SECTIONS:
        for part in section.parts:
            # Whoever begins to fill in an optional mapping has to fill in all of it.
            if part.path[0] not in OPTIONAL or entries.get(part.path[0]):
                _fill(made, part.path)
    return made


def _fill(entries: Plain, path: Sequence[str]) -> None:
    for key in path[:-1]:
        if entries.get(key) is None:
            entries[key] = {}
        entries = entries[key]
        if not isinstance(entries, dict):
            return
    entries.setdefault(path[-1], None)


def _places(node: Node, path: Path) -> Iterator[tuple[Place, Path]]:
    """Go through the places of *node*; a mapping shares its place with its first key, which comes later."""
    yield node.place, path
    if isinstance(node, Entries):
        for key, value in node.pairs:
            yield from _places(value, (*path, key.text))
            yield key.place, (*path, key.text)
    elif isinstance(node, Listing):
        for index, item in enumerate(node.items):
            yield from _places(item, (*path, index))


_PLAIN: Final[Mapping[Written, Callable[[str], Plain]]] = {
    Written.TEXT: str,
    Written.INTEGER: int,
    Written.NUMBER: float,
    Written.BOOLEAN: lambda text: text.lower() == "true",
    Written.NOTHING: lambda _text: None,
}


def _plain(node: Node) -> Plain:
    if isinstance(node, Scalar):
        return _PLAIN[node.kind](node.text)
    if isinstance(node, Listing):
        return [_plain(item) for item in node.items]
    return {key.text: _plain(value) for key, value in node.pairs}
