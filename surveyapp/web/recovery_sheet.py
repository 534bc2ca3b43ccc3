"""The recovery sheet: wrapped keys on paper, so that a lost server or key directory is not a lost box."""

from dataclasses import dataclass
from datetime import date

import segno

from surveyapp import templating
from surveyapp.crypto.wrapping import to_line
from surveyapp.custody import KeptPilot, KeptWave
from surveyapp.printing.paper import on_paper

_QUIET = 4  # modules of white around a code, as its standard wants


@dataclass(frozen=True, slots=True)
class KeyOnPaper:
    """One wave: its key as text and as a picture that a telephone reads."""

    wave: KeptWave
    line: str
    picture: str


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the sheet says."""

    pilot: KeptPilot
    address: str
    made_on: str
    deputy: bool
    keys: tuple[KeyOnPaper, ...]


def recovery_sheet(pilot: KeptPilot, base_url: str, today: date, language: str) -> bytes:
    """Return the sheet of *pilot* as a PDF: every wrapped key that is here.

    Raises:
        UnprintableError: this machine lacks Pango or HarfBuzz.
    """
    keys = tuple(
        KeyOnPaper(wave, line, segno.make(line, error="l", micro=False).svg_data_uri(border=_QUIET))
        for wave in pilot.waves
        if wave.wrapped is not None and (line := to_line(str(wave.key), wave.wrapped))
    )
    page = SheetPage(
        pilot=pilot,
        address=f"{base_url}/staff/trustee/{pilot.slug}",
        made_on=templating.written_day(today, language),
        deputy=any(key.wave.deputy for key in keys),
        keys=keys,
    )
    return on_paper("staff/recovery_sheet.html", "staff/recovery_sheet.css", page, language)
