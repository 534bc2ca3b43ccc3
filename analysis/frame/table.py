"""From a CSV of answers to a frame; everything wrong with the file is named by row and column, never by value."""

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.codebook import Codebook, Item, Kind, Option, Text, Value
from analysis.frame.columns import Column, Frame
from analysis.frame.conditions import completed
from analysis.packing import Field, PackingError, fields, pack, width
from analysis.results import AnalysisError

MOST_PROBLEMS = 20
SEVERAL = ";"
FIRST_ROW = 2  # row 1 is the header
CHUNK = 20_000  # rows that are text at the same time


class AnswersError(AnalysisError):
    """A file of answers that cannot be used; *problems* names file, row and column of each mistake."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        shown = [f"{path.name}: {problem}" for problem in problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            shown.append(f"{path.name}: and {len(problems) - MOST_PROBLEMS} more")
        super().__init__("\n".join(shown))
        self.problems = tuple(shown)


@dataclass(slots=True)
class _Cells:
    """One column while it is read: the different cells in the order they appeared, and which row has which."""

    places: dict[str, int] = field(default_factory=lambda: {"": 0})
    parts: list[npt.NDArray[np.uint32]] = field(default_factory=list)

    def add(self, cells: Sequence[str]) -> None:
        """Take the next rows."""
        for cell in set(cells) - self.places.keys():
            self.places[cell] = len(self.places)
        self.parts.append(np.fromiter(map(self.places.__getitem__, cells), dtype=np.uint32, count=len(cells)))

    def rows(self) -> npt.NDArray[np.uint32]:
        """Return the place of each row's cell."""
        return np.concatenate(self.parts) if self.parts else np.zeros(0, dtype=np.uint32)


def from_csv(codebook: Codebook, path: Path, *, groups: Sequence[Option] = ()) -> Frame:
    """Return the frame of a CSV with one row per respondent and one column per question.

    Cells hold option codes, several separated by ";" (ranks: best first); a matrix has one column per row, `id.row`.
    A column `group` that the questionnaire lacks takes the codes of *groups*, or any where none are given.

    Raises:
        AnswersError: unreadable file, double or unknown columns, codes that the questions do not offer.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            records = csv.reader(file)
            header = next(records, [])
            _check_header(codebook, path, header)
            words = {item.id for item in codebook.items if item.kind is Kind.TEXT}
            cells, size = _read(path, header, records, besides=words)
    except OSError as error:
        raise AnswersError(path, ["the file cannot be read"]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise AnswersError(path, ["the file is not a CSV in UTF-8"]) from error
    if "group" in cells and "group" not in _columns(codebook):
        codebook = _with_group(codebook, cells["group"], groups)
    problems: list[str] = []
    columns: dict[tuple[str, str], Column] = {}
    for name, (item, row) in _columns(codebook).items():
        columns.update(_converted(item, row, name, cells.get(name), problems, size))
    if problems:
        raise AnswersError(path, problems)
    return completed(codebook, size, columns)


def _columns(codebook: Codebook) -> dict[str, tuple[Item, str]]:
    """Return the columns a file may have, with the question and matrix row of each."""
    found: dict[str, tuple[Item, str]] = {}
    for item in codebook.items:
        if item.kind is Kind.MATRIX:
            found.update({f"{item.id}.{row.code}": (item, row.code) for row in item.rows})
        else:
            found[item.id] = (item, "")
    return found


def _check_header(codebook: Codebook, path: Path, header: Sequence[str]) -> None:
    problems = [] if header else ["the file is empty"]
    problems += [f"column {name} stands there twice" for name, times in Counter(header).items() if times > 1]
    problems += [
        f"column {name or '(no name)'} is not a question of the questionnaire"
        for name in dict.fromkeys(header)
        if name not in {*_columns(codebook), "group"}
    ]
    if problems:
        raise AnswersError(path, problems)


def _read(
    path: Path, header: Sequence[str], records: Iterator[list[str]], *, besides: Collection[str]
) -> tuple[dict[str, _Cells], int]:
    """Return the columns, *besides* those of free words, and the number of rows; few rows are text at a time."""
    cells = {name: _Cells() for name in header if name not in besides}
    size, problems = 0, list[str]()
    while chunk := list(islice(records, CHUNK)):
        wide = len(header)
        problems += [
            f"row {size + place + FIRST_ROW} has {len(record)} cells, the header has {wide}"
            for place, record in enumerate(chunk)
            if len(record) != wide
        ]
        if not problems:
            for name, column in zip(header, zip(*chunk, strict=True), strict=True):
                if name in cells:
                    cells[name].add(column)
        size += len(chunk)
    if problems:
        raise AnswersError(path, problems)
    return cells, size


def _with_group(codebook: Codebook, cells: _Cells, groups: Sequence[Option]) -> Codebook:
    found = groups or [
        Option(code, Text.plain(code)) for code in sorted({cell.strip() for cell in cells.places} - {""})
    ]
    item = Item("group", Kind.SINGLE, Text.plain("Group"), options=tuple(found), measure="group")
    return replace(codebook, items=(item, *codebook.items))


def _converted(
    item: Item, row: str, name: str, cells: _Cells | None, problems: list[str], size: int
) -> dict[tuple[str, str], Column]:
    """Return the positions of one column: each different cell is read once, then spread over the rows."""
    alone = Codebook("", 0, (item,))
    places = [place for place in fields(alone) if item.kind is not Kind.MATRIX or place.part == row]
    if cells is None or not places:
        return {(item.id, place.part): np.zeros(size, dtype=_dtype(place)) for place in places}
    packed: list[bytes] = []
    wrong: list[int] = []
    for index, cell in enumerate(cells.places):
        values = {item.id: _value(item, row, cell.strip())} if cell.strip() else {}
        try:
            packed.append(pack(alone, values))
        except PackingError:
            packed.append(bytes(width(alone)))
            wrong.append(index)
    rows = cells.rows()
    problems += [
        f"row {place + FIRST_ROW}, column {name}: not an answer that the question offers"
        for place in np.flatnonzero(np.isin(rows, wrong))
    ]
    return {(item.id, place.part): _spread(packed, place, rows) for place in places}


def _dtype(place: Field) -> type[np.unsignedinteger]:
    return np.uint8 if place.size == 1 else np.uint32


def _spread(packed: Sequence[bytes], place: Field, rows: npt.NDArray[np.uint32]) -> Column:
    numbers = [int.from_bytes(cell[place.start : place.start + place.size], "big") for cell in packed]
    spread: Column = np.array(numbers, dtype=_dtype(place))[rows]
    return spread


def _value(item: Item, row: str, cell: str) -> Value:
    """Return one cell as the value of its kind; what is no number stays text, which no number question offers."""
    if item.kind in {Kind.MULTIPLE, Kind.RANK}:
        return [code.strip() for code in cell.split(SEVERAL) if code.strip()]
    if item.kind in {Kind.SINGLE, Kind.BAND}:
        return cell
    number = int(cell) if cell.lstrip("-").isdecimal() and cell.isascii() else None
    if item.kind is Kind.MATRIX:
        return {row: number if number is not None else 0}
    return number if number is not None else cell
