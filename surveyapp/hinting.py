"""Signs that a comment may still tell who wrote it or who is meant. They ask for a second look and decide nothing.

Who is on the list of people is not known here: those names were taken out before the comment was stored.
"""

import re
from enum import StrEnum

from surveyapp.scrubbing import MARK, Scrubber


class Hint(StrEnum):
    """Why somebody should read a comment twice; English, also the key of the catalogues."""

    TAKEN_OUT = "something was taken out: does the rest still tell who it is?"
    REACHABLE = "maybe an address or a number"
    NAME = "maybe a name"
    ROLE = "names a role that one person may have"
    WRITER = "tells something about who wrote it"


_REACHABLE = Scrubber(())  # knows no names, only what addresses and numbers look like
_CAPITAL = r"[A-ZÄÖÜ][\w'-]+"
_SIGNS = (
    (
        Hint.NAME,
        re.compile(
            # An address with a name, a first and a last name in the middle of a sentence, a name under a letter,
            # somebody who is asked or who says something.
            rf"\b(?:Herrn?|Frau|Hr\.|Fr\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.|Prof\.)\s+{_CAPITAL}"
            rf"|(?<=[a-zäöüß,;] ){_CAPITAL} {_CAPITAL}(?=[ .,;!?]|$)"
            rf"|(?i:\b(?:gruß|grüße|regards|cheers|thanks|danke)),?\s+{_CAPITAL}\W*$"
            rf"|\b(?i:ask|asked|tell|told|thank|frag|fragt|fragen Sie)\s+{_CAPITAL}"
            rf"|\b{_CAPITAL} (?:said|says|told|asked|thinks)\b"
        ),
    ),
    (
        Hint.ROLE,
        re.compile(
            r"\b(?:my|our|the) (?:\w+ )?(?:boss|manager|supervisor|team ?lead(?:er)?|head of|director|intern|trainee)\b"
            r"|\b(?:mein|unser|der|die)\w* (?:chef|vorgesetz|leiter|teamleit|abteilungsleit|gruppenleit|geschäftsführ"
            r"|azubi|auszubildend|praktikant|werkstudent)",
            re.IGNORECASE,
        ),
    ),
    (
        Hint.WRITER,
        re.compile(
            r"\bas (?:the|a|an) (?:only|new|part-time|disabled|pregnant)\b|\bi am the\b|\bi'm the\b|\bthe only one\b"
            r"|\bals (?:einzige|neue|schwangere|teilzeit|behinderte|vater|mutter|frau|mann)|\bich bin (?:der|die) ",
            re.IGNORECASE,
        ),
    ),
)


def hints(text: str) -> tuple[Hint, ...]:
    """Return what in *text*, English or German, should make its reader look twice."""
    found = [Hint.TAKEN_OUT] if MARK in text else []
    if _REACHABLE.scrub(text) != text:
        found.append(Hint.REACHABLE)
    return tuple(found + [hint for hint, sign in _SIGNS if sign.search(text)])
