"""Bytes as text: base64url without padding (RFC 4648, section 5), where a value has one spelling only."""

import base64
import binascii


class BadEncodingError(ValueError):
    """The text is no base64url, or not the one spelling of its bytes."""


def write(raw: bytes) -> str:
    """Return *raw* as text."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def read(text: str) -> bytes:
    """Return the bytes that *text* spells.

    Raises:
        BadEncodingError: padding, blanks, other letters, or unused bits that are not zero.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        # Letters beyond ASCII raise the second.
        raise BadEncodingError from None
    # The library forgives + and /, and unused bits.
    if write(raw) != text:
        raise BadEncodingError
    return raw
