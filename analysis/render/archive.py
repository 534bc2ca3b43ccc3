"""The export: one zip with tables, codebook, gates, and a manifest that proves what it holds."""

import hashlib
import io
import json
import zipfile

from analysis.render.csv import to_csv
from analysis.render.errors import RenderError
from analysis.render.notes import notes
from analysis.render.tidy import RESULTS, Column, sheets
from analysis.results import Report
from analysis.wording import Wording, wording

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: the same release gives the same bytes


def export_zip(report: Report, *, language: str) -> bytes:
    """Return the export of *report*, its words in *language*.

    Raises:
        RenderError: the report holds no figure at all; an empty file would look like a result.
        WordingError: the language is not known.
    """
    if not report.rows:
        raise RenderError("There is nothing to export: no wave has enough answers for a figure to be shown.")
    words = wording(language)
    tables = sheets(report, language=language)
    files = {sheet.name: to_csv(sheet) for sheet in tables}
    files["results.csv-metadata.json"] = _pretty(_csvw(report))
    files["README.txt"] = _readme(report, words).encode()
    files["manifest.json"] = _pretty(_manifest(report, files, {sheet.name: len(sheet.rows) for sheet in tables}))
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


def _csvw(report: Report) -> object:
    """Describe results.csv as W3C CSV on the Web does."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": "results.csv",
        "dc:title": report.pilot.title,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_described(column) for column in RESULTS]},
    }


def _described(column: Column) -> object:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.meaning,
        "datatype": column.datatype,
        "required": column.name in {"pilot", "wave", "measure", "status"},
    }


def _readme(report: Report, words: Wording) -> str:
    lines = [
        *notes(report, words),
        words.phrase("manifest.json: rows and SHA-256 of every file."),
        words.phrase("All files are UTF-8; numbers have a decimal point; shares lie between 0 and 1."),
        words.phrase("Text that begins with = + - @ carries a leading apostrophe, so that no spreadsheet runs it."),
    ]
    return "\r\n".join(lines) + "\r\n"
