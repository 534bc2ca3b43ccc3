"""Mails that come back are noticed by the worker, from a folder, a Maildir or a real IMAP conversation over TLS."""

import mailbox
import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from surveyapp import logs
from surveyapp.app import House
from surveyapp.checks import reports
from surveyapp.checks.finding import Health, Installation
from surveyapp.mail.bounces import Bounces
from surveyapp.mailing import MailState
from surveyapp.returning import LARGEST_REPORT, FolderMailbox, ReportsAwayError, mailbox_at
from surveyapp.settings import Settings
from tests.integration.test_mail import self_signed
from tests.story import RunningPilot
from tests.unit.test_bounces import AWAY, OURS, POSTFIX, report

OTHER = report(AWAY)


class Watch:
    """A clock that the test turns, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def reader(place: str) -> tuple[Bounces, list[bytes], Watch]:
    told: list[bytes] = []
    watch = Watch()
    return Bounces(lambda: mailbox_at(place), told.append, monotonic=watch), told, watch


def test_a_mail_that_came_back_has_failed_and_can_be_sent_again(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)
    pilot.house.starting.start(pilot.key())
    mail = pilot.house.outbox.claim()
    assert mail
    pilot.house.outbox.settle(mail, MailState.SENT)
    folder = tmp_path / "bounces"
    folder.mkdir()
    (folder / "1").write_bytes(report(POSTFIX, mail=f"<{mail.id.hex()}@example.org>"))
    house = House(Settings(**pilot.house.settings.model_dump() | {"bounces": str(folder)}))

    assert house.bounces
    assert house.bounces.read() == 1

    assert pilot.house.outbox.counts(pilot.key())[MailState.FAILED] == 1
    assert [one.email for one in pilot.house.outbox.failed(pilot.key())] == [mail.email]
    house.close()


def test_without_a_place_nothing_is_read(pilot: RunningPilot) -> None:
    assert pilot.house.bounces is None


def test_a_report_is_read_once_and_what_is_none_stays(tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(report(POSTFIX))
    (tmp_path / "other").write_bytes(OTHER)
    bounces, told, watch = reader(str(tmp_path))

    assert bounces.read() == 1
    watch.now = 1000.0
    assert bounces.read() == 0

    assert told == [bytes.fromhex(OURS[1:33])]
    assert (tmp_path / "done" / "report").read_bytes() == report(POSTFIX)
    assert (tmp_path / "other").read_bytes() == OTHER


def test_a_maildir_keeps_its_form(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    box.add(report(POSTFIX))
    box.add(OTHER)
    bounces, told, _ = reader(str(tmp_path / "box"))

    assert bounces.read() == 1

    assert len(told) == 1
    assert [bytes(message.as_bytes()) for message in mailbox.Maildir(tmp_path / "box")] == [OTHER]
    assert len(mailbox.Maildir(tmp_path / "box").get_folder("done")) == 1


def test_the_mailbox_is_looked_into_every_few_minutes_only(tmp_path: Path) -> None:
    bounces, told, watch = reader(str(tmp_path))
    bounces.read()
    (tmp_path / "1").write_bytes(report(POSTFIX))

    watch.now = 299.0
    assert bounces.read() == 0
    watch.now = 301.0
    assert bounces.read() == 1
    assert len(told) == 1


def test_long_files_links_and_folders_are_left_alone(tmp_path: Path) -> None:
    box = tmp_path / "box"
    (box / "folder").mkdir(parents=True)
    (tmp_path / "elsewhere").write_bytes(report(POSTFIX))
    (box / "link").symlink_to(tmp_path / "elsewhere")
    (box / "long").write_bytes(report(POSTFIX) + b"\n" * LARGEST_REPORT)
    bounces, told, _ = reader(str(box))

    assert bounces.read() == 0

    assert told == []
    assert sorted(path.name for path in box.iterdir()) == ["folder", "link", "long"]


@pytest.mark.parametrize("place", ["/nowhere/at/all", "imap://user:hidden@127.0.0.1/x", "imaps://", "imaps://[/x"])
def test_a_place_that_cannot_be_read_is_told_once_and_stops_nothing(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bounces, told, watch = reader(place)

    for watch.now in (0.0, 1000.0, 2000.0):
        assert bounces.read() == 0

    said = capsys.readouterr().err
    assert said.count("delivery reports away") == 1
    assert "hidden" not in said
    assert told == []


def test_the_log_has_counts_and_nothing_of_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gone@example.net.eml").write_bytes(report(POSTFIX))
    (tmp_path / "other").write_bytes(OTHER)
    logs.configure(quiet=False)
    try:
        reader(str(tmp_path))[0].read()
    finally:
        logs.configure(quiet=True)

    said = capsys.readouterr().err
    assert '"read": 1, "left": 1' in said
    assert not re.search(r"example|Postfix|@|assistant", said)


# ----------------------------------------------------------------- IMAP


class _Imap(socketserver.StreamRequestHandler):
    """Answers the few commands that a reader of delivery reports needs (RFC 3501)."""

    server: "_ImapServer"

    def handle(self) -> None:
        self._say(b"* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self.server.commands.append(command.split(" ")[0] if command.startswith("LOGIN") else command)
            done = self._answer(command)
            self._say(f"{tag} {done}".encode())
            if command == "LOGOUT":
                return

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _answer(self, command: str) -> str:
        mails, seen = self.server.mails, self.server.seen
        if command == "CAPABILITY":
            self._say(b"* CAPABILITY IMAP4rev1")
        elif command.startswith("LOGIN"):
            return "OK in" if command == 'LOGIN reader "se cret"' else "NO wrong, reader@example.org"
        elif command.startswith("SELECT"):
            if command != 'SELECT "Bounced mails"':
                return "NO no such mailbox"
            self._say(f"* {len(mails)} EXISTS".encode())
            self._say(b"* OK [UIDVALIDITY 7] valid")
        elif command == "UID SEARCH UNSEEN":
            self._say(b" ".join([b"* SEARCH", *(str(number).encode() for number in mails if number not in seen)]))
        elif found := re.fullmatch(r"UID FETCH (\d+) \((.*)\)", command):
            number, content = int(found[1]), mails[int(found[1])]
            if found[2] == "RFC822.SIZE":
                self._say(f"* 1 FETCH (UID {number} RFC822.SIZE {len(content)})".encode())
            else:
                self._say(f"* 1 FETCH (UID {number} BODY[] {{{len(content)}}}".encode())
                self.wfile.write(content)
                self._say(b")")
        elif found := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command):
            seen.add(int(found[1]))
        return "OK done"


class _ImapServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, mails: dict[int, bytes]) -> None:
        self.mails, self.seen, self.commands, self._context = mails, set[int](), list[str](), context
        super().__init__(("127.0.0.1", 0), _Imap)

    def get_request(self) -> tuple[ssl.SSLSocket, object]:
        plain, address = super().get_request()
        return self._context.wrap_socket(plain, server_side=True), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust us hangs up."""


