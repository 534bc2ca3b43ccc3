"""Leaving, erasure and corrections while a wave is open: nobody is known any more, and every count stays."""

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Engine, Integer, LargeBinary, event, select, text

from surveyapp.crypto.blind_rsa import Blinded, Message
from surveyapp.crypto.codes import Code, digest
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.mailing import MailState
from surveyapp.office.box import BallotBox, Turnout
from surveyapp.office.correcting import AddressTakenError, Correcting, UnknownPersonError
from surveyapp.office.leaving import Leaving
from surveyapp.office.outbox import ClaimedMail, Outbox
from surveyapp.office.people import Entry, ListChangedError, People
from surveyapp.office.rosters import Rosters
from surveyapp.office.slot import BallotSlot, CodeUnusableError
from surveyapp.office.tables import OFFICE, OUTBOX
from surveyapp.office.waves import Waves
from surveyapp.wave import WaveKey
from tests.databases import Databases
from tests.factories import NOON, a_person, a_wave

KEY, NEXT = WaveKey("pilot", 1), WaveKey("pilot", 2)


class Office:
    """One pilot's office with *people* invited to an open wave."""

    def __init__(self, databases: Databases, people: int = 3) -> None:
        self.engine: Engine = databases.office
        self.people = People(self.engine, secrets.token_bytes)
        self.waves = Waves(self.engine, secrets.token_bytes)
        self.leaving = Leaving(self.engine, secrets.token_bytes)
        self.correcting = Correcting(self.engine, self.waves)
        self.box = BallotBox(self.engine)
        self.slot = BallotSlot(self.engine, secrets.token_bytes)
        self.outbox = Outbox(self.engine, secrets.token_bytes)
        self.rosters = Rosters(self.engine)
        self.people.enter("pilot", [a_person(number) for number in range(people)])
        self.waves.start(a_wave())

    def id_of(self, number: int) -> bytes:
        return self.known(a_person(number).email)

    def known(self, email: str | None) -> bytes:
        found = self.people.find_address("pilot", email or "")
        assert found is not None
        return found.id

    def codes(self) -> dict[str, Code]:
        """Send every planned mail and return the code that each address got."""
        found = {}
        while (mail := self.outbox.claim()) is not None:
            self.outbox.settle(mail, MailState.SENT)
            assert mail.code
            found[mail.email] = mail.code
        return found

    def vote(self, code: Code) -> bool:
        try:
            self.slot.put(KEY, digest(code), SealedBallot(b"ballot"), NOON)
        except CodeUnusableError:
            return False
        return True

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        with self.engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table)).all()]
                for table in OFFICE.sorted_tables
            }

    def planned(self) -> list[tuple[int, str, bytes]]:
        query = select(OUTBOX.c.number, OUTBOX.c.template, OUTBOX.c.person_id).where(OUTBOX.c.state == "planned")
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query).all()]


def tables_with(office: Office, value: object) -> set[str]:
    return {name for name, rows in office.rows().items() if any(value in row for row in rows)}


# ----------------------------------------------------------------- leaving


@pytest.mark.parametrize("voted", [True, False])
def test_who_leaves_while_a_wave_is_open_is_known_nowhere_and_counted_as_before(
    databases: Databases, *, voted: bool
) -> None:
    office = Office(databases)
    person, codes = office.id_of(1), office.codes()
    assert not voted or office.vote(codes["p1@example.org"])
    before = (office.rosters.counts(KEY), office.rosters.seal(KEY), office.box.turnout(KEY), office.outbox.counts(KEY))
    assert tables_with(office, person) == {"person", "roster", "access", "ledger", "outbox", "reminder_stop"}

    assert office.leaving.remove("pilot", person)

    assert tables_with(office, person) == {"roster"}
    assert tables_with(office, "p1@example.org") == set()
    assert not office.vote(codes["p1@example.org"])
    assert before == (
        office.rosters.counts(KEY),
        office.rosters.seal(KEY),
        office.box.turnout(KEY),
        office.outbox.counts(KEY),
    )
    assert not office.leaving.remove("pilot", person)


