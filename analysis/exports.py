"""All files that carry the published figures elsewhere, in every form that can be made here."""

from collections.abc import Sequence
from contextlib import suppress

from analysis.render.archive import export_zip
from analysis.render.workbook import export_xlsx
from analysis.results import Report


def exports(report: Report, *, languages: Sequence[str]) -> dict[str, bytes]:
    """Return the exports of *report* by name, in the first of *languages*; an SPSS file only where one can be made.

    Raises:
        RenderError: the report holds no figure at all; an empty file would look like a result.
        WordingError: a language is not known.
    """
    from analysis.spss import StatisticsMissingError, export_sav

    made = {
        "export.zip": export_zip(report, languages=languages),
        "export.xlsx": export_xlsx(report, language=languages[0]),
    }
    with suppress(StatisticsMissingError):
        made["export.sav"] = export_sav(report, language=languages[0])
    return made
