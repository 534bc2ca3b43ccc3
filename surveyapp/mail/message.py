"""The mails themselves: text and HTML from one letter, without tracking, with one clear link."""

from collections.abc import Callable
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
from surveyapp.errors import SurveyError


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
        name, self._address = parseaddr(sender)
        self._from = Address(name, addr_spec=self._address)

    def write(self, letter: Letter) -> EmailMessage:
        """Return *letter* as a mail with a text and an HTML part.

        Raises:
            UnwritableError: name or address of the recipient cannot stand in a mail.
        """
        message = EmailMessage(policy=SMTP)
        message["From"] = self._from
        try:
            message["To"] = Address(letter.name, addr_spec=letter.recipient)
        except (ValueError, MessageError):
            # The library's message quotes the address.
            raise UnwritableError("name or address of a person cannot stand in a mail") from None
        message["Date"] = self._clock()
        message["Subject"] = " ".join(self._render(letter, "subject.txt").split())
        message["Message-ID"] = make_msgid(domain=self._address.rpartition("@")[2])
        if letter.reply_to:
            message["Reply-To"] = letter.reply_to
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self._render(letter, "body.txt"), cte="quoted-printable")
        message.add_alternative(self._render(letter, "body.html"), subtype="html", cte="quoted-printable")
        return message

    def _render(self, letter: Letter, part: str) -> str:
        return self._templates(letter.language).get_template(f"email/{letter.template}/{part}").render(letter=letter)
