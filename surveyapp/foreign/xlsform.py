"""XLSForm (xlsx, xls or csv) as questions that can be built here; every row or column that cannot is named."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, floor
from typing import Final

from analysis.codebook import Kind
from surveyapp.errors import InputError
from surveyapp.foreign.expressions import xpath
from surveyapp.foreign.found import Asking, Choice, Found, Part, Words
from surveyapp.foreign.losses import Losses
from surveyapp.office.sheet import Row, Sheet, SheetError, read_book

_OLD_CHOICES: Final = frozenset({"choices and columns", "choices_and_columns", "columns"})
TEXT_COLUMNS: Final = ("label", "hint")
SPREADSHEET: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ALIASES: Final = {
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "bind:relevant": "relevant",
    "bind::required": "required",
    "bind:required": "required",
    "bind::constraint": "constraint",
    "bind:constraint": "constraint",
    "caption": "label",
    "list name": "list_name",
    "listname": "list_name",
    "value": "name",
    "readonly": "read_only",
    "command": "type",
    "tag": "name",
}
_READ: Final = frozenset({"type", "name", "relevant", "required", "constraint", "parameters", *TEXT_COLUMNS})
_LOOK: Final = frozenset({"appearance", "body::appearance", "intent", "autoplay"})
_SELECTS: Final = (
    (re.compile(r"(?:select_one|select one|select1|add select one prompt using)(?: from)?\s+(.+)"), Kind.SINGLE),
    (
        re.compile(r"(?:select_multiple|select multiple|select all that apply|select)(?: from)?\s+(.+)"),
        Kind.MULTIPLE,
    ),
    (re.compile(r"(?:rank)\s+(.+)"), Kind.RANK),
)
_OR_OTHER: Final = re.compile(r"\s+(?:or_other|or specify other)$")
_TYPES: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("integer", "int", "decimal", "number", "range", "integer range", "decimal range"), Kind.NUMBER),
    **dict.fromkeys(("text", "string", "multiline", "add text prompt"), Kind.TEXT),
}
_REFUSED: Final = frozenset(
    [
        "start",
        "end",
        "today",
        "deviceid",
        "device_id",
        "subscriberid",
        "subscriber_id",
        "imei",
        "simserial",
        "sim_id",
        "phonenumber",
        "phone_number",
        "username",
        "email",
        "audit",
        "uri",
        "start-geopoint",
        "background-geopoint",
        "background-audio",
        "geopoint",
        "geotrace",
        "geoshape",
        "gps",
        "location",
        "image",
        "photo",
        "picture",
        "audio",
        "video",
        "file",
        "signature",
        "barcode",
        "caseid",
        "login",
    ]
)
_FETCHED: Final = re.compile(r"get (start|end|today|device|subscriber|sim|phone|user).*")
_METADATA: Final = "it would tell who somebody is: device, place, time, picture and file are never asked for"
_REASONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("date", "time", "datetime", "date time"), "there is no kind for dates and times"),
    **dict.fromkeys(("calculate", "calculate_here", "hidden", "q calculate"), "nothing is calculated here"),
    **dict.fromkeys(("acknowledge", "trigger", "xml-external", "csv-external"), "there is no such kind"),
}
_BEGIN: Final = re.compile(r"begin[ _](group|repeat|loop)(?:\s.*)?|lgroup")
_END: Final = re.compile(r"end[ _](group|repeat|loop).*")
_BOUND: Final = re.compile(r"\.\s*(<=|>=|<|>)\s*(-?[0-9]{1,12}(?:\.[0-9]{1,12})?)")
_MOST: Final = re.compile(r"count-selected\(\s*\.\s*\)\s*(<=|<)\s*([0-9]{1,6})")
_LONGEST: Final = re.compile(r"string-length\(\s*\.\s*\)\s*(<=|<)\s*([0-9]{1,6})")
_BETWEEN: Final = "a text between questions has no place here: “%s”"
_YES: Final = frozenset({"yes", "true", "true()", "y", "1"})
_NO: Final = frozenset({"", "no", "false", "false()", "n", "0"})


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of a sheet: what stands in which column, texts apart by language."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    texts: Mapping[str, Words]

    @property
    def place(self) -> str:
        return f"{self.sheet}, row {self.number}"

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")

    def words(self, column: str) -> Words:
        return self.texts.get(column, {})


@dataclass(slots=True)
class _Open:
    """A group that was begun, with what has been found in it since."""

    name: str
    place: str
    title: Words
    relevant: str = ""
    repeated: bool = False
    intro: Words = field(default_factory=dict)
    note: list[tuple[str, str]] = field(default_factory=list)  # place and name of the row that is the introduction
    questions: list[Asking] = field(default_factory=list)


def read_xlsform(data: bytes, file: str, losses: Losses) -> Found:
    """Return the questions of the XLSForm in *data*, called *file* in problems.

    Raises:
        InputError: it cannot be read, or has no sheet `survey`.
    """
    sheets = _sheets(data, file)
    if "survey" not in sheets:
        there = ", ".join(sheets) or "none"
        raise InputError(f"{file}: an XLSForm has a sheet `survey`, this file has: {there}")
    settings = next(iter(_lines("settings", sheets, losses)), None)
    for name in sheets:
        if name not in {"survey", "choices", "settings"}:
            losses.left_out(f"sheet {name}", name, "an XLSForm's survey, choices and settings are read")
    lists = _lists(sheets, losses)
    survey = _Survey(lists, losses, file)
    parts = tuple(survey.parts(_lines("survey", sheets, losses)))
    return _with_settings(settings, survey.intro, parts, losses)


# --------------------------------------------------------------------------- sheets


def _sheets(data: bytes, file: str) -> dict[str, Sheet]:
    try:
        found = read_book(data) if data.startswith(SPREADSHEET) else tuple(_of_csv(data).items())
    except SheetError as error:
        raise InputError(f"{file}: {error}") from None
    named = {name.strip().lower(): sheet for name, sheet in found}
    for old in _OLD_CHOICES & named.keys() if "choices" not in named else ():
        named["choices"] = named.pop(old)
    return named


def _of_csv(data: bytes) -> dict[str, Sheet]:
    """Return the sheets of a csv: the name of a sheet stands alone in the first column, its rows are indented."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError("the file is neither a spreadsheet nor text in UTF-8: save it as xlsx") from None
    sheets: dict[str, list[Row]] = {}
    name = ""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if cells and cells[0].strip():
                name = cells[0].strip()
            elif name and any(cell.strip() for cell in cells):
                sheets.setdefault(name, []).append(Row(reader.line_num, tuple(cell.strip() for cell in cells[1:])))
    except csv.Error:
        raise SheetError("a quotation mark is missing or a cell is too long", row=reader.line_num) from None
    return {name: Sheet(tuple(rows)) for name, rows in sheets.items()}


