"""The background worker: starts and closes waves at their times, and sends what is planned."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from surveyapp.errors import RefusedError
from surveyapp.mail.message import Letter, Letters, UnwritableError
from surveyapp.mail.sender import AwayError, FateUnknownError, NotSentError, RefusedForGoodError, Sender
from surveyapp.office.outbox import ClaimedMail, MailState, Outbox

_FIRST_REST, _LONGEST_REST = 60.0, 1800.0  # seconds
_PATIENCE = 20  # postponed mails, after which the server surely means all of them
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of the worker did, in mails."""

    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    postponed: int = 0


class Worker:
    """Sends the outbox. *address* turns a claimed mail into a letter, *turn_waves* starts and closes what is due.

    After a mail was postponed no other is sent for a while: a minute at first, then twice as long each time.
    """

    def __init__(
        self,
        outbox: Outbox,
        letters: Letters,
        sender: Sender,
        *,
        address: Callable[[ClaimedMail], Letter],
        turn_waves: Callable[[], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._outbox = outbox
        self._letters = letters
        self._sender = sender
        self._address = address
        self._turn_waves = turn_waves
        self._monotonic = monotonic
        self._rest = _FIRST_REST
        self._rests_until = 0.0

    def work(self, progress: Callable[[int], None]) -> Round:
        """Do everything that is due once; *progress* is told the number of mails sent so far."""
        self._turn_waves()
        if self._monotonic() < self._rests_until:
            return Round()
        try:
            round_ = self._send_all(progress)
        finally:
            self._sender.close()
        if round_.postponed:
            self._rests_until = self._monotonic() + self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)
        else:
            self._rest = _FIRST_REST
        if round_ != Round():
            _LOG.info("mails", sent=round_.sent, failed=round_.failed, doubt=round_.in_doubt, later=round_.postponed)
        return round_

    def _send_all(self, progress: Callable[[int], None]) -> Round:
        round_ = Round()
        postponed: set[bytes] = set()
        while len(postponed) < _PATIENCE and (mail := self._outbox.claim(postponed)) is not None:
            try:
                round_ = self._send(mail, round_)
            except AwayError:
                self._outbox.put_back(mail, tried=False)
                return replace(round_, postponed=round_.postponed + 1)
            except NotSentError:
                self._outbox.put_back(mail, tried=True)
                postponed.add(mail.id)
                round_ = replace(round_, postponed=round_.postponed + 1)
            progress(round_.sent)
        return round_

    def _send(self, mail: ClaimedMail, so_far: Round) -> Round:
        try:
            self._sender.send(self._letters.write(self._address(mail)))
        except (RefusedForGoodError, UnwritableError):
            self._outbox.settle(mail, MailState.FAILED)
            return replace(so_far, failed=so_far.failed + 1)
        except FateUnknownError:
            self._outbox.settle(mail, MailState.IN_DOUBT)
            return replace(so_far, in_doubt=so_far.in_doubt + 1)
        self._outbox.settle(mail, MailState.SENT)
        return replace(so_far, sent=so_far.sent + 1)


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
