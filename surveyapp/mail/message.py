"""The mails themselves: text and HTML from one letter, without tracking, with one clear link."""

import binascii
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import make_msgid, parseaddr
from html import escape
from typing import Final

from jinja2 import Environment

from surveyapp.clock import Clock
from surveyapp.crypto.codes import Code
from surveyapp.desk.post import StaffMail
from surveyapp.errors import RefusedError, SurveyError


class UnwritableError(SurveyError):
    """A mail that cannot be written to this person."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, in one language. *link* carries the code behind its #; both are missing where none is needed.

    *closes_at* is local time. *stop* is the page that ends reminders, *unsubscribe* the address at which mail programs
    do so by themselves. *id* tells this mail from all others.
    """

    template: str
    language: str
    recipient: str
    name: str
    pilot: str
    tool: str
    questions: int
    minutes: int
    closes_at: datetime
    link: str
    code: Code | None
    promise: str
    fingerprint: str
    contact: str
    reply_to: str
    demo: bool
    stop: str = ""
    unsubscribe: str = ""
    id: bytes = b""


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as its reader sees it: subject, text and HTML."""

    subject: str
    text: str
    html: str


_OWN: Final = ("name", "link", "code", "stop", "unsubscribe")
_MOST_PATTERNS: Final = 64


@dataclass(frozen=True, slots=True)
class ReadyMail:
    """A mail as it is handed to a server: *content* has lines that end in CRLF (RFC 5322)."""

    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What the mails of a wave in one language have in common; text and HTML are split where a person's own comes."""

    head: bytes
    boundary: bytes
    text: tuple[str, ...]
    html: tuple[str, ...]