def _lines(name: str, sheets: Mapping[str, Sheet], losses: Losses) -> tuple[_Line, ...]:
    """Return the rows of a sheet under its headings; what nobody reads is named once per column."""
    rows = sheets[name].rows if name in sheets else ()
    if not rows:
        return ()
    headings = [_heading(cell) for cell in rows[0].cells]
    lines = []
    unread: dict[str, int] = {}
    for row in rows[1:]:
        cells: dict[str, str] = {}
        texts: dict[str, dict[str, str]] = {}
        for (column, language), cell in zip(headings, row.cells, strict=False):
            if cell and column in TEXT_COLUMNS:
                texts.setdefault(column, {})[language] = cell
            elif cell:
                cells[column if not language else f"{column}::{language}"] = cell
        for column in cells:
            if name == "survey" and column not in _READ:
                unread[column] = unread.get(column, 0) + 1
            if name == "choices" and column not in {"list_name", "name"}:
                unread[column] = unread.get(column, 0) + 1
        lines.append(_Line(name, row.number, cells, texts))
    for column, count in unread.items():
        losses.left_out(f"sheet {name}", f"column {column}, {count} rows", _column_reason(column))
    return tuple(lines)


def _column_reason(column: str) -> str:
    if column in _LOOK:
        return "how a question looks is decided here"
    return {
        "choice_filter": "choices do not depend on other answers: all are offered",
        "default": "nothing is filled in before somebody answers",
        "calculation": "nothing is calculated here",
        "read_only": "every question can be answered",
    }.get(column.partition("::")[0], "there is no such thing here")


def _heading(cell: str) -> tuple[str, str]:
    """Return column and language of a heading like `label::English (en)`."""
    column, _, language = cell.strip().partition("::") if "::" in cell else cell.strip().partition(":")
    if column.strip().lower() in TEXT_COLUMNS or _ALIASES.get(column.strip().lower()) in TEXT_COLUMNS:
        return _ALIASES.get(column.strip().lower(), column.strip().lower()), language.strip()
    plain = " ".join(cell.strip().lower().split())
    return _ALIASES.get(plain, plain), ""


