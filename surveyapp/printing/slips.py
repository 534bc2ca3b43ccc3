"""Slips on paper: a card with a code for each, to be cut apart and handed out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import segno

from analysis.codebook import Text
from surveyapp import templating
from surveyapp.office.slips import Slip
from surveyapp.poll import Poll
from surveyapp.printing.paper import on_paper

_QUIET = 4  # modules of white around a code, as its standard wants


@dataclass(frozen=True, slots=True)
class Card:
    """What one slip says: the code, the address to type, and both as a picture that a telephone reads."""

    code: str
    address: str
    picture: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cards of one team in one language, and what each says in it. *team* is None for people without one."""

    team: Text | None
    language: str
    heading: str
    how: str
    closes: str
    promise: str
    fingerprint: str
    picture: str
    contact: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SlipsOnPaper:
    """All slips of a wave, team by team."""

    title: str
    number: int
    sheets: tuple[Sheet, ...]


def slips_on_paper(poll: Poll, slips: Sequence[Slip], teams: dict[str, Text], base_url: str, language: str) -> bytes:
    """Return the PDF of *slips*, which are ordered by place; its headings are in *language*, each card in its own.

    Raises:
        UnprintableError: this machine lacks Pango or HarfBuzz.
    """
    sheets = tuple(
        _sheet(poll, teams.get(place.group_code), poll.language(place.language), tuple(those), base_url)
        for place, those in groupby(slips, key=lambda slip: slip.place)
    )
    return on_paper("slips/slips.html", "slips/slips.css", SlipsOnPaper(poll.title, poll.key.number, sheets), language)


def _sheet(poll: Poll, team: Text | None, language: str, slips: Sequence[Slip], base_url: str) -> Sheet:
    address = f"{base_url}/s/{poll.key}"
    words = templating.catalogue(language)
    say = words.gettext
    return Sheet(
        team=team,
        language=language,
        heading=say("Your view of %(tool)s counts") % {"tool": poll.tool},
        how=say("Scan the picture with a telephone. Or open this address and type the code:"),
        closes=say("The survey closes on %(closes)s.")
        % {"closes": templating.written_moment(poll.closes_at, language)},
        promise=say(
            "This slip has no name. Nobody can look up what you answered; the page says how that is made sure."
        ),
        fingerprint=say("Fingerprint of the ballot box key: %(fingerprint)s. The survey page must show the same.")
        % {"fingerprint": poll.fingerprint},
        picture=say("The address and the code as a picture for a telephone"),
        contact=say("Questions? %(contact)s") % {"contact": poll.contact} if poll.contact else "",
        cards=tuple(_card(slip.code, address, language) for slip in slips),
    )


def _card(code: str, address: str, language: str) -> Card:
    # What stands behind # never reaches a server.
    link = f"{address}?lang={language}#{code}"
    return Card(code, address, segno.make(link, error="m", micro=False).png_data_uri(scale=4, border=_QUIET))