def test_who_left_gets_no_mail_any_more_and_nobody_elses_is_lost(databases: Databases) -> None:
    office = Office(databases)

    office.leaving.remove("pilot", office.id_of(1))
    office.waves.remind(KEY, NOON, lambda _: None)

    assert set(office.codes()) == {"p0@example.org", "p2@example.org"}
    # What was never sent has not failed either: it is no mail any more.
    assert office.outbox.counts(KEY) == {MailState.SENT: 4}


def test_a_mail_that_is_being_sent_while_its_person_leaves_harms_nobody(databases: Databases) -> None:
    office = Office(databases, people=1)
    mail = office.outbox.claim()
    assert mail
    assert mail.code

    office.leaving.remove("pilot", office.id_of(0))
    office.outbox.put_back(mail, tried=True)

    assert office.outbox.claim() is None
    assert not office.vote(mail.code)


def test_a_slip_that_was_issued_before_its_person_left_is_still_taken(databases: Databases) -> None:
    office = Office(databases)
    code = office.codes()["p1@example.org"]
    office.slot.issue(KEY, digest(code), Blinded(b"blinded"), NOON)

    office.leaving.remove("pilot", office.id_of(1))

    assert office.slot.cast(KEY, Message(b"message"), SealedBallot(b"ballot"), NOON)
    assert office.box.turnout(KEY) == Turnout(issued=1, cast=1)


def test_joiners_and_leavers_are_counted_between_waves(databases: Databases) -> None:
    office = Office(databases)
    office.leaving.remove("pilot", office.id_of(0))
    office.waves.close(KEY)
    office.leaving.remove("pilot", office.id_of(1))
    office.people.enter("pilot", [a_person(9, group="support")])

    office.waves.start(a_wave(number=2))

    counts = office.rosters.counts(NEXT)
    assert counts.invited == {"sales": 1, "support": 1}
    assert counts.joined == {1: {"support": 1}}
    assert counts.left == {1: {"sales": 2}}


def test_every_table_that_holds_people_is_thought_of(databases: Databases) -> None:
    office = Office(databases, people=2)
    person = office.id_of(1)
    with office.engine.begin() as connection:
        for table in OFFICE.sorted_tables:
            if "person_id" in table.c and table.name not in {"roster", "ledger"}:
                values = {column.name: _some(column.type) for column in table.c if not column.nullable}
                connection.execute(table.insert().values(values | {"pilot_id": "pilot", "person_id": person}))

    office.leaving.remove("pilot", person)

    assert tables_with(office, person) == {"roster"}


def _some(kind: object) -> object:
    if isinstance(kind, LargeBinary):
        return secrets.token_bytes(16)
    return 1 if isinstance(kind, Integer | Boolean) else "sent"


def test_a_list_can_say_that_everybody_else_leaves(databases: Databases) -> None:
    office = Office(databases, people=4)
    new = [a_person(0), a_person(1, name="Ada Berger"), a_person(7)]
    seen = office.people.compare("pilot", new)
    assert [one.entry.email for one in seen.missing] == ["p2@example.org", "p3@example.org"]

    difference = office.people.enter("pilot", new, leave=True, seen=seen.seen)

    assert difference == seen.difference(leave=True)
    assert {entry.email for entry in office.people.list_of("pilot")} == {f"p{n}@example.org" for n in (0, 1, 7)}
    assert len(office.codes()) == 2


def test_a_list_that_was_changed_meanwhile_is_looked_at_again(databases: Databases) -> None:
    office = Office(databases)
    new = [a_person(0)]
    seen = office.people.compare("pilot", new).seen
    office.people.enter("pilot", [a_person(5)])
    before = office.rows()

    with pytest.raises(ListChangedError):
        office.people.enter("pilot", new, leave=True, seen=seen)

    assert office.rows() == before


def test_people_with_paper_slips_do_not_leave_with_a_file(databases: Databases) -> None:
    office = Office(databases, people=1)
    office.people.enter("pilot", [Entry(None, "Slip", "sales", "en")])

    office.people.enter("pilot", [a_person(0)], leave=True)

    assert {entry.name for entry in office.people.list_of("pilot")} == {"Person 0", "Slip"}


def test_people_of_another_pilot_with_the_same_address_stay(databases: Databases) -> None:
    office = Office(databases)
    office.people.enter("another", [a_person(1)])

    office.leaving.remove("pilot", office.id_of(1))

    assert len(office.people.list_of("another")) == 1


