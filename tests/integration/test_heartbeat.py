"""A worker that ended is noticed by the processes beside it, and the administrators are told once."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy.exc import OperationalError

from surveyapp.app import House
from surveyapp.desk.heartbeat import Heartbeat
from surveyapp.desk.post import StaffMail
from surveyapp.mail.sender import SmtpSender
from surveyapp.mail.watching import Watching
from surveyapp.web.security import NewAccount
from tests.factories import NOON
from tests.postbox import smtp
from tests.story import QuickHouse, settings_in


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def housed(folder: Path, url: str) -> House:
    house = QuickHouse(settings_in(folder, smtp_url=url))
    house.accounts.add(NewAccount("ada@example.org", "Ada", administrator=True))
    house.accounts.add(NewAccount("emil@example.org", "Emil", administrator=True, language="de"))
    house.accounts.add(NewAccount("rita@example.org", "Rita", auditor=True))
    house.accounts.add(NewAccount("lena@example.org", "Lena"))
    return house


def fall_silent(house: House) -> None:
    Heartbeat(house.settings.var_dir, lambda: house.clock() - timedelta(minutes=31)).beat()


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return " ".join(str(part.get_content()).split())


# ----------------------------------------------------------------- the sign


def test_half_an_hour_without_a_sign_is_silence(tmp_path: Path, clock: Clock) -> None:
    Heartbeat(tmp_path, clock).beat()
    found = []

    for minutes in (0, 29.9, 0.1, 600):
        clock.minutes(minutes)
        found.append(Heartbeat(tmp_path, clock).silent)

    assert found == [False, False, True, True]


def test_who_was_never_heard_of_is_not_silent_but_expected(tmp_path: Path, clock: Clock) -> None:
    heartbeat = Heartbeat(tmp_path / "new", clock)
    assert not heartbeat.silent
    assert heartbeat.heard_at() is None

    heartbeat.expect()
    clock.minutes(20)
    heartbeat.expect()
    clock.minutes(11)

    assert heartbeat.silent


def test_a_silence_is_claimed_once_and_the_next_one_again(tmp_path: Path, clock: Clock) -> None:
    worker, one, other = (Heartbeat(tmp_path, clock) for _ in range(3))
    worker.beat()
    assert not one.claim_silence()

    clock.minutes(31)
    assert [one.claim_silence(), other.claim_silence(), one.claim_silence()] == [True, False, False]
    worker.beat()
    clock.minutes(31)
    assert [other.claim_silence(), one.claim_silence()] == [True, False]


def test_a_clock_that_was_set_back_does_not_quiet_the_worker(tmp_path: Path, clock: Clock) -> None:
    worker = Heartbeat(tmp_path, clock)
    worker.beat()

    clock.minutes(-120)
    worker.beat()
    clock.minutes(1)
    worker.beat()

    assert Heartbeat(tmp_path, clock).heard_at() == clock.now


def test_every_round_and_every_mail_leaves_a_sign(tmp_path: Path) -> None:
    with smtp() as (url, _):
        house = housed(tmp_path, url)
        assert house.heartbeat.heard_at() is None

        house.worker.work(_nobody_watches)

        assert house.heartbeat.heard_at() is not None
        house.close()


def test_a_worker_whose_rounds_fail_leaves_no_sign(tmp_path: Path) -> None:
    house = QuickHouse(settings_in(tmp_path))
    with house.engines["office"].begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")

    with pytest.raises(OperationalError):
        house.worker.work(_nobody_watches)

    assert house.heartbeat.heard_at() is None
    house.close()


# ----------------------------------------------------------------- the mail


def test_all_administrators_are_told_in_their_language_what_to_do(tmp_path: Path) -> None:
    with smtp() as (url, postbox):
        house = housed(tmp_path, url)
        fall_silent(house)

        assert house.watching.look() == 2
        assert house.watching.look() == 0
        house.close()

    mails = {str(mail["To"]): mail for mail in postbox.mails}
    assert mails.keys() == {"Ada <ada@example.org>", "Emil <emil@example.org>"}
    for kind in ("plain", "html"):
        english, german = (text_of(mails[who], kind) for who in sorted(mails))
        assert "has not been heard of for half an hour" in english
        assert "surveyapp worker" in english
        assert "/staff/administration/checks" in english
        assert "hat sich seit einer halben Stunde nicht gemeldet" in german


def test_while_the_worker_lives_nobody_is_told(tmp_path: Path) -> None:
    with smtp() as (url, postbox):
        house = housed(tmp_path, url)
        house.heartbeat.beat()

        assert house.watching.look() == 0
        house.close()

    assert postbox.mails == []


def test_of_many_processes_one_tells(tmp_path: Path) -> None:
    with smtp() as (url, postbox):
        house = housed(tmp_path, url)
        fall_silent(house)
        others = [QuickHouse(house.settings) for _ in range(6)]
        start = Barrier(len(others))
        threads = [Thread(target=_at_once(start, other.watching.look)) for other in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for each in (house, *others):
            each.close()

    assert len(postbox.mails) == 2


def test_a_mail_that_could_not_leave_is_tried_again(tmp_path: Path) -> None:
    with smtp(lambda _, asked: "451 later" if asked <= 2 else "250 ok") as (url, postbox):
        house = housed(tmp_path, url)
        fall_silent(house)

        assert [house.watching.look() for _ in range(3)] == [0, 2, 0]
        house.close()

    assert len(postbox.mails) == 2


def test_without_administrators_and_without_a_server_nothing_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = housed(tmp_path, "smtp://127.0.0.1:1")
    fall_silent(house)

    assert house.watching.look() == 0

    said = capsys.readouterr().err
    assert said.count("silence not told") == 2
    assert "example.org" not in said
    house.close()


def test_the_look_goes_on_beside_the_pages_after_a_fault(tmp_path: Path) -> None:
    asked: list[int] = []
    everybody_told = Event()

    with smtp() as (url, postbox):
        house = housed(tmp_path, url)
        fall_silent(house)

        def faltering() -> Iterator[StaffMail]:
            asked.append(1)
            if len(asked) < 3:
                raise OSError
            yield StaffMail("worker_silent", "ada@example.org", "Ada", "en")
            everybody_told.set()

        watching = Watching(house.heartbeat, faltering, house.staff_letters.write, lambda: SmtpSender(url))
        end = watching.begin(every=0.01)
        assert everybody_told.wait(10)
        end()
        house.close()

    assert len(asked) == 3
    assert [str(mail["To"]) for mail in postbox.mails] == ["Ada <ada@example.org>"]


def _nobody_watches(_: int) -> None:
    pass


def _at_once(start: Barrier, look: Callable[[], int]) -> Callable[[], None]:
    def looked() -> None:
        start.wait()
        look()

    return looked
