"""Access codes: 80 random bits that are mailed, and the digest that is stored instead.

Letters are Crockford's base32 (no I, L, O, U), in four groups of four so that a person can type them.
"""

import hashlib
from collections.abc import Callable
from typing import NewType

Code = NewType("Code", str)  # in the mail, never stored: XXXX-XXXX-XXXX-XXXX
CodeDigest = NewType("CodeDigest", bytes)  # in the office, never sent

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 16
BYTES = LETTERS * 5 // 8
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SEPARATORS = str.maketrans("", "", " -\u2013\u2014\t\r\n")


class BadCodeError(ValueError):
    """What was typed cannot be a code."""


def draw(random_bytes: Callable[[int], bytes]) -> Code:
    """Return a fresh code from *random_bytes* (a cryptographic source, for instance `secrets.token_bytes`)."""
    number = int.from_bytes(random_bytes(BYTES), "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LETTERS)))
    return Code("-".join(letters[start : start + 4] for start in range(0, LETTERS, 4)))


def parse(typed: str) -> Code:
    """Return the code that a person meant: case, spaces, dashes and look-alike letters do not matter.

    Raises:
        BadCodeError: no code has these letters or this length.
    """
    letters = typed.translate(_SEPARATORS).upper().translate(_LOOKALIKES)
    if len(letters) != LETTERS or not set(letters) <= set(ALPHABET):
        raise BadCodeError
    return Code("-".join(letters[start : start + 4] for start in range(0, LETTERS, 4)))


def digest(code: Code) -> CodeDigest:
    """Return what is stored instead of *code*. 80 random bits need no salt and no slow hash."""
    return CodeDigest(hashlib.sha256(code.encode("ascii")).digest())
