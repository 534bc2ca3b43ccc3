"""Mails to staff: written when they are sent, so that no queue holds a link; the same worker sends them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from surveyapp.app import House
from surveyapp.desk.post import Post, StaffMail
from surveyapp.mailing import MOST_ATTEMPTS, MailState
from surveyapp.web.security import NewAccount
from tests.databases import Databases
from tests.postbox import Postbox, smtp
from tests.story import QuickHouse, RunningPilot, settings_in

MAIL = StaffMail("charter_locked", "ada@example.org", "Ada", "en", "offers", "1")


@pytest.fixture
def post(databases: Databases) -> Post:
    numbers = iter(range(1, 1000))
    return Post(databases.desk, lambda length: next(numbers).to_bytes(length))


def quiet(_: int) -> None:
    """Nobody watches."""


def sent(house: House) -> int:
    return house.worker.work(quiet).sent


def text_of(postbox: Postbox) -> str:
    return "\n".join(str(mail.get_body(("plain",)).get_content()) for mail in postbox.mails)  # type: ignore[union-attr]


def housed(folder: Path, url: str) -> House:
    return QuickHouse(settings_in(folder, smtp_url=url))


def test_a_mail_is_claimed_once_and_nothing_is_kept_of_one_that_was_sent(post: Post) -> None:
    post.plan(MAIL)

    mail = post.claim()

    assert mail
    assert replace(mail, id=b"") == MAIL
    assert post.claim() is None
    assert post.counts() == {MailState.SENDING: 1}
    post.settle(mail, MailState.SENT)
    assert post.counts() == {}


def test_a_mail_that_was_surely_not_sent_is_tried_again_and_at_last_given_up(post: Post) -> None:
    post.plan(MAIL)

    for _ in range(MOST_ATTEMPTS):
        mail = post.claim()
        assert mail
        post.put_back(mail, tried=True)

    assert post.claim() is None
    assert post.counts() == {MailState.FAILED: 1}


def test_an_absent_server_uses_up_no_attempt(post: Post) -> None:
    post.plan(MAIL)

    for _ in range(MOST_ATTEMPTS + 1):
        mail = post.claim()
        assert mail
        post.put_back(mail, tried=False)

    assert post.counts() == {MailState.PLANNED: 1}


def test_what_a_dead_worker_left_stays_in_doubt(post: Post) -> None:
    post.plan(MAIL)
    post.claim()

    assert post.doubt_the_unsettled() == 1
    assert post.claim() is None


def test_an_invitation_carries_a_link_that_is_in_no_queue(tmp_path: Path) -> None:
    with smtp() as (url, postbox):
        house = housed(tmp_path, url)
        account = house.accounts.entry(house.accounts.add(NewAccount("ada@example.org", "Ada")))
        house.invite(account)
        before = (tmp_path / "var" / "desk.sqlite").read_bytes() + (tmp_path / "var" / "desk.sqlite-wal").read_bytes()

        assert sent(house) == 1
        house.close()

    link = re.search(r"/staff/welcome/(\S+)", text_of(postbox))
    assert link
    assert link[1].encode() not in before
    assert postbox.mails[0]["To"] == "Ada <ada@example.org>"


def test_an_account_that_is_gone_gets_no_mail_and_holds_up_no_other(tmp_path: Path) -> None:
    with smtp() as (url, postbox):
        house = housed(tmp_path, url)
        house.post.plan(StaffMail("account_invitation", "gone@example.org", "Gone", "en", reference="nobody"))
        account = house.accounts.entry(house.accounts.add(NewAccount("ada@example.org", "Ada")))
        house.invite(account)

        done = house.worker.work(quiet)
        house.close()

    assert (done.sent, done.failed, len(postbox.mails)) == (1, 1, 1)


def test_those_who_answer_for_a_charter_are_told_its_numbers_once_each(tmp_path: Path) -> None:
    with smtp() as (url, postbox):
        house = housed(tmp_path, url)
        pilot = RunningPilot(house, None)  # type: ignore[arg-type]  # nobody answers here
        house.locking.tell_owners(pilot.slug)

        assert sent(house) == 2
        house.close()

    # The demonstration's business owner and trustee have addresses.
    assert {str(mail["To"]) for mail in postbox.mails} == {
        "Mira Solano <mira.solano@example.org>",
        "Ruth Adler <ruth.adler@example.org>",
    }
    said = text_of(postbox)
    assert "Minutes per offer, 42 → 33 minutes" in said
    assert house.desk.charter(pilot.slug).sha256 in said
    assert "70 percent of the invited" in said