# ----------------------------------------------------------------- corrections


def corrected(number: int, **changes: str) -> Entry:
    person = a_person(number, **changes)
    return Entry(f"new-{person.email}", person.name, person.group_code, person.language)


def test_a_corrected_address_gets_a_fresh_code_and_the_old_one_is_dead(databases: Databases) -> None:
    office = Office(databases)
    person, old = office.id_of(1), office.codes()["p1@example.org"]

    assert office.correcting.correct("pilot", person, corrected(1))

    fresh = office.codes()
    assert set(fresh) == {"new-p1@example.org"}
    assert not office.vote(old)
    assert office.vote(fresh["new-p1@example.org"])
    assert office.rosters.counts(KEY).invited == {"sales": 3}


def test_whether_a_ballot_was_taken_changes_nothing_of_what_is_said_planned_or_mailed(databases: Databases) -> None:
    office = Office(databases)
    codes = office.codes()
    office.vote(codes["p1@example.org"])

    said = [office.correcting.correct("pilot", office.id_of(number), corrected(number)) for number in (1, 2)]
    planned = sorted((number, template) for number, template, _ in office.planned())

    assert said == [True, True]
    assert planned == [(1, "invitation"), (1, "invitation")]
    fresh = office.codes()
    assert [office.vote(fresh[f"new-p{number}@example.org"]) for number in (1, 2)] == [False, True]
    assert office.box.turnout(KEY) == Turnout(issued=2, cast=2)


def test_who_was_asking_for_the_slip_still_gets_it_after_a_correction(databases: Databases) -> None:
    office = Office(databases)
    code, person = office.codes()["p1@example.org"], office.id_of(1)
    office.slot.issue(KEY, digest(code), Blinded(b"blinded"), NOON)

    office.correcting.correct("pilot", person, corrected(1))

    office.slot.issue(KEY, digest(code), Blinded(b"blinded"), NOON)


def test_mails_that_still_wait_become_one_to_the_new_address(databases: Databases) -> None:
    office = Office(databases, people=1)
    office.waves.remind(KEY, NOON, lambda _: None)
    person = office.id_of(0)

    office.correcting.correct("pilot", person, corrected(0))

    assert office.planned() == [(1, "invitation", person)]


def test_another_name_or_group_invites_nobody_again(databases: Databases) -> None:
    office = Office(databases)
    code = office.codes()["p1@example.org"]

    assert not office.correcting.correct("pilot", office.id_of(1), a_person(1, name="Ada", group="support"))

    assert office.planned() == []
    assert office.vote(code)


def test_before_and_after_a_wave_a_correction_plans_no_mail(databases: Databases) -> None:
    office = Office(databases)
    office.codes()
    office.people.enter("pilot", [a_person(8)])
    office.waves.close(KEY)

    assert not office.correcting.correct("pilot", office.id_of(1), corrected(1))
    assert not office.correcting.correct("pilot", office.id_of(8), corrected(8))

    assert office.planned() == []


def test_an_address_of_somebody_else_is_refused(databases: Databases) -> None:
    office = Office(databases)
    before = office.rows()

    with pytest.raises(AddressTakenError):
        office.correcting.correct("pilot", office.id_of(1), a_person(2))
    with pytest.raises(UnknownPersonError):
        office.correcting.correct("pilot", bytes(16), a_person(7))

    assert office.rows() == before


# ----------------------------------------------------------------- races


def all_at_once(*acts: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(acts)) as threads:
        for running in [threads.submit(act) for act in acts]:
            running.result()


def test_votes_and_leavers_at_the_same_time_never_make_a_ballot_of_nobody(databases: Databases) -> None:
    office = Office(databases, people=12)
    codes = office.codes()
    ids = [office.id_of(number) for number in range(12)]
    votes: list[bool] = []

    all_at_once(
        lambda: votes.extend(office.vote(code) for code in codes.values()),
        lambda: [office.leaving.remove("pilot", person) for person in reversed(ids)],
    )

    assert office.box.turnout(KEY) == Turnout(issued=votes.count(True), cast=votes.count(True))
    assert office.people.list_of("pilot") == ()
    assert sum(office.rosters.counts(KEY).invited.values()) == 12
    assert len(office.rows()["ledger"]) == 12
    assert office.rows()["access"] == []