def _lists(sheets: Mapping[str, Sheet], losses: Losses) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for line in _lines("choices", sheets, losses):
        name, code = line.cell("list_name"), line.cell("name")
        if name and code:
            lists.setdefault(name, []).append(Choice(code, line.words("label")))
        else:
            losses.left_out(line.place, "choice", "it has no list or no name")
    return {name: tuple(choices) for name, choices in lists.items()}


def _with_settings(settings: _Line | None, intro: Words, parts: tuple[Part, ...], losses: Losses) -> Found:
    if settings is None:
        return Found("", {}, intro, parts, xpath)
    read = {"form_title", "title", "form_id", "id_string", "default_language"}
    for column, value in settings.cells.items():
        if column not in read:
            losses.left_out(settings.place, f"{column} = {value}", "a setting of another program")
    title = settings.cell("form_title") or settings.cell("title")
    name = settings.cell("form_id") or settings.cell("id_string") or title
    # The title is not translated in XLSForm: one text, in the language of the form.
    language = settings.cell("default_language")
    return Found(name, {language: title} if title else {}, intro, parts, xpath, language)


# --------------------------------------------------------------------------- questions


class _Survey:
    """Goes through the rows of the survey; groups become sections, each with the conditions of those around it."""

    def __init__(self, lists: Mapping[str, tuple[Choice, ...]], losses: Losses, file: str) -> None:
        self._lists = lists
        self._losses = losses
        self._file = file
        self._open: list[_Open] = []
        self._begins = True
        self.intro: Words = {}

    def parts(self, lines: Sequence[_Line]) -> Iterator[Part]:
        """Return the sections in the order of the rows.

        Raises:
            InputError: a group ends that was not begun, or never ends.
        """
        here = _Open("main", "survey", {})
        for line in lines:
            kind = " ".join(line.cell("type").split())
            lower = kind.lower()
            if _BEGIN.fullmatch(lower):
                yield from self._closed(here)
                here = self._begun(line, lower)
            elif _END.fullmatch(lower):
                yield from self._closed(here)
                here = self._ended(line)
            elif lower:
                self._row(line, kind, here)
            elif line.cells or line.texts:
                self._losses.left_out(line.place, line.cell("name") or "row", "it has no type")
        if self._open:
            last = self._open[-1]
            raise InputError(f"{self._file}: {last.place}: the group {last.name} never ends: add a row `end group`")
        yield from self._closed(here)

    def _closed(self, group: _Open) -> Iterator[Part]:
        """Return the section that ends here; a note before all questions introduces the whole."""
        if group.questions:
            self._begins = False
            for place, name in group.note:
                self._losses.changed(place, name, "the note became the introduction of its section")
            yield Part(group.name, group.place, group.title, group.intro, tuple(group.questions))
        elif group.note and self._begins:
            self._begins = False
            self.intro = group.intro
            for place, name in group.note:
                self._losses.changed(place, name, "the note became the introduction of the questionnaire")
        else:
            for place, name in group.note:
                self._losses.left_out(place, name, _BETWEEN % next(iter(group.intro.values()), ""))

    def _begun(self, line: _Line, kind: str) -> _Open:
        repeated = "repeat" in kind or "loop" in kind
        group = _Open(line.cell("name") or "group", line.place, line.words("label"), line.cell("relevant"), repeated)
        if repeated:
            self._losses.left_out(line.place, group.name, "questions cannot be repeated: all inside is left out")
        elif self._open:
            self._losses.changed(line.place, group.name, "a group in a group became a section of its own")
        self._open.append(group)
        return _Open(group.name, group.place, group.title)

    def _ended(self, line: _Line) -> _Open:
        if not self._open:
            raise InputError(f"{self._file}: {line.place}: a group ends here that was never begun: delete the row")
        self._open.pop()
        around = self._open[-1] if self._open else _Open("main", line.place, {})
        return _Open(around.name, around.place, around.title)

    def _row(self, line: _Line, kind: str, here: _Open) -> None:
        name = line.cell("name") or line.place
        lower = kind.lower()
        if any(group.repeated for group in self._open):
            self._losses.left_out(line.place, name, "it stands in a group that is repeated")
        elif lower == "note":
            self._note(line, name, here)
        elif lower in _REFUSED or _FETCHED.fullmatch(lower):
            self._losses.refused(line.place, f"{name} ({kind})", _METADATA)
        elif lower in _REASONS:
            self._losses.left_out(line.place, f"{name} ({kind})", _REASONS[lower])
        else:
            asking = self._asking(line, name, kind)
            if asking is not None:
                here.questions.append(asking)

    def _note(self, line: _Line, name: str, here: _Open) -> None:
        if here.questions or here.note or line.cell("relevant"):
            self._losses.left_out(line.place, name, _BETWEEN % next(iter(line.words("label").values()), ""))
        else:
            here.intro = line.words("label")
            here.note.append((line.place, name))

    def _asking(self, line: _Line, name: str, kind: str) -> Asking | None:
        found = self._kind(line, name, kind)
        if found is None:
            return None
        way, choices = found
        low, high = self._bounds(line, name, way, kind)
        relevant = tuple(text for text in (*(group.relevant for group in self._open), line.cell("relevant")) if text)
        return Asking(
            name=name,
            place=line.place,
            kind=way,
            text=line.words("label"),
            hint=line.words("hint"),
            required=self._required(line, name),
            choices=choices,
            minimum=low,
            maximum=high,
            conditions=relevant,
        )

    def _kind(self, line: _Line, name: str, kind: str) -> tuple[Kind, tuple[Choice, ...]] | None:
        lower = kind.lower()
        if lower in _TYPES:
            if "decimal" in lower:
                self._losses.changed(line.place, name, "only whole numbers can be answered")
            return _TYPES[lower], ()
        for pattern, way in _SELECTS:
            found = pattern.fullmatch(kind) or pattern.fullmatch(lower)
            if found:
                return self._listed(line, name, way, found[1].strip())
        self._losses.left_out(line.place, f"{name} ({kind})", "there is no such kind")
        return None

    def _listed(self, line: _Line, name: str, way: Kind, wanted: str) -> tuple[Kind, tuple[Choice, ...]] | None:
        plain = _OR_OTHER.sub("", wanted)
        by_name = {known.lower(): choices for known, choices in self._lists.items()}
        choices = self._lists.get(plain, by_name.get(plain.lower()))
        if choices is None:
            self._losses.left_out(line.place, name, f"its choices `{plain}` are not in the sheet choices")
            return None
        if plain != wanted:
            self._losses.changed(line.place, name, "“Other” is a choice without a field for words")
            choices = (*choices, Choice("other", {"en": "Other", "de": "Anderes"}))
        return way, choices

    def _required(self, line: _Line, name: str) -> bool:
        written = line.cell("required").strip().lower()
        if written not in _YES | _NO:
            self._losses.changed(line.place, name, f"it is not required: that depended on “{line.cell('required')}”")
        return written in _YES

    def _bounds(self, line: _Line, name: str, way: Kind, kind: str) -> tuple[int | None, int | None]:
        """Return the limits that a constraint or the parameters of a range set, and name the rest."""
        parameters = line.cell("parameters")
        if kind.lower().endswith("range"):
            return self._range(line, name, parameters)
        if parameters:
            self._losses.left_out(line.place, name, f"parameters “{parameters}” have no counterpart here")
        constraint = " ".join(line.cell("constraint").split())
        limits = [_limit(part.strip("() "), way) for part in re.split(r"\s+and\s+", constraint)]
        if constraint and None in limits:
            # All or nothing: a part of "not(a and b)" alone would say the opposite.
            self._losses.left_out(line.place, name, f"the constraint “{constraint}” has no counterpart here")
            return None, None
        low = [number for limit in limits if limit for edge, number in [limit] if edge == "low"]
        high = [number for limit in limits if limit for edge, number in [limit] if edge == "high"]
        return max(low, default=None), min(high, default=None)

    def _range(self, line: _Line, name: str, parameters: str) -> tuple[int | None, int | None]:
        found = dict(re.findall(r"(\w+)\s*=\s*(-?[0-9.]+)", parameters))
        start, end, step = (found.get(key, usual) for key, usual in (("start", "0"), ("end", "10"), ("step", "1")))
        if step != "1":
            self._losses.changed(line.place, name, f"every whole number can be answered, not only steps of {step}")
        try:
            return round(float(start)), round(float(end))
        except (ValueError, OverflowError):
            return None, None


def _limit(part: str, way: Kind) -> tuple[str, int] | None:
    """Return which edge *part* of a constraint sets, and at which whole number; None if it says something else."""
    bound = _BOUND.fullmatch(part) if way is Kind.NUMBER else None
    if bound:
        number = Decimal(bound[2])
        return {
            ">": ("low", floor(number) + 1),
            ">=": ("low", ceil(number)),
            "<": ("high", ceil(number) - 1),
            "<=": ("high", floor(number)),
        }[bound[1]]
    pattern = {Kind.MULTIPLE: _MOST, Kind.TEXT: _LONGEST}.get(way)
    most = pattern.fullmatch(part) if pattern else None
    return ("high", int(most[2]) - (most[1] == "<")) if most else None
