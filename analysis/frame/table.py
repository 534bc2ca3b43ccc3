"""From a CSV of answers to a frame; everything wrong with the file is named by row and column, never by value."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.codebook import Codebook, Item, Kind, Option, Text, Value
from analysis.frame.columns import Column, Frame
from analysis.frame.conditions import completed
from analysis.packing import Field, PackingError, fields, pack, width
from analysis.results import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

MOST_PROBLEMS = 20
SEVERAL = ";"
FIRST_ROW = 2  # row 1 is the header


class AnswersError(AnalysisError):
    """A file of answers that cannot be used; *problems* names file, row and column of each mistake."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        shown = [f"{path.name}: {problem}" for problem in problems[:MOST_PROBLEMS]]
        if len(problems) > MOST_PROBLEMS:
            shown.append(f"{path.name}: and {len(problems) - MOST_PROBLEMS} more")
        super().__init__("\n".join(shown))
        self.problems = tuple(shown)


def from_csv(codebook: Codebook, path: Path, *, groups: Sequence[Option] = ()) -> Frame:
    """Return the frame of a CSV with one row per respondent and one column per question.

    Cells hold option codes, several separated by ";" (ranks: best first); a matrix has one column per row, `id.row`.
    A column `group` that the questionnaire lacks takes the codes of *groups*, or any where none are given.

    Raises:
        AnswersError: unreadable file, double or unknown columns, codes that the questions do not offer.
    """
    header = _header(path)
    problems = [f"column {name} stands there twice" for name, times in Counter(header).items() if times > 1]
    known = _columns(codebook)
    free_group = "group" in header and "group" not in known
    problems += [
        f"column {name or '(no name)'} is not a question of the questionnaire"
        for name in dict.fromkeys(header)
        if name not in known and not (name == "group" and free_group)
    ]
    if problems:
        raise AnswersError(path, problems)
    table = _read(path)
    if free_group:
        codebook = _with_group(codebook, table, groups)
        known = _columns(codebook)
    columns: dict[tuple[str, str], Column] = {}
    for name, (item, row) in known.items():
        if item.kind is not Kind.TEXT:
            series = table[name] if name in header else None
            columns.update(_converted(item, row, name, series, problems, len(table)))
    if problems:
        raise AnswersError(path, problems)
    return completed(codebook, len(table), columns)


def _columns(codebook: Codebook) -> dict[str, tuple[Item, str]]:
    """Return the columns a file may have, with the question and matrix row of each."""
    found: dict[str, tuple[Item, str]] = {}
    for item in codebook.items:
        if item.kind is Kind.MATRIX:
            found.update({f"{item.id}.{row.code}": (item, row.code) for row in item.rows})
        else:
            found[item.id] = (item, "")
    return found


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except OSError as error:
        raise AnswersError(path, ["the file cannot be read"]) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise AnswersError(path, ["the file is not a CSV in UTF-8"]) from error


def _read(path: Path) -> "pd.DataFrame":
    """Return the cells as categories: a million rows of a few different codes stay small."""
    import pandas as pd

    try:
        return pd.read_csv(path, dtype="category", keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except pd.errors.EmptyDataError as error:
        raise AnswersError(path, ["the file is empty"]) from error
    except pd.errors.ParserError as error:
        raise AnswersError(path, ["a row has more cells than the header"]) from error
    except UnicodeDecodeError as error:
        raise AnswersError(path, ["the file is not in UTF-8"]) from error


def _with_group(codebook: Codebook, table: "pd.DataFrame", groups: Sequence[Option]) -> Codebook:
    found = groups or [Option(str(code), Text.plain(str(code))) for code in table["group"].cat.categories]
    item = Item("group", Kind.SINGLE, Text.plain("Group"), options=tuple(found), measure="group")
    return replace(codebook, items=(item, *codebook.items))


def _converted(
    item: Item, row: str, name: str, series: "pd.Series[str] | None", problems: list[str], size: int
) -> dict[tuple[str, str], Column]:
    """Return the positions of one column: each different cell is read once, then spread over the rows."""
    alone = Codebook("", 0, (item,))
    places = [field for field in fields(alone) if item.kind is not Kind.MATRIX or field.part == row]
    if series is None:
        return {(item.id, place.part): np.zeros(size, dtype=_dtype(place)) for place in places}
    cells = [str(cell) for cell in series.cat.categories]
    codes = series.cat.codes.to_numpy()
    packed: list[bytes] = []
    wrong: list[int] = []
    for index, cell in enumerate(cells):
        try:
            packed.append(pack(alone, {item.id: _value(item, row, cell.strip())}))
        except (PackingError, ValueError):
            packed.append(bytes(width(alone)))
            wrong.append(index)
    rows = np.flatnonzero(np.isin(codes, wrong))
    problems += [f"row {place + FIRST_ROW}, column {name}: not an answer that the question offers" for place in rows]
    # Code -1 is an empty cell: the last entry, all zeros.
    packed.append(bytes(width(alone)))
    return {(item.id, place.part): _spread(packed, place, codes) for place in places}


def _dtype(place: Field) -> type[np.unsignedinteger]:
    return np.uint8 if place.size == 1 else np.uint16 if place.size == 2 else np.uint32  # noqa: PLR2004 (bytes)


def _spread(packed: Sequence[bytes], place: Field, codes: npt.NDArray[np.integer]) -> Column:
    numbers = [int.from_bytes(cell[place.start : place.start + place.size], "big") for cell in packed]
    spread: Column = np.array(numbers, dtype=_dtype(place))[codes]
    return spread


def _value(item: Item, row: str, cell: str) -> Value:
    """Return one cell as the value of its kind."""
    if item.kind in {Kind.MULTIPLE, Kind.RANK}:
        return [code.strip() for code in cell.split(SEVERAL) if code.strip()]
    if item.kind is Kind.MATRIX:
        return {row: int(cell)}
    return int(cell) if item.kind in {Kind.NUMBER, Kind.SCALE} else cell
