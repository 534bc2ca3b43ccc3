"""Spreadsheets as old and odd programs write them, byte by byte: no program of today makes them any more."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

import xlsxwriter

Rows = Sequence[Sequence[object]]
_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LARGE = 4096  # bytes; smaller streams would lie in another stream


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE compound file with one or two *streams* ([MS-CFB], version 3)."""
    content, fat, entries = b"", [_FAT, _END], [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    ordered = sorted(streams.items(), key=lambda item: (len(item[0]), item[0].upper()))
    for place, (name, data) in enumerate(ordered, 1):
        padded = data.ljust(max(_LARGE, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
        start, sectors = len(fat), len(padded) // _SECTOR
        fat += [*range(start + 1, start + sectors), _END]
        content += padded
        right = place + 1 if place < len(ordered) else _FREE
        entries.append(_entry(name, 2, child=_FREE, start=start, size=len(padded), right=right))
    assert len(fat) <= _SECTOR // 4
    assert len(entries) <= 4
    table = struct.pack("<128I", *fat, *[_FREE] * (_SECTOR // 4 - len(fat)))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, 1, 1, 0, _LARGE, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return head + table + b"".join(entries).ljust(_SECTOR, b"\0") + content


def _entry(name: str, kind: int, *, child: int, start: int, size: int, right: int = _FREE) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(text), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _record(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("<HH", kind, len(body)) + body


def excel_95(rows: Rows, *, locked: bool = False) -> bytes:
    """Return *rows* as Excel 5.0 and 95 wrote them: BIFF5 in the stream Book, texts in Windows-1252."""
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            at = struct.pack("<HHH", row, column, 0)
            if isinstance(value, int | float):
                cells += _record(0x0203, at, struct.pack("<d", value))
            else:
                text = str(value).encode("cp1252")
                cells += _record(0x0204, at, struct.pack("<H", len(text)), text)
    sheet = _record(0x0809, struct.pack("<4H", 0x0500, 0x0010, 0x096C, 1995))
    sheet += _record(0x0200, struct.pack("<5H", 0, len(rows), 0, max(map(len, rows)), 0)) + cells + _record(0x000A)
    head = _record(0x0809, struct.pack("<4H", 0x0500, 0x0005, 0x096C, 1995)) + _record(0x0042, struct.pack("<H", 1252))
    if locked:
        head += _record(0x002F, struct.pack("<HH", 0x1234, 0x5678))
    name = b"List"
    start = len(head) + 4 + 6 + 1 + len(name) + 4
    head += _record(0x0085, struct.pack("<IHB", start, 0, len(name)), name) + _record(0x000A)
    return compound({"Book": head + sheet})


def locked_workbook() -> bytes:
    """Return the container of a workbook with a password ([MS-OFFCRYPTO]); what is in it looks like noise anyway."""
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption/>'
    return compound({"EncryptionInfo": info, "EncryptedPackage": bytes(range(256)) * 16})


def workbook(*sheets: Rows, hidden: int | None = None, merged: str = "") -> bytes:
    """Return an xlsx with *sheets*, in each of which the cells *merged* are one."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False}) as book:
        for index, rows in enumerate(sheets):
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if index == hidden:
                sheet.hide()
            if merged:
                sheet.merge_range(merged, "x")
    return target.getvalue()


def open_document(rows: Rows) -> bytes:
    """Return the smallest OpenDocument sheet with *rows*."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as parts:
        parts.writestr("mimetype", kind)
        parts.writestr("META-INF/manifest.xml", manifest)
        parts.writestr("content.xml", content)
    return target.getvalue()
