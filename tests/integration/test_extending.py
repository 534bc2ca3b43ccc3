"""A wave that stays open longer, and one that is cancelled: told to all, and within the promise."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from surveyapp.app import web_application
from surveyapp.crypto.codes import digest
from surveyapp.crypto.sealing import SealedBallot
from surveyapp.errors import RefusedError
from surveyapp.mailing import MailState
from surveyapp.office.slot import GRACE, CodeUnusableError, WaveClosedError
from surveyapp.wave import WaveState
from tests.integration.test_fieldwork import BASELINE, VIENNA, Field, field
from tests.story import RunningPilot
from tests.wire import WireClient

__all__ = ["field"]
CLOSE = datetime(2027, 1, 8, 18, tzinfo=VIENNA)
LATER = datetime(2027, 1, 15, 18)  # noqa: DTZ001  # local to the pilot


def opened(field: Field, people: int = 8) -> list[str]:
    """Start the baseline and return the codes of its invitations."""
    field.pilot()
    field.people(0, sales=people)
    field.at("2027-01-04T08:00:00")
    return mailed(field, "invitation")


def mailed(field: Field, template: str) -> list[str]:
    found = []
    while (mail := field.house.outbox.claim()) is not None:
        assert mail.template == template
        field.house.outbox.settle(mail, MailState.SENT)
        found.append(mail.code or "")
    return found


def test_an_extended_wave_closes_and_is_promised_later_and_everybody_is_told(field: Field) -> None:
    opened(field)

    told = field.work.extend(BASELINE, LATER)

    wave = field.house.waves.find(BASELINE)
    assert wave.closes_at == wave.promised_at == datetime(2027, 1, 15, 18, tzinfo=VIENNA)
    assert told == len(mailed(field, "extension")) == 8


def test_the_letter_names_the_new_date(field: Field) -> None:
    opened(field)
    field.house.polls.known(BASELINE)
    field.work.extend(BASELINE, LATER)

    mail = field.house.outbox.claim()

    assert mail is not None
    letter = field.house.addressing.address(mail)
    assert letter.closes_at == datetime(2027, 1, 15, 18, tzinfo=VIENNA)
    assert letter.link.endswith(str(mail.code))


def test_a_wave_is_extended_once(field: Field) -> None:
    opened(field)
    field.work.extend(BASELINE, LATER)

    with pytest.raises(RefusedError, match="once"):
        field.work.extend(BASELINE, LATER + timedelta(days=1))


@pytest.mark.parametrize("days", [-1, 0, 14.01, 400])
def test_a_wave_is_extended_by_14_days_at_most(field: Field, days: float) -> None:
    opened(field)

    with pytest.raises(RefusedError, match="at most 14 days"):
        field.work.extend(BASELINE, CLOSE.replace(tzinfo=None) + timedelta(days=days))

    assert field.house.waves.find(BASELINE).closes_at == CLOSE


def test_fourteen_days_are_allowed(field: Field) -> None:
    opened(field)

    assert field.work.extend(BASELINE, CLOSE.replace(tzinfo=None) + timedelta(days=14)) == 8


def test_a_wave_that_is_over_is_not_opened_again(field: Field) -> None:
    opened(field)
    field.clock.now = CLOSE

    with pytest.raises(RefusedError, match="is over"):
        field.work.extend(BASELINE, LATER)
    field.work.close(BASELINE)
    with pytest.raises(RefusedError, match="only a started wave"):
        field.work.extend(BASELINE, LATER)


def test_after_its_time_a_wave_issues_nothing_even_while_nobody_has_closed_it(field: Field) -> None:
    code = opened(field)[0]

    with pytest.raises(WaveClosedError):
        field.house.slot.put(BASELINE, digest(code), SealedBallot(b"sealed"), CLOSE)
    field.house.slot.put(BASELINE, digest(code), SealedBallot(b"sealed"), CLOSE - timedelta(seconds=1))


def test_ballots_on_their_way_are_taken_for_fifteen_minutes(field: Field) -> None:
    opened(field)
    field.work.close(BASELINE)

    assert field.house.slot.cast(BASELINE, b"in time", b"sealed", CLOSE + GRACE - timedelta(seconds=1))  # type: ignore[arg-type]
    with pytest.raises(WaveClosedError):
        field.house.slot.cast(BASELINE, b"too late", b"sealed", CLOSE + GRACE)  # type: ignore[arg-type]


def test_a_cancelled_wave_leaves_no_ballot_no_code_and_no_key(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(9)
    codes = pilot.start()
    wire = WireClient(pilot.client, str(pilot.key()))
    wire.vote(codes[0], {"group": "sales", "any_days": 2})
    pilot.send(codes[1], any_days=1)
    sealed = [bytes(ballot) for ballot in pilot.house.box.ballots(pilot.key())]

    told = pilot.house.fieldwork.cancel(pilot.key())

    assert told == 9
    assert pilot.house.waves.find(pilot.key()).state == WaveState.CANCELLED
    assert [path.name for path in (tmp_path / "var" / "keys").iterdir()] == ["CACHEDIR.TAG"]
    pilot.house.close()
    files = b"".join(path.read_bytes() for path in (tmp_path / "var").glob("office.sqlite*"))
    assert len(sealed) == 2
    assert not [ballot for ballot in sealed if ballot[:64] in files]
    assert not [code for code in codes if digest(code) in files]


def test_everybody_is_told_of_the_end_without_a_code(pilot: RunningPilot) -> None:
    pilot.people(3)
    pilot.start()
    pilot.house.fieldwork.cancel(pilot.key())

    letters = []
    while (mail := pilot.house.outbox.claim()) is not None:
        letters.append(pilot.house.addressing.address(mail))
        pilot.house.outbox.settle(mail, MailState.SENT)

    assert [(letter.template, letter.code, letter.link) for letter in letters] == 3 * [("cancellation", None, "")]


def test_cancelling_again_finishes_what_was_cut_off_and_tells_nobody_twice(pilot: RunningPilot) -> None:
    pilot.people(3)
    pilot.start()
    pilot.house.waves.cancel(pilot.key())  # killed before the keys were destroyed

    told = pilot.house.fieldwork.cancel(pilot.key())

    assert told == 0
    assert not list(pilot.house.settings.keys.glob("*.pem"))


def test_a_cancelled_wave_takes_no_ballot_and_its_page_says_why(pilot: RunningPilot) -> None:
    pilot.people(9)
    codes = pilot.start()
    wire = WireClient(pilot.client, str(pilot.key()))
    ballot = wire.ballot(codes[0], {"group": "sales", "any_days": 2})
    pilot.house.fieldwork.cancel(pilot.key())

    assert wire.cast(ballot).status_code == 410
    assert pilot.send(codes[1], any_days=1).status_code == 409
    page = web_application(pilot.house).test_client().get(f"/s/{pilot.key()}")
    assert "All ballots were destroyed without anybody reading them." in page.text


def test_what_is_opened_or_revealed_cannot_be_cancelled(pilot: RunningPilot) -> None:
    pilot.people(9)
    for code in pilot.start():
        pilot.send(code, any_days=1)
    pilot.house.fieldwork.close(pilot.key())
    pilot.house.box.fix(pilot.key(), pilot.house.clock())

    with pytest.raises(RefusedError, match="until its box is opened"):
        pilot.house.fieldwork.cancel(pilot.key())
    assert pilot.house.revealing.reveal(pilot.key()).revealed == 9
    with pytest.raises(RefusedError, match="until its box is opened"):
        pilot.house.fieldwork.cancel(pilot.key())


def test_a_cancelled_wave_cannot_be_revealed(pilot: RunningPilot) -> None:
    pilot.people(3)
    codes = pilot.start()
    pilot.house.fieldwork.cancel(pilot.key())

    with pytest.raises(RefusedError, match="is cancelled"):
        pilot.house.revealing.reveal(pilot.key())
    with pytest.raises((CodeUnusableError, WaveClosedError)):
        pilot.house.slot.put(pilot.key(), digest(codes[0]), SealedBallot(b"sealed"), pilot.house.clock())
