"""The two formats of LimeSurvey, .lss (XML) and .txt (tab-separated), as the same rows: survey, groups, questions."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from surveyapp.errors import InputError

_DEPTH: Final = ("document", "", "rows", "row", "")  # what the path to a value is called; "" is anything
_COLUMNS: Final = frozenset({"class", "type/scale", "name", "text"})
_OF_QUESTIONS: Final = frozenset(
    (
        *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
        *("mandatory", "encrypted", "other", "default", "same_default", "same_script"),
    )
)


@dataclass(slots=True)
class Piece:
    """An answer or a subquestion: *scale* is 0, or 1 for the second of two."""

    code: str
    scale: str
    text: dict[str, str] = field(default_factory=dict)
    relevance: str = ""


@dataclass(slots=True)
class Item:
    """One question with what belongs to it; *aliases* are its names in older conditions."""

    title: str
    type: str
    place: str
    relevance: str = ""
    mandatory: str = "N"
    other: str = "N"
    validation: str = ""
    default: str = ""
    text: dict[str, str] = field(default_factory=dict)
    help: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)  # name to language to value
    pieces: dict[tuple[str, str], Piece] = field(default_factory=dict)  # subquestions by scale and code
    answers: dict[tuple[str, str], Piece] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    """Questions of one page."""

    place: str
    name: dict[str, str] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    relevance: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Survey:
    """Everything in the file; *further* counts what nobody reads."""

    settings: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)  # name to language to text
    groups: list[Group] = field(default_factory=list)
    further: dict[str, int] = field(default_factory=dict)
    conditions: set[str] = field(default_factory=set)  # titles with conditions of the oldest kind


# --------------------------------------------------------------------------- XML

Rows = list[dict[str, str]]


def of_lss(data: bytes, file: str) -> Survey:
    """Return what an .lss file holds.

    Raises:
        InputError: it is no survey of LimeSurvey, no XML, or declares entities.
    """
    tables, kind = _tables(data, file)
    if kind != "Survey":
        raise InputError(f"{file}: this is no survey structure of LimeSurvey (.lss) but: {kind or 'other XML'}")
    survey = Survey(settings=next(iter(tables.get("surveys", [])), {}))
    for row in tables.get("surveys_languagesettings", []):
        for name, text in row.items():
            survey.texts.setdefault(name, {})[row.get("surveyls_language", "")] = text
    groups = _groups(tables)
    items = _items(tables, groups, survey.settings.get("sid", ""))
    _pieces(tables, items)
    for row in tables.get("question_attributes", []):
        if row.get("qid", "") in items:
            values = items[row["qid"]].attributes.setdefault(row.get("attribute", ""), {})
            values[row.get("language", "")] = row.get("value", "")
    survey.conditions = {items[row["qid"]].title for row in tables.get("conditions", []) if row.get("qid", "") in items}
    known = {"groups", "group_l10ns", "questions", "subquestions", "question_l10ns", "question_attributes", "answers"}
    known |= {"answer_l10ns", "surveys", "surveys_languagesettings", "conditions"}
    survey.further = {name: len(rows) for name, rows in tables.items() if name not in known and rows}
    survey.groups = list(groups.values())
    return survey


def _tables(data: bytes, file: str) -> tuple[dict[str, Rows], str]:
    """Return all rows of all tables, and what kind of document it is."""
    reader = _Reader()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text

    def refuse(*_: object) -> None:
        raise InputError(f"{file}: the XML declares a document type: delete the line with DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003  # the parser's way to say that this is all
    except ExpatError as error:
        raise InputError(f"{file}:{error.lineno}: this is no XML that can be read: export the survey again") from None
    except (ValueError, LookupError):
        raise InputError(f"{file}: the encoding of the XML is not known: save it as UTF-8") from None
    return reader.tables, reader.kind


class _Reader:
    """Collects document / TABLE / rows / row / FIELD; what stands elsewhere is not read."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {}
        self.kind = ""
        self._path: list[str] = []

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        self._path.append(name)
        if self._fits(4):
            self.tables.setdefault(self._path[1], []).append({})
        elif self._fits(5):
            self.tables[self._path[1]][-1].setdefault(name, "")

    def end(self, _name: str) -> None:
        self._path.pop()

    def text(self, words: str) -> None:
        if self._fits(5):
            row = self.tables[self._path[1]][-1]
            row[self._path[4]] = row[self._path[4]] + words
        elif self._path == ["document", "LimeSurveyDocType"]:
            self.kind += words

    def _fits(self, depth: int) -> bool:
        return len(self._path) == depth and all(
            wanted in ("", name) for wanted, name in zip(_DEPTH, self._path, strict=False)
        )


