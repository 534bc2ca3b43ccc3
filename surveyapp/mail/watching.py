"""Tells the administrators by mail that the worker has been silent: from another process, as it cannot do so itself."""

import threading
from collections.abc import Callable, Iterable
from typing import Final

import structlog

from surveyapp.desk.heartbeat import Heartbeat
from surveyapp.desk.post import StaffMail
from surveyapp.errors import SurveyError
from surveyapp.mail.message import ReadyMail
from surveyapp.mail.sender import Sender

_EVERY: Final = 60.0  # seconds
_LOG = structlog.get_logger()


class Watching:
    """Looks whether the worker lives, beside the pages.

    *recipients* gives the mails to be sent, which *write* writes and *sender* hands over.
    """

    def __init__(
        self,
        heartbeat: Heartbeat,
        recipients: Callable[[], Iterable[StaffMail]],
        write: Callable[[StaffMail], ReadyMail],
        sender: Callable[[], Sender],
    ) -> None:
        self._heartbeat = heartbeat
        self._recipients = recipients
        self._write = write
        self._sender = sender

    def look(self) -> int:
        """Mail all administrators if the worker has been silent for half an hour; return how many mails left.

        Of several processes one does so, once in a silence; if no mail could leave, it is tried at the next look.
        """
        if not self._heartbeat.claim_silence():
            return 0
        sent, sender = 0, self._sender()
        try:
            for mail in self._recipients():
                try:
                    sender.send(self._write(mail))
                    sent += 1
                except SurveyError as error:
                    _LOG.error("silence not told", error=error)
        finally:
            sender.close()
            if not sent:
                self._heartbeat.give_back_silence()
        _LOG.error("worker silent", told=sent)
        return sent

    def begin(self, every: float = _EVERY) -> Callable[[], None]:
        """Look once in so many seconds from here on, in a thread that ends with the process; return how to end it."""
        self._heartbeat.expect()
        over = threading.Event()
        threading.Thread(target=self._look_on, args=(over, every), name="watching", daemon=True).start()
        return over.set

    def _look_on(self, over: threading.Event, every: float) -> None:
        while not over.wait(every):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001  # a database away for a minute must not end all looking
                _LOG.error("silence not told", error=error)
