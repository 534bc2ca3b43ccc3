"""How far a mail is and why it failed, whoever it is for."""

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


class Failure(StrEnum):
    """Why a mail failed: what a reader can act on, never what a server said."""

    ADDRESS = "address refused"
    REFUSED = "mail refused"
    UNWRITABLE = "cannot be written"
    GIVEN_UP = "tried too often"
    CAME_BACK = "came back"
    OVER = "no longer due"


class Template(StrEnum):
    """What is mailed to people; each is a folder of templates/email."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    SILENT_REMINDER = "silent_reminder"
    EXTENSION = "extension"
    CANCELLATION = "cancellation"


# From these a reader may say no to more of them.
STOPPABLE: Final = frozenset({Template.INVITATION, Template.REMINDER, Template.SILENT_REMINDER})
REMINDERS: Final = frozenset({Template.REMINDER, Template.SILENT_REMINDER})
