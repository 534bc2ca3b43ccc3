"""Cells of tables: a share with its people, the number of answers once in the head, and how wide columns are."""

from collections.abc import Iterable

from analysis.charts.parts import shown
from analysis.results import Figure
from analysis.wording import NO_BREAK, Wording


def shared_base(figures: Iterable[Figure]) -> int | None:
    """Return the number of answers that all shown *figures* share; nothing if they differ or none is shown."""
    bases = {figure.base for figure in figures if shown(figure)}
    return next(iter(bases)) if len(bases) == 1 else None


def brief(figure: Figure, base: int | None, words: Wording) -> str:
    """Return a share and its people without the *base* that stands in the head of its column."""
    if base is None or not shown(figure) or figure.share is None or figure.count is None:
        return words.figure(figure)
    return f"{words.percent(figure.share, base)} ({words.count(figure.count)})"


def counted(name: str, base: int | None, words: Wording) -> str:
    """Return the *name* of a column with the number of answers that its figures share."""
    return name if base is None else f"{name} (n{NO_BREAK}={NO_BREAK}{words.count(base)})"


def column_widths(number: int, *, narrow: bool) -> tuple[float, ...]:
    """Return the widths of a column of labels and of *number* columns of figures."""
    labels = 0.36 if narrow else 0.28
    return (labels, *((1 - labels) / number,) * number)
