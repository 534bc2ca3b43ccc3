"""The background worker: starts and closes waves at their times, and sends what is planned."""

import fcntl
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import structlog

from surveyapp.errors import RefusedError
from surveyapp.mail.message import ReadyMail, UnwritableError
from surveyapp.mail.sender import (
    AddressRefusedError,
    AwayError,
    FateUnknownError,
    NotSentError,
    RefusedForGoodError,
    Sender,
)
from surveyapp.mailing import Failure, MailState

_FIRST_REST, _LONGEST_REST = 60.0, 1800.0  # seconds
_MINUTE = 60.0  # seconds
_PATIENCE = 20  # postponed mails, after which the server surely means all of them
_REASONS: Mapping[type[Exception], Failure] = {
    AddressRefusedError: Failure.ADDRESS,
    RefusedForGoodError: Failure.REFUSED,
    UnwritableError: Failure.UNWRITABLE,
}
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of the worker did, in mails, without those that nobody may count.

    *resting*: the server wants no more for now. *limited*: this minute's mails are sent.
    """

    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    postponed: int = 0
    resting: bool = False
    limited: bool = False


class Claimed(Protocol):
    """A mail that this worker alone may send now."""

    @property
    def id(self) -> bytes:
        """What tells it from all others of its queue."""

    @property
    def counted(self) -> bool:
        """Whether anybody may learn that it was sent."""


M = TypeVar("M", bound=Claimed)


class Queue(Protocol[M]):
    """Mails to be sent, claimed one by one."""

    def claim(self, passed_over: Collection[bytes] = ()) -> M | None:
        """Take a planned mail that is not *passed_over*."""

    def settle(self, mail: M, state: MailState, reason: Failure | None = None) -> None:
        """Record what became of a claimed mail, and why it failed."""

    def put_back(self, mail: M, *, tried: bool) -> None:
        """Plan a mail again that was surely not sent."""


@dataclass(frozen=True, slots=True)
class Tray(Generic[M]):
    """A queue, and what makes a mail of it into what is sent."""

    queue: Queue[M]
    write: Callable[[M], ReadyMail]


class Worker:
    """Sends what is in the *trays*, one after the other; *turn_waves* starts and closes what is due.

    After a mail was postponed no other is sent for a while: a minute at first, then twice as long each time. With
    *per_minute* no more than that many are handed over within a minute. *beat* is called after every mail and
    every round that ended without an error.
    """

    def __init__(
        self,
        trays: Sequence[Tray[Any]],
        sender: Sender,
        *,
        turn_waves: Callable[[], None],
        beat: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float],
        per_minute: int = 0,
    ) -> None:
        self._trays = tuple(trays)
        self._sender = sender
        self._turn_waves = turn_waves
        self._beat = beat
        self._monotonic = monotonic
        self._rest = _FIRST_REST
        self._rests_until = 0.0
        self._per_minute = per_minute
        self._minute_began = float("-inf")
        self._in_minute = 0

    def work(self, progress: Callable[[int], None]) -> Round:
        """Do everything that is due once; *progress* is told the number of mails sent so far."""
        self._turn_waves()
        round_ = Round() if self._monotonic() < self._rests_until else self._round(progress)
        self._beat()
        return round_

    def _round(self, progress: Callable[[int], None]) -> Round:
        try:
            round_ = self._send_all(progress)
        finally:
            self._sender.close()
        if round_.resting:
            self._rests_until = self._monotonic() + self._rest
            self._rest = min(2 * self._rest, _LONGEST_REST)
        else:
            self._rest = _FIRST_REST
        if round_ != Round():
            _LOG.info("mails", sent=round_.sent, failed=round_.failed, doubt=round_.in_doubt, later=round_.postponed)
        return round_

    def _send_all(self, progress: Callable[[int], None]) -> Round:
        round_ = Round()
        for tray in self._trays:
            postponed: set[bytes] = set()
            while len(postponed) < _PATIENCE:
                if not self._may_send():
                    return replace(round_, limited=True)
                mail = tray.queue.claim(postponed)
                if mail is None:
                    break
                self._in_minute += 1
                before = round_
                try:
                    round_ = self._send(tray, mail, round_)
                except AwayError:
                    tray.queue.put_back(mail, tried=False)
                    return replace(round_, postponed=round_.postponed + mail.counted, resting=True)
                except NotSentError:
                    tray.queue.put_back(mail, tried=True)
                    postponed.add(mail.id)
                    round_ = replace(round_, postponed=round_.postponed + mail.counted, resting=True)
                self._beat()
                if round_.sent > before.sent:
                    progress(round_.sent)
        return round_

    def _may_send(self) -> bool:
        """Return whether this minute has room for another mail."""
        now = self._monotonic()
        if now - self._minute_began >= _MINUTE:
            self._minute_began, self._in_minute = now, 0
        return not self._per_minute or self._in_minute < self._per_minute

    def _send(self, tray: Tray[M], mail: M, so_far: Round) -> Round:
        try:
            self._sender.send(tray.write(mail))
        except (RefusedForGoodError, UnwritableError) as error:
            tray.queue.settle(mail, MailState.FAILED, _REASONS[type(error)])
            return replace(so_far, failed=so_far.failed + mail.counted)
        except FateUnknownError:
            tray.queue.settle(mail, MailState.IN_DOUBT)
            return replace(so_far, in_doubt=so_far.in_doubt + mail.counted)
        tray.queue.settle(mail, MailState.SENT)
        return replace(so_far, sent=so_far.sent + mail.counted)


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
