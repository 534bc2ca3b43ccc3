"""Documents as HTML for paper."""

from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from analysis.render.errors import RenderError


def environment(templates: BaseLoader | Path) -> Environment:
    """Return the templates of documents, escaping and strict about names."""
    loader = FileSystemLoader(templates) if isinstance(templates, Path) else templates
    return Environment(
        loader=loader,
        autoescape=select_autoescape(("html",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, document: object, templates: Environment) -> str:
    """Return the whole *document* as one page, or a style sheet for it.

    Raises:
        RenderError: a template is missing or wrong.
    """
    try:
        return templates.get_template(template).render(document=document)
    except TemplateError as error:
        raise RenderError(f"The document could not be written: {error}") from error
