"""Sentences, numbers and dates in the language of the reader; English is the key and the fallback."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from analysis.codebook import Text
from analysis.results import Amount, AnalysisError, Chance, Change, Count, Day, Figure, Sentence, Share, Status, Words

Value = Share | Change | Chance | Count | Amount | Day | Text | Sentence | str

NO_BREAK = "\N{NO-BREAK SPACE}"
_TO = "\N{EN DASH}"
WHOLE_BELOW = 200  # answers; a decimal would pretend to a precision that is not there
_CATALOGUES = Path(__file__).parent / "translations"
_UNITS = {"share": "", "count": "", "percent": "%"}  # how units are written behind the number, if at all
_PLACE = re.compile(r"%%|%\((\w+)\)s")


class WordingError(AnalysisError):
    """A sentence that cannot be written: a language or a place that nobody knows."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: how it says a sentence and writes a number."""

    language: str
    locale: Locale
    catalogue: NullTranslations

    def say(self, words: Words | str) -> str:
        """Return *words* in this language.

        Raises:
            WordingError: a place of the sentence has no value.
        """
        match words:
            case Text():
                return words.into(self.language)
            case Sentence():
                return self._fill(words.message, dict(words.values))
            case _:
                return words

    def phrase(self, message: str, /, **values: Value) -> str:
        """Return the sentence with this English *message*, its places filled."""
        return self._fill(message, values)

    def percent(self, share: float, base: int | None = None) -> str:
        """Return a share between 0 and 1 as a percentage, whole below a *base* of 200."""
        return f"{self._percentage(share, base)}{NO_BREAK}%"

    def percents(self, low: float, high: float, base: int | None = None) -> str:
        """Return two limits between 0 and 1 as one range of percentages."""
        return f"{self._percentage(low, base)}{_TO}{self._percentage(high, base)}{NO_BREAK}%"

    def chance(self, probability: float) -> str:
        """Return a probability as a whole percentage, rounded towards one half so that it never overstates."""
        away = ROUND_FLOOR if probability > 0.5 else ROUND_CEILING  # noqa: PLR2004
        percents = (Decimal(repr(probability)) * 100).quantize(Decimal(1), away)
        return f"{percents}{NO_BREAK}%"

    def count(self, value: int) -> str:
        """Return a number of people or things, with the thousands marked."""
        return format_decimal(value, "#,##0", locale=self.locale)

    def amount(self, value: float, unit: str = "") -> str:
        """Return a measured amount with at most one decimal and its unit."""
        number = format_decimal(_rounded(value, 1), "#,##0.#", locale=self.locale)
        return f"{number}{NO_BREAK}{self.phrase(unit)}" if unit else number

    def day(self, value: date) -> str:
        """Return a calendar day."""
        return format_date(value, "medium", locale=self.locale)

    def figure(self, figure: Figure, unit: str = "share") -> str:
        """Return a published figure with its base: "64 % (42 of 66)", "12 minutes"; or its gap."""
        if figure.status is not Status.PUBLISHED:
            return self.phrase("not shown") if figure.status is Status.SUPPRESSED else self.phrase("merged")
        if figure.share is not None:
            share = self.percent(figure.share, figure.base)
            if figure.count is None or figure.base is None:
                return share
            of = self.phrase("%(count)s of %(base)s", count=Count(figure.count), base=Count(figure.base))
            return f"{share} ({of})"
        if figure.value is not None:
            return self.amount(figure.value, _UNITS.get(unit, unit))
        if figure.low is not None and figure.high is not None:
            return f"{self.amount(figure.low)}{_TO}{self.amount(figure.high, _UNITS.get(unit, unit))}"
        return self.phrase("no data") if figure.count is None else self.count(figure.count)

    def limits(self, figure: Figure, unit: str = "share") -> str:
        """Return the limits of a published figure, empty where it has none."""
        if figure.status is not Status.PUBLISHED or figure.low is None or figure.high is None:
            return ""
        if figure.share is not None:
            return self.percents(figure.low, figure.high, figure.base)
        return f"{self.amount(figure.low)}{_TO}{self.amount(figure.high, _UNITS.get(unit, unit))}"

    def _percentage(self, share: float, base: int | None) -> str:
        places = 1 if base is not None and base >= WHOLE_BELOW else 0
        pattern = "#,##0.0" if places else "#,##0"
        return format_decimal(_rounded(share * 100, places), pattern, locale=self.locale)

    def _fill(self, message: str, values: Mapping[str, Value]) -> str:
        template = self.catalogue.gettext(message) if message else ""

        def place(match: re.Match[str]) -> str:
            if match[0] == "%%":
                return "%"
            if match[1] not in values:
                raise WordingError(f"the sentence {message!r} has no value for {match[1]!r}")
            return self._value(values[match[1]])

        return _PLACE.sub(place, template)

    def _value(self, value: Value) -> str:
        match value:
            case Share(share, base):
                text = self.percent(share, base)
            case Change(moved):
                text = self._points(moved)
            case Chance(probability):
                text = self.chance(probability)
            case Count(count):
                text = self.count(count)
            case Amount(amount, unit):
                text = self.amount(amount, unit)
            case Day(day):
                text = self.day(day)
            case _:
                text = self.say(value)
        return text

    def _points(self, moved: float) -> str:
        points = _rounded(moved * 100, 0)
        return format_decimal(points, "+0;-0", locale=self.locale) if points else "0"


def _rounded(value: float, places: int) -> Decimal:
    # Through a text of 9 decimals: 0.545 * 100 is 54.50000000000001 and must still round like 54.5.
    return Decimal(f"{value:.9f}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@cache
def wording(language: str) -> Wording:
    """Return the words and numbers of *language* (en, de).

    Raises:
        WordingError: no such language is known.
    """
    try:
        # British order of day and month: the document must not be read as month and day.
        locale = Locale.parse("en_GB" if language == "en" else language)
    except (UnknownLocaleError, ValueError) as error:
        raise WordingError(f"no language is called {language!r}") from error
    return Wording(language, locale, _catalogue(language))


def _catalogue(language: str) -> NullTranslations:
    source = _CATALOGUES / language / "LC_MESSAGES" / "analysis.po"
    if not source.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
