"""What a tagged PDF owes its readers who listen: structural checks that need no certificate, as complaints in words."""

import io
from collections.abc import Iterator

import pikepdf

_HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")
_INSIDE = {
    "/Table": {"/THead", "/TBody", "/TFoot", "/TR", "/Caption"},
    "/TR": {"/TH", "/TD"},
    "/L": {"/LI", "/Caption"},
}
_SHOWS_TEXT = {"Tj", "TJ", "'", '"'}
_PAINTS = {"f", "f*", "F", "S", "s", "B", "B*", "b", "b*", "Do", "sh"}


def complaints(content: bytes) -> list[str]:
    """Return what is wrong with the structure of a PDF; nothing is wrong with a good one."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [*_document(pdf), *_marked(pdf), *_tree(pdf)]


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    kept = {
        "no language": "/Lang" in root,
        "not marked as tagged": "/MarkInfo" in root and root.MarkInfo.get("/Marked", False),
        "no title": str(pdf.docinfo.get("/Title", "")),
        "its title is not displayed": root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False),
        "no structure tree": "/StructTreeRoot" in root,
        "PDF/UA is not declared": "/Metadata" in root and b"pdfuaid:part" in root.Metadata.read_bytes(),
    }
    yield from (complaint for complaint, good in kept.items() if not good)
    for number, page in enumerate(pdf.pages, 1):
        if page.get("/Tabs") != "/S":
            yield f"page {number}: tab order does not follow the structure"
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            descendant = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            if "/FontFile2" not in descendant.get("/FontDescriptor", {}):
                yield f"page {number}: a font is not embedded"
            if "/ToUnicode" not in font:
                yield f"page {number}: a font does not say what its letters are"


def _marked(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Everything that is painted is either tagged content or an artifact."""
    for number, page in enumerate(pdf.pages, 1):
        depth = 0
        for _, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in {"BDC", "BMC"}:
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in _SHOWS_TEXT | _PAINTS and not depth:
                yield f"page {number}: {name} paints outside of every tag"
                break


def _tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root:
        return
    level = 0
    for element, parents in _elements(pdf.Root.StructTreeRoot.K, ()):
        kind = str(element.S)
        if kind in _HEADINGS:
            if _HEADINGS.index(kind) > level:
                yield f"{kind} stands below a heading of level {level}"
            level = _HEADINGS.index(kind) + 1
        strangers = {str(child.S) for child in _children(element)} - _INSIDE[kind] if kind in _INSIDE else set()
        if strangers:
            yield f"{kind} holds {', '.join(sorted(strangers))}"
        if kind == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a figure has no text"
        if kind == "/TH" and "/Scope" not in _attributes(element):
            yield "a header cell does not say what it heads"
        if kind == "/LI" and "/L" not in parents:
            yield "a list item stands outside of a list"


def _attributes(element: pikepdf.Object) -> list[str]:
    found = element.get("/A")
    if found is None:
        return []
    return [key for one in (found if isinstance(found, pikepdf.Array) else [found]) for key in one]


def _children(element: pikepdf.Object) -> list[pikepdf.Object]:
    inside = element.get("/K", [])
    listed = list(inside) if isinstance(inside, pikepdf.Array) else [inside]
    return [child for child in listed if isinstance(child, pikepdf.Dictionary) and "/S" in child]


def _elements(node: pikepdf.Object, parents: tuple[str, ...]) -> Iterator[tuple[pikepdf.Object, tuple[str, ...]]]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _elements(child, parents)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node, parents
        for child in _children(node):
            yield from _elements(child, (*parents, str(node.S)))