class Letters:
    """Turns letters into mails; *templates* gives the environment of a language.

    What is the same for all people of a wave is rendered once: only name, link, code and token are set in per mail.
    """

    def __init__(
        self,
        templates: Callable[[str], Environment],
        sender: str,
        clock: Clock,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._templates = templates
        self._clock = clock
        self._from = _address(sender)
        self._random_bytes = random_bytes
        self._patterns: dict[Letter, _Pattern] = {}
        # What stands for a person's own in a pattern. Nobody can write it into a charter: it is drawn here.
        nonce = random_bytes(8).hex()
        self._marks = {name: f"\ufdd0{name}{nonce}\ufdd1" for name in _OWN}
        self._mark = re.compile(rf"\ufdd0(\w+){nonce}\ufdd1")

    def write(self, letter: Letter) -> ReadyMail:
        """Return *letter* as a mail with a text and an HTML part.

        Raises:
            UnwritableError: name or address of the recipient cannot stand in a mail.
        """
        pattern = self._pattern(letter)
        own = {name: str(getattr(letter, name)) for name in _OWN}
        try:
            parts = (
                ("plain", "".join(self._filled(pattern.text, own))),
                ("html", "".join(self._filled(pattern.html, {name: escape(value) for name, value in own.items()}))),
            )
            body = b"".join(_part(pattern.boundary, subtype, content) for subtype, content in parts)
        except UnicodeEncodeError:
            raise UnwritableError("name or address of a person cannot stand in a mail") from None
        content = self._own_head(letter) + pattern.head + body + b"--" + pattern.boundary + b"--\r\n"
        return ReadyMail(self._from.addr_spec, letter.recipient, content)

    def preview(self, letter: Letter) -> Preview:
        """Return what *letter* says, as its reader sees it."""
        return Preview(*(self._render(letter, part) for part in ("subject.txt", "body.txt", "body.html")))

    def _pattern(self, letter: Letter) -> _Pattern:
        # A name or link that is missing changes more than itself: it is a pattern of its own.
        own = {name: mark if getattr(letter, name) else "" for name, mark in self._marks.items()}
        common = replace(letter, id=b"", recipient="", **own)  # type: ignore[arg-type]  # marks stand for all of them
        known = self._patterns.get(common)
        if known is None:
            if len(self._patterns) >= _MOST_PATTERNS:
                self._patterns.clear()
            known = self._patterns[common] = self._made(common)
        return known

    def _made(self, common: Letter) -> _Pattern:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._from
        seen = self.preview(common)
        message["Subject"] = " ".join(seen.subject.split())
        if common.reply_to:
            message["Reply-To"] = common.reply_to
        message["Auto-Submitted"] = "auto-generated"
        message["MIME-Version"] = "1.0"
        boundary = self._random_bytes(16).hex()
        kind = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        return _Pattern(
            message.as_bytes().removesuffix(b"\r\n") + kind.encode(),
            boundary.encode(),
            tuple(self._mark.split(seen.text)),
            tuple(self._mark.split(seen.html)),
        )

    def _own_head(self, letter: Letter) -> bytes:
        """Return the headers that tell one mail from the next."""
        message = _addressed(self._from, letter.recipient, letter.name, self._clock())
        # Drawn once for a mail, however often it is sent: mailboxes can tell that it is the same.
        message["Message-ID"] = f"<{letter.id.hex()}@{self._from.domain}>"
        if letter.unsubscribe:
            message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
            if letter.unsubscribe.startswith("https:"):
                # RFC 8058 knows no other.
                message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return message.as_bytes().removesuffix(b"\r\n")

    @staticmethod
    def _filled(parts: tuple[str, ...], own: Mapping[str, str]) -> Iterator[str]:
        """Go through *parts*: every second one names what is set in."""
        return (own[part] if place % 2 else part for place, part in enumerate(parts))

    def _render(self, letter: Letter, part: str) -> str:
        return self._templates(letter.language).get_template(f"email/{letter.template}/{part}").render(letter=letter)


class StaffLetters:
    """Turns mails to staff into what is sent. *facts* gives each template what it speaks of, drawn in that moment."""

    def __init__(
        self,
        templates: Callable[[str], Environment],
        sender: str,
        clock: Clock,
        facts: Mapping[str, Callable[[StaffMail], Mapping[str, object]]],
    ) -> None:
        self._templates = templates
        self._from = _address(sender)
        self._clock = clock
        self._facts = facts

    def write(self, mail: StaffMail) -> ReadyMail:
        """Return *mail* with a text and an HTML part.

        Raises:
            UnwritableError: name or address cannot stand in a mail, or what it speaks of is gone.
        """
        message = _addressed(self._from, mail.recipient, mail.name, self._clock())
        message["From"] = self._from
        message["Message-ID"] = make_msgid(domain=self._from.domain)
        try:
            facts = self._facts[mail.template](mail)
        except RefusedError:
            raise UnwritableError("what a mail to staff speaks of is gone") from None
        environment = self._templates(mail.language)

        def rendered(part: str) -> str:
            return environment.get_template(f"email/{mail.template}/{part}").render(mail=mail, **facts)

        message["Subject"] = " ".join(rendered("subject.txt").split())
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(rendered("body.txt"), cte="quoted-printable")
        message.add_alternative(rendered("body.html"), subtype="html", cte="quoted-printable")
        return ReadyMail(self._from.addr_spec, mail.recipient, message.as_bytes())


def _address(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(name, addr_spec=address)


def _addressed(sender: Address, recipient: str, name: str, at: datetime) -> EmailMessage:
    """Return a mail to somebody, without all that it says.

    Raises:
        UnwritableError: name or address of the recipient cannot stand in a mail.
    """
    # Letters beyond ASCII in an address need headers in UTF-8 (RFC 6532).
    message = EmailMessage(policy=SMTP if (recipient + sender.addr_spec).isascii() else SMTPUTF8)
    try:
        message["To"] = Address(name, addr_spec=recipient)
        message["Date"] = at
        message.as_bytes()
    except (ValueError, MessageError):
        # The library's message quotes the address.
        raise UnwritableError("name or address of a person cannot stand in a mail") from None
    return message


def _part(boundary: bytes, subtype: str, content: str) -> bytes:
    """Return one part of a mail in quoted-printable (RFC 2045, section 6.7)."""
    lines = "\r\n".join(content.splitlines()) + "\r\n"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return b"--" + boundary + b"\r\n" + head.encode() + binascii.b2a_qp(lines.encode(), istext=True) + b"\r\n"
