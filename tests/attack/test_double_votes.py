"""One person, one ballot, whatever is sent at once; and a ballot that races the opening is refused or revealed.

The controls run the same attacks on a slot that looks first and writes later, as a plain program would.
"""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from surveyapp.crypto.blind_rsa import Blinded, Message
from surveyapp.crypto.codes import Code, CodeDigest, digest
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.database import read, write
from surveyapp.errors import SurveyError
from surveyapp.mailing import MailState
from surveyapp.office.box import BallotBox
from surveyapp.office.outbox import Outbox
from surveyapp.office.people import People
from surveyapp.office.slot import AlreadyCastError, BallotSlot, CodeUnusableError, WaveClosedError
from surveyapp.office.tables import ACCESS, BOX, LEDGER, WAVE
from surveyapp.office.waves import Waves
from surveyapp.wave import WaveKey, WaveState
from tests.databases import Databases
from tests.factories import NOON, a_person, a_wave

PARALLEL = 50
_STEP = 0.0001  # seconds
KEY = WaveKey("pilot", 1)


class HastySlot(BallotSlot):
    """The same slot, written naively: it looks, and then, in a second transaction, it acts. *pause* lies between."""

    pause: Callable[[], None] = staticmethod(lambda: None)

    def issue(self, key: WaveKey, code: CodeDigest, blinded: Blinded, now: datetime) -> None:
        del blinded, now
        person = read(
            self._engine,
            lambda connection: connection.execute(
                select(ACCESS.c.person_id).where(ACCESS.c.code_digest == code)
            ).scalar_one(),
        )
        state = read(
            self._engine,
            lambda connection: connection.execute(
                select(LEDGER.c.state).where(LEDGER.c.person_id == person, LEDGER.c.number == key.number)
            ).scalar_one(),
        )
        if state != "invited":
            raise CodeUnusableError
        self.pause()
        write(
            self._engine,
            lambda connection: connection.execute(
                update(LEDGER).where(LEDGER.c.person_id == person, LEDGER.c.number == key.number).values(state="issued")
            ),
        )

    def cast(self, key: WaveKey, message: Message, sealed: SealedBallot, now: datetime) -> bool:
        del message, now
        state = read(
            self._engine,
            lambda connection: connection.execute(
                select(WAVE.c.state).where(WAVE.c.pilot_id == key.pilot, WAVE.c.number == key.number)
            ).scalar_one(),
        )
        if state not in {WaveState.STARTED, WaveState.CLOSED}:
            raise WaveClosedError
        self.pause()
        row = {"pilot_id": key.pilot, "number": key.number, "id": secrets.token_bytes(16), "sealed": bytes(sealed)}
        write(self._engine, lambda connection: connection.execute(insert(BOX).values(row)))
        return True


class Office:
    """One pilot with a few people and an open wave."""

    def __init__(self, databases: Databases, slot: type[BallotSlot] = BallotSlot) -> None:
        engine = databases.office
        self.waves = Waves(engine, secrets.token_bytes)
        self.box = BallotBox(engine)
        self.slot = slot(engine, secrets.token_bytes)
        self.outbox = Outbox(engine, secrets.token_bytes)
        People(engine, secrets.token_bytes).enter("pilot", [a_person(number) for number in range(2)])
        self.waves.start(a_wave())

    def code(self) -> Code:
        mail = self.outbox.claim()
        assert mail is not None
        assert mail.code is not None
        self.outbox.settle(mail, MailState.SENT)
        return mail.code


def at_once(acts: Iterable[Callable[[], object]]) -> Counter[str]:
    """Do all *acts* at the same moment and count what came of them: the value, or the name of the error."""
    waiting = list(acts)
    ready = threading.Barrier(len(waiting))

    def outcome(act: Callable[[], object]) -> str:
        ready.wait()
        try:
            return str(act())
        except SurveyError as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(waiting)) as pool:
        return Counter(pool.map(outcome, waiting))


def issues(office: Office, code: Code) -> list[Callable[[], object]]:
    def issue() -> None:
        office.slot.issue(KEY, digest(code), Blinded(secrets.token_bytes(384)), NOON)

    return [issue] * PARALLEL


def test_of_fifty_slips_for_one_code_one_is_signed(databases: Databases) -> None:
    office = Office(databases)

    outcomes = at_once(issues(office, office.code()))

    assert outcomes == {"None": 1, CodeUnusableError.__name__: PARALLEL - 1}
    assert office.box.turnout(KEY).issued == 1


def test_a_slot_that_looks_first_signs_several(sqlite_databases: Databases) -> None:
    office = Office(sqlite_databases, HastySlot)
    both_have_looked = threading.Barrier(2)
    office.slot.pause = both_have_looked.wait  # type: ignore[attr-defined]

    outcomes = at_once(issues(office, office.code())[:2])

    assert outcomes == {"None": 2}


def test_one_slip_asked_for_fifty_times_is_one_ballot(databases: Databases) -> None:
    office = Office(databases)
    code, blinded = office.code(), Blinded(secrets.token_bytes(384))

    outcomes = at_once([lambda: office.slot.issue(KEY, digest(code), blinded, NOON)] * PARALLEL)

    assert outcomes == {"None": PARALLEL}
    assert office.box.turnout(KEY).issued == 1


