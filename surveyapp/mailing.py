"""How far a mail is, whoever it is for."""

from enum import StrEnum
from typing import Final

MOST_ATTEMPTS: Final = 12


class MailState(StrEnum):
    """How far a mail is. In doubt: it may have left before the worker died; only a person sends it again."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in doubt"
