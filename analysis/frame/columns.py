"""The frame: one array of small integers per position, never changed, and the questions that can be asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.codebook import Codebook, Item, Kind
from analysis.packing import CHOSEN, points

Mask = npt.NDArray[np.bool_]
Column = npt.NDArray[np.unsignedinteger]
Columns = Mapping[tuple[str, str], Column]  # by question and part, as in a packed ballot


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Answers of *size* people; *shown* holds who saw a question that is not always shown.

    *contradictions* are answers to questions that were not shown, left out here.
    """

    codebook: Codebook
    size: int
    columns: Columns
    shown: Mapping[str, Mask] = field(default_factory=dict)
    contradictions: int = 0

    def answered(self, item: Item) -> Mask:
        """True for everybody with a value for *item*; "prefer not to say" is none."""
        given = self.given(item)
        for option in item.options:
            if option.refusal and item.kind is not Kind.MATRIX:
                given &= ~self.chosen(item, option.code)
        return given

    def given(self, item: Item) -> Mask:
        """True for everybody who answered *item*, "prefer not to say" included."""
        given = np.zeros(self.size, dtype=np.bool_)
        for (question, _), column in self.columns.items():
            if question == item.id:
                given |= column > 0
        return given

    def chosen(self, item: Item, *codes: str) -> Mask:
        """True for everybody who chose, ranked or gave one of *codes*."""
        found = np.zeros(self.size, dtype=np.bool_)
        for place, option in enumerate(item.options):
            if option.code not in codes:
                continue
            if item.kind in {Kind.MULTIPLE, Kind.RANK}:
                found |= self.columns[item.id, option.code] >= CHOSEN
            else:
                found |= self.columns[item.id, ""] == place + 1
        return found

    def at_least(self, item: Item, least: int) -> Mask:
        """True for everybody who answered a number or scale with *least* or more."""
        column = self.columns[item.id, ""]
        return (column > 0) & (column > sum(point < least for point in points(item)))

    def counts(self, item: Item, among: Mask, row: str = "") -> tuple[int, ...]:
        """Return how many *among* these gave each value of *item*, in the order of the codebook."""
        if item.kind in {Kind.MULTIPLE, Kind.RANK}:
            return tuple(int((self.chosen(item, option.code) & among).sum()) for option in item.options)
        column = self.columns[item.id, row]
        length = len(item.options) if item.kind in {Kind.SINGLE, Kind.BAND} else len(points(item))
        return tuple(int(count) for count in np.bincount(column[among], minlength=length + 1)[1:])

    def row_answered(self, item: Item, row: str) -> Mask:
        """True for everybody who answered one row of a matrix."""
        return self.columns[item.id, row] > 0

    @property
    def group(self) -> Item | None:
        """The question that tells the group."""
        return self.codebook.measuring("group") or self.codebook.item("group")
