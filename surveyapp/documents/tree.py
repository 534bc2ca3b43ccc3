"""Bytes of a YAML file to a tree whose every node knows its place; anchors, tags and further documents are refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from surveyapp.documents.problems import START, Place, Problems
from surveyapp.errors import InputError

SIZE_LIMIT: Final = 1_000_000  # bytes; the longest shipped file has a thirtieth of it
DEPTH_LIMIT: Final = 24


class Written(StrEnum):
    """What a plain word stands for."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NOTHING = "nothing"


# YAML 1.2.2, section 10.3 (core schema), without octal, hexadecimal, infinity, not-a-number: no survey needs them.
_FORMS: Final = (
    (Written.NOTHING, re.compile(r"~|null|Null|NULL|")),
    (Written.BOOLEAN, re.compile(r"true|True|TRUE|false|False|FALSE")),
    (Written.INTEGER, re.compile(r"[-+]?[0-9]{1,15}")),
    (Written.NUMBER, re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")),
)


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
    text = _decoded(data, problems)
    try:
        root = _Builder(problems).build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.refuse(_place(mark) if mark else START, f"this is not valid YAML: {error.problem}")
    except YAMLError:
        problems.refuse(START, "this is not valid YAML: it contains characters that YAML forbids")
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


def _place(mark: object) -> Place:
    return Place(getattr(mark, "line", 0) + 1, getattr(mark, "column", 0) + 1)


class _Builder:
    """Builds the tree from events without recursion, so that no nesting can exhaust the stack."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._open: list[tuple[NodeEvent, list[Node]]] = []
        self._root: Node | None = None
        self._documents = 0

    def build(self, events: Iterator[object]) -> Node | None:
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    self._problems.refuse(_place(event.start_mark), "a second document begins here: one file holds one")
            elif isinstance(event, NodeEvent):
                self._begin(event)
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                start, items = self._open.pop()
                self._put(self._closed(start, items))
        return self._root

    def _begin(self, event: NodeEvent) -> None:
        place = _place(event.start_mark)
        if isinstance(event, AliasEvent) or event.anchor:
            self._problems.refuse(place, "anchors (&) and aliases (*) are not allowed: write it out")
        if getattr(event, "ctag", None):
            self._problems.refuse(place, "tags (!) are not allowed")
        if isinstance(event, ScalarEvent):
            self._put(_scalar(event, place))
        elif len(self._open) == DEPTH_LIMIT:
            self._problems.refuse(place, f"nested more than {DEPTH_LIMIT} levels deep")
        else:
            self._open.append((event, []))

    def _put(self, node: Node) -> None:
        if self._open:
            self._open[-1][1].append(node)
        else:
            self._root = node

    def _closed(self, start: NodeEvent, items: list[Node]) -> Node:
        place = _place(start.start_mark)
        if isinstance(start, SequenceStartEvent):
            return Listing(place, tuple(items))
        pairs: list[tuple[Scalar, Node]] = []
        first: dict[str, Place] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._problems.add(key.place, "a key must be a single word")
            elif key.text in first:
                self._problems.add(key.place, f"`{key.text}` again: it stands in line {first[key.text].line} already")
            else:
                first[key.text] = key.place
                pairs.append((key, value))
        return Entries(place, tuple(pairs))


def _scalar(event: ScalarEvent, place: Place) -> Scalar:
    if event.style:  # quoted or block: always text
        return Scalar(place, event.value, Written.TEXT)
    kind = next((kind for kind, form in _FORMS if form.fullmatch(event.value)), Written.TEXT)
    return Scalar(place, event.value, kind)
