"""A template on paper: PDF/UA-1, the same bytes from the same page."""

from surveyapp import templating
from surveyapp.errors import SurveyError


class UnprintableError(SurveyError):
    """This machine lacks the libraries that print."""


def on_paper(template: str, style: str, page: object, language: str) -> bytes:
    """Return *template*, filled with *page*, in its *style* and in *language* as a PDF.

    Raises:
        UnprintableError: this machine lacks Pango or HarfBuzz.
    """
    try:
        # Pango comes from the system and may be missing.
        from analysis.render.printer import printed
    except OSError as error:
        raise UnprintableError("this machine cannot print: Pango or HarfBuzz is missing") from error
    source = templating.environment(language)
    return printed(source.get_template(template).render(page=page), [source.get_template(style).render()])
