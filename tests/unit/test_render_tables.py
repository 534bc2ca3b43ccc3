"""Exports carry the published figures, only those, byte for byte the same, and nothing that a spreadsheet would run."""

import csv
import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st

from analysis.render.archive import export_zip
from analysis.render.csv import to_csv
from analysis.render.errors import RenderError
from analysis.render.json import report_json
from analysis.render.tidy import Column, Sheet, results
from analysis.results import Report, Status
from tests.unit.report_factory import a_report, a_small_report

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
RESULT_COLUMNS = "pilot,wave,group,measure,question,option,n,base,share,low,high,status"


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def unpacked(report: Report, language: str = "en") -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(export_zip(report, languages=[language]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_export_holds_figures_codebook_gates_and_what_proves_them() -> None:
    assert set(unpacked(a_report())) == {
        "results.csv",
        "codebook.csv",
        "gates.csv",
        "excel-en/results.csv",
        "excel-en/codebook.csv",
        "excel-en/gates.csv",
        "README.txt",
        "manifest.json",
        "results.csv-metadata.json",
        "codebook.csv-metadata.json",
        "gates.csv-metadata.json",
    }


def test_results_begin_with_the_promised_columns() -> None:
    header = unpacked(a_report())["results.csv"].decode().splitlines()[0]

    assert header.startswith(RESULT_COLUMNS)


def test_every_figure_of_the_report_comes_back_from_the_csv() -> None:
    report = a_report()

    back = read(unpacked(report)["results.csv"])

    assert len(back) == len(report.rows)
    for row, line in zip(report.rows, back, strict=True):
        figure = row.figure
        for name, number in (("n", figure.count), ("base", figure.base), ("share", figure.share), ("low", figure.low)):
            assert line[name] == ("" if number is None else repr(number))
        assert line["status"] == figure.status.value


def test_a_gap_carries_no_number_even_if_its_figure_does() -> None:
    report = a_report()
    leaky = replace(report.rows[0], figure=replace(report.rows[0].figure, status=Status.SUPPRESSED))
    hiding = replace(report, rows=(leaky, *report.rows[1:]))

    line = read(to_csv(results(hiding)))[0]
    figure = json.loads(report_json(hiding))["measures"][0]["figures"][0]

    assert line["status"] == "suppressed"
    assert not any(line[name] for name in ("n", "base", "share", "low", "high", "value"))
    assert all(figure[name] is None for name in ("count", "base", "share", "low", "high", "value"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_same_release_gives_the_same_bytes(language: str) -> None:
    assert export_zip(a_report(), languages=[language]) == export_zip(a_report(), languages=[language])


def test_the_manifest_counts_rows_and_hashes_every_other_file() -> None:
    files = dict(unpacked(a_report()))
    manifest = json.loads(files.pop("manifest.json"))

    listed = {entry["name"]: entry for entry in manifest["files"]}

    assert set(listed) == set(files)
    for name, content in files.items():
        assert listed[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert listed[name]["bytes"] == len(content)
    assert listed["results.csv"]["rows"] == len(a_report().rows)
    assert listed["gates.csv"]["rows"] == len(a_report().gates)


def valid(files: Mapping[str, bytes], table: str, folder: Path) -> bool:
    """Return what a validator that others wrote thinks of a table and its description."""
    for name in (table, f"{table}-metadata.json"):
        (folder / name).write_bytes(files[name])
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it hears of what is wrong by warnings of its own
        return bool(CSVW(str(folder / f"{table}-metadata.json"), validate=True).is_valid)


@pytest.mark.parametrize("table", ["results.csv", "codebook.csv", "gates.csv"])
def test_every_table_is_what_its_description_says(table: str, tmp_path: Path) -> None:
    files = unpacked(a_report())
    described = [column["name"] for column in json.loads(files[f"{table}-metadata.json"])["tableSchema"]["columns"]]

    assert valid(files, table, tmp_path)
    assert files[table].decode().splitlines()[0].split(",") == described


@pytest.mark.parametrize(
    ("found", "put"),
    [(b",1,", b",one,"), (b"offers-with-assistant-x,2", b",2")],
    ids=["a word for a number", "a gap where none may be"],
)
def test_a_table_that_is_not_is_found(found: bytes, put: bytes, tmp_path: Path) -> None:
    files = dict(unpacked(a_report()))
    damaged = files["results.csv"].replace(found, put, 1)
    assert damaged != files["results.csv"]

    assert not valid(files | {"results.csv": damaged}, "results.csv", tmp_path)


def test_the_codebook_explains_every_option_of_the_results_in_the_language() -> None:
    report = a_report()
    files = unpacked(report, "de")
    known = {(line["measure"], line["option"]) for line in read(files["codebook.csv"])}
    labels = {line["label"] for line in read(files["codebook.csv"])}

    used = {(line["measure"], line["option"].removeprefix("'")) for line in read(files["results.csv"])}

    assert used <= known
    assert "Vertrieb" in labels


def test_a_report_without_figures_is_an_error_never_an_empty_file() -> None:
    with pytest.raises(RenderError, match="nothing to export"):
        export_zip(replace(a_report(), rows=()), languages=["en"])


def test_text_that_looks_like_a_formula_is_made_harmless() -> None:
    lines = read(unpacked(a_report())["codebook.csv"])

    pets = next(line for line in lines if line["measure"] == "answers.pets")

    assert pets["title"] == "'=Pets & <plants> in the office"
    assert pets["label"] == "'+Dog"


@given(st.text(max_size=20))
def test_no_text_cell_begins_a_formula_and_every_cell_can_be_read_back(text: str) -> None:
    table = Sheet("x.csv", (Column("text", ""), Column("more", "")), ((text, -1.5),))

    line = list(csv.reader(io.StringIO(to_csv(table).decode("utf-8", "surrogatepass"), newline="")))[1]

    assert not line[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert line[0].removeprefix("'") == text.removeprefix("'")
    assert line[1] == "-1.5"


@pytest.mark.parametrize(("language", "delimiter", "decimal"), [("de", ";", ","), ("en", ",", ".")])
def test_excel_gets_the_signs_of_its_language(language: str, delimiter: str, decimal: str) -> None:
    files = unpacked(a_report(), language)
    content = files[f"excel-{language}/results.csv"]

    lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))

    assert content.startswith(b"\xef\xbb\xbf")
    plain = read(files["results.csv"])
    assert [line["share"].replace(decimal, ".") for line in lines] == [line["share"] for line in plain]
    assert sum(decimal in line["share"] for line in lines) > 50


@pytest.mark.parametrize("report", [a_report(), a_small_report()])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_json_follows_its_schema(report: Report, language: str) -> None:
    content = json.loads(report_json(report, language=language))

    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(content)
    assert report_json(report, language=language) == report_json(report, language=language)


def test_the_json_gives_gates_their_numbers() -> None:
    gates = {gate["id"]: gate for gate in json.loads(report_json(a_report()))["gates"]}

    adoption = gates["adoption"]

    assert (adoption["verdict"], adoption["probability"], adoption["answers_needed"]) == ("NOT YET PROVEN", 0.896, 11)
    assert (adoption["low"], adoption["high"], adoption["threshold"]) == (0.68, 0.86, 0.7)
    assert adoption["robustness"] == "fragile"
