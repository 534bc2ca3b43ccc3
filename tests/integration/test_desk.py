import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from surveyapp.desk.series import SeriesError, read_series
from surveyapp.desk.store import Audited, Change, Desk, KpiEntry, UnknownPilotError
from surveyapp.errors import RefusedError
from tests.databases import Databases
from tests.factories import NOON


@pytest.fixture
def desk(databases: Databases) -> Desk:
    return Desk(databases.desk, secrets.token_bytes)


def test_a_pilot_comes_with_its_charter(desk: Desk) -> None:
    desk.create("offers", "Offers", '{"a":1}', "hash")

    assert [(entry.slug, entry.title, entry.demo) for entry in desk.pilots()] == [("offers", "Offers", False)]
    assert desk.pilot("offers") == desk.pilots()[0]
    entry = desk.charter("offers")
    assert (entry.version, entry.charter, entry.sha256, entry.locked_at) == (1, '{"a":1}', "hash", None)


def test_pilots_are_listed_by_name(desk: Desk) -> None:
    for slug in ("b", "c", "a"):
        desk.create(slug, slug.upper(), "{}", "hash")

    assert [entry.slug for entry in desk.pilots()] == ["a", "b", "c"]


def test_before_the_lock_a_charter_is_replaced_whole(desk: Desk) -> None:
    desk.create("offers", "Offers", '{"a":1}', "hash", demo=True)
    desk.create("offers", "Better offers", '{"a":2}', "other")

    entry = desk.charter("offers")
    assert (entry.version, entry.charter, entry.sha256) == (1, '{"a":2}', "other")
    assert desk.pilot("offers").title == "Better offers"
    assert not desk.pilot("offers").demo


def test_after_the_lock_nothing_replaces_it(desk: Desk) -> None:
    desk.create("offers", "Offers", '{"a":1}', "hash")
    assert desk.lock("offers", NOON)

    with pytest.raises(RefusedError, match="locked"):
        desk.create("offers", "Other", '{"a":2}', "other", demo=True)

    assert desk.charter("offers").charter == '{"a":1}'
    assert desk.pilot("offers").title == "Offers"
    assert not desk.pilot("offers").demo


def test_the_first_lock_counts(desk: Desk) -> None:
    desk.create("offers", "Offers", "{}", "hash")

    assert desk.lock("offers", NOON)
    assert not desk.lock("offers", NOON + timedelta(days=1))

    assert desk.charter("offers").locked_at == NOON


def test_a_lock_concerns_one_pilot(desk: Desk) -> None:
    for slug in ("a", "b"):
        desk.create(slug, slug, "{}", "hash")

    desk.lock("a", NOON)

    assert desk.charter("b").locked_at is None


def test_what_is_locked_is_what_was_there_at_that_moment(desk: Desk) -> None:
    desk.create("offers", "Offers", "0", "0")

    def replace(number: int) -> bool:
        try:
            desk.create("offers", "Offers", str(number), str(number))
        except RefusedError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        attempts = [threads.submit(replace, number) for number in range(1, 20)]
        locked = threads.submit(desk.lock, "offers", NOON)
        replaced = [attempt.result() for attempt in attempts]

    assert locked.result()
    entry = desk.charter("offers")
    assert entry.charter == entry.sha256
    assert entry.charter == "0" or replaced[int(entry.charter) - 1]
    assert not replace(99)


@pytest.mark.parametrize("question", ["pilot", "charter"])
def test_an_unknown_pilot_is_said_to_be_unknown(desk: Desk, question: str) -> None:
    with pytest.raises(UnknownPilotError, match="no pilot of this name"):
        getattr(desk, question)("nobody")
    with pytest.raises(UnknownPilotError):
        desk.lock("nobody", NOON)


def test_changes_of_the_register_are_kept_in_order_and_by_pilot(desk: Desk) -> None:
    changes = [Change(NOON + timedelta(hours=number), f'{{"n":{number}}}') for number in (3, 1, 2)]

    for change in changes:
        desk.enter("offers", change)
    desk.enter("other", Change(NOON, "{}"))

    assert desk.register("offers") == tuple(changes)
    assert desk.register("nobody") == ()


