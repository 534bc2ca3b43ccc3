"""The SPSS file: read back by the library that statisticians read such files with."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.render.errors import RenderError
from analysis.render.tidy import RESULTS, results
from analysis.results import Report
from analysis.spss import export_sav
from tests.unit.report_factory import a_report

pyreadstat = pytest.importorskip("pyreadstat", reason="pyreadstat is missing (fix: pip install 'surveyapp[spss]')")


def opened(report: Report, folder: Path, language: str = "en") -> tuple[pd.DataFrame, Any]:
    file = folder / "export.sav"
    file.write_bytes(export_sav(report, language=language))
    table, metadata = pyreadstat.read_sav(file)
    return table, metadata


def test_every_figure_and_every_gap_comes_back(tmp_path: Path) -> None:
    report = a_report()

    table, _ = opened(report, tmp_path)

    names = [column.name for column in RESULTS]
    assert list(table.columns) == [*names, "label"]
    for line, row in zip(table[names].itertuples(index=False), results(report).rows, strict=True):
        for found, expected in zip(line, row, strict=True):
            assert (pd.isna(found) and expected is None) or found == (expected or "" if expected is None else expected)


@pytest.mark.parametrize(("language", "sales", "pulse"), [("en", "Sales", "Pulse 1"), ("de", "Vertrieb", "Puls 1")])
def test_codes_carry_their_words(tmp_path: Path, language: str, sales: str, pulse: str) -> None:
    table, metadata = opened(a_report(), tmp_path, language)
    labels = metadata.variable_value_labels

    assert labels["group"]["sales"] == sales
    assert labels["wave"][2.0] == pulse
    assert set(table["measure"]) <= set(labels["measure"])
    assert (table.loc[table["option"] != "", "label"] != "").all()
    assert all(metadata.column_names_to_labels[column.name] == column.meaning for column in RESULTS)


def test_the_same_release_gives_the_same_bytes() -> None:
    first = export_sav(a_report(), language="de")
    time.sleep(1.1)  # the format knows seconds

    assert export_sav(a_report(), language="de") == first


def test_an_empty_report_is_an_error() -> None:
    with pytest.raises(RenderError, match="nothing to export"):
        export_sav(replace(a_report(), rows=()), language="en")
