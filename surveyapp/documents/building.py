"""YAML text to the tree of a document, event by event; imports the YAML library, so import this where it is used."""

import re
from collections.abc import Iterator
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
from surveyapp.documents.tree import Entries, Listing, Node, Scalar, Written

DEPTH_LIMIT: Final = 24
# YAML 1.2.2, section 10.3 (core schema), without octal, hexadecimal, infinity, not-a-number: no survey needs them.
_FORMS: Final = (
    (Written.NOTHING, re.compile(r"~|null|Null|NULL|")),
    (Written.BOOLEAN, re.compile(r"true|True|TRUE|false|False|FALSE")),
    (Written.INTEGER, re.compile(r"[-+]?[0-9]{1,15}")),
    (Written.NUMBER, re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")),
)


def built(text: str, problems: Problems) -> Node | None:
    """Return the tree of the one document in *text*, None if there is nothing in it.

    Raises:
        DocumentError: it is not YAML, or uses anchors, tags or several documents.
    """
    try:
        return _Builder(problems).build(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.refuse(_place(mark) if mark else START, f"this is not valid YAML: {error.problem}")
    except YAMLError:
        problems.refuse(START, "this is not valid YAML: it contains characters that YAML forbids")


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
