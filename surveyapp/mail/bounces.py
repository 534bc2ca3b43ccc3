"""Delivery reports (RFC 3464): which mail did not arrive, from bytes that anybody may have sent."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from typing import Final, Protocol

import structlog

from surveyapp.errors import EnvironmentProblemError
from surveyapp.returning import LARGEST_REPORT, ReportsAwayError

_EVERY: Final = 300.0  # seconds between two looks
_MOST_PARTS: Final = 20
_FAILED: Final = "failed"
_OURS: Final = re.compile(r"\s*<([0-9a-f]{32})@[^<>\s]+>\s*", re.IGNORECASE)
_RETURNED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_STATUS: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report. *mail*: the id in the outbox of the mail that surely did not arrive, or None."""

    mail: bytes | None


def read_report(content: bytes) -> Report | None:
    """Return what the mail *content* reports, or None if it is no delivery report. Never raises.

    The action decides (RFC 3464, section 2.3.3), not the class of the status: a server that gave up after days of
    temporary faults says "failed" with a status 4.x.x, one that still tries says "delayed". A report that names a
    recipient whom the mail reached, or two mails, says of none that it failed.
    """
    if len(content) > LARGEST_REPORT:
        return None
    try:
        return _read(message_from_bytes(content, policy=compat32))
    except Exception:  # noqa: BLE001  # the library trips over some malformed mails, each in its own way
        return None


def _read(message: Message) -> Report | None:
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = list(message.get_payload())[:_MOST_PARTS]
    actions = [action for part in parts if _kind(part) in _STATUS for action in _actions(part)]
    if not actions:
        return None
    named = {found for part in parts if _kind(part) in _RETURNED for found in _ids(part)}
    if set(actions) != {_FAILED} or len(named) != 1:
        return Report(None)
    (only,) = named
    matched = _OURS.fullmatch(only)
    return Report(bytes.fromhex(matched[1]) if matched else None)


def _kind(part: object) -> str:
    return part.get_content_type() if isinstance(part, Message) else ""


def _actions(status: Message) -> Iterator[str]:
    """Yield what became of each recipient; the first block of fields is about the mail as a whole."""
    blocks = status.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message):
            for action in block.get_all("Action", ()):
                yield str(action).partition("(")[0].strip().lower()


def _ids(returned: Message) -> Iterator[str]:
    """Yield the Message-IDs of the mail that came back, whole or its headers alone."""
    payload = returned.get_payload()
    if isinstance(payload, list):
        heads = [part for part in payload if isinstance(part, Message)]
    else:
        heads = [HeaderParser(policy=compat32).parsestr(_text(returned))]
    for head in heads:
        yield from (str(value) for value in head.get_all("Message-ID", ()))


def _text(part: Message) -> str:
    decoded = part.get_payload(decode=True)
    return decoded.decode("latin-1").lstrip() if isinstance(decoded, bytes) else ""


class Mailbox(Protocol):
    """Where delivery reports come in. Its methods raise ReportsAwayError."""

    def look(self, passed_over: frozenset[str]) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of each mail that was not read and is not *passed_over*."""

    def put_away(self, name: str) -> None:
        """See to it that a mail is not read again."""


class Bounces:
    """Reads delivery reports every few minutes; what is no report stays where it is.

    *mailbox* opens where they come in; *came_back* is told the id of each mail that did not arrive. A fault is logged
    once, until there is another.
    """

    def __init__(
        self, mailbox: Callable[[], Mailbox], came_back: Callable[[bytes], object], *, monotonic: Callable[[], float]
    ) -> None:
        self._mailbox = mailbox
        self._came_back = came_back
        self._monotonic = monotonic
        self._next = float("-inf")
        self._others: frozenset[str] = frozenset()
        self._fault = ""

    def read(self) -> int:
        """Read what has come since, if it is time; return how many reports that were."""
        now = self._monotonic()
        if now < self._next:
            return 0
        self._next = now + _EVERY
        reports, others = 0, set(self._others)
        try:
            mailbox = self._mailbox()
            for name, content in mailbox.look(self._others):
                report = read_report(content)
                if report is None:
                    others.add(name)
                    continue
                if report.mail is not None:
                    self._came_back(report.mail)
                # Last: a worker that dies in between reads it once more, and the mail has failed already.
                mailbox.put_away(name)
                reports += 1
            self._fault = ""
        except (ReportsAwayError, EnvironmentProblemError) as error:
            if str(error) != self._fault:
                self._fault = str(error)
                _LOG.warning("delivery reports away", error=error)
        if reports or len(others) > len(self._others):
            _LOG.info("delivery reports", read=reports, left=len(others))
        self._others = frozenset(others)
        return reports
