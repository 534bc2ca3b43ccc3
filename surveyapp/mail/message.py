"""The mails themselves: text and HTML from one letter, without tracking, with one clear link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid, parseaddr

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

    *closes_at* is local time.
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


class Letters:
    """Turns letters into mails; *templates* gives the environment of a language."""

    def __init__(self, templates: Callable[[str], Environment], sender: str, clock: Clock) -> None:
        self._templates = templates
        self._clock = clock
        self._from = _address(sender)

    def write(self, letter: Letter) -> EmailMessage:
        """Return *letter* as a mail with a text and an HTML part.

        Raises:
            UnwritableError: name or address of the recipient cannot stand in a mail.
        """
        message = _addressed(self._from, letter.recipient, letter.name, self._clock())
        message["Subject"] = " ".join(self._render(letter, "subject.txt").split())
        if letter.reply_to:
            message["Reply-To"] = letter.reply_to
        _fill(message, self._render(letter, "body.txt"), self._render(letter, "body.html"))
        return message

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

    def write(self, mail: StaffMail) -> EmailMessage:
        """Return *mail* with a text and an HTML part.

        Raises:
            UnwritableError: name or address cannot stand in a mail, or what it speaks of is gone.
        """
        message = _addressed(self._from, mail.recipient, mail.name, self._clock())
        try:
            facts = self._facts[mail.template](mail)
        except RefusedError:
            raise UnwritableError("what a mail to staff speaks of is gone") from None
        environment = self._templates(mail.language)

        def rendered(part: str) -> str:
            return environment.get_template(f"email/{mail.template}/{part}").render(mail=mail, **facts)

        message["Subject"] = " ".join(rendered("subject.txt").split())
        _fill(message, rendered("body.txt"), rendered("body.html"))
        return message


def _address(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(name, addr_spec=address)


def _addressed(sender: Address, recipient: str, name: str, at: datetime) -> EmailMessage:
    """Return a mail without subject and body.

    Raises:
        UnwritableError: name or address of the recipient cannot stand in a mail.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    try:
        message["To"] = Address(name, addr_spec=recipient)
    except (ValueError, MessageError):
        # The library's message quotes the address.
        raise UnwritableError("name or address of a person cannot stand in a mail") from None
    message["Date"] = at
    message["Message-ID"] = make_msgid(domain=sender.domain)
    return message


def _fill(message: EmailMessage, text: str, html: str) -> None:
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