def test_no_code_of_a_mail_on_its_way_to_the_old_address_outlives_the_correction(databases: Databases) -> None:
    office = Office(databases, people=12)
    ids = [office.id_of(number) for number in range(12)]
    mails: dict[str, Code] = {}

    all_at_once(
        lambda: mails.update(office.codes()),
        lambda: [office.correcting.correct("pilot", person, corrected(number)) for number, person in enumerate(ids)],
    )
    mails |= office.codes()

    usable = {address for address, code in mails.items() if office.vote(code)}
    assert usable == {f"new-p{number}@example.org" for number in range(12)}


def test_votes_and_corrections_at_the_same_time_leave_everybody_exactly_one_ballot(databases: Databases) -> None:
    office = Office(databases, people=12)
    old, ids = office.codes(), [office.id_of(number) for number in range(12)]
    early: dict[str, bool] = {}

    all_at_once(
        lambda: early.update({address: office.vote(code) for address, code in old.items()}),
        lambda: [
            office.correcting.correct("pilot", person, corrected(number))
            for number, person in reversed(list(enumerate(ids)))
        ],
    )
    late = {address.removeprefix("new-"): office.vote(code) for address, code in office.codes().items()}

    assert {address: not voted for address, voted in early.items()} == late
    assert office.box.turnout(KEY) == Turnout(issued=12, cast=12)


def test_a_box_that_is_emptied_while_somebody_leaves_is_empty(databases: Databases) -> None:
    office = Office(databases, people=12)
    votes = [office.vote(code) for code in office.codes().values()]
    ids = [office.id_of(number) for number in range(12)]
    office.waves.close(KEY)
    office.box.fix(KEY, NOON)

    all_at_once(
        lambda: office.box.empty(KEY, len(votes)),
        lambda: [office.leaving.remove("pilot", person) for person in ids],
    )

    rows = office.rows()
    assert {name for name, found in rows.items() if found} == {"wave", "roster"}
    assert len(rows["roster"]) == 12


def test_a_wave_that_starts_while_somebody_leaves_knows_them_or_not_but_never_by_halves(databases: Databases) -> None:
    office = Office(databases, people=6)
    office.codes()
    ids = [office.id_of(number) for number in range(5)]

    all_at_once(
        lambda: office.waves.start(a_wave(number=2)),
        lambda: [office.leaving.remove("pilot", person) for person in ids],
    )

    rows = office.rows()
    assert all(tables_with(office, person) <= {"roster"} for person in ids)
    invited = sum(office.rosters.counts(NEXT).invited.values())
    assert len([row for row in rows["ledger"] if row[1] == 2]) == invited
    assert len(office.codes()) == 1


# Each act below is stopped between two of its statements while another one begins, which must wait for it.


