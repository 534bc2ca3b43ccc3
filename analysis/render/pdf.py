"""The readout as PDF/UA-1: fonts embedded, no request to anywhere, the same bytes for the same report."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, TemplateError

from analysis.charts.lettering import font_file
from analysis.render.document import document
from analysis.render.errors import PrinterMissingError, RenderError
from analysis.render.html import environment, page
from analysis.results import Report
from analysis.wording import wording


def readout(report: Report, *, language: str, templates: BaseLoader | Path) -> bytes:
    """Return the readout of *report* as a PDF.

    Raises:
        RenderError: the document could not be made; nothing was written anywhere.
        WordingError: the language is not known, or a sentence lacks a value.
    """
    source = environment(templates)
    text = page(document(report, wording(language)), source)
    try:
        style = source.get_template("readout/readout.css").render()
    except TemplateError as error:
        raise RenderError(f"The readout could not be written: {error}") from error
    try:
        return _printed(text, (_faces(), style))
    except (KeyboardInterrupt, SystemExit, PrinterMissingError):
        raise
    # WeasyPrint's fatal fetching error is no Exception.
    except BaseException as error:
        raise RenderError("The readout's pages could not be printed.") from error


def _printed(text: str, styles: Sequence[str]) -> bytes:
    try:
        # Pango comes from the system and may be missing: everything else must still work without it.
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise PrinterMissingError from error
    fetcher = URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    fonts = FontConfiguration()
    sheets = [CSS(string=style, font_config=fonts, url_fetcher=fetcher) for style in styles]
    html = HTML(string=text, url_fetcher=fetcher)
    return bytes(html.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"))


@cache
def _faces() -> str:
    """Return the font that matplotlib brings along as style sheet, so that a machine without fonts prints the same."""
    rules = []
    for weight, bold in ((400, False), (700, True)):
        font = b64encode(font_file(bold=bold).read_bytes()).decode("ascii")
        rules.append(
            f"@font-face {{ font-family: 'DejaVu Sans'; font-weight: {weight}; "
            f"src: url('data:font/ttf;base64,{font}') format('truetype'); }}"
        )
    return "\n".join(rules)
