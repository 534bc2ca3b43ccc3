"""What a password must be: long enough and not guessed soon; how it is stored (NIST SP 800-63B, 5.1.1.2)."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from surveyapp.web.sign_in_settings import say

SHORTEST: Final = 12  # characters
_LONGEST: Final = 256  # what comes after is no safer, only slower
_SAFE: Final = 3  # zxcvbn's score: more than 10^8 guesses
_TOO_SHORT: Final = say("Choose at least 12 characters.")
_TOO_LONG: Final = say("Choose at most 256 characters.")
_GUESSED: Final = say("This password is guessed too soon. Take several words that do not belong together.")


def problem(password: str, known: Sequence[str]) -> str | None:
    """Return what is wrong with *password* as a phrase of the catalogue; *known*: what everybody knows of its owner."""
    if len(password) < SHORTEST:
        return _TOO_SHORT
    if len(password) > _LONGEST:
        return _TOO_LONG
    # Its lists of common passwords and words take a tenth of a second to read.
    from zxcvbn import zxcvbn

    # What it is asked about is at most 72 characters long: guessing takes longer for every further one.
    score: int = zxcvbn(password[:72], user_inputs=[part for one in known for part in (one, *one.split("@"))])["score"]
    return _GUESSED if score < _SAFE else None


def hashed(password: str) -> str:
    """Return what is stored of *password*: Argon2id with a salt of its own, of the form that the sign-in compares."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(unicodedata.normalize("NFKD", password))
