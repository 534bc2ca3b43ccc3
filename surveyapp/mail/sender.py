"""Ways out for a mail: a real SMTP server, or a folder of .eml files."""

import secrets
import smtplib
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from surveyapp.errors import EnvironmentProblemError, SurveyError
from surveyapp.mail.message import ReadyMail

_TIMEOUT = 30  # seconds
_CLOSING = 421  # the reply before the connection ends (RFC 5321, section 4.2.2)
_PERMANENT = 500  # reply codes from here on are final (RFC 5321, section 4.2.1)


class NotSentError(SurveyError):
    """The mail surely did not leave; it may be tried again."""


class AwayError(NotSentError):
    """No mail can leave now, whoever it is for."""


class RefusedForGoodError(SurveyError):
    """The server will never take this mail."""


class AddressRefusedError(RefusedForGoodError):
    """The server will never take a mail to this address."""


class FateUnknownError(SurveyError):
    """The connection broke while the mail was handed over: it may have left."""


class Sender(Protocol):
    """Takes a mail, or raises AwayError, NotSentError, RefusedForGoodError or FateUnknownError."""

    def send(self, mail: ReadyMail) -> None:
        """Hand *mail* over."""

    def close(self) -> None:
        """Let go of connections."""


class FolderSender:
    """Writes each mail as a file, for demonstrations and tests without a mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: ReadyMail) -> None:
        """Write *mail* to a file that nobody else may read.

        Raises:
            AwayError: the folder cannot be written.
        """
        draft = self._folder / f".{secrets.token_hex(8)}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.touch(mode=0o600)
            draft.write_bytes(mail.content)
            draft.rename(draft.with_name(f"{secrets.token_hex(8)}.eml"))
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise AwayError(f"the folder of mails cannot be written: {error.strerror}") from None

    def close(self) -> None:
        """Nothing is held."""


class SmtpSender:
    """Talks to an SMTP server over one connection, made when the first mail is sent."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        try:
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        if parts.scheme not in {"smtp", "smtps"} or not host:
            raise EnvironmentProblemError(
                "SURVEYAPP_SMTP_URL is no address of a mail server", "write it as smtp://user:password@host:587"
            )
        self._encrypted = parts.scheme == "smtps"
        self._host = host
        self._port = port or (465 if self._encrypted else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: ReadyMail) -> None:
        """Hand *mail* to the server.

        Raises:
            AwayError: the server cannot be reached, or takes no mail at all now.
            NotSentError: it asks to come back later with this mail.
            AddressRefusedError: it refuses the recipient for good.
            RefusedForGoodError: it refuses the content for good.
            FateUnknownError: the connection broke during the hand-over.
        """
        connection = self._connected()
        try:
            connection.sendmail(mail.sender, [mail.recipient], mail.content, _options(mail))
        except smtplib.SMTPRecipientsRefused as error:
            # The reply is kept out of the text: it quotes the address.
            code = max(code for code, _ in error.recipients.values())
            if code >= _PERMANENT:
                raise AddressRefusedError(f"the mail server refused an address for good (reply {code})") from None
            raise _refused(code) from None
        except smtplib.SMTPSenderRefused as error:
            # It would say so of every mail: that is for the administrator to mend, not the end of this one.
            raise AwayError(f"the mail server refuses our sender (reply {error.smtp_code})") from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise AddressRefusedError("the mail server cannot take an address with such letters") from None
        except (smtplib.SMTPException, OSError):
            self._connection = None
            raise FateUnknownError("the connection to the mail server broke while a mail was handed over") from None

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None

    def _connected(self) -> smtplib.SMTP:
        if self._connection is not None:
            return self._connection
        connection: smtplib.SMTP | None = None
        try:
            # Given here because the library's own default checks no certificate.
            context = ssl.create_default_context()
            if self._encrypted:
                connection = smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
            else:
                connection = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
                connection.ehlo()
                if connection.has_extn("starttls"):
                    connection.starttls(context=context)
                    connection.ehlo()
                elif self._user:
                    # Whoever sits between could have cut the offer out, to read the password.
                    raise smtplib.SMTPNotSupportedError
            if self._user:
                connection.login(self._user, self._password)
        except (smtplib.SMTPException, OSError) as error:
            if connection is not None:
                connection.close()
            raise AwayError(f"the mail server cannot be used: {type(error).__name__}") from None
        self._connection = connection
        return connection


def _options(mail: ReadyMail) -> tuple[str, ...]:
    """Return what the server must be able to do: letters beyond ASCII in addresses are an extension (RFC 6531)."""
    return () if (mail.sender + mail.recipient).isascii() else ("SMTPUTF8", "BODY=8BITMIME")


def _refused(code: int) -> SurveyError:
    if code >= _PERMANENT:
        return RefusedForGoodError(f"the mail server refused a mail for good (reply {code})")
    if code == _CLOSING:
        return AwayError("the mail server closes its service")
    return NotSentError(f"the mail server asks to try again later (reply {code})")
