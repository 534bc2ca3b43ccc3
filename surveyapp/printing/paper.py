"""A template on paper: PDF/UA-1, the same bytes from the same page."""

from collections.abc import Callable

from surveyapp import templating
from surveyapp.errors import SurveyError


class UnprintableError(SurveyError):
    """This machine lacks the libraries that print."""


def load_printer() -> Callable[[str, list[str]], bytes]:
    """Return what makes a PDF of a text in its styles.

    Raises:
        UnprintableError: this machine lacks Pango or HarfBuzz.
    """
    try:
        # Pango comes from the system and may be missing.
        from analysis.render.printer import printed
    except OSError as error:
        raise UnprintableError("this machine cannot print: Pango or HarfBuzz is missing") from error
    return printed


def on_paper(template: str, style: str, page: object, language: str) -> bytes:
    """Return *template*, filled with *page*, in its *style* and in *language* as a PDF.

    Raises:
        UnprintableError: this machine lacks Pango or HarfBuzz.
    """
    printed = load_printer()
    source = templating.environment(language)
    return printed(source.get_template(template).render(page=page), [source.get_template(style).render()])
