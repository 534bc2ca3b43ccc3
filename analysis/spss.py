"""The published figures as an SPSS file, for those who do their own statistics; made where pyreadstat is installed."""

import tempfile
from pathlib import Path
from typing import Any

from pandas import DataFrame

from analysis.render.errors import RenderError
from analysis.render.reading import Reading
from analysis.render.tidy import RESULTS, codebook, results
from analysis.results import Report
from analysis.wording import wording

# Where the header holds the day and the time of its making (PSPP, system file format, file header record).
_MADE = slice(92, 109)
_NEVER = b"01 Jan 8000:00:00"  # the same release gives the same bytes
_NUMERIC = {"integer", "number"}


class StatisticsMissingError(RenderError):
    """The library that writes SPSS files is not installed."""

    def __init__(self) -> None:
        super().__init__("No SPSS file can be made here: pyreadstat is missing (fix: pip install 'surveyapp[spss]').")


def export_sav(report: Report, *, language: str) -> bytes:
    """Return the figures of *report* as an SPSS system file, one per case, its labels in *language*.

    The last variable holds the words of the option, which differ from measure to measure.

    Raises:
        StatisticsMissingError: pyreadstat is not installed.
        RenderError: the report holds no figure at all; an empty file would look like a result.
        WordingError: the language is not known.
    """
    try:
        from pyreadstat import write_sav
    except ImportError as error:
        raise StatisticsMissingError from error
    if not report.rows:
        raise RenderError("There is nothing to export: no wave has enough answers for a figure to be shown.")
    explained = codebook(report, language=language).rows
    options = {(line[0], line[6]): line[7] for line in explained}
    names = [column.name for column in RESULTS]
    table = DataFrame(list(results(report).rows), columns=names)
    # A text variable has no missing value but the empty text.
    texts = [column.name for column in RESULTS if column.datatype not in _NUMERIC]
    table[texts] = table[texts].fillna("")
    numbers = [name for name in names if name not in texts]
    table[numbers] = table[numbers].astype("float64")
    table["label"] = [
        str(options.get((measure, option)) or "")
        for measure, option in zip(table["measure"], table["option"], strict=True)
    ]
    reading = Reading(report, wording(language))
    titles: dict[str, str | None] = {column.name: column.meaning for column in RESULTS}
    labels: dict[str, Any] = {  # texts, too, may have labels
        "wave": {float(wave): reading.wave(wave) for wave in (0, *(one.number for one in report.waves))},
        "measure": {str(line[0]): str(line[2]) for line in explained if line[2]},
        "group": {str(line[6]): str(line[7]) for line in explained if line[0] == "group"},
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.sav"
        write_sav(
            table,
            file,
            file_label=report.pilot.slug,
            column_labels=titles | {"label": "Words of the option"},
            variable_value_labels=labels,
            variable_measure=dict.fromkeys(numbers, "scale") | dict.fromkeys([*texts, "label", "wave"], "nominal"),
        )
        made = bytearray(file.read_bytes())
    made[_MADE] = _NEVER
    return bytes(made)
