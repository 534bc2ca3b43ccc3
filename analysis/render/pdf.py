"""The readout as PDF/UA-1: fonts embedded, no request to anywhere, the same bytes for the same report."""

from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, TemplateNotFound

from analysis.charts.lettering import font_file
from analysis.render.document import document
from analysis.render.errors import RenderError
from analysis.render.html import environment, page
from analysis.results import Report


def readout(report: Report, *, language: str, templates: BaseLoader | Path) -> bytes:
    """Return the readout of *report* as a PDF.

    Raises:
        RenderError: the document could not be made; nothing was written anywhere.
        WordingError: the language is not known, or a sentence lacks a value.
    """
    source = environment(templates)
    text = page(document(report, language=language), source)
    try:
        # Pango comes from the system and may be missing: everything else must still work without it.
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise RenderError("The PDF libraries (Pango, HarfBuzz) are missing; `./run` installs them.") from error
    fetcher = URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    fonts = FontConfiguration()
    try:
        style = source.get_template("readout/readout.css").render()
    except TemplateNotFound as error:
        raise RenderError(f"The readout could not be written: {error} is missing") from error
    sheets = [CSS(string=sheet, font_config=fonts, url_fetcher=fetcher) for sheet in (_faces(), style)]
    try:
        pdf = HTML(string=text, url_fetcher=fetcher).write_pdf(
            stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1"
        )
    except BaseException as error:
        # WeasyPrint's fatal fetching error is no Exception; interrupts are none of ours.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        raise RenderError("The PDF could not be made from the readout's pages.") from error
    return bytes(pdf)


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
