"""The recovery sheet: wrapped keys on paper, so that a lost server or key directory is not a lost box."""

from dataclasses import dataclass
from datetime import date

import segno

from surveyapp import templating
from surveyapp.crypto.wrapping import to_line
from surveyapp.custody import KeptPilot, KeptWave
from surveyapp.errors import SurveyError

_QUIET = 4  # modules of white around a code, as its standard wants


class SheetUnprintableError(SurveyError):
    """This machine lacks the libraries that print."""


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
        SheetUnprintableError: this machine lacks Pango or HarfBuzz.
    """
    try:
        # Pango comes from the system and may be missing.
        from analysis.render.printer import printed
    except OSError as error:
        raise SheetUnprintableError("this machine cannot print: Pango or HarfBuzz is missing") from error
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
    source = templating.environment(language)
    text = source.get_template("staff/recovery_sheet.html").render(page=page)
    return printed(text, [source.get_template("staff/recovery_sheet.css").render()])
