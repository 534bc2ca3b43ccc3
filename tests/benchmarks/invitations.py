"""How long ten thousand invitations take to a local SMTP server, beside a bare loop that builds each message.

The server runs in a process of its own and keeps nothing. The worker claims each mail in a transaction before it is
handed over and settles it in another after, draws its code and writes it; the bare loop does none of that. What may
fail is the ratio.
"""

import smtplib
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlsplit

from surveyapp.mailing import MailState
from surveyapp.office.people import Entry
from tests.benchmarks.machine import described
from tests.story import QuickHouse, RunningPilot, settings_in

MOST_RATIO = 2.0
MAILS = 10_000
_TEXT = (
    "Twelve short questions, about four minutes. Your personal link:\n\nhttps://survey.example.org/s/offers.1#{0}\n" * 6
)


class _Sink:
    """Takes every mail and forgets it."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802  # the library's name
        del server, session, envelope
        return "250 taken"


def _serve(port: int, ready: Event, over: Event) -> None:
    from aiosmtpd.controller import Controller

    controller = Controller(_Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    over.wait()
    controller.stop()


@contextmanager
def _server() -> Iterator[str]:
    context = get_context("spawn")
    ready, over = context.Event(), context.Event()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = context.Process(target=_serve, args=(port, ready, over))
    process.start()
    ready.wait()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        over.set()
        process.join()


def _bare(url: str, mails: int) -> float:
    """Return the seconds that a loop takes which does nothing but build and send."""
    parts = urlsplit(url)
    began = time.perf_counter()
    with smtplib.SMTP(str(parts.hostname), parts.port or 25) as connection:
        for number in range(mails):
            message = EmailMessage(policy=SMTP)
            message["From"] = "Survey <survey@example.org>"
            message["To"] = f"Person {number} <p{number}@example.org>"
            message["Subject"] = "How is the assistant working for you? 4 minutes, anonymous"
            text = _TEXT.format(number)
            message.set_content(text)
            message.add_alternative(f"<!doctype html><p>{text}</p>", subtype="html")
            connection.send_message(message)
    return time.perf_counter() - began


def _worker(url: str, mails: int) -> float:
    """Return the seconds that the worker takes for the invitations of a wave."""
    with tempfile.TemporaryDirectory() as name:
        house = QuickHouse(settings_in(Path(name), smtp_url=url))
        pilot = RunningPilot(house, None)  # type: ignore[arg-type]  # nobody answers here
        house.people.enter(
            pilot.slug,
            [Entry(f"p{number}@example.org", f"Person {number}", "sales", "en") for number in range(mails)],
        )
        house.starting.start(pilot.key())
        began = time.perf_counter()
        sent = house.worker.work(lambda _: None).sent
        seconds = time.perf_counter() - began
        if sent != mails or house.outbox.counts(pilot.key()) != {MailState.SENT: mails}:
            raise SystemExit(f"only {sent} of {mails} mails were sent")
        house.close()
    return seconds


def main(words: Sequence[str]) -> int:
    """Measure, print both rates, and return 1 if the worker takes more than twice as long as the bare loop."""
    mails = int(words[0]) if words else MAILS
    print(described())
    with _server() as url:
        # Half of the bare loop before and half after: a machine that gets busier falls on both.
        bare = _bare(url, mails // 2)
        worker = _worker(url, mails)
        bare += _bare(url, mails - mails // 2)
    ratio = worker / bare
    print(f"{'':>24}{'mails':>8}{'seconds':>10}{'per second':>12}")
    for what, seconds in (("bare smtplib loop", bare), ("worker", worker)):
        print(f"{what:>24}{mails:>8,}{seconds:>10.1f}{mails / seconds:>12.0f}")
    print(f"the worker takes {ratio:.2f} times the bare loop (at most {MOST_RATIO})")
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
