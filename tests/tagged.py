"""What stands in a tagged PDF, read the way assistive technology reads it: through the structure, not by places."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

import pikepdf

Marks = dict[tuple[int, int], str]
_BLOCKS = {"/P", "/LI", "/H1", "/H2", "/H3"}


def structure(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Return all elements of the structure tree in reading order."""
    return list(_below(pdf.Root.StructTreeRoot.K))


def rows(pdf: pikepdf.Pdf) -> list[tuple[str, ...]]:
    """Return the cells of every table row that has data, without spaces."""
    marks = _marks(pdf)
    found = []
    for element in structure(pdf):
        if element.S == "/TR":
            cells = [cell for cell in _below(element.K) if cell.S in ("/TH", "/TD")]
            if any(cell.S == "/TD" for cell in cells) and str(element.P.S) != "/THead":
                found.append(tuple(_text(cell, marks) for cell in cells))
    return found


def pictures(pdf: pikepdf.Pdf) -> list[str]:
    """Return what stands for each picture."""
    return [str(element.Alt) for element in structure(pdf) if element.S == "/Figure"]


def prose(pdf: pikepdf.Pdf) -> str:
    """Return the text of paragraphs, lists and headings in reading order, without spaces; tables left out."""
    marks = _marks(pdf)
    return "\n".join(_text(element, marks) for element in structure(pdf) if str(element.S) in _BLOCKS)


def words(pdf: pikepdf.Pdf) -> str:
    """Return the text of all pages as it is painted, without spaces."""
    return re.sub(r"\s", "", "".join(text for page in pdf.pages for _, text in _painted(page)))


def _below(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _below(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _below(node.K)


def _marks(pdf: pikepdf.Pdf) -> Marks:
    found: Marks = {}
    for page in pdf.pages:
        for mark, text in _painted(page):
            if mark is not None:
                key = (page.objgen[0], mark)
                found[key] = found.get(key, "") + text
    return found


def _text(element: pikepdf.Object, marks: Marks) -> str:
    return re.sub(r"\s", "", "".join(_leaves(element, element, marks)))


def _leaves(node: pikepdf.Object, element: pikepdf.Object, marks: Marks) -> Iterator[str]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _leaves(child, element, marks)
    elif isinstance(node, pikepdf.Dictionary):
        if "/MCID" in node:
            yield marks.get((node.get("/Pg", element.Pg).objgen[0], int(node.MCID)), "")
        elif "/K" in node:
            yield from _leaves(node.K, node, marks)
    elif node is not None:
        yield marks.get((element.Pg.objgen[0], int(node)), "")


def _painted(page: pikepdf.Page) -> Iterator[tuple[int | None, str]]:
    """Yield every text of a page with the mark it stands under, decoded through the fonts' own character maps."""
    fonts = {name: _characters(font) for name, font in page.Resources.Font.items()}
    current: Mapping[str, str] = {}
    marks: list[int | None] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                marks.append(int(operands[1].MCID) if "/MCID" in operands[1] else None)
            case "BMC":
                marks.append(None)
            case "EMC":
                marks.pop()
            case "Tf":
                current = fonts[str(operands[0])]
            case "Tj" | "TJ":
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                codes = (bytes(part).hex() for part in parts if isinstance(part, pikepdf.String))
                yield (
                    marks[-1] if marks else None,
                    "".join(
                        current.get(code[place : place + 4], "") for code in codes for place in range(0, len(code), 4)
                    ),
                )


def _characters(font: pikepdf.Object) -> dict[str, str]:
    return _mapped(font.ToUnicode.read_bytes().decode())


@cache
def _mapped(table: str) -> dict[str, str]:
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", table)
    return {glyph.lower(): bytes.fromhex(char).decode("utf-16-be") for glyph, char in pairs}
