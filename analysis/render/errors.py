"""What goes wrong while a document is made."""

from analysis.results import AnalysisError


class RenderError(AnalysisError):
    """A document that could not be made; nothing of it was handed out."""
