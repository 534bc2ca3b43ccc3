"""A real SMTP server that keeps what it is handed."""

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Reply = Callable[[str, int], str]


class Postbox:
    """A real SMTP server's memory; *reply* decides what it says to each recipient."""

    def __init__(self, reply: Reply) -> None:
        self.mails: list[EmailMessage] = []
        self._reply = reply
        self._asked = 0

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        self._asked += 1
        said = self._reply(address, self._asked)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        del server, session
        assert isinstance(envelope.content, bytes)
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 taken"


@contextmanager
def smtp(reply: Reply = lambda *_: "250 ok") -> Iterator[tuple[str, Postbox]]:
    postbox = Postbox(reply)
    with served(postbox) as url:
        yield url, postbox


@contextmanager
def served(handler: object) -> Iterator[str]:
    """Serve what *handler* says to mail, and yield the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
