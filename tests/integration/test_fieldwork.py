"""The life of a wave in earnest: what has to come first, small groups, joiners, and the worker's clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from surveyapp import canonical, resources
from surveyapp.addressing import Addressing
from surveyapp.app import House
from surveyapp.asking import OTHER_TEAMS
from surveyapp.charter import loader
from surveyapp.charter.lock import locked_hash
from surveyapp.charter.register import WaveMoved, written
from surveyapp.crypto.codes import digest
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.desk.store import Change, UnknownPilotError
from surveyapp.errors import RefusedError
from surveyapp.fieldwork import Fieldwork
from surveyapp.mailing import MailState
from surveyapp.office.people import Entry
from surveyapp.office.waves import UnknownWaveError
from surveyapp.starting import Starting
from surveyapp.wave import WaveKey, WaveState
from tests.story import installed

EXAMPLE = (Path(__file__).parents[2] / "examples" / "charter.yaml").read_text("utf-8")
SLUG = "offers-with-assistant-x"
VIENNA = ZoneInfo("Europe/Vienna")
BASELINE, PULSE = WaveKey(SLUG, 1), WaveKey(SLUG, 2)


class Clock:
    """Shows what the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2027, 1, 1, 12, tzinfo=VIENNA)

    def __call__(self) -> datetime:
        return self.now


