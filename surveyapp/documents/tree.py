"""Bytes of a YAML file to a tree whose every node knows its place; anchors, tags and further documents are refused."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from surveyapp.documents.problems import START, Place, Problems
from surveyapp.errors import InputError

SIZE_LIMIT: Final = 1_000_000  # bytes; the longest shipped file has a thirtieth of it


class Written(StrEnum):
    """What a plain word stands for."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, number, truth value or nothing, as written."""

    place: Place
    text: str
    kind: Written


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of nodes."""

    place: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """Keys and their nodes, in the order written."""

    place: Place
    pairs: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Listing | Entries


def content(path: Path) -> bytes:
    """Return the bytes of the file at *path*.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None


def parse(data: bytes, problems: Problems) -> Entries:
    """Return the entries of the one document in *data*; what can still be read goes on, the rest is noted.

    Raises:
        DocumentError: it is too large, not UTF-8 or not YAML, or uses anchors, tags or several documents.
    """
    from surveyapp.documents.building import built

    root = built(_decoded(data, problems), problems)
    if not isinstance(root, Entries):
        problems.refuse(root.place if root else START, "the file must consist of `key: value` entries")
    return root


def _decoded(data: bytes, problems: Problems) -> str:
    if len(data) > SIZE_LIMIT:
        problems.refuse(START, f"the file is larger than {SIZE_LIMIT // 1000} kB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.refuse(START, "the file is in UTF-16: save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        place = Place(before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
        problems.refuse(place, "the file is not UTF-8 from here on: save it as UTF-8")
