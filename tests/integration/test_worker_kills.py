"""The worker dies at any moment, or the server breaks off: nobody is mailed twice without a click, nobody is lost."""

import os
import random  # noqa: TID251  # no secret: the same moments in every run
import signal
import threading
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from aiosmtpd.smtp import SMTP, Envelope, Session

from surveyapp.mailing import MailState
from surveyapp.office.outbox import Again
from surveyapp.settings import Settings
from tests.postbox import served
from tests.story import RunningPilot

PEOPLE = 300
KILLS = 15
SEED = 3
MOMENTS = ("connected", "sender", "recipient", "before it is taken", "after it is taken", "any time")


class Counting:
    """A mail server that counts what it took of whom, and at armed moments does something unkind."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._unkind: Callable[[], None] = lambda: None
        self._moment = ""
        self._mails = 0

    def arm(self, moment: str, mails: int, unkind: Callable[[], None]) -> None:
        """Be *unkind* once at *moment*, after so many more *mails* at least."""
        self._moment, self._mails, self._unkind = moment, mails, unkind

    def at(self, moment: str) -> None:
        if moment == self._moment and self._mails <= 0:
            self._moment = ""
            self._unkind()

    async def handle_EHLO(  # noqa: N802  # the library's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        self.at("connected")
        return responses

    async def handle_MAIL(  # noqa: N802  # the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session
        self.at("sender")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(  # noqa: N802  # the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        self.at("recipient")
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        del server, session
        self._mails -= 1
        self.at("before it is taken")
        self.taken[envelope.rcpt_tos[0]] += 1
        self.at("after it is taken")
        self.at("any time")
        return "250 taken"


class Faltering(Counting):
    """A mail server that, as *draw* has it, asks to come back or breaks off before or after it took a mail."""

    def __init__(self, draw: random.Random) -> None:
        super().__init__()
        self._draw = draw
        self.broken = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        fault = self._draw.choices(["none", "later", "lost", "taken"], weights=[16, 2, 1, 1])[0]
        if fault == "later":
            return "451 later"
        if fault != "lost":
            said = await super().handle_DATA(server, session, envelope)
        if fault in {"lost", "taken"}:
            self.broken += 1
            assert server.transport
            server.transport.abort()
            return "250 nobody hears this"
        return said


def a_worker(settings: Settings) -> None:
    """Do what `surveyapp worker --once` does, in a process of its own."""
    from surveyapp.app import BUILDERS, House
    from surveyapp.cli import serve

    serve.work(Namespace(once=True), BUILDERS["WorkerServices"](House(settings)))


def started(settings: Settings) -> BaseProcess:
    context = get_context("forkserver")
    # Loaded once, for all of them: each would take a second otherwise.
    context.set_forkserver_preload(
        ["__main__", __name__, "surveyapp.app", "surveyapp.cli.serve", "surveyapp.mail.worker"]
    )
    process = context.Process(target=a_worker, args=(settings,))
    process.start()
    return process


def killing(process: BaseProcess) -> Callable[[], None]:
    def kill() -> None:
        assert process.pid
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)

    return kill


def soon(draw: random.Random, act: Callable[[], None]) -> Callable[[], None]:
    """Do it up to a hundredth of a second later, while the server goes on: wherever the worker is then."""
    return lambda: threading.Timer(draw.uniform(0, 0.01), act).start()


def settings_of(pilot: RunningPilot, url: str) -> Settings:
    return Settings(**pilot.house.settings.model_dump() | {"smtp_url": url})


def everybody(pilot: RunningPilot) -> set[str]:
    pilot.people(PEOPLE)
    pilot.house.starting.start(pilot.key())
    return {f"p{number}@example.org" for number in range(PEOPLE)}


def counts(pilot: RunningPilot) -> Counter[MailState]:
    return Counter(pilot.house.outbox.counts(pilot.key()))


def test_a_killed_worker_mails_nobody_twice_and_leaves_one_in_doubt_at_most(pilot: RunningPilot) -> None:
    people = everybody(pilot)
    draw = random.Random(SEED)  # no secret: the same moments in every run
    counting, kills = Counting(), 0

    with served(counting) as url:
        settings = settings_of(pilot, url)
        while kills < KILLS:
            process = started(settings)
            kill, moment = killing(process), MOMENTS[kills % len(MOMENTS)]
            counting.arm(moment, draw.randint(0, 12), soon(draw, kill) if moment == "any time" else kill)
            if moment == "connected":
                counting.arm(moment, 0, kill)
            process.join(30)
            assert process.exitcode == -signal.SIGKILL, moment
            kills += 1
            now = counts(pilot)
            assert now[MailState.SENDING] <= 1
            assert now[MailState.SENDING] + now[MailState.IN_DOUBT] <= kills
            assert max(counting.taken.values(), default=0) <= 1
        last = started(settings)
        last.join(60)

        assert last.exitcode == 0
        settled = counts(pilot)
        assert settled[MailState.SENT] + settled[MailState.IN_DOUBT] == PEOPLE
        assert 1 <= settled[MailState.IN_DOUBT] <= KILLS
        assert set(counting.taken.values()) == {1}
        assert settled[MailState.SENT] <= len(counting.taken) <= PEOPLE

        # The click.
        assert pilot.house.outbox.send_again(pilot.key(), Again.DOUBTFUL) == settled[MailState.IN_DOUBT]
        again = started(settings)
        again.join(60)

    assert again.exitcode == 0
    assert counts(pilot) == {MailState.SENT: PEOPLE}
    assert counting.taken.keys() == people
    twice = [address for address, mails in counting.taken.items() if mails > 1]
    assert max(counting.taken.values()) <= 2
    assert len(twice) <= settled[MailState.IN_DOUBT]


def test_a_server_that_breaks_off_leaves_one_in_doubt_for_each_connection(pilot: RunningPilot) -> None:
    people = everybody(pilot)
    faltering = Faltering(random.Random(SEED))  # the same

    with served(faltering) as url:
        settings = settings_of(pilot, url)
        for _ in range(30):
            # A process of its own each: no rest after a mail that was postponed.
            process = started(settings)
            process.join(60)
            assert process.exitcode == 0
            assert counts(pilot)[MailState.IN_DOUBT] == faltering.broken
            assert max(faltering.taken.values()) == 1
            if not counts(pilot)[MailState.PLANNED]:
                break
        settled = counts(pilot)

    assert faltering.broken > 5
    assert settled == {MailState.SENT: PEOPLE - faltering.broken, MailState.IN_DOUBT: faltering.broken}
    assert len(people - faltering.taken.keys()) <= faltering.broken