def overtaken(
    engine: Engine, act: Callable[[], object], *, before: str, by: Callable[[], object]
) -> tuple[object, object]:
    """Stop *act* before its first statement that begins so, begin *by*, let *act* go on, and return what both return.

    Fails if *by* came to its end in between.
    """
    stopped, go_on, stopping = threading.Event(), threading.Event(), threading.local()

    def stop(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if getattr(stopping, "here", False) and statement.startswith(before):
            stopping.here = False
            stopped.set()
            assert go_on.wait(20)

    def first() -> object:
        stopping.here = True
        return act()

    event.listen(engine, "before_cursor_execute", stop)
    try:
        with ThreadPoolExecutor(2) as threads:
            one = threads.submit(first)
            assert stopped.wait(20)
            other = threads.submit(by)
            try:
                _, waiting = wait([other], timeout=0.3)
                assert waiting, "nothing held the other one up"
            finally:
                go_on.set()
            return one.result(), other.result()
    finally:
        event.remove(engine, "before_cursor_execute", stop)


def test_a_vote_that_has_begun_is_taken_before_its_address_is_corrected(databases: Databases) -> None:
    office = Office(databases)
    code, person = office.codes()["p1@example.org"], office.id_of(1)

    voted, invited = overtaken(
        office.engine,
        lambda: office.vote(code),
        before="UPDATE ledger",
        by=lambda: office.correcting.correct("pilot", person, corrected(1)),
    )

    assert (voted, invited) == (True, True)
    assert not office.vote(office.codes()["new-p1@example.org"])
    assert office.box.turnout(KEY) == Turnout(issued=1, cast=1)


def test_a_vote_that_comes_while_its_address_is_corrected_finds_its_code_dead(databases: Databases) -> None:
    office = Office(databases)
    code, person = office.codes()["p1@example.org"], office.id_of(1)

    invited, voted = overtaken(
        office.engine,
        lambda: office.correcting.correct("pilot", person, corrected(1)),
        before="DELETE FROM access",
        by=lambda: office.vote(code),
    )

    assert (invited, voted) == (True, False)
    assert office.vote(office.codes()["new-p1@example.org"])


def test_a_vote_that_has_begun_is_counted_before_its_person_leaves(databases: Databases) -> None:
    office = Office(databases)
    code, person = office.codes()["p1@example.org"], office.id_of(1)

    voted, left = overtaken(
        office.engine,
        lambda: office.vote(code),
        before="UPDATE ledger",
        by=lambda: office.leaving.remove("pilot", person),
    )

    assert (voted, left) == (True, True)
    assert office.box.turnout(KEY) == Turnout(issued=1, cast=1)
    assert tables_with(office, person) == {"roster"}


def test_a_vote_that_comes_while_its_person_leaves_is_not_taken(databases: Databases) -> None:
    office = Office(databases)
    code, person = office.codes()["p1@example.org"], office.id_of(1)

    left, voted = overtaken(
        office.engine,
        lambda: office.leaving.remove("pilot", person),
        before="DELETE FROM access",
        by=lambda: office.vote(code),
    )

    assert (left, voted) == (True, False)
    assert office.box.turnout(KEY) == Turnout(issued=0, cast=0)


def test_whoever_leaves_while_a_wave_is_being_started_is_on_its_roster_and_nowhere_else(databases: Databases) -> None:
    office = Office(databases)
    office.codes()
    person = office.id_of(1)

    overtaken(
        office.engine,
        lambda: office.waves.start(a_wave(number=2)),
        before="INSERT INTO wave",
        by=lambda: office.leaving.remove("pilot", person),
    )

    assert tables_with(office, person) == {"roster"}
    assert sum(office.rosters.counts(NEXT).invited.values()) == 3
    assert set(office.codes()) == {"p0@example.org", "p2@example.org"}


@pytest.mark.parametrize("leaves", [True, False])
def test_a_code_that_is_on_its_way_to_the_old_address_dies_with_the_others(
    databases: Databases, *, leaves: bool
) -> None:
    office = Office(databases, people=1)
    person = office.id_of(0)

    def change() -> bool:
        if leaves:
            return office.leaving.remove("pilot", person)
        return office.correcting.correct("pilot", person, corrected(0))

    mail, _ = overtaken(office.engine, office.outbox.claim, before="INSERT INTO access", by=change)

    assert isinstance(mail, ClaimedMail)
    assert mail.email == "p0@example.org"
    assert mail.code
    assert not office.vote(mail.code)
    assert set(office.codes()) == (set() if leaves else {"new-p0@example.org"})


# ----------------------------------------------------------------- storage


def test_no_page_or_log_keeps_who_was_erased(sqlite_databases: Databases, tmp_path: Path) -> None:
    office = Office(sqlite_databases, people=40)
    code = office.codes()["p11@example.org"]
    person = office.id_of(11)
    traces = (b"p11@example.org", b"Person 11", digest(code))

    def raw() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("office.sqlite*"))

    assert all(trace in raw() for trace in traces)
    office.leaving.remove("pilot", person)
    assert office.leaving.forget()

    assert not [trace for trace in traces if trace in raw()]
    assert b"p12@example.org" in raw()


def test_storage_that_is_being_read_is_said_not_to_be_clean_yet(sqlite_databases: Databases) -> None:
    office = Office(sqlite_databases)

    with office.engine.connect() as reader, reader.begin():
        reader.execute(text("SELECT count(*) FROM person")).scalar_one()
        with office.engine.connect() as impatient:
            impatient.exec_driver_sql("PRAGMA busy_timeout=10")  # the next use of this connection waits no longer
        clean = office.leaving.forget()

    assert not clean
    assert office.leaving.forget()
