"""How many people of each group were invited, as a CSV file: group, invited."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from analysis.codebook import Option
from surveyapp.documents.tree import content
from surveyapp.errors import InputError

_COLUMNS: Final = ("group", "invited")
_MOST_DIGITS: Final = 9


def read_invited(path: Path, groups: Sequence[Option]) -> Mapping[str, int]:
    """Return how many people of each group were invited.

    Raises:
        InputError: the file is no such list; every wrong row is named.
    """
    try:
        rows = list(csv.reader(io.StringIO(content(path).decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"{path.name}: the file is not a CSV in UTF-8") from None
    if not rows or tuple(rows[0]) != _COLUMNS:
        raise InputError(f"{path.name}: row 1 must be {','.join(_COLUMNS)}")
    known = {group.code for group in groups}
    found: dict[str, int] = {}
    problems: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        faults = list(_faults(row, known, found))
        problems += [f"{path.name}: row {number}{fault}" for fault in faults]
        if row and not faults:
            found[row[0].strip()] = int(row[1])
    if problems:
        raise InputError(problems[0], problems[1:])
    if not sum(found.values()):
        raise InputError(f"{path.name}: nobody is invited")
    return found


def _faults(row: Sequence[str], known: set[str], before: Mapping[str, int]) -> Iterator[str]:
    """Yield what is wrong with one row; an empty line is none."""
    if not row:
        return
    if len(row) != len(_COLUMNS):
        yield f" has {len(row)} cells, the header has {len(_COLUMNS)}"
        return
    code, people = row[0].strip(), row[1].strip()
    if not code or (known and code not in known):
        yield ", column group: no such group"
    elif code in before:
        yield ", column group: stands there twice"
    if not (people.isascii() and people.isdecimal()) or len(people) > _MOST_DIGITS:
        yield f", column invited: must be a whole number of at most {_MOST_DIGITS} digits"
