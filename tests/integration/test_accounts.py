"""Links, sessions, wrong attempts and the chain of the audit log, on both databases."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes, token_urlsafe

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from surveyapp.__main__ import main
from surveyapp.app import House, create_app
from surveyapp.database import read, write
from surveyapp.desk import audit_chain
from surveyapp.desk.attempts import FREE, Attempts
from surveyapp.desk.audit_chain import AUDIT_LINK
from surveyapp.desk.links import AccountLinks
from surveyapp.desk.sessions import SessionToken, StaffSessions, handle_of
from surveyapp.desk.sign_in_tables import ACCOUNT_LINK, SIGN_IN_ATTEMPT, STAFF_SESSION
from surveyapp.desk.store import Audited, Desk
from surveyapp.desk.tables import AUDIT_ENTRY
from surveyapp.settings import Settings
from surveyapp.web.passwords import problem
from surveyapp.web.security import (
    Accounts,
    LastAdministratorError,
    NewAccount,
    RoleTakenError,
    StaffRole,
    UnknownAccountError,
)
from tests.databases import Databases
from tests.inspecting import InspectingClient
from tests.integration.test_dumps import VERSIONS, restore
from tests.story import RunningPilot

RUTH = "ruth@example.org"


@dataclass
class Moment:
    """A clock that a test turns."""

    now: datetime = field(default_factory=lambda: datetime(2027, 5, 3, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def accounts(databases: Databases) -> Iterator[Accounts]:
    made = Accounts(databases.desk, lambda password: f"hashed {password}")
    yield made
    made.session.remove()


@pytest.fixture
def ruth(accounts: Accounts) -> str:
    return accounts.add(NewAccount(RUTH, "Ruth Adler", roles={"offers": StaffRole.TRUSTEE}))


def token() -> str:
    return token_urlsafe(24)


# ----------------------------------------------------------------- accounts


def test_an_account_is_found_however_its_address_is_written(accounts: Accounts, ruth: str) -> None:
    found = accounts.at_address(" Ruth@Example.org ")

    assert found == accounts.entry(ruth)
    assert found
    assert (found.password, found.active, found.everywhere) == (False, True, None)
    assert found.roles == {"offers": StaffRole.TRUSTEE}


def test_nobody_has_two_roles_in_one_pilot_or_one_beside_the_whole_installation(accounts: Accounts, ruth: str) -> None:
    admin = accounts.add(NewAccount("admin@example.org", "Admin", administrator=True))

    with pytest.raises(RoleTakenError):
        accounts.enter(NewAccount(RUTH, "Ruth", roles={"offers": StaffRole.LEAD}))
    with pytest.raises(RoleTakenError):
        accounts.appoint(ruth, StaffRole.AUDITOR)
    with pytest.raises(RoleTakenError):
        accounts.assign(admin, "offers", StaffRole.TRUSTEE)

    assert accounts.entry(ruth).roles == {"offers": StaffRole.TRUSTEE}
    assert accounts.entry(admin).roles == {}


def test_a_role_is_changed_and_taken_away_and_a_pilot_has_a_trustee_and_a_deputy(accounts: Accounts, ruth: str) -> None:
    deputy = accounts.add(NewAccount("deputy@example.org", "Dana Deputy"))

    accounts.assign(deputy, "offers", StaffRole.TRUSTEE)
    accounts.assign(ruth, "helpdesk", StaffRole.LEAD)
    accounts.assign(ruth, "helpdesk", StaffRole.HR)

    assert accounts.entry(deputy).roles == {"offers": StaffRole.TRUSTEE}
    assert accounts.entry(ruth).roles == {"offers": StaffRole.TRUSTEE, "helpdesk": StaffRole.HR}

    accounts.assign(ruth, "helpdesk", None)

    assert accounts.entry(ruth).roles == {"offers": StaffRole.TRUSTEE}


def test_there_is_always_an_administrator_who_can_sign_in(accounts: Accounts) -> None:
    first = accounts.add(NewAccount("first@example.org", "First", administrator=True))
    second = accounts.add(NewAccount("second@example.org", "Second", administrator=True))

    accounts.activate(second, active=False)

    with pytest.raises(LastAdministratorError):
        accounts.activate(first, active=False)
    with pytest.raises(LastAdministratorError):
        accounts.appoint(first, None)
    accounts.activate(second, active=True)
    accounts.appoint(first, StaffRole.AUDITOR)
    assert accounts.entry(first).everywhere is StaffRole.AUDITOR


def test_an_account_that_is_not_there_is_named_as_such(accounts: Accounts) -> None:
    for change in (
        lambda: accounts.entry("nobody"),
        lambda: accounts.set_password("nobody", "x"),
        lambda: accounts.activate("nobody", active=True),
        lambda: accounts.drop_second_step("nobody"),
    ):
        with pytest.raises(UnknownAccountError):
            change()


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("short", False),
        ("aaaaaaaaaaaaaaaaaaa", False),
        ("passwordpassword", False),
        ("ruth.adler2027", False),
        ("correct horse battery staple", True),
        ("ein Wal, drei Leitern, kein Hut", True),
        ("x7!kq" * 60, False),
    ],
)
def test_a_password_is_long_enough_and_not_guessed_soon(password: str, good: bool) -> None:  # noqa: FBT001  # a row of the table
    assert (problem(password, ["ruth.adler@example.org", "Ruth", "Adler"]) is None) == good


# ----------------------------------------------------------------- one-time links


def test_the_first_link_that_is_used_ends_all(databases: Databases, ruth: str, moment: Moment) -> None:
    links = AccountLinks(databases.desk, token, moment)

    first = links.draw(ruth)
    second = links.draw(ruth)

    assert links.account_of(first) == links.account_of(second) == ruth
    assert links.waiting() == {ruth}
    assert links.use(second)
    assert not links.use(second)
    assert not links.use(first)
    assert links.account_of(first) is links.account_of(second) is None

    third = links.draw(ruth)
    moment.pass_(days=7)
    assert links.account_of(third) is None
    assert not links.use(third)
    assert not links.waiting()


def test_a_withdrawn_link_opens_nothing(databases: Databases, ruth: str, moment: Moment) -> None:
    links = AccountLinks(databases.desk, token, moment)
    drawn = links.draw(ruth)

    links.withdraw(ruth)

    assert links.account_of(drawn) is None


def test_of_two_who_use_a_link_at_once_one_succeeds(databases: Databases, ruth: str, moment: Moment) -> None:
    links = AccountLinks(databases.desk, token, moment)
    drawn = links.draw(ruth)

    won = at_once(6, lambda: links.use(drawn))

    assert sorted(won) == [False] * 5 + [True]


def test_no_secret_of_sign_in_is_stored(databases: Databases, ruth: str, moment: Moment) -> None:
    link = AccountLinks(databases.desk, token, moment).draw(ruth)
    session = StaffSessions(databases.desk, token, moment).begin(ruth, "Firefox")
    Attempts(databases.desk, b"key", moment).begin("somebody@example.org")

    stored = str(
        [
            read(databases.desk, lambda c, t=table: c.execute(select(t)).all())
            for table in (ACCOUNT_LINK, STAFF_SESSION, SIGN_IN_ATTEMPT)
        ]  # type: ignore[misc]
    )

    assert ruth in stored
    assert "Firefox" in stored
    for secret in (link, session, "somebody@example.org"):
        assert secret not in stored


# ----------------------------------------------------------------- sessions


def test_sessions_are_listed_by_day_and_ended_one_by_one_or_all(
    databases: Databases, ruth: str, moment: Moment
) -> None:
    sessions = StaffSessions(databases.desk, token, moment)
    phone, desk, old = (sessions.begin(ruth, agent) for agent in ("Safari", "Firefox", "Edge"))
    moment.pass_(days=2)

    assert sessions.alive(desk, ruth)

    entries = sessions.of(ruth)
    assert (entries[0].agent, entries[0].seen_on.day) == ("Firefox", 5)
    assert {entry.created_on.day for entry in entries} == {3}
    assert not sessions.alive(desk, "somebody else")
    assert not sessions.alive(SessionToken("invented"), ruth)
    assert not sessions.end("somebody else", handle_of(phone))
    assert not sessions.end(ruth, "no handle")
    assert sessions.end(ruth, handle_of(phone))
    assert not sessions.alive(phone, ruth)
    assert sessions.end_all(ruth, but=handle_of(desk)) == 1
    assert not sessions.alive(old, ruth)
    assert sessions.end_all(ruth) == 1
    assert not sessions.alive(desk, ruth)


def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_month(
    databases: Databases, ruth: str, moment: Moment
) -> None:
    sessions = StaffSessions(databases.desk, token, moment)
    left, used = sessions.begin(ruth, "Safari"), sessions.begin(ruth, "Firefox")

    lived = []
    for _ in range(6):
        moment.pass_(days=6)
        lived.append(sessions.alive(used, ruth))

    assert lived == [True] * 5 + [False]
    assert not sessions.alive(left, ruth)
    sessions.begin(ruth, "Chrome")
    assert [entry.agent for entry in sessions.of(ruth)] == ["Chrome"]


# ----------------------------------------------------------------- wrong attempts


def test_after_five_wrong_tries_each_further_one_waits_longer(databases: Databases, moment: Moment) -> None:
    attempts = Attempts(databases.desk, b"key", moment)

    assert [attempts.begin(RUTH) for _ in range(FREE)] == [timedelta(0)] * FREE

    waits = []
    for _ in range(8):
        waits.append(attempts.begin(RUTH))
        moment.now += waits[-1]
        assert attempts.begin(RUTH) == timedelta(0)
    assert [int(wait.total_seconds()) // 60 for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert attempts.begin("Ruth@example.org ") > timedelta(0)
    assert attempts.begin("somebody@example.org") == timedelta(0)


def test_success_and_a_day_forget_what_was_wrong(databases: Databases, moment: Moment) -> None:
    attempts = Attempts(databases.desk, b"key", moment)
    for _ in range(FREE):
        attempts.begin(RUTH)
    assert attempts.begin(RUTH)

    attempts.forget(RUTH)
    assert not attempts.begin(RUTH)

    for _ in range(FREE - 1):
        attempts.begin(RUTH)
    assert attempts.begin(RUTH)
    moment.pass_(days=1, seconds=1)
    assert not attempts.begin(RUTH)


def test_many_tries_at_once_are_no_way_round(databases: Databases, moment: Moment) -> None:
    attempts = Attempts(databases.desk, b"key", moment)
    attempts.begin(RUTH)

    waits = at_once(10, lambda: attempts.begin(RUTH))

    assert len([wait for wait in waits if not wait]) == FREE - 1


# ----------------------------------------------------------------- the audit log


def entered(engine: Engine, count: int) -> Desk:
    desk = Desk(engine, token_bytes)
    for number in range(count):
        desk.audit(Audited(datetime(2027, 5, 3, 9, number, tzinfo=UTC), RUTH, "sign in", "offers", f"Ümlaut {number}"))
    return desk


def broken_at(engine: Engine) -> int | None:
    return read(engine, audit_chain.first_break)


def third(engine: Engine) -> bytes:
    query = select(AUDIT_LINK.c.entry_id).where(AUDIT_LINK.c.position == 3)
    return read(engine, lambda connection: connection.execute(query).scalar_one())


def test_an_untouched_log_holds_and_its_head_tells_its_length(databases: Databases) -> None:
    assert broken_at(databases.desk) is None
    before = read(databases.desk, audit_chain.head)

    entered(databases.desk, 5)

    assert broken_at(databases.desk) is None
    after = read(databases.desk, audit_chain.head)
    assert after.length == before.length + 5 == 5
    assert after.digest != before.digest


@pytest.mark.parametrize("what", ["changed", "entry gone", "entry and link gone", "slipped in", "pilot moved"])
def test_whoever_changes_the_log_breaks_its_chain(databases: Databases, what: str) -> None:
    entered(databases.desk, 5)
    victim = third(databases.desk)
    mine, links = AUDIT_ENTRY.c.id == victim, AUDIT_LINK.c.entry_id == victim
    statements = {
        "changed": [update(AUDIT_ENTRY).where(mine).values(actor="somebody@example.org")],
        "entry gone": [delete(AUDIT_ENTRY).where(mine)],
        "entry and link gone": [delete(AUDIT_ENTRY).where(mine), delete(AUDIT_LINK).where(links)],
        "pilot moved": [update(AUDIT_ENTRY).where(mine).values(pilot_id="helpdesk")],
        "slipped in": [
            insert(AUDIT_ENTRY).values(
                id=b"0" * 16, pilot_id="", at=datetime(2027, 5, 3, tzinfo=UTC), actor="a", action="b", detail=""
            )
        ],
    }[what]

    write(databases.desk, lambda connection: [connection.execute(statement) for statement in statements])

    assert broken_at(databases.desk) == (6 if what == "slipped in" else 3)


def test_the_newest_entries_cut_off_with_their_links_are_seen_only_by_a_kept_head(databases: Databases) -> None:
    entered(databases.desk, 5)
    kept = read(databases.desk, audit_chain.head)
    newest = select(AUDIT_LINK.c.entry_id).where(AUDIT_LINK.c.position == 5).scalar_subquery()

    write(databases.desk, lambda connection: connection.execute(delete(AUDIT_ENTRY).where(AUDIT_ENTRY.c.id == newest)))
    write(databases.desk, lambda connection: connection.execute(delete(AUDIT_LINK).where(AUDIT_LINK.c.position == 5)))

    assert broken_at(databases.desk) is None
    assert read(databases.desk, audit_chain.head) != kept


def test_entries_that_come_at_once_stand_one_after_the_other(databases: Databases) -> None:
    desk = entered(databases.desk, 1)
    entry = Audited(datetime(2027, 5, 4, tzinfo=UTC), RUTH, "sign in", "", "")

    at_once(4, lambda: desk.audit(entry))

    assert broken_at(databases.desk) is None
    assert read(databases.desk, audit_chain.head).length == 5


def at_once(count: int, act: Callable[[], object]) -> list[object]:
    """Run *act* in *count* threads that start together, and return what each returned."""
    start, results, faults = threading.Barrier(count), [], []

    def run() -> None:
        start.wait(10)
        try:
            results.append(act())
        except Exception as fault:  # noqa: BLE001  # told below, in the thread of the test
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults
    return results


def test_the_log_is_exported_with_the_hash_over_all_of_it(
    pilot: RunningPilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SURVEYAPP_VAR_DIR", str(tmp_path / "var"))
    entered(pilot.house.engines["desk"], 3)
    head = pilot.house.audit_log.head()

    assert main(["audit", "export", "--to", str(tmp_path / "audit.csv"), "--pilot", "offers"]) == 0
    told = capsys.readouterr().err
    assert main(["audit", "export", "--pilot", "helpdesk"]) == 0

    rows = (tmp_path / "audit.csv").read_text("utf-8").splitlines()
    assert rows[1] == "2027-05-03T09:02:00Z,ruth@example.org,sign in,offers,Ümlaut 2"
    assert len(rows) == 4
    assert f"3 entries in all, sha256 {head.digest.hex()}" in told
    assert capsys.readouterr().out.splitlines() == ["at,actor,action,pilot,detail"]


@pytest.mark.parametrize("version", VERSIONS)
def test_after_an_upgrade_the_old_log_is_in_the_chain_and_a_link_lets_an_old_account_in(
    version: str, tmp_path: Path
) -> None:
    restore(version, tmp_path / "var")
    # The secret that was mixed into its password is lost, as after a rotation.
    house = House(Settings(var_dir=tmp_path / "var"))
    house.prepare()
    with house.engines["desk"].connect() as connection:
        entries = connection.exec_driver_sql("SELECT count(*) FROM audit_entry").scalar_one()
        mixed = connection.exec_driver_sql("SELECT password_mixed FROM account").scalars().all()
    head, broken = house.audit_log.head(), broken_at(house.engines["desk"])
    lead = house.accounts.at_address("lead@example.org")
    assert lead

    client = InspectingClient(create_app(house.settings).test_client())
    sign_in = {"email": "lead@example.org", "password": "a-long-password"}
    lost = client.submit(client.get("/staff/sign-in").forms[0], **sign_in)
    chosen = {"password": "seven lamps on a quiet lake", "again": "seven lamps on a quiet lake"}
    client.submit(client.get(f"/staff/welcome/{house.links.draw(lead.id)}").forms[0], **chosen)
    found = client.submit(client.get("/staff/sign-in").forms[0], **(sign_in | {"password": chosen["password"]}))
    house.close()

    assert (head.length, broken, entries > 0, mixed) == (entries, None, True, [1])
    assert (lost.heading.strip(), found.heading) == ("Sign in", "Pilots")
