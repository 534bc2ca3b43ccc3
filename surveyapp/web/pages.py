"""What all staff pages have in common: language, frame, and the token that protects their forms."""

from typing import Any

from flask import Flask, request
from flask_security import current_user
from flask_wtf.csrf import generate_csrf

from surveyapp import templating
from surveyapp.web import assets

_OFFERED = "STAFF_LANGUAGES"


def install(app: Flask, languages: tuple[str, ...]) -> None:
    """Let templates of *app* (those of the sign-in library) speak the reader's language."""
    app.config[_OFFERED] = languages
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # by the extension
        lambda message: templating.catalogue(staff_language(languages)).gettext(message),
        lambda one, many, count: templating.catalogue(staff_language(languages)).ngettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals["assets"] = assets.address

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"language": staff_language(languages), "reader": ""}


def staff_language(offered: tuple[str, ...] = tuple(templating.LANGUAGE_NAMES)) -> str:
    """Return the language of a member of staff: what the browser asks for first among those offered."""
    return request.accept_languages.best_match(offered) or offered[0]


def render(template: str, page: Any) -> str:
    """Return a staff page."""
    language = staff_language()
    return (
        templating.environment(language)
        .get_template(template)
        .render(page=page, assets=assets.address, csrf_token=generate_csrf, reader=current_user.name)
    )
