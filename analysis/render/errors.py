"""What goes wrong while a document is made."""

from analysis.results import AnalysisError


class RenderError(AnalysisError):
    """A document that could not be made; nothing of it was handed out."""


class PrinterMissingError(RenderError):
    """The machine lacks Pango or HarfBuzz, without which no PDF can be made."""

    def __init__(self) -> None:
        super().__init__(
            "No PDF can be made here: libpango-1.0-0, libpangoft2-1.0-0 or libharfbuzz-subset0 is missing."
        )