class Field:
    """An installation in earnest with one pilot, and a clock that the test turns."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.clock = Clock()
        self.starting = Starting(
            desk=house.desk,
            waves=house.waves,
            rosters=house.rosters,
            keyring=house.keyring,
            questionnaires=resources.questionnaires(),
            clock=self.clock,
        )
        self.work = Fieldwork(
            desk=house.desk,
            waves=house.waves,
            box=house.box,
            keyring=house.keyring,
            start=self.starting.start,
            clock=self.clock,
        )

    def pilot(self, *changes: tuple[str, str], lock: bool = True, demo: bool = False) -> None:
        text = EXAMPLE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        charter = loader.load_bytes(text.encode(), "charter.yaml")
        self.house.desk.create(
            charter.pilot, charter.title, canonical.to_json(charter), locked_hash(charter), demo=demo
        )
        if lock:
            self.house.desk.lock(charter.pilot, self.clock())

    def people(self, first: int, **groups: int) -> None:
        """Add people with numbers from *first* on, so many in each of *groups*."""
        number = first
        for group, count in groups.items():
            entries = [
                Entry(f"p{number + place}@example.org", f"P {number + place}", group, "en") for place in range(count)
            ]
            self.house.people.enter(SLUG, entries)
            number += count

    def states(self) -> list[WaveState]:
        return [view.state for view in self.work.plan(SLUG)]

    def at(self, text: str) -> None:
        self.clock.now = datetime.fromisoformat(text).replace(tzinfo=VIENNA)
        self.work.turn_waves()


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    with installed(tmp_path) as (house, _):
        yield Field(house)


# ----------------------------------------------------------------- what has to come first


def test_a_wave_invites_everybody_once(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)

    assert field.starting.start(BASELINE) == 14

    assert field.house.outbox.counts(BASELINE) == {MailState.PLANNED: 14}
    assert field.states() == [WaveState.STARTED, WaveState.PLANNED, WaveState.PLANNED, WaveState.PLANNED]
    with pytest.raises(RefusedError, match="started already"):
        field.starting.start(BASELINE)


def test_a_wave_that_is_over_gets_no_second_key(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.starting.start(BASELINE)
    field.house.keyring.destroy(str(BASELINE))

    with pytest.raises(RefusedError, match="started already"):
        field.starting.start(BASELINE)

    assert not list(field.house.settings.keys.glob("*.pem"))


def test_an_unlocked_charter_starts_nothing(field: Field) -> None:
    field.pilot(lock=False)
    field.people(0, sales=8, support=6)

    with pytest.raises(RefusedError, match="not locked"):
        field.starting.start(BASELINE)


def test_without_the_trustees_key_no_charter_is_locked_and_no_wave_starts(field: Field) -> None:
    field.pilot(("key: file", "key: passphrase"))
    field.people(0, sales=8, support=6)

    for act in (lambda: field.starting.start(BASELINE), lambda: field.starting.before_lock(SLUG)):
        with pytest.raises(RefusedError, match=rf"has no key yet: Lea Winter .*`/staff/trustee/{SLUG}`"):
            act()
    assert field.states()[0] == WaveState.PLANNED


def test_so_few_people_that_no_result_could_be_shown_are_not_asked(field: Field) -> None:
    field.pilot()
    field.people(0, sales=7)

    with pytest.raises(RefusedError, match="has 7 people, and fewer than 8 ballots are destroyed unread"):
        field.starting.start(BASELINE)
    field.people(7, sales=1)

    assert field.starting.start(BASELINE) == 8


def test_no_pulse_without_a_baseline_that_was_held(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)

    with pytest.raises(RefusedError, match="when the baseline wave was held"):
        field.starting.start(PULSE)
    field.starting.start(BASELINE)
    with pytest.raises(RefusedError, match="when the baseline wave was held"):
        field.starting.start(PULSE)
    field.work.close(BASELINE)

    assert field.starting.start(PULSE) == 14


def test_a_charter_without_the_baseline_of_the_kpi_is_not_locked(field: Field) -> None:
    field.pilot(("baseline: 42 ", "baseline: null "), lock=False)

    with pytest.raises(RefusedError, match=r"gates\.kpi\.baseline"):
        field.starting.before_lock(SLUG)


def test_what_else_a_charter_lacks_is_said_before_the_lock(field: Field) -> None:
    field.pilot(("sustained_pulses: 2", "sustained_pulses: 4"), lock=False)

    assert [str(lack) for lack in field.starting.before_lock(SLUG)] == [
        "4 pulse or closing waves must show the adoption level, 3 are planned"
    ]


def test_no_wave_without_the_baseline_of_the_kpi(field: Field) -> None:
    field.pilot(("baseline: 42 ", "baseline: null "))
    field.people(0, sales=8, support=6)

    with pytest.raises(RefusedError, match="baseline value of the KPI"):
        field.starting.start(BASELINE)


def test_nobody_to_ask_starts_nothing(field: Field) -> None:
    field.pilot()

    with pytest.raises(RefusedError, match="no people"):
        field.starting.start(BASELINE)

    assert field.house.waves.of_pilot(SLUG) == ()


@pytest.mark.parametrize("number", [-1, 0, 5])
def test_only_planned_numbers_are_started(field: Field, number: int) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)

    with pytest.raises(RefusedError, match=f"there is no {number}"):
        field.starting.start(WaveKey(SLUG, number))


def test_a_wave_whose_time_is_over_is_not_started(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.clock.now = datetime(2027, 1, 8, 18, tzinfo=VIENNA)

    with pytest.raises(RefusedError, match="its time is over"):
        field.starting.start(BASELINE)


def test_people_in_groups_that_the_charter_lacks_are_named(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6, finance=5)

    with pytest.raises(RefusedError, match="groups that the charter lacks: finance"):
        field.starting.start(BASELINE)


def test_an_unknown_pilot_is_said_to_be_unknown(field: Field) -> None:
    with pytest.raises(UnknownPilotError):
        field.starting.start(WaveKey("nobody", 1))
    with pytest.raises(UnknownPilotError):
        field.work.plan("nobody")
    with pytest.raises(UnknownWaveError):
        field.work.close(WaveKey("nobody", 1))
    with pytest.raises(UnknownWaveError):
        field.work.remind(WaveKey("nobody", 1))


# ----------------------------------------------------------------- groups


def test_small_groups_become_other_teams(field: Field) -> None:
    field.pilot(("  - {code: support,", "  - {code: tiny, label: Tiny}\n  - {code: support,"))
    field.people(0, sales=9, support=7, tiny=2, **{OTHER_TEAMS: 3})

    field.starting.start(BASELINE)

    counts = field.house.rosters.counts(BASELINE)
    assert counts.invited == {"sales": 9, "support": 7, OTHER_TEAMS: 5}


def test_the_smallest_group_joins_those_that_are_too_few_together(field: Field) -> None:
    field.pilot(("  - {code: support,", "  - {code: tiny, label: Tiny}\n  - {code: support,"))
    field.people(0, sales=9, support=7, tiny=2)

    field.starting.start(BASELINE)

    assert field.house.rosters.counts(BASELINE).invited == {"sales": 9, OTHER_TEAMS: 9}


def test_groups_are_merged_once_for_the_whole_pilot(field: Field) -> None:
    field.pilot()
    field.people(0, sales=12, support=3)
    field.starting.start(BASELINE)
    merged = field.starting.groups_after_merging(SLUG)
    field.work.close(BASELINE)
    field.people(100, support=20)

    field.starting.start(PULSE)

    assert field.starting.groups_after_merging(SLUG) == merged
    counts = field.house.rosters.counts(PULSE)
    assert set(counts.invited) == set(field.house.rosters.counts(BASELINE).invited)
    assert sum(counts.joined[1].values()) == 20


def test_somebody_who_moves_to_another_team_joined_and_left_nothing_by_count(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.starting.start(BASELINE)
    field.work.close(BASELINE)
    field.house.people.enter(SLUG, [Entry("p0@example.org", "P 0", "support", "en")])

    field.starting.start(PULSE)

    counts = field.house.rosters.counts(PULSE)
    assert counts.invited == {"sales": 7, "support": 7}
    assert counts.joined == {1: {}}
    assert counts.left == {1: {}}


# ----------------------------------------------------------------- reminders


def test_reminders_go_to_everybody_at_most_twice_and_three_days_apart(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.starting.start(BASELINE)

    assert field.work.remind(BASELINE) == 14
    field.clock.now += timedelta(days=3) - timedelta(seconds=1)
    with pytest.raises(RefusedError, match="less than three days ago"):
        field.work.remind(BASELINE)
    field.clock.now += timedelta(seconds=1)
    assert field.work.remind(BASELINE) == 14
    field.clock.now += timedelta(days=30)
    with pytest.raises(RefusedError, match="reminded of twice"):
        field.work.remind(BASELINE)

    assert field.house.outbox.counts(BASELINE) == {MailState.PLANNED: 3 * 14}


def test_a_closed_wave_is_not_reminded_of(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.starting.start(BASELINE)
    field.work.close(BASELINE)

    with pytest.raises(RefusedError, match="only a started wave"):
        field.work.remind(BASELINE)


def test_a_wave_is_closed_once(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.starting.start(BASELINE)

    assert field.work.close(BASELINE)
    assert not field.work.close(BASELINE)


# ----------------------------------------------------------------- the worker's clock


def test_the_worker_starts_and_closes_waves_at_their_local_times(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)

    field.at("2027-01-04T07:59:59")
    assert field.states()[0] == WaveState.PLANNED
    field.at("2027-01-04T08:00:00")
    assert field.states()[0] == WaveState.STARTED
    field.at("2027-01-08T17:59:59")
    assert field.states()[0] == WaveState.STARTED
    field.at("2027-01-08T18:00:00")
    assert field.states()[0] == WaveState.CLOSED
    field.at("2027-02-08T08:00:00")

    assert field.states() == [WaveState.CLOSED, WaveState.STARTED, WaveState.PLANNED, WaveState.PLANNED]


def test_the_worker_never_reveals(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.at("2027-01-04T08:00:00")
    field.at("2027-01-08T18:00:00")

    field.at("2028-01-01T00:00:00")

    assert field.states()[0] == WaveState.CLOSED
    assert field.house.results.waves(SLUG) == ()


def test_what_cannot_start_is_said_with_its_reason_and_stops_no_other_pilot(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    field.pilot(("pilot: offers-with-assistant-x", "pilot: another"), lock=False)
    field.pilot()
    field.people(0, sales=8, support=6)

    field.at("2027-01-04T08:00:00")

    assert field.states()[0] == WaveState.STARTED
    said = "".join(capsys.readouterr())
    assert "wave not started" in said
    assert "the charter of another is not locked" in said


def test_the_same_reason_is_said_once_however_often_the_worker_looks(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    field.pilot(lock=False)

    for second in range(3):
        field.at(f"2027-01-04T08:00:0{second}")
    field.house.desk.lock(SLUG, field.house.clock())
    field.at("2027-01-04T08:00:09")

    said = "".join(capsys.readouterr())
    assert said.count("is not locked") == 1
    assert said.count("has no people to ask") == 1


def test_the_worker_leaves_demonstrations_alone(field: Field) -> None:
    field.pilot(demo=True)
    field.people(0, sales=8, support=6)
    field.at("2027-01-04T08:00:00")
    assert field.states()[0] == WaveState.PLANNED

    field.starting.start(BASELINE)
    field.at("2027-06-01T08:00:00")

    assert field.states()[0] == WaveState.STARTED


def test_a_wave_that_was_moved_starts_at_its_new_time(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    moved = WaveMoved(1, datetime(2027, 1, 5, 9), datetime(2027, 1, 9, 18))  # noqa: DTZ001  # local to the charter
    field.house.desk.enter(SLUG, Change(field.clock(), written(moved)))

    field.at("2027-01-04T08:00:00")
    assert field.states()[0] == WaveState.PLANNED
    field.at("2027-01-05T09:00:00")

    assert field.states()[0] == WaveState.STARTED
    assert field.house.waves.find(BASELINE).promised_at == datetime(2027, 1, 9, 18, tzinfo=VIENNA)


def test_closing_early_keeps_the_promised_date(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8, support=6)
    field.at("2027-01-04T08:00:00")

    field.work.close(BASELINE)

    assert field.house.waves.find(BASELINE).promised_at == datetime(2027, 1, 8, 18, tzinfo=VIENNA)
    with pytest.raises(RefusedError, match="promised to stay sealed until 2027-01-08 17:00 UTC"):
        field.house.box.fix(BASELINE, datetime(2027, 1, 8, 17, 59, 59, tzinfo=VIENNA))


def test_the_response_is_shown_in_bands_once_a_day(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8)
    field.at("2027-01-04T08:00:00")
    field.at("2027-01-04T09:00:00")
    assert field.work.plan(SLUG)[0].band == "< 25 %"
    codes = []
    while (mail := field.house.outbox.claim()) is not None:
        codes.append(mail.code)
    for code in codes[:4]:
        field.house.slot.put(BASELINE, digest(code), SealedBallot(b"sealed"), field.clock())

    field.at("2027-01-04T23:00:00")
    assert field.work.plan(SLUG)[0].band == "< 25 %"
    field.at("2027-01-05T09:00:00")

    assert field.work.plan(SLUG)[0].band == "50-75 %"


def test_a_link_carries_the_code_where_no_server_sees_it(field: Field) -> None:
    field.pilot()
    field.people(0, sales=8)
    field.starting.start(BASELINE)
    mail = field.house.outbox.claim()
    assert mail is not None

    letter = Addressing(field.house.polls, "https://survey.example.org").address(mail)

    address, _, fragment = letter.link.partition("#")
    assert fragment == mail.code
    assert address == f"https://survey.example.org/s/{BASELINE}?lang=en"
    assert mail.code not in address
    assert letter.recipient == mail.email
