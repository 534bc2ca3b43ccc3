"""Which family a browser belongs to, for the list of sessions; nothing finer is kept of it."""

from typing import Final

# The first that fits: newer ones name the older ones too.
_FAMILIES: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)


def family(agent: str) -> str:
    """Return the family that the header User-Agent names, or an empty text."""
    return next((name for mark, name in _FAMILIES if mark in agent), "")
