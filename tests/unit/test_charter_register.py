"""What may change after the lock, and that the hash does not move with it."""

from datetime import date, datetime

import pytest

from surveyapp.canonical import RecordError
from surveyapp.charter.lock import locked_hash
from surveyapp.charter.model import Person
from surveyapp.charter.plan import plan_of
from surveyapp.charter.register import (
    Change,
    OwnerNamed,
    PathShown,
    ReadinessReviewed,
    Register,
    WaveMoved,
    written,
)
from surveyapp.errors import RefusedError
from tests.unit.charter_factory import a_charter

MOVED = WaveMoved(2, datetime(2027, 2, 15, 8), datetime(2027, 2, 19, 18))  # noqa: DTZ001  # local to the charter
CHANGES: tuple[Change, ...] = (
    OwnerNamed("technical", Person("Eva Klein", "Platform")),
    ReadinessReviewed("security", "done", evidence="report 7", reviewed_on=date(2027, 1, 5)),
    PathShown("integration_early", "minutes of 12 January"),
    MOVED,
)


def test_changes_show_in_the_charter_of_today_and_not_in_its_hash() -> None:
    charter = a_charter()

    today = Register(CHANGES).applied_to(charter)

    assert today.owners.technical.name == "Eva Klein"
    assert today.gates.readiness[0].status == "done"
    assert today.gates.readiness[0].owner == "Tom Hofer"
    assert today.path[2].evidence == "minutes of 12 January"
    assert today.waves[1].opens_at == MOVED.opens_at
    assert locked_hash(today) == locked_hash(charter)


def test_the_last_change_counts() -> None:
    register = Register().apply(ReadinessReviewed("security", "done")).apply(ReadinessReviewed("security", "failed"))

    assert plan_of(a_charter(), register).readiness[0].status == "failed"


def test_changes_come_back_from_their_records() -> None:
    assert Register.of(a_charter(), map(written, CHANGES)) == Register(CHANGES)


def test_a_record_of_something_else_is_refused() -> None:
    with pytest.raises(RecordError):
        Register.of(a_charter(), ['{"change":{"is":"GateMoved","threshold":0.1}}'])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (OwnerNamed("moral", Person("A", "B")), "one of the three sides"),
        (OwnerNamed("business", Person(" ", "B")), "needs a name"),
        (ReadinessReviewed("moon", "done"), "an item of the charter"),
        (ReadinessReviewed("security", "nearly"), "and a status"),
        (PathShown("moon", "x"), "does not speak of this step"),
        (WaveMoved(9, MOVED.opens_at, MOVED.closes_at), "plans 4 waves"),
        (WaveMoved(2, MOVED.closes_at, MOVED.opens_at), "opens_at must be before closes_at"),
        (WaveMoved(3, MOVED.opens_at, MOVED.closes_at.replace(month=4)), "must open after the wave before"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(change: Change, message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        Register((change,)).applied_to(a_charter())