@contextmanager
def imap(folder: Path, mails: dict[int, bytes]) -> Iterator[_ImapServer]:
    with _ImapServer(self_signed(folder), mails) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def place_of(server: _ImapServer, way_in: str = "reader:se%20cret", folder: str = "Bounced%20mails") -> str:
    return f"imaps://{way_in}@127.0.0.1:{server.server_address[1]}/{folder}"


def trusting(folder: Path) -> Callable[[], ssl.SSLContext]:
    return lambda: ssl.create_default_context(cafile=folder / "certificate.pem")


def test_a_mailbox_on_a_server_is_read_and_what_was_read_is_flagged(tmp_path: Path) -> None:
    long = report(POSTFIX) + b"\n" * LARGEST_REPORT
    with imap(tmp_path, {3: report(POSTFIX), 5: OTHER, 8: long}) as server:
        told: list[bytes] = []
        watch = Watch()
        bounces = Bounces(lambda: mailbox_at(place_of(server), trusting(tmp_path)), told.append, monotonic=watch)

        assert bounces.read() == 1
        watch.now = 1000.0
        assert bounces.read() == 0

    assert len(told) == 1
    assert server.seen == {3}
    assert server.commands.count("UID FETCH 5 (BODY.PEEK[])") == 1
    assert "UID FETCH 8 (BODY.PEEK[])" not in server.commands


@pytest.mark.parametrize(("way_in", "folder"), [("reader:wrong", "Bounced%20mails"), ("reader:se%20cret", "other")])
def test_what_a_server_says_is_not_repeated(tmp_path: Path, way_in: str, folder: str) -> None:
    with imap(tmp_path, {}) as server:
        place = mailbox_at(place_of(server, way_in, folder), trusting(tmp_path))
        with pytest.raises(ReportsAwayError) as refused:
            place.try_out()

    assert str(refused.value) == "the mailbox of delivery reports cannot be read: error"
    assert refused.value.__cause__ is None


def test_a_server_that_nobody_vouches_for_gets_no_password(tmp_path: Path) -> None:
    with imap(tmp_path, {}) as server, pytest.raises(ReportsAwayError, match="SSLCertVerificationError"):
        mailbox_at(place_of(server)).try_out()

    assert server.commands == []


# ----------------------------------------------------------------- the doctor


@pytest.mark.parametrize(
    ("place", "health"),
    [("", Health.OK), ("{folder}", Health.OK), ("/nowhere/at/all", Health.WARN), ("imap://user@x/", Health.WARN)],
)
def test_the_doctor_says_whether_reports_can_be_read(
    pilot: RunningPilot, tmp_path: Path, place: str, health: Health
) -> None:
    settings = Settings(var_dir=tmp_path, bounces=place.format(folder=tmp_path))  # type: ignore[arg-type]

    (finding,) = reports.readable(Installation(settings, {}, pilot.house.clock))

    assert finding.health == health


def test_a_folder_that_cannot_take_what_was_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "done").write_text("in the way")

    with pytest.raises(ReportsAwayError, match="moved"):
        FolderMailbox(tmp_path).put_away(str(tmp_path / "report"))
