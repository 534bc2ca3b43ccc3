import email
import email.policy
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from surveyapp import templating
from surveyapp.errors import RefusedError
from surveyapp.mail.message import Letters
from surveyapp.mail.sender import SmtpSender
from surveyapp.mail.worker import Round, Worker, only_worker
from surveyapp.office.outbox import MailState
from tests.story import RunningPilot

Reply = Callable[[str, int], str]


class Postbox:
    """A real SMTP server's memory; *reply* decides what it says to each recipient."""

    def __init__(self, reply: Reply) -> None:
        self.mails: list[EmailMessage] = []
        self._reply = reply
        self._asked = 0

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        self._asked += 1
        said = self._reply(address, self._asked)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        del server, session
        assert isinstance(envelope.content, bytes)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 taken"


@contextmanager
def smtp(reply: Reply = lambda *_: "250 ok") -> Iterator[tuple[str, Postbox]]:
    postbox = Postbox(reply)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}", postbox
    finally:
        controller.stop()


def worker(pilot: RunningPilot, url: str) -> Worker:
    return Worker(
        pilot.house.outbox,
        Letters(templating.environment, "Survey <survey@example.org>"),
        SmtpSender(url),
        address=pilot.house.fieldwork.address,
        turn_waves=pilot.house.fieldwork.turn_waves,
    )


def quiet(_: int) -> None:
    """Nobody watches."""


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_everybody_gets_one_mail_with_an_own_working_link(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.fieldwork.start(pilot.key())

    with smtp() as (url, postbox):
        done = worker(pilot, url).work(quiet)

    assert done == Round(sent=6)
    assert sorted(str(mail["To"].addresses[0].addr_spec) for mail in postbox.mails) == [
        f"p{number}@example.org" for number in range(6)
    ]
    codes = [re.search(r"/s/offers\.1\?lang=en#(\S+)", body(mail, "plain")) for mail in postbox.mails]
    found = {match[1] for match in codes if match}
    assert len(found) == 6
    for code in found:
        assert pilot.send(code, any_days=1).status_code == 303


@pytest.mark.parametrize(("language", "words"), [("en", "Your code only lets you"), ("de", "Ihr Code")])
def test_text_and_html_say_the_same_in_the_language_of_the_person(
    pilot: RunningPilot, language: str, words: str
) -> None:
    pilot.people(6, language=language)
    pilot.house.fieldwork.start(pilot.key())

    with smtp() as (url, postbox):
        worker(pilot, url).work(quiet)

    mail = postbox.mails[0]
    plain, html = body(mail, "plain"), body(mail, "html")
    fingerprint = pilot.poll().fingerprint
    for text in (plain, html):
        assert words in text
        assert fingerprint in text
        assert f"/s/offers.1?lang={language}#" in text
    assert mail["Reply-To"] == "mira.solano@example.org"
    assert "<img" not in html
    assert len(re.findall(r"https?://", html)) == 1


def test_a_refusal_for_good_fails_that_mail_only(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.fieldwork.start(pilot.key())

    with smtp(lambda address, _: "550 no such user" if address.startswith("p3@") else "250 ok") as (url, _):
        done = worker(pilot, url).work(quiet)

    assert done == Round(sent=5, failed=1)


def test_come_back_later_is_tried_again_with_a_fresh_code(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.fieldwork.start(pilot.key())

    with smtp(lambda _, asked: "451 busy" if asked == 1 else "250 ok") as (url, postbox):
        first = worker(pilot, url).work(quiet)
        second = worker(pilot, url).work(quiet)

    assert first == Round(postponed=1)
    assert second == Round(sent=6)
    assert len(postbox.mails) == 6


def test_a_server_that_is_away_loses_no_mail(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.fieldwork.start(pilot.key())
    with smtp() as (url, _):
        pass

    assert worker(pilot, url).work(quiet) == Round(postponed=1)
    assert pilot.house.outbox.counts(pilot.key()) == {MailState.PLANNED: 6}


def test_a_connection_that_breaks_during_the_hand_over_leaves_the_mail_in_doubt(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.fieldwork.start(pilot.key())

    class Vanishing(Postbox):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            del session, envelope
            server.transport.close()
            return "250 never arrives"

    postbox = Vanishing(lambda _address, _asked: "250 ok")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        done = worker(pilot, f"smtp://127.0.0.1:{port}").work(quiet)
    finally:
        controller.stop()

    assert done.in_doubt == 6
    assert pilot.house.outbox.claim() is None


def test_a_reminder_goes_to_everybody_and_the_old_code_still_works(pilot: RunningPilot) -> None:
    pilot.people(6)
    codes = pilot.start()
    pilot.send(codes[0], any_days=1)

    assert pilot.house.fieldwork.remind(pilot.key()) == 6
    with smtp() as (url, postbox):
        worker(pilot, url).work(quiet)

    assert len(postbox.mails) == 6
    assert "If you have answered, thank you" in body(postbox.mails[0], "plain").replace("\n", " ")
    assert pilot.send(codes[1], any_days=1).status_code == 303


def test_a_second_reminder_within_three_days_is_refused(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.start()
    pilot.house.fieldwork.remind(pilot.key())

    with pytest.raises(RefusedError, match="three days"):
        pilot.house.fieldwork.remind(pilot.key())


def test_no_second_worker_runs_beside_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "worker.lock"

    with only_worker(lock), pytest.raises(RefusedError, match="another worker"), only_worker(lock):
        pass


def test_mails_become_private_files_without_a_server(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.fieldwork.start(pilot.key())

    pilot.house.worker.work(quiet)

    files = list(pilot.house.settings.mails.glob("*.eml"))
    assert len(files) == 6
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
