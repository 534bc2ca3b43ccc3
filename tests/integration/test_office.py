import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from surveyapp.crypto.codes import Code, digest
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.errors import RefusedError
from surveyapp.mailing import MOST_ATTEMPTS, MailState
from surveyapp.office.box import BallotBox, BoxChangedError
from surveyapp.office.outbox import Outbox
from surveyapp.office.people import People
from surveyapp.office.rosters import Rosters
from surveyapp.office.slot import GRACE, BallotSlot, CodeUnusableError, WaveClosedError
from surveyapp.office.tables import ROSTER
from surveyapp.office.waves import Waves
from surveyapp.wave import WaveKey, WaveState
from tests.databases import Databases
from tests.factories import NOON, a_person, a_wave

KEY = WaveKey("pilot", 1)


class Office:
    """One pilot's office with *people* invited to an open wave."""

    def __init__(self, databases: Databases, people: int = 3) -> None:
        engine = databases.office
        self.engine = engine
        self.people = People(engine, secrets.token_bytes)
        self.waves = Waves(engine, secrets.token_bytes)
        self.box = BallotBox(engine)
        self.slot = BallotSlot(engine, secrets.token_bytes)
        self.outbox = Outbox(engine, secrets.token_bytes)
        self.people.enter("pilot", [a_person(number) for number in range(people)])
        self.waves.start(a_wave())

    def code(self) -> Code:
        mail = self.outbox.claim()
        assert mail is not None
        self.outbox.settle(mail, MailState.SENT)
        return mail.code

    def vote(self, code: Code, ballot: bytes = b"ballot") -> None:
        self.slot.put(KEY, digest(code), SealedBallot(ballot), NOON)


def test_one_code_puts_one_ballot_into_the_box(databases: Databases) -> None:
    office = Office(databases)
    code = office.code()

    office.vote(code)

    with pytest.raises(CodeUnusableError):
        office.vote(code)
    assert office.box.turnout(KEY).cast == office.box.turnout(KEY).issued == 1


def test_used_and_unknown_codes_get_the_same_words(databases: Databases) -> None:
    office = Office(databases)
    code = office.code()
    office.vote(code)

    with pytest.raises(CodeUnusableError) as used:
        office.vote(code)
    with pytest.raises(CodeUnusableError) as unknown:
        office.vote(Code("0000-0000-0000-0000"))

    assert str(used.value) == str(unknown.value)


def test_fifty_parallel_submissions_of_one_code_store_one_ballot(databases: Databases) -> None:
    office = Office(databases)
    code = office.code()

    def attempt(number: int) -> bool:
        try:
            office.vote(code, f"ballot {number}".encode())
        except CodeUnusableError:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        stored = list(threads.map(attempt, range(50)))

    assert stored.count(True) == 1
    assert office.box.turnout(KEY).cast == 1


def test_a_second_code_of_the_same_person_puts_no_second_ballot(databases: Databases) -> None:
    office = Office(databases, people=1)
    first = office.code()
    office.waves.remind(KEY, NOON, lambda _: None)
    second = office.code()

    office.vote(second)

    with pytest.raises(CodeUnusableError):
        office.vote(first)


def test_a_closed_wave_takes_no_ballot(databases: Databases) -> None:
    office = Office(databases)
    code = office.code()
    office.waves.close(KEY)

    with pytest.raises(WaveClosedError):
        office.vote(code)
    assert office.box.turnout(KEY).issued == 0


def test_a_wave_is_sealed_until_its_promised_date(databases: Databases) -> None:
    office = Office(databases)
    promised = a_wave(number=2, promised_at=NOON)
    office.waves.start(promised)
    office.waves.close(promised.key)

    with pytest.raises(RefusedError, match="promised"):
        office.box.fix(promised.key, NOON + GRACE - timedelta(seconds=1))
    office.box.fix(promised.key, NOON + GRACE)

    assert office.waves.find(promised.key).state == WaveState.DESTROYING


def test_the_box_is_emptied_only_of_what_was_revealed(databases: Databases) -> None:
    office = Office(databases)
    office.vote(office.code())
    office.waves.close(KEY)
    office.box.fix(KEY, NOON)

    with pytest.raises(BoxChangedError):
        office.box.empty(KEY, cast=2)
    office.box.empty(KEY, cast=1)
    office.box.empty(KEY, cast=1)
    office.box.forget()

    for table in ("box", "access", "ledger", "spent", "outbox"):
        with office.engine.connect() as connection:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_ballots_come_out_complete_in_the_order_of_random_ids(databases: Databases) -> None:
    office = Office(databases, people=30)
    for number in range(30):
        office.vote(office.code(), f"{number:02}".encode())

    assert sorted(office.box.ballots(KEY)) == [f"{number:02}".encode() for number in range(30)]


