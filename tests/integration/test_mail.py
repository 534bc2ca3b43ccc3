import email
import email.policy
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from surveyapp import templating
from surveyapp.errors import EnvironmentProblemError, RefusedError
from surveyapp.mail.message import Letters, UnwritableError
from surveyapp.mail.sender import SmtpSender
from surveyapp.mail.worker import Round, Tray, Worker, only_worker
from surveyapp.mailing import MailState
from surveyapp.office.people import Entry
from tests.postbox import Postbox, smtp
from tests.story import RunningPilot


class Stopwatch:
    """A clock that the test turns, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def worker(pilot: RunningPilot, url: str, monotonic: Callable[[], float] = lambda: 0.0) -> Worker:
    letters = Letters(templating.environment, "Survey <survey@example.org>", pilot.house.clock)
    return Worker(
        [Tray(pilot.house.outbox, lambda mail: letters.write(pilot.house.addressing.address(mail)))],
        SmtpSender(url),
        turn_waves=pilot.house.fieldwork.turn_waves,
        monotonic=monotonic,
    )


def quiet(_: int) -> None:
    """Nobody watches."""


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_everybody_gets_one_mail_with_an_own_working_link(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())

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
    pilot.house.starting.start(pilot.key())

    with smtp() as (url, postbox):
        worker(pilot, url).work(quiet)

    mail = postbox.mails[0]
    plain, html = body(mail, "plain"), body(mail, "html")
    fingerprint = pilot.poll().fingerprint
    for text in (plain, html):
        assert words in " ".join(text.split())
        assert fingerprint in text
        assert f"/s/offers.1?lang={language}#" in text
    assert mail["Reply-To"] == "mira.solano@example.org"
    assert "<img" not in html
    assert len(re.findall(r"https?://[^\"<]*/s/", html)) == 1
    assert len(re.findall(r"https?://", html)) == 2  # the other one ends reminders


def test_a_refusal_for_good_fails_that_mail_only(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())

    with smtp(lambda address, _: "550 no such user" if address.startswith("p3@") else "250 ok") as (url, _):
        done = worker(pilot, url).work(quiet)

    assert done == Round(sent=5, failed=1)


def test_come_back_later_is_tried_again_with_a_fresh_code(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())

    with smtp(lambda _, asked: "451 busy" if asked == 1 else "250 ok") as (url, postbox):
        first = worker(pilot, url).work(quiet)
        second = worker(pilot, url).work(quiet)

    assert first == Round(sent=5, postponed=1, resting=True)
    assert second == Round(sent=1)
    assert len(postbox.mails) == 6


def test_a_server_that_wants_no_mails_now_is_left_alone(pilot: RunningPilot) -> None:
    pilot.people(60)
    pilot.house.starting.start(pilot.key())

    with smtp(lambda *_: "451 too many") as (url, _):
        done = worker(pilot, url).work(quiet)

    assert done == Round(postponed=20, resting=True)
    assert pilot.house.outbox.counts(pilot.key()) == {MailState.PLANNED: 60}


def test_the_pause_after_a_postponed_mail_grows(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())
    watch = Stopwatch()
    tries = []

    with smtp(lambda *_: "421 closing") as (url, postbox):
        patient = worker(pilot, url, watch)
        for minute in range(120):
            watch.now = minute * 60.0
            if patient.work(quiet) == Round(postponed=1, resting=True):
                tries.append(minute)

    assert tries == [0, 1, 3, 7, 15, 31, 61, 91]
    assert postbox.mails == []
    assert pilot.house.outbox.counts(pilot.key()) == {MailState.PLANNED: 6}


def test_a_mail_says_when_it_was_written(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())

    with smtp() as (url, postbox):
        worker(pilot, url).work(quiet)

    assert abs(postbox.mails[0]["Date"].datetime - pilot.house.clock()).total_seconds() < 60


@pytest.mark.parametrize("email", ["", "no address", "p1@example.org\r\nBcc: all@example.org", "jörg@example.org"])
def test_a_person_whom_no_mail_can_reach_stops_nobody_elses(pilot: RunningPilot, email: str) -> None:
    pilot.people(6)
    pilot.house.people.enter("offers", [Entry(email, "Odd", "sales", "en")])
    pilot.house.starting.start(pilot.key())

    with smtp() as (url, postbox):
        done = worker(pilot, url).work(quiet)

    assert len(postbox.mails) == done.sent == 6
    assert not [mail for mail in postbox.mails if "Bcc" in mail]
    assert MailState.SENDING not in pilot.house.outbox.counts(pilot.key())


@pytest.mark.parametrize(
    "name", ["Zoë \u2603", 'Eva "the boss" <x@y>', "A\r\nBcc: all@example.org", "\ud800", "x" * 300]
)
def test_no_name_breaks_a_mail_or_adds_to_it(pilot: RunningPilot, name: str) -> None:
    letters = Letters(templating.environment, "Survey <survey@example.org>", pilot.house.clock)
    pilot.people(6)
    pilot.house.starting.start(pilot.key())
    mail = pilot.house.outbox.claim()
    assert mail is not None
    letter = replace(pilot.house.addressing.address(mail), name=name)

    try:
        written = letters.write(letter)
    except UnwritableError:
        return

    sent = email.message_from_bytes(written.content, policy=email.policy.default)
    assert [str(address.addr_spec) for address in sent["To"].addresses] == [mail.email]
    assert "Bcc" not in sent


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:abc"])
def test_what_is_no_mail_server_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(EnvironmentProblemError, match="SURVEYAPP_SMTP_URL") as caught:
        SmtpSender(url)

    assert url not in str(caught.value).replace("smtp://user", "")


def test_no_password_is_sent_to_a_server_without_encryption(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())

    with smtp() as (url, postbox):
        done = worker(pilot, url.replace("smtp://", "smtp://user:secret@")).work(quiet)

    assert done == Round(postponed=1, resting=True)
    assert postbox.mails == []


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(
    pilot: RunningPilot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())
    postbox = Postbox(lambda *_: "250 ok")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # What an attacker in between would show: a certificate that it signed itself.
    controller = Controller(postbox, hostname="127.0.0.1", port=port, ssl_context=self_signed(tmp_path))
    controller._trigger_server = lambda: socket.create_connection(("127.0.0.1", port)).close()  # type: ignore[method-assign]
    controller.start()
    try:
        stranger = worker(pilot, f"smtps://127.0.0.1:{port}").work(quiet)
        refused = list(postbox.mails)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        trusted = worker(pilot, f"smtps://127.0.0.1:{port}").work(quiet)
    finally:
        controller.stop()

    assert stranger == Round(postponed=1, resting=True)
    assert refused == []
    assert trusted == Round(sent=6)


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def test_a_folder_that_cannot_be_written_loses_no_mail(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())
    (tmp_path / "var" / "mail").write_text("a file where the folder should be")

    assert pilot.house.worker.work(quiet) == Round(postponed=1, resting=True)
    assert pilot.house.outbox.counts(pilot.key()) == {MailState.PLANNED: 6}


def test_a_server_that_is_away_loses_no_mail(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())
    with smtp() as (url, _):
        pass

    assert worker(pilot, url).work(quiet) == Round(postponed=1, resting=True)
    assert pilot.house.outbox.counts(pilot.key()) == {MailState.PLANNED: 6}


def test_a_connection_that_breaks_during_the_hand_over_leaves_the_mail_in_doubt(pilot: RunningPilot) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())

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
    pilot.house.starting.start(pilot.key())

    pilot.house.worker.work(quiet)

    files = list(pilot.house.settings.mails.glob("*.eml"))
    assert len(files) == 6
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
