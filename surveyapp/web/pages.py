"""What all staff pages have in common: language, frame, and the token that protects their forms."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, flash, g, get_flashed_messages, request
from flask_security import current_user
from flask_wtf.csrf import generate_csrf

from surveyapp import templating
from surveyapp.errors import EnvironmentProblemError
from surveyapp.web import assets

_WRONG = "error"  # category of flashed words, as the sign-in library calls it


def install(app: Flask, languages: tuple[str, ...]) -> None:
    """Let every staff page of *app*, also those of the sign-in library, speak the reader's language.

    Raises:
        EnvironmentProblemError: a language is offered that nothing is translated into.
    """
    unknown = [language for language in languages if language not in templating.LANGUAGE_NAMES]
    if unknown:
        raise EnvironmentProblemError(
            "SURVEYAPP_LANGUAGES names languages that are not there: " + ", ".join(unknown),
            "choose from " + ", ".join(templating.LANGUAGE_NAMES),
        )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # by the extension
        lambda message: templating.catalogue(g.staff_language).gettext(message),
        lambda one, many, count: templating.catalogue(g.staff_language).ngettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.globals["assets"] = assets.address

    @app.before_request
    def choose_language() -> None:
        # What the browser asks for first among those offered.
        g.staff_language = request.accept_languages.best_match(languages) or languages[0]

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"language": g.staff_language, "notices": _notices, **_frame()}


def tell(words: str, **values: object) -> None:
    """Show *words*, an English phrase of the catalogue with %(values)s, once on the next page: what was done."""
    flash(templating.catalogue(g.staff_language).gettext(words) % values)


def complain(words: str) -> None:
    """Show *words*, an English phrase of the catalogue, once on the next page: what went wrong."""
    flash(words, _WRONG)


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, or what went wrong."""

    words: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class Door:
    """A way out of every page: its name in English, and its address."""

    name: str
    address: str


# Which role for the whole installation opens it.
DOORS = ((Door("Settings and accounts", "/staff/administration"), frozenset({"administrator", "auditor"})),)


def _notices() -> list[Notice]:
    # The sign-in library's are English phrases of ours; those of `tell` are translated, and stay as they are.
    say = templating.catalogue(g.staff_language).gettext
    told: Any = get_flashed_messages(with_categories=True)
    return [Notice(say(str(words)), kind == _WRONG) for kind, words in told]


def _frame() -> dict[str, Any]:
    if not current_user.is_authenticated:
        return {"reader": "", "doors": ()}
    held = {role.name for role in current_user.roles}
    return {"reader": current_user.name, "doors": [door for door, roles in DOORS if held & roles]}


def language_of_reader() -> str:
    """Return the language of the page that is being made."""
    language: str = g.staff_language
    return language


def render(template: str, page: Any) -> str:
    """Return a staff page."""
    return (
        templating.environment(g.staff_language)
        .get_template(template)
        .render(
            page=page,
            assets=assets.address,
            csrf_token=generate_csrf,
            notices=_notices,
            **_frame(),
        )
    )
