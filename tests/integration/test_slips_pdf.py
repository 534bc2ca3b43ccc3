"""Slips on paper: however long the words of a pilot are, every card can be read, scanned and cut out."""

from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from analysis.codebook import Text
from surveyapp.crypto import codes
from surveyapp.office.slips import Place, Slip
from surveyapp.poll import Poll
from surveyapp.printing.slips import slips_on_paper
from tests import pdfua
from tests.scanning import links_in, words_in
from tests.story import RunningPilot

TEAMS = {"sales": Text((("en", "Sales"), ("de", "Vertrieb"))), "support": Text((("en", "Support"), ("de", "Hilfe")))}
BASE = "https://survey.example.org"


@pytest.fixture
def poll(pilot: RunningPilot) -> Poll:
    pilot.people(9)
    pilot.start()
    return pilot.house.polls.known(pilot.key())


def drawn(*places: tuple[str, str, int]) -> list[Slip]:
    numbers = iter(range(1, 1000))
    return [
        Slip(Place(group, language), codes.draw(lambda size: next(numbers).to_bytes(size, "little")))
        for group, language, count in places
        for _ in range(count)
    ]


def test_every_slip_is_a_card_with_its_link_as_picture_and_its_code_to_type(poll: Poll, tmp_path: Path) -> None:
    slips = drawn(("sales", "de", 9), ("sales", "en", 2), ("support", "en", 1))

    pdf = slips_on_paper(poll, slips, TEAMS, BASE, "en")

    assert pdfua.complaints(pdf) == []
    links = [f"{BASE}/s/{poll.key}?lang={slip.place.language}#{slip.code}" for slip in slips]
    assert sorted(links_in(pdf, tmp_path)) == sorted(links)
    words = Counter(word.text for word in words_in(pdf, tmp_path))
    assert all(words[slip.code] == 1 for slip in slips)
    assert words[f"{BASE}/s/{poll.key}"] == len(slips)


def test_teams_and_languages_have_pages_of_their_own(poll: Poll, tmp_path: Path) -> None:
    slips = drawn(("sales", "de", 9), ("sales", "en", 2), ("support", "en", 1))
    place_of = {slip.code: slip.place for slip in slips}

    words = words_in(slips_on_paper(poll, slips, TEAMS, BASE, "en"), tmp_path)

    places: dict[int, set[Place]] = {}
    for word in words:
        if word.text in place_of:
            places.setdefault(word.page, set()).add(place_of[codes.parse(word.text)])
    assert all(len(those) == 1 for those in places.values())
    assert len(places) == 4


def test_the_longest_words_neither_cut_a_card_off_nor_cover_another(poll: Poll, tmp_path: Path) -> None:
    long = replace(
        poll,
        title="Angebotsschreiben mit dem Assistenten im Vertrieb der Region Nordwest, zweite Stufe".ljust(120, "x"),
        tool="Assistent mit allen Erweiterungen für das Angebotswesen der Unternehmensgruppe".ljust(80, "x"),
        contact="Dr. Maximiliane Mustermann-Beispielhausen, betriebsrat.nordwest@unternehmensgruppe.example.org",
    )
    slips = drawn(("sales", "de", 9))

    pdf = slips_on_paper(long, slips, TEAMS, f"https://umfragen.{'unternehmensgruppe.' * 4}example.org", "de")

    words = words_in(pdf, tmp_path)
    assert {slip.code for slip in slips} <= {word.text for word in words}
    assert Counter(word.text for word in words)["Maximiliane"] == len(slips)
    assert not [(one.text, other.text) for one, other in combinations(words, 2) if one.covers(other)]
    assert len(links_in(pdf, tmp_path)) == len(slips)
    assert pdfua.complaints(pdf) == []