def test_a_people_import_says_what_it_changes(databases: Databases) -> None:
    people = People(databases.office, secrets.token_bytes)
    people.enter("pilot", [a_person(1), a_person(2)])

    again = [a_person(1), a_person(2, group="support"), a_person(3)]
    expected = people.compare("pilot", again).difference(leave=False)

    assert (expected.added, expected.changed, expected.unchanged) == (1, 1, 1)
    assert people.enter("pilot", again) == expected
    assert {entry.group_code for entry in people.list_of("pilot")} == {"sales", "support"}


def test_a_wave_cannot_be_started_twice_or_for_nobody(databases: Databases) -> None:
    office = Office(databases)

    with pytest.raises(RefusedError, match="already"):
        office.waves.start(a_wave())
    with pytest.raises(RefusedError, match="no people"):
        office.waves.start(a_wave("another"))


def test_roster_counts_name_joiners_and_leavers(databases: Databases) -> None:
    office = Office(databases, people=2)
    office.people.enter("pilot", [a_person(7, group="support")])
    office.waves.start(a_wave(number=2))

    counts = Rosters(office.engine).counts(WaveKey("pilot", 2))

    assert counts.invited == {"sales": 2, "support": 1}
    assert counts.joined == {1: {"support": 1}}
    assert counts.left == {1: {}}


def test_a_mail_that_never_leaves_fails_after_its_last_attempt(databases: Databases) -> None:
    office = Office(databases, people=1)

    for _ in range(MOST_ATTEMPTS):
        mail = office.outbox.claim()
        assert mail is not None
        office.outbox.put_back(mail, tried=True)

    assert office.outbox.claim() is None
    assert office.outbox.counts(KEY) == {MailState.FAILED: 1}


def test_a_server_that_was_never_reached_uses_up_no_attempt(databases: Databases) -> None:
    office = Office(databases, people=1)

    for _ in range(2 * MOST_ATTEMPTS):
        mail = office.outbox.claim()
        assert mail is not None
        office.outbox.put_back(mail, tried=False)

    assert office.outbox.counts(KEY) == {MailState.PLANNED: 1}


def test_mails_that_are_passed_over_stay_for_another_time(databases: Databases) -> None:
    office = Office(databases, people=2)
    first = office.outbox.claim()
    assert first is not None
    office.outbox.put_back(first, tried=True)

    second = office.outbox.claim([first.id])

    assert second is not None
    assert second.id != first.id
    assert office.outbox.claim([first.id]) is None
    assert office.outbox.counts(KEY) == {MailState.PLANNED: 1, MailState.SENDING: 1}


def test_mails_that_a_dead_worker_left_are_in_doubt(databases: Databases) -> None:
    office = Office(databases, people=2)
    office.outbox.claim()

    assert office.outbox.doubt_the_unsettled() == 1
    assert office.outbox.counts(KEY) == {MailState.IN_DOUBT: 1, MailState.PLANNED: 1}


def test_no_mail_of_a_closed_wave_is_sent(databases: Databases) -> None:
    office = Office(databases)
    office.waves.close(KEY)

    assert office.outbox.claim() is None


def test_the_outbox_holds_no_code_and_no_address(databases: Databases) -> None:
    office = Office(databases)
    code = office.code()

    with office.engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM outbox")).all())

    assert code not in rows
    assert "@example.org" not in rows


def test_the_seal_of_a_roster_shows_that_somebody_was_put_on_it_or_moved(databases: Databases) -> None:
    office = Office(databases)
    rosters = Rosters(office.engine)
    seals = [rosters.seal(KEY)]
    for change in (
        ROSTER.update().values(group_code="support"),
        ROSTER.insert().values(pilot_id=KEY.pilot, number=KEY.number, person_id=bytes(16), group_code="support"),
    ):
        with office.engine.begin() as connection:
            connection.execute(change)
        seals.append(rosters.seal(KEY))

    assert [seal.invited for seal in seals] == [3, 3, 4]
    assert len({seal.digits for seal in seals}) == 3
    assert rosters.seal(KEY) == seals[-1]
