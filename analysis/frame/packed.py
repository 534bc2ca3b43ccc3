"""From packed ballots to a frame, all at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.codebook import Codebook
from analysis.frame.columns import Column, Frame
from analysis.frame.conditions import completed
from analysis.packing import Field, fields, width
from analysis.results import AnalysisError


def from_packed(codebook: Codebook, rows: Sequence[bytes]) -> Frame:
    """Return the frame of ballots packed with the same codebook.

    Raises:
        AnalysisError: the ballots are not as wide as the codebook says.
    """
    wide = width(codebook)
    joined = b"".join(rows)
    if len(joined) != wide * len(rows) or any(len(row) != wide for row in rows):
        raise AnalysisError("the stored answers do not fit the questionnaire they are said to belong to")
    # One copy that lies column by column: every count then reads one stretch of memory.
    table = np.ascontiguousarray(np.frombuffer(joined, dtype=np.uint8).reshape(len(rows), wide).T)
    columns = {(field.item.id, field.part): _column(table, field) for field in fields(codebook)}
    return completed(codebook, len(rows), columns)


def _column(table: npt.NDArray[np.uint8], field: Field) -> Column:
    if field.size == 1:
        one: Column = table[field.start]
        return one
    column = np.zeros(table.shape[1], dtype=np.uint32)
    for line in table[field.start : field.start + field.size]:
        column = column * 256 + line
    return column.astype(np.uint32)
