"""What the pages of mails say, in English: templates, states, reasons, and what became of a click."""

from collections.abc import Mapping

from surveyapp.mailing import Failure, MailState, Template
from surveyapp.mailroom import Fate
from surveyapp.office.outbox import Again

TEMPLATES: Mapping[Template, str] = {
    Template.INVITATION: "Invitation",
    Template.REMINDER: "Reminder to everybody",
    Template.SILENT_REMINDER: "Reminder to those without a ballot",
    Template.EXTENSION: "The survey stays open longer",
    Template.CANCELLATION: "The survey was cancelled",
}
STATES: Mapping[MailState, str] = {
    MailState.PLANNED: "Planned",
    MailState.SENDING: "Being sent",
    MailState.SENT: "Sent",
    MailState.FAILED: "Failed",
    MailState.IN_DOUBT: "In doubt",
}
FAILURES: Mapping[Failure, str] = {
    Failure.ADDRESS: "the mail server takes no mail to this address",
    Failure.REFUSED: "the mail server refused the mail",
    Failure.UNWRITABLE: "name or address cannot stand in a mail",
    Failure.GIVEN_UP: "the mail server asked to wait too often",
    Failure.CAME_BACK: "it came back",
    Failure.OVER: "the wave was over, or the person had left",
}
PLANNED: Mapping[Again, str] = {
    Again.DOUBTFUL: "The doubtful mails of wave %(wave)s are sent again. Some people may get two.",
    Again.FAILED: "The failed mails of wave %(wave)s are sent again.",
}
GONE: Mapping[Fate, str] = {
    Fate.SENT: "The mail server has taken the test mail to %(address)s.",
    Fate.WRITTEN: "No mail server is set: the test mail to %(address)s is a file in the folder of mails.",
}
NOT_GONE: Mapping[Fate, str] = {
    Fate.ADDRESS: "The mail server takes no mail to your address. Correct the address of your account.",
    Fate.REFUSED: "The mail server refused the test mail for good. Tell the administrator.",
    Fate.LATER: "The mail server takes no such mail now. Try again later.",
    Fate.AWAY: "The mail server cannot be reached, or takes no mail at all. Tell the administrator.",
    Fate.UNKNOWN: "The connection broke while the test mail was handed over. It may have left: look into your mailbox.",
    Fate.UNWRITABLE: "The test mail cannot be written to the name and address of your account.",
}
NONE_LEFT = "No such mail of wave %(wave)s is left: nothing was planned."
WORDS = (
    NONE_LEFT,
    *(words for table in (TEMPLATES, STATES, FAILURES, PLANNED, GONE, NOT_GONE) for words in table.values()),
)
