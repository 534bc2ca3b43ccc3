"""Documents as PDF/UA-1: fonts embedded, no request to anywhere, the same bytes for the same content."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import BaseLoader

from analysis.render.comparison import Overview
from analysis.render.document import Document
from analysis.render.errors import PrinterMissingError, RenderError
from analysis.render.html import environment, page

_STYLE = "readout/readout.css"


def readout(document: Document, *, templates: BaseLoader | Path) -> bytes:
    """Return *document* as a PDF.

    Raises:
        PrinterMissingError: this machine lacks Pango or HarfBuzz.
        RenderError: its pages could not be made; nothing was written anywhere.
    """
    return _pdf("readout/readout.html", document, [_STYLE], templates)


def comparison(document: Overview, *, templates: BaseLoader | Path) -> bytes:
    """Return the comparison of pilots as a PDF, in the look of the readout.

    Raises:
        PrinterMissingError: this machine lacks Pango or HarfBuzz.
        RenderError: its pages could not be made; nothing was written anywhere.
    """
    return _pdf("comparison/comparison.html", document, [_STYLE, "comparison/comparison.css"], templates)


def _pdf(template: str, document: object, styles: Sequence[str], templates: BaseLoader | Path) -> bytes:
    source = environment(templates)
    text = page(template, document, source)
    sheets = [page(style, document, source) for style in styles]
    try:
        # Pango comes from the system and may be missing: everything else must still work without it.
        from analysis.render.printer import printed
    except OSError as error:
        raise PrinterMissingError from error
    try:
        return printed(text, sheets)
    except (KeyboardInterrupt, SystemExit):
        raise
    # WeasyPrint's fatal fetching error is no Exception.
    except BaseException as error:
        raise RenderError("The document's pages could not be printed.") from error
