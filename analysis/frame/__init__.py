"""All answers of one wave as columns of small integers: read, completed by the conditions, counted."""

from analysis.frame.columns import Frame
from analysis.frame.packed import from_packed
from analysis.frame.table import AnswersError, from_csv

__all__ = ["AnswersError", "Frame", "from_csv", "from_packed"]
