"""Where delivery reports come in: a folder of files, a Maildir, or a mailbox on an IMAP server."""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from surveyapp.errors import EnvironmentProblemError, SurveyError

LARGEST_REPORT: Final = 256_000  # bytes; what is longer is no report about a mail of ours, and is not fetched
_IMAPS: Final = 993  # port
_PATIENCE: Final = 20  # seconds
_MOST_AT_ONCE: Final = 500  # mails that are read in one look
_MADE_BY_MAILDIR: Final = ("cur", "new", "tmp")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


class ReportsAwayError(SurveyError):
    """Delivery reports cannot be read now; the message quotes nothing that a server said."""


class FolderMailbox:
    """Files in a folder, or in *new* and *cur* of a Maildir; what was read is moved to *done*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def look(self, passed_over: frozenset[str]) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of each file that is not *passed_over*, of long ones an empty content.

        Raises:
            ReportsAwayError: the folder cannot be read.
        """
        with _told_as("the folder of delivery reports cannot be read"):
            waiting = sorted(path for path in self._files() if str(path) not in passed_over)[:_MOST_AT_ONCE]
        for path in waiting:
            with _told_as("a delivery report cannot be read"):
                content = path.read_bytes() if path.stat().st_size <= LARGEST_REPORT else b""
            yield str(path), content

    def put_away(self, name: str) -> None:
        """Move a file to *done*.

        Raises:
            ReportsAwayError: it cannot be moved.
        """
        done = self._folder / "done"
        if self._is_maildir():
            done = self._folder / ".done" / "cur"
        with _told_as("a delivery report cannot be moved to the folder done"):
            for needed in (done, *(done.parent / part for part in _MADE_BY_MAILDIR if done.name == "cur")):
                needed.mkdir(mode=0o700, parents=True, exist_ok=True)
            Path(name).rename(done / Path(name).name)

    def try_out(self) -> None:
        """See whether mails can be read.

        Raises:
            ReportsAwayError: they cannot.
        """
        with _told_as("the folder of delivery reports cannot be read"):
            for _ in self._files():
                break

    def _files(self) -> Iterator[Path]:
        folders = [self._folder / part for part in ("new", "cur")] if self._is_maildir() else [self._folder]
        for folder in folders:
            # No links: whoever may put one here would choose what is read.
            yield from (path for path in folder.iterdir() if path.is_file() and not path.is_symlink())

    def _is_maildir(self) -> bool:
        return (self._folder / "new").is_dir() and (self._folder / "cur").is_dir()


class ImapMailbox:
    """A mailbox on an IMAP server over TLS; what was read is flagged as seen, nothing else is changed."""

    def __init__(self, parts: SplitResult, context: Callable[[], ssl.SSLContext]) -> None:
        self._host = str(parts.hostname)
        self._port = parts.port or _IMAPS
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._mailbox = unquote(parts.path.strip("/")) or "INBOX"
        self._context = context
        self._connection: imaplib.IMAP4 | None = None

    def look(self, passed_over: frozenset[str]) -> Iterator[tuple[str, bytes]]:
        """Yield number and content of each mail that is not flagged as seen, nor *passed_over*; of long ones nothing.

        Raises:
            ReportsAwayError: the server cannot be reached, or refuses.
        """
        with _told_as("the mailbox of delivery reports cannot be read"), self._connected() as connection:
            _, found = connection.uid("SEARCH", "UNSEEN")
            # Numbers hold as long as the mailbox keeps its validity (RFC 3501, section 2.3.1.1).
            validity = (connection.response("UIDVALIDITY")[1][0] or b"").decode("ascii")
            names = [f"{validity}.{number.decode('ascii')}" for number in (found[0] or b"").split()]
            for name in [name for name in names if name not in passed_over][:_MOST_AT_ONCE]:
                yield name, self._fetched(connection, name)

    def put_away(self, name: str) -> None:
        """Flag a mail as seen that is being looked at.

        Raises:
            ReportsAwayError: the server cannot be reached, or refuses.
        """
        with _told_as("a delivery report cannot be flagged as seen"):
            if self._connection is None:
                raise imaplib.IMAP4.abort
            self._connection.uid("STORE", name.partition(".")[2], "+FLAGS.SILENT", "(\\Seen)")

    def try_out(self) -> None:
        """See whether mails can be read.

        Raises:
            ReportsAwayError: they cannot.
        """
        with _told_as("the mailbox of delivery reports cannot be read"), self._connected():
            pass

    @staticmethod
    def _fetched(connection: imaplib.IMAP4, name: str) -> bytes:
        number = name.partition(".")[2]
        _, sizes = connection.uid("FETCH", number, "(RFC822.SIZE)")
        said = b" ".join(size if isinstance(size, bytes) else b"".join(size) for size in sizes if size)
        size = _SIZE.search(said)
        if size is None or int(size[1]) > LARGEST_REPORT:
            return b""
        _, fetched = connection.uid("FETCH", number, "(BODY.PEEK[])")
        return next((part[1] for part in fetched if isinstance(part, tuple)), b"")

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        connection = imaplib.IMAP4_SSL(self._host, self._port, ssl_context=self._context(), timeout=_PATIENCE)
        try:
            connection.login(self._user, self._password)
            status, _ = connection.select(_quoted(self._mailbox))
            if status != "OK":
                raise imaplib.IMAP4.error
            self._connection = connection
            yield connection
        finally:
            self._connection = None
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()


def mailbox_at(
    place: str, context: Callable[[], ssl.SSLContext] = ssl.create_default_context
) -> FolderMailbox | ImapMailbox:
    """Return the mailbox at *place*: a folder, or imaps://user:password@host/mailbox.

    Raises:
        EnvironmentProblemError: it is neither.
    """
    if "://" not in place:
        return FolderMailbox(Path(place))
    try:
        parts = urlsplit(place)
        usable = parts.scheme == "imaps" and bool(parts.hostname and parts.username) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        # Without TLS the password could be read on the way: there is no imap://.
        raise EnvironmentProblemError(
            "SURVEYAPP_BOUNCES is neither a folder nor an address of a mailbox",
            "write it as /var/mail/bounces or imaps://user:password@host/INBOX",
        )
    return ImapMailbox(parts, context)


def _quoted(mailbox: str) -> str:
    return '"' + mailbox.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextmanager
def _told_as(what: str) -> Iterator[None]:
    """Turn faults into one that names their kind alone: servers and systems quote addresses and names of files."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise ReportsAwayError(f"{what}: {type(error).__name__}") from None
