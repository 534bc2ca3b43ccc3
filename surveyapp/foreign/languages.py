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
    plain = re.sub(r"-(informal|easy|formal)$", "", wanted)
    found = _CODE.fullmatch(plain)
    if found:
        code = found[1].lower() + (f"-{found[2].upper()}" if found[2] else "")
        return code if LANGUAGE.fullmatch(code) and found[1].lower() in _names().values() else ""
    return _names().get(wanted.casefold(), "")


@cache
def _names() -> dict[str, str]:
    """Return the names of languages in English and in themselves."""
    from babel import Locale, localedata

    names = {name.casefold(): code for code, name in Locale("en").languages.items() if re.fullmatch("[a-z]{2,3}", code)}
    for code in localedata.locale_identifiers():
        if re.fullmatch("[a-z]{2}", code):
            names.setdefault(str(Locale(code).languages.get(code, code)).casefold(), code)
    return names
