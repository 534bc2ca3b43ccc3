"""The readout as PDF/UA-1: fonts embedded, no request to anywhere, the same bytes for the same report."""

from pathlib import Path

from jinja2 import BaseLoader, TemplateError

from analysis.render.document import Document
from analysis.render.errors import PrinterMissingError, RenderError
from analysis.render.html import environment, page


def readout(document: Document, *, templates: BaseLoader | Path) -> bytes:
    """Return *document* as a PDF.

    Raises:
        PrinterMissingError: this machine lacks Pango or HarfBuzz.
        RenderError: its pages could not be made; nothing was written anywhere.
    """
    source = environment(templates)
    text = page(document, source)
    try:
        style = source.get_template("readout/readout.css").render()
    except TemplateError as error:
        raise RenderError(f"The readout could not be written: {error}") from error
    try:
        # Pango comes from the system and may be missing: everything else must still work without it.
        from analysis.render.printer import printed
    except OSError as error:
        raise PrinterMissingError from error
    try:
        return printed(text, [style])
    except (KeyboardInterrupt, SystemExit):
        raise
    # WeasyPrint's fatal fetching error is no Exception.
    except BaseException as error:
        raise RenderError("The readout's pages could not be printed.") from error