def _order(row: Mapping[str, str], key: str) -> int:
    return int(row[key]) if row.get(key, "").isdecimal() and len(row[key]) < 9 else 0  # noqa: PLR2004  # no such order


def _groups(tables: Mapping[str, Rows]) -> dict[str, Group]:
    groups: dict[str, Group] = {}
    for row in sorted(tables.get("groups", []), key=lambda row: _order(row, "group_order")):
        group = groups.setdefault(row.get("gid", ""), Group(f"group {len(groups) + 1}"))
        group.relevance = row.get("grelevance", "")
    # Before version 4 the texts stand in the rows themselves, one row per language.
    for row in (*tables.get("groups", []), *tables.get("group_l10ns", [])):
        if row.get("gid", "") in groups and "group_name" in row:
            group = groups[row["gid"]]
            group.name[row.get("language", "")] = row["group_name"]
            group.description[row.get("language", "")] = row.get("description", "")
    return groups


def _items(tables: Mapping[str, Rows], groups: Mapping[str, Group], survey: str) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for row in sorted(tables.get("questions", []), key=lambda row: _order(row, "question_order")):
        number = row.get("qid", "")
        group = groups.get(row.get("gid", ""))
        if group is None or row.get("parent_qid", "0") not in {"", "0"}:
            continue
        title = row.get("title", "")
        if number not in items:
            items[number] = Item(
                title,
                row.get("type", ""),
                f"question {title}",
                row.get("relevance", ""),
                row.get("mandatory", "N"),
                row.get("other", "N"),
                row.get("preg", ""),
                aliases=(f"{survey}X{row['gid']}X{number}", f"Q{number}"),
            )
            group.items.append(items[number])
    for row in (*tables.get("questions", []), *tables.get("question_l10ns", [])):
        if row.get("qid", "") in items and "question" in row:
            item = items[row["qid"]]
            item.text[row.get("language", "")] = row["question"]
            item.help[row.get("language", "")] = row.get("help", "")
    return items


def _pieces(tables: Mapping[str, Rows], items: Mapping[str, Item]) -> None:
    translated = _by(tables.get("question_l10ns", []), "qid")
    children = [row for row in tables.get("questions", []) if row.get("parent_qid", "0") not in {"", "0"}]
    for row in sorted((*tables.get("subquestions", []), *children), key=lambda row: _order(row, "question_order")):
        item = items.get(row.get("parent_qid", ""))
        if item is not None:
            key = (row.get("scale_id", "0") or "0", row.get("title", ""))
            piece = item.pieces.setdefault(key, Piece(key[1], key[0], relevance=row.get("relevance", "")))
            _speak(piece, "question", (row, *translated.get(row.get("qid", ""), [])))
    spoken = _by(tables.get("answer_l10ns", []), "aid")
    for row in sorted(tables.get("answers", []), key=lambda row: _order(row, "sortorder")):
        item = items.get(row.get("qid", ""))
        if item is not None:
            key = (row.get("scale_id", "0") or "0", row.get("code", ""))
            piece = item.answers.setdefault(key, Piece(key[1], key[0]))
            _speak(piece, "answer", (row, *spoken.get(row.get("aid", "-"), [])))


def _by(rows: Rows, key: str) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), []).append(row)
    return found


def _speak(piece: Piece, column: str, rows: Sequence[Mapping[str, str]]) -> None:
    for row in rows:
        if column in row:
            piece.text[row.get("language", "")] = row[column]


# --------------------------------------------------------------------------- tab-separated


def looks_like_tsv(text: str) -> bool:
    """True if the first line of *text* has the headings of a survey structure."""
    heading = text.lstrip("\ufeff").partition("\n")[0]
    return {cell.strip().strip('"') for cell in heading.split("\t")} >= _COLUMNS


