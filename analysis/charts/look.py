"""The one look: colours that survive grey print and colour blindness, sizes that survive a photocopy."""

INK = "#17202b"
QUIET = "#56616e"  # 6.3:1 on white
RULE = "#c9d0d8"
TRACK = "#eceff3"
PAPER = "#ffffff"
ACCENT = "#0b5394"
ACCENT_SOFT = "#8fb4d9"
HATCH = "#8b95a1"

TEXT = 8.5  # points; nothing is smaller than 8 in print
SMALL = 8.0
LINE = 1.25  # line height

WIDTH = 482.0  # points: the text width of an A4 page
HALF = 232.0  # two charts side by side

_LIGHT = (233, 240, 248)
_DARK = (11, 83, 148)


def shade(share: float) -> str:
    """Return the colour of a share between 0 and 1 on the one sequential palette, light to dark."""
    part = min(max(share, 0.0), 1.0)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(_LIGHT, _DARK, strict=True))


def on_shade(share: float) -> str:
    """Return the text colour that stays readable (4.5:1) on `shade(share)`."""
    return PAPER if share > 0.76 else "#000000"  # noqa: PLR2004
