"""The background worker: starts and closes waves at their times, and sends what is planned."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from surveyapp.errors import RefusedError
from surveyapp.mail.message import Letter, Letters
from surveyapp.mail.sender import FateUnknownError, NotSentError, RefusedForGoodError, Sender
from surveyapp.office.outbox import ClaimedMail, MailState, Outbox

_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of the worker did, in mails."""

    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    postponed: int = 0


class Worker:
    """Sends the outbox. *address* turns a claimed mail into a letter, *turn_waves* starts and closes what is due."""

    def __init__(
        self,
        outbox: Outbox,
        letters: Letters,
        sender: Sender,
        *,
        address: Callable[[ClaimedMail], Letter],
        turn_waves: Callable[[], None],
    ) -> None:
        self._outbox = outbox
        self._letters = letters
        self._sender = sender
        self._address = address
        self._turn_waves = turn_waves

    def work(self, progress: Callable[[int], None]) -> Round:
        """Do everything that is due once; *progress* is told the number of mails sent so far."""
        self._turn_waves()
        round_ = Round()
        try:
            while (mail := self._outbox.claim()) is not None:
                round_ = self._send(mail, round_)
                progress(round_.sent)
                if round_.postponed:
                    # The server is away or busy: the rest of the queue would only use up its attempts.
                    break
        finally:
            self._sender.close()
        if round_ != Round():
            _LOG.info("mails", sent=round_.sent, failed=round_.failed, doubt=round_.in_doubt, later=round_.postponed)
        return round_

    def _send(self, mail: ClaimedMail, so_far: Round) -> Round:
        try:
            self._sender.send(self._letters.write(self._address(mail)))
        except NotSentError:
            self._outbox.put_back(mail)
            return Round(so_far.sent, so_far.failed, so_far.in_doubt, so_far.postponed + 1)
        except RefusedForGoodError:
            self._outbox.settle(mail, MailState.FAILED)
            return Round(so_far.sent, so_far.failed + 1, so_far.in_doubt, so_far.postponed)
        except FateUnknownError:
            self._outbox.settle(mail, MailState.IN_DOUBT)
            return Round(so_far.sent, so_far.failed, so_far.in_doubt + 1, so_far.postponed)
        self._outbox.settle(mail, MailState.SENT)
        return Round(so_far.sent + 1, so_far.failed, so_far.in_doubt, so_far.postponed)


@contextmanager
def only_worker(lock: Path) -> Iterator[None]:
    """Hold *lock* while working, so that a second worker cannot mistake the mails of the first for abandoned ones.

    Raises:
        RefusedError: another worker is running.
    """
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError("another worker is running: one is enough") from None
        yield
