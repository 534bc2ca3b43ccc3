"""Templates and their words in one language; English is the key and the fallback."""

import io
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from surveyapp import resources

LANGUAGE_NAMES = {"en": "English", "de": "Deutsch"}


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations into *language*; where there are none, English stays."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = resources.translations() / language / "LC_MESSAGES" / "surveyapp.po"
    if not path.is_file():
        return NullTranslations()
    # Read as text and turned around in memory: a committed binary could differ from its source.
    with path.open("rb") as source:
        binary = io.BytesIO()
        write_mo(binary, read_po(source, locale=language))
    binary.seek(0)
    return GNUTranslations(binary)


@cache
def environment(language: str) -> Environment:
    """Return the environment that renders templates in *language*; HTML is escaped, a missing value is an error."""
    made = Environment(
        loader=FileSystemLoader(resources.templates()),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # by the extension
    made.filters["moment"] = lambda moment: written_moment(moment, language)
    made.filters["day"] = lambda day: written_day(day, language)
    made.filters["sentence"] = lambda words: words[:1].upper() + words[1:] + ("" if words.endswith((".", "`")) else ".")
    made.filters["month"] = lambda day: _formatted(day, "LLLL y", language)
    made.filters["weekday"] = lambda day: _formatted(day, "cccc", language)
    made.filters["short_weekday"] = lambda day: _formatted(day, "cccccc", language)
    made.globals["language"] = language
    made.globals["language_names"] = LANGUAGE_NAMES
    return made


def written_moment(moment: datetime, language: str) -> str:
    """Return *moment*, which is local time already, as people write it in *language*, with its zone."""
    from babel.dates import format_datetime

    pattern = {"de": "EEEE, d. MMMM y, HH:mm 'Uhr' (z)"}.get(language, "EEEE, d MMMM y, HH:mm (z)")
    return format_datetime(moment, pattern, locale=_locale(language))


def written_day(day: date, language: str) -> str:
    """Return the day of *day* as people write it in *language*."""
    from babel.dates import format_date

    return format_date(day, "long", locale=_locale(language))


def _formatted(day: date, pattern: str, language: str) -> str:
    """Return *day* in a pattern of Unicode TR 35."""
    from babel.dates import format_date

    return format_date(day, pattern, locale=_locale(language))


def _locale(language: str) -> str:
    # Without a country English knows no European zone by name.
    return {"en": "en_GB"}.get(language, language)