def of_tsv(text: str, file: str) -> Survey:
    """Return what a tab-separated file holds: a row per setting, group, question, subquestion and answer.

    Raises:
        InputError: a quotation mark is missing, or something belongs to nothing.
    """
    survey = _Survey(file)
    for number, row in _records(text, file):
        survey.add(number, row)
    return survey.survey


def _records(text: str, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter="\t")
    try:
        headings = [cell.strip() for cell in next(reader)]
        number = reader.line_num + 1
        for cells in reader:
            yield number, dict(zip(headings, cells, strict=False))
            number = reader.line_num + 1
    except csv.Error:
        problem = "a quotation mark is missing or a cell is too long"
        raise InputError(f"{file}: row {reader.line_num}: {problem}") from None


class _Survey:
    """Puts rows together; what follows a group or question belongs to it, in every language again."""

    def __init__(self, file: str) -> None:
        self.survey = Survey()
        self._file = file
        self._groups: dict[str, Group] = {}
        self._items: dict[tuple[str, str], Item] = {}
        self._group = ""
        self._item: Item | None = None
        self._language = ""
        self._count = 0

    def add(self, number: int, row: Mapping[str, str]) -> None:
        kind = row.get("class", "").strip()
        if kind in _ADD:
            _ADD[kind](self, number, row)
        elif kind:
            self.survey.further[kind] = self.survey.further.get(kind, 0) + 1

    def setting(self, _number: int, row: Mapping[str, str]) -> None:
        self.survey.settings[row.get("name", "")] = row.get("text", "")

    def words(self, _number: int, row: Mapping[str, str]) -> None:
        self.survey.texts.setdefault(row.get("name", ""), {})[row.get("language", "")] = row.get("text", "")

    def group(self, number: int, row: Mapping[str, str]) -> None:
        language = self._of(row)
        # Without a number of its own a group is the same as the one at its place in the first language.
        self._count = self._count + 1 if language == self._language else 1
        self._language = language
        self._group = row.get("type/scale", "") or f"#{self._count}"
        group = self._groups.get(self._group)
        if group is None:
            group = self._groups[self._group] = Group(f"row {number}", relevance=row.get("relevance", ""))
            self.survey.groups.append(group)
        group.name[language] = row.get("name", "")
        group.description[language] = row.get("text", "")
        self._item = None

    def question(self, number: int, row: Mapping[str, str]) -> None:
        if self._group not in self._groups:
            raise InputError(f"{self._file}: row {number}: a question stands in no group: put a row of class G above")
        key = (self._group, row.get("name", ""))
        item = self._items.get(key)
        if item is None:
            item = self._items[key] = Item(
                key[1],
                row.get("type/scale", ""),
                f"row {number}",
                row.get("relevance", ""),
                row.get("mandatory", "N"),
                row.get("other", "N"),
                row.get("validation", ""),
                row.get("default", ""),
            )
            self._groups[self._group].items.append(item)
        language = self._of(row)
        item.text[language] = row.get("text", "")
        item.help[language] = row.get("help", "")
        for name, value in row.items():
            if value and name not in _OF_QUESTIONS:
                item.attributes.setdefault(name, {})[language] = value
        self._item = item

    def piece(self, number: int, row: Mapping[str, str]) -> None:
        piece = self._belonging(number, row, "pieces")
        piece.relevance = row.get("relevance", "")

    def answer(self, number: int, row: Mapping[str, str]) -> None:
        self._belonging(number, row, "answers")

    def _belonging(self, number: int, row: Mapping[str, str], where: str) -> Piece:
        if self._item is None:
            raise InputError(f"{self._file}: row {number}: this stands below no question: put a row of class Q above")
        pieces: dict[tuple[str, str], Piece] = getattr(self._item, where)
        key = (row.get("type/scale", "") or "0", row.get("name", ""))
        piece = pieces.setdefault(key, Piece(key[1], key[0]))
        piece.text[self._of(row)] = row.get("text", "")
        return piece

    def _of(self, row: Mapping[str, str]) -> str:
        return row.get("language", "") or self.survey.settings.get("language", "")


_ADD: Final = {
    "S": _Survey.setting,
    "SL": _Survey.words,
    "G": _Survey.group,
    "Q": _Survey.question,
    "SQ": _Survey.piece,
    "A": _Survey.answer,
}