def test_of_all_doors_at_once_one_opens(databases: Databases) -> None:
    office = Office(databases)
    code = office.code()

    def form() -> None:
        office.slot.put(KEY, digest(code), SealedBallot(b"form"), NOON)

    outcomes = at_once([form, *issues(office, code)[:1]] * (PARALLEL // 2))

    assert outcomes == {"None": 1, CodeUnusableError.__name__: PARALLEL - 1}
    assert office.box.turnout(KEY).issued == 1


def test_two_codes_of_one_person_are_one_ballot(databases: Databases) -> None:
    office = Office(databases)
    first, _ = office.code(), office.code()
    office.waves.remind(KEY, NOON, lambda _: None)
    again = {office.code(), office.code()}

    outcomes = at_once(
        [
            lambda code=code: office.slot.put(KEY, digest(code), SealedBallot(b"ballot"), NOON)
            for code in (first, *again)
        ]
    )

    assert outcomes == {"None": 2, CodeUnusableError.__name__: 1}
    assert office.box.turnout(KEY).cast == 2


def test_a_ballot_sent_fifty_times_lies_in_the_box_once(databases: Databases) -> None:
    office = Office(databases)

    outcomes = at_once([lambda: office.slot.cast(KEY, Message(b"m" * 64), SealedBallot(b"ballot"), NOON)] * PARALLEL)

    assert outcomes == {"True": 1, "False": PARALLEL - 1}
    assert list(office.box.ballots(KEY)) == [b"ballot"]


def test_of_fifty_ballots_with_one_slip_one_lies_in_the_box(databases: Databases) -> None:
    office = Office(databases)

    def cast() -> bool:
        return office.slot.cast(KEY, Message(b"m" * 64), SealedBallot(secrets.token_bytes(400)), NOON)

    outcomes = at_once([cast] * PARALLEL)

    assert outcomes == {"True": 1, AlreadyCastError.__name__: PARALLEL - 1}
    assert len(list(office.box.ballots(KEY))) == 1


# ----------------------------------------------------------------- a ballot that races the opening


def race(office: Office, number: int, handicap: float) -> tuple[bool, bool]:
    """Let a cast race close and opening of a fresh wave; return whether it was taken, and whether it is revealed.

    With a positive *handicap* the cast waits so many seconds, with a negative one the opening does.
    """
    key = WaveKey("pilot", number)
    office.waves.start(a_wave(number=number))
    ballot = SealedBallot(number.to_bytes(8, "big"))
    ready = threading.Barrier(2)

    def cast() -> bool:
        ready.wait()
        time.sleep(max(handicap, 0))
        try:
            return office.slot.cast(key, Message(ballot), ballot, NOON)
        except WaveClosedError:
            return False

    def opened() -> bool:
        ready.wait()
        time.sleep(max(-handicap, 0))
        office.waves.close(key)
        office.box.fix(key, NOON)
        return ballot in list(office.box.ballots(key))

    with ThreadPoolExecutor(2) as pool:
        taken, revealed = pool.submit(cast), pool.submit(opened)
        return taken.result(), revealed.result()


def races(office: Office, numbers: range) -> Counter[tuple[bool, bool]]:
    """Count the outcomes; who won waits a little longer next time, so that the two meet on any machine."""
    outcomes: Counter[tuple[bool, bool]] = Counter()
    handicap = 0.0
    for number in numbers:
        outcome = race(office, number, handicap)
        outcomes[outcome] += 1
        handicap += _STEP if outcome[0] else -_STEP
    return outcomes


def test_a_ballot_that_races_the_opening_is_refused_or_revealed(databases: Databases) -> None:
    office = Office(databases)

    outcomes = races(office, range(2, 52))

    assert set(outcomes) <= {(True, True), (False, False)}


@pytest.mark.slow
def test_in_a_thousand_races_every_ballot_is_refused_or_revealed(databases: Databases) -> None:
    office = Office(databases)

    outcomes = races(office, range(2, 1002))

    assert outcomes[True, True] + outcomes[False, False] == 1000
    # A race that one side always wins is none.
    assert min(outcomes[True, True], outcomes[False, False]) >= 100, outcomes


def test_a_slot_that_looks_first_loses_a_ballot(sqlite_databases: Databases) -> None:
    office = Office(sqlite_databases, HastySlot)
    looked, opened = threading.Event(), threading.Event()

    def between() -> None:
        looked.set()
        assert opened.wait(10)

    office.slot.pause = between  # type: ignore[attr-defined]
    with ThreadPoolExecutor(1) as pool:
        taken = pool.submit(office.slot.cast, KEY, Message(b"m"), SealedBallot(b"ballot"), NOON)
        assert looked.wait(10)
        office.waves.close(KEY)
        office.box.fix(KEY, NOON)
        revealed = list(office.box.ballots(KEY))
        opened.set()

    assert taken.result()
    assert revealed == []
