"""WeasyPrint, kept in one place: pages and style sheets in, PDF/UA-1 out, without a request to anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from analysis.charts.lettering import font_file

# The font that matplotlib brings along: a machine without fonts prints the same bytes.
_FONTS = {"font:regular": (400, False), "font:bold": (700, True)}
_FACES = "".join(
    f"@font-face {{ font-family: 'DejaVu Sans'; font-weight: {weight}; src: url('{url}') format('truetype'); }}"
    for url, (weight, _) in _FONTS.items()
)


class _Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Hands out pictures inside the page and our two fonts; everything else stops the printing."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return what *url* names."""
        if url in _FONTS:
            bold = _FONTS[url][1]
            return URLFetcherResponse(url, font_file(bold=bold).read_bytes(), {"Content-Type": "font/ttf"})
        return super().fetch(url, headers)


def printed(text: str, styles: Sequence[str]) -> bytes:
    """Return the page *text* in its *styles* as a PDF; the same input gives the same bytes."""
    fetcher, fonts = _Fetcher(), FontConfiguration()
    sheets = [CSS(string=style, font_config=fonts, url_fetcher=fetcher) for style in (_FACES, *styles)]
    html = HTML(string=text, url_fetcher=fetcher)
    return bytes(html.write_pdf(stylesheets=sheets, font_config=fonts, pdf_variant="pdf/ua-1", finisher=_scope_headers))


def _scope_headers(_document: object, pdf: Any) -> None:  # WeasyPrint ships no types
    """Write into every header cell whether it heads a column or a row; WeasyPrint only links cells to headers."""
    elements = {one.reference: one for one in pdf.objects if hasattr(one, "keys") and "S" in one}
    for element in elements.values():
        if element["S"] == "/TH":
            part = elements[elements[element["P"]]["P"]]
            element["A"]["Scope"] = "/Column" if part["S"] == "/THead" else "/Row"