def test_the_last_imported_series_counts_and_the_earlier_are_kept(databases: Databases, desk: Desk) -> None:
    assert desk.kpi("offers") is None

    for number in (1, 2):
        desk.import_kpi("offers", KpiEntry(f"series {number}", f"hash {number}", NOON))
    desk.import_kpi("other", KpiEntry("of another pilot", "hash", NOON))

    assert desk.kpi("offers") == KpiEntry("series 2", "hash 2", NOON)
    with databases.desk.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM kpi_import WHERE pilot_id = 'offers'")).scalar_one() == 2


def test_changes_that_come_at_once_are_all_kept(desk: Desk) -> None:
    desk.create("offers", "Offers", "{}", "hash")
    changes = {Change(NOON, str(number)) for number in range(20)}

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda change: desk.enter("offers", change), changes))

    assert set(desk.register("offers")) == changes


def test_a_pilot_that_is_made_twice_at_once_is_there_once(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: desk.create("offers", str(number), "{}", "hash"), range(16)))

    assert len(desk.pilots()) == 1


def test_what_staff_did_is_recorded(databases: Databases, desk: Desk) -> None:
    for action in ("pilot lock", "wave start"):
        desk.audit(Audited(NOON, "command line", action, "offers", "12 invited"))

    with databases.desk.connect() as connection:
        rows = connection.execute(text("SELECT actor, action, pilot_id, detail FROM audit_entry")).all()
    assert sorted(rows) == [
        ("command line", "pilot lock", "offers", "12 invited"),
        ("command line", "wave start", "offers", "12 invited"),
    ]


HEADER = "entity,period,arm,date,unit,value\n"
GOOD = "a,before,pilot,2027-01-04,minutes,42.5\n"


def test_a_series_is_read_with_its_hash() -> None:
    series = read_series(("\ufeff" + HEADER + GOOD + GOOD).encode(), "kpi.csv", "minutes")

    assert [point.value for point in series.points] == [42.5, 42.5]
    assert len(series.sha256) == 64


@pytest.mark.parametrize(
    ("text_", "message"),
    [
        ("entity,period\na,before\n", "line 1 lacks the columns arm, date, unit, value"),
        ("", "line 1 lacks the columns"),
        (HEADER, "has no rows"),
        (HEADER + ",before,pilot,2027-01-04,minutes,1\n", "row 2: entity: is empty"),
        (HEADER + "a,during,pilot,2027-01-04,minutes,1\n", "row 2: period: must be before or after"),
        (HEADER + "a,before,none,2027-01-04,minutes,1\n", "row 2: arm: must be pilot or comparison"),
        (HEADER + "a,before,pilot,4.1.2027,minutes,1\n", "row 2: date: must be written 2027-01-31"),
        (HEADER + "a,before,pilot,2027-01-04,hours,1\n", "row 2: unit: the charter measures in minutes"),
        (HEADER + 'a,before,pilot,2027-01-04,minutes,"1,5"\n', "row 2: value: must be a number with a decimal point"),
        (HEADER + "a,before,pilot,2027-01-04,minutes,nan\n", "row 2: value: must be a number"),
        (HEADER + "a,before\n", "row 2: arm: must be pilot or comparison"),
        (HEADER + '"' + "x" * 200_000 + '",before,pilot,2027-01-04,minutes,1\n', "is no line of a CSV file"),
    ],
)
def test_every_mistake_of_a_series_is_named_by_row_and_column(text_: str, message: str) -> None:
    with pytest.raises(SeriesError) as caught:
        read_series(text_.encode(), "kpi.csv", "minutes")

    assert message in str(caught.value)
    assert str(caught.value).startswith("kpi.csv")


def test_all_mistakes_are_named_at_once_and_a_hopeless_file_stays_short() -> None:
    with pytest.raises(SeriesError) as caught:
        read_series((HEADER + "a,x,y,z,minutes,1\n" * 100).encode(), "kpi.csv", "minutes")

    assert len(caught.value.problems) == 51
    assert caught.value.problems[-1] == "and 250 more"


def test_a_series_that_is_no_text_is_refused() -> None:
    with pytest.raises(SeriesError, match="not text in UTF-8"):
        read_series(b"\xff\xfe\x00", "kpi.csv", "minutes")


def test_no_value_of_a_series_is_repeated_in_an_error() -> None:
    with pytest.raises(SeriesError) as caught:
        read_series((HEADER + "Eva Berger,during,pilot,2027,hours,secret\n").encode(), "kpi.csv", "minutes")

    for value in ("Berger", "during", "secret"):
        assert value not in str(caught.value)
