"""A measured KPI series as a CSV file: entity, period, arm, date, unit, value."""

import csv
import io
import math
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

from analysis.plan import KpiPoint, KpiSeries
from surveyapp.errors import InputError

COLUMNS = ("entity", "period", "arm", "date", "unit", "value")
PERIODS = ("before", "after")
ARMS = ("pilot", "comparison")
_SHOWN = 50  # problems; a file with more is wrong as a whole


class SeriesError(InputError):
    """A KPI file that cannot be used; every mistake is named by row and column."""


def read_series(data: bytes, file: str, unit: str) -> KpiSeries:
    """Return the series in the CSV *data*, whose values are all in *unit*.

    Raises:
        SeriesError: columns are missing or rows are wrong; nothing of the file is used.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SeriesError(f"{file} is not text in UTF-8: save it as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text))
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        raise SeriesError(f"{file}: line {reader.line_num + 1} is no line of a CSV file") from None
    if missing:
        raise SeriesError(f"{file}: line 1 lacks the columns " + ", ".join(missing))
    problems: list[str] = []
    points = []
    for line, row in rows:
        mistakes = list(_mistakes(row, unit))
        problems += [f"{file}: row {line}: {mistake}" for mistake in mistakes]
        if not mistakes:
            points.append(_point(row))
    if problems:
        shown = problems[:_SHOWN]
        rest = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        raise SeriesError(f"{file} was not imported:", [*shown, *rest])
    if not points:
        raise SeriesError(f"{file} has no rows")
    return KpiSeries(tuple(points), sha256(data).hexdigest())


def _mistakes(row: Mapping[str, str], unit: str) -> Iterator[str]:
    if not (row["entity"] or "").strip():
        yield "entity: is empty"
    if row["period"] not in PERIODS:
        yield "period: must be before or after"
    if row["arm"] not in ARMS:
        yield "arm: must be pilot or comparison"
    try:
        date.fromisoformat(row["date"] or "")
    except ValueError:
        yield "date: must be written 2027-01-31"
    if (row["unit"] or "").strip() != unit:
        yield f"unit: the charter measures in {unit}"
    try:
        if not math.isfinite(float(row["value"] or "")):
            yield "value: must be a number"
    except ValueError:
        yield "value: must be a number with a decimal point"


def _point(row: Mapping[str, str]) -> KpiPoint:
    return KpiPoint(
        row["entity"].strip(),
        row["period"],
        row["arm"],
        date.fromisoformat(row["date"]),
        row["unit"].strip(),
        float(row["value"]),
    )
