"""Languages as other programs call them ("English (en)", "de-informal", "Français") to our codes."""

import re
from functools import cache
from typing import Final

from surveyapp.documents.fields import LANGUAGE

_IN_BRACKETS: Final = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\s*\)\s*$")
_CODE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?")


def language_code(name: str) -> str:
    """Return the code for *name*, or nothing if it is no language that is known."""
    bracketed = _IN_BRACKETS.search(name)
    wanted = (bracketed[1] if bracketed else name).strip()
    found = _CODE.fullmatch(re.sub(r"-(informal|easy|formal)$", "", wanted))
    if found and found[1].lower() in _english().values():
        code = found[1].lower() + (f"-{found[2].upper()}" if found[2] else "")
        return code if LANGUAGE.fullmatch(code) else ""
    return _english().get(wanted.casefold(), "") or _native().get(wanted.casefold(), "")


def english_name(code: str) -> str:
    """Return what English calls the language *code*; a code that nobody knows is its own name."""
    from babel import Locale

    return str(Locale("en").languages.get(code.partition("-")[0], code))


@cache
def _english() -> dict[str, str]:
    from babel import Locale

    return {name.casefold(): code for code, name in Locale("en").languages.items() if re.fullmatch("[a-z]{2,3}", code)}


@cache
def _native() -> dict[str, str]:
    """Return what languages call themselves; slow, and asked for only where no other name is known."""
    from babel import Locale, localedata

    codes = (code for code in localedata.locale_identifiers() if re.fullmatch("[a-z]{2}", code))
    return {str(Locale(code).languages.get(code, code)).casefold(): code for code in codes}
