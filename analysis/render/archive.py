"""The export: one zip with tables, codebook, gates, and a manifest that proves what it holds."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence

from analysis.render.csv import excel, to_csv
from analysis.render.errors import RenderError
from analysis.render.notes import notes
from analysis.render.tidy import Column, Sheet, sheets
from analysis.results import Report
from analysis.wording import Wording, wording

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: the same release gives the same bytes


# What stands in every row; the other columns may be empty.
_ALWAYS = {"pilot", "wave", "measure", "status", "title", "gate", "verdict"}


def export_zip(report: Report, *, languages: Sequence[str]) -> bytes:
    """Return the export of *report*, its words in the first of *languages*, and once more for Excel in each of them.

    Raises:
        RenderError: the report holds no figure at all; an empty file would look like a result.
        WordingError: the language is not known.
    """
    if not report.rows:
        raise RenderError("There is nothing to export: no wave has enough answers for a figure to be shown.")
    words = wording(languages[0])
    tables = sheets(report, language=languages[0])
    files = {sheet.name: to_csv(sheet) for sheet in tables}
    rows = {sheet.name: len(sheet.rows) for sheet in tables}
    for language in languages:
        for sheet in sheets(report, language=language):
            name = f"excel-{language}/{sheet.name}"
            files[name] = to_csv(sheet, excel(wording(language)))
            rows[name] = len(sheet.rows)
    files |= {f"{sheet.name}-metadata.json": _pretty(_csvw(report, sheet)) for sheet in tables}
    files["README.txt"] = _readme(report, words).encode()
    files["manifest.json"] = _pretty(_manifest(report, files, rows))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return packed.getvalue()


def _pretty(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _manifest(report: Report, files: dict[str, bytes], rows: dict[str, int]) -> object:
    return {
        "pilot": report.pilot.slug,
        "version": report.provenance.version,
        "charter_sha256": report.provenance.charter_hash,
        "files": [
            {
                "name": name,
                "rows": rows.get(name),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in files.items()
        ],
    }


def _csvw(report: Report, sheet: Sheet) -> object:
    """Describe a table as W3C CSV on the Web does (Tabular Data Model, Metadata Vocabulary)."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": sheet.name,
        "dc:title": report.pilot.title,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_described(column) for column in sheet.columns]},
    }


def _described(column: Column) -> object:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.meaning,
        "datatype": column.datatype,
        "required": column.name in _ALWAYS,
    }


def _readme(report: Report, words: Wording) -> str:
    lines = [
        *notes(report, words),
        words.phrase("manifest.json: rows and SHA-256 of every file."),
        words.phrase("Folders excel-...: the same tables as Excel in that language opens them with a double click."),
        words.phrase("All other files are UTF-8; numbers have a decimal point; shares lie between 0 and 1."),
        words.phrase("Text that begins with = + - @ carries a leading apostrophe, so that no spreadsheet runs it."),
    ]
    return "\r\n".join(lines) + "\r\n"
