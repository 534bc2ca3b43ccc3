"""Slips for people without e-mail, in the office: how many there are, whose code opens what, and who leaves first."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from surveyapp.crypto.blind_rsa import Blinded
from surveyapp.crypto.codes import Code, digest
from surveyapp.mailing import MailState, Template
from surveyapp.office.box import BallotBox
from surveyapp.office.correcting import Correcting, UnknownPersonError
from surveyapp.office.outbox import Outbox
from surveyapp.office.people import Entry, People
from surveyapp.office.rosters import Rosters
from surveyapp.office.slips import Changed, Place, Slips
from surveyapp.office.slot import BallotSlot, CodeUnusableError
from surveyapp.office.waves import Waves
from surveyapp.wave import WaveKey
from tests.databases import Databases
from tests.factories import NOON, a_person, a_wave

KEY = WaveKey("pilot", 1)
SALES, SUPPORT = Place("sales", "en"), Place("support", "de")


class Office:
    """A pilot with one person who is mailed."""

    def __init__(self, databases: Databases) -> None:
        engine = databases.office
        self.people = People(engine, secrets.token_bytes)
        self.slips = Slips(engine, secrets.token_bytes)
        self.waves = Waves(engine, secrets.token_bytes)
        self.rosters = Rosters(engine)
        self.box = BallotBox(engine)
        self.outbox = Outbox(engine, secrets.token_bytes)
        self.slot = BallotSlot(engine, secrets.token_bytes)
        self.correcting = Correcting(engine, self.waves)
        self.people.enter("pilot", [a_person(0)])

    def begin(self, **slips: int) -> tuple[Code, ...]:
        """Start the wave with *slips* for each group, and return their codes."""
        self.slips.settle("pilot", {Place(group, "en"): count for group, count in slips.items()})
        self.waves.start(a_wave())
        return tuple(slip.code for slip in self.slips.draw(KEY))

    def takes(self, code: Code, blinded: bytes = b"") -> bool:
        """Ask for a ballot with *code* and say whether it was given."""
        try:
            self.slot.issue(KEY, digest(code), Blinded(blinded or secrets.token_bytes(8)), NOON)
        except CodeUnusableError:
            return False
        return True


@pytest.fixture
def office(databases: Databases) -> Office:
    return Office(databases)


def test_the_same_numbers_twice_at_once_are_entered_once(office: Office) -> None:
    wanted = {SALES: 7, SUPPORT: 2}

    with ThreadPoolExecutor(4) as at_once:
        changes = list(at_once.map(lambda _: office.slips.settle("pilot", wanted), range(4)))

    assert sorted(changes, key=lambda change: change.added) == [Changed(0, 0)] * 3 + [Changed(9, 0)]
    assert office.slips.counts("pilot") == wanted


def test_slips_that_the_open_wave_does_not_have_are_taken_out_first(office: Office) -> None:
    codes = office.begin(sales=5)
    office.slips.settle("pilot", {SALES: 9})

    assert office.slips.settle("pilot", {SALES: 5}) == Changed(0, 4)

    assert office.slips.invited(KEY) == 5
    assert all(office.takes(code) for code in codes)


def test_fewer_than_the_open_wave_has_leave_its_counts_and_kill_as_many_codes(office: Office) -> None:
    codes = office.begin(sales=5)
    before = office.rosters.seal(KEY), office.rosters.counts(KEY), office.box.turnout(KEY)

    office.slips.settle("pilot", {SALES: 3})

    assert before == (office.rosters.seal(KEY), office.rosters.counts(KEY), office.box.turnout(KEY))
    assert sum(office.takes(code) for code in codes) == 3


def test_the_seal_of_the_roster_changes_with_every_slip(office: Office) -> None:
    office.begin(sales=5)
    office.slips.settle("pilot", {SALES: 4})
    office.slips.settle("pilot", {SALES: 5})
    office.waves.start(a_wave(number=2))

    first, second = office.rosters.seal(KEY), office.rosters.seal(WaveKey("pilot", 2))

    assert first.invited == second.invited == 6
    assert first.digits != second.digits


def test_nothing_is_ever_mailed_to_a_slip(office: Office) -> None:
    office.begin(sales=5)

    assert office.waves.remind(KEY, NOON, lambda _: None) == 1
    assert office.waves.extend(KEY, NOON + timedelta(days=9), lambda _: None) == 1
    assert office.outbox.progress(KEY) == {
        Template.INVITATION: {MailState.PLANNED: 1},
        Template.EXTENSION: {MailState.PLANNED: 1},
    }
    assert office.waves.cancel(KEY) == 1
    assert office.outbox.progress(KEY) == {Template.CANCELLATION: {MailState.PLANNED: 1}}


def test_a_ballot_that_was_taken_outlives_new_slips(office: Office) -> None:
    used, *unused = office.begin(sales=3)
    assert office.takes(used, b"its slip")

    again = [slip.code for slip in office.slips.draw(KEY, again=True)]

    # The answer to its first request may have been lost: the browser asks for the same once more.
    assert office.takes(used, b"its slip")
    assert not office.takes(used)
    assert not any(office.takes(code) for code in unused)
    assert sum(office.takes(code) for code in again) == 2


def test_nobody_gives_an_address_to_a_slip_and_takes_it_from_who_holds_the_paper(office: Office) -> None:
    codes = office.begin(sales=2)
    slip = next(one.id for one in office.people.listed("pilot") if one.entry.email is None)

    with pytest.raises(UnknownPersonError):
        office.correcting.correct("pilot", slip, Entry("mine@example.org", "Me", "sales", "en"))

    assert office.people.find_address("pilot", "mine@example.org") is None
    assert all(office.takes(code) for code in codes)
