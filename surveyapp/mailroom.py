"""The mails of a pilot as its staff see them: how far they are, what they say, and one of them sent to oneself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.policy import SMTP, SMTPUTF8
from enum import StrEnum
from typing import Final

from surveyapp.addressing import Addressing
from surveyapp.crypto.codes import Code
from surveyapp.fieldwork import Fieldwork, WaveView
from surveyapp.mail.message import Letter, Letters, Preview, ReadyMail, UnwritableError
from surveyapp.mail.sender import (
    AddressRefusedError,
    AwayError,
    FateUnknownError,
    FolderSender,
    NotSentError,
    RefusedForGoodError,
    Sender,
)
from surveyapp.mailing import STOPPABLE, MailState, Template
from surveyapp.office.outbox import Again, ClaimedMail, FailedMail, Outbox
from surveyapp.office.stopping import StopToken
from surveyapp.office.waves import Waves
from surveyapp.previewing import SAMPLE_FINGERPRINT, Previewing
from surveyapp.wave import WaveKey, WaveState

# With its U it can never be one (codes.ALPHABET); whoever types it is told so.
SAMPLE_CODE: Final = Code("YOUR-CODE-GOES-HERE")
SAMPLE_NAME: Final = "Kim Sample"
_SAMPLE_STOP: Final = StopToken("sample")
_ID_BYTES: Final = 16


class Fate(StrEnum):
    """What became of a mail to oneself."""

    SENT = "sent"
    WRITTEN = "written"  # to the folder that stands for a mail server
    ADDRESS = "address refused"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"
    UNKNOWN = "unknown"
    UNWRITABLE = "cannot be written"


_FATES: Final[Mapping[type[Exception], Fate]] = {
    AddressRefusedError: Fate.ADDRESS,
    RefusedForGoodError: Fate.REFUSED,
    AwayError: Fate.AWAY,
    NotSentError: Fate.LATER,
    FateUnknownError: Fate.UNKNOWN,
    UnwritableError: Fate.UNWRITABLE,
}


@dataclass(frozen=True, slots=True)
class Line:
    """How many mails of one template are in each state, out of *total*."""

    template: Template
    states: Mapping[MailState, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def sent(self) -> int:
        """Those that are out."""
        return self.states.get(MailState.SENT, 0)


@dataclass(frozen=True, slots=True)
class WaveMails:
    """The mails of a started wave. *doubtful*: some are in doubt, reminders among them; how many is not said."""

    wave: WaveView
    lines: tuple[Line, ...]
    doubtful: bool
    failed: tuple[FailedMail, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail as a person of *wave* would get it. *settled*: the wave has started, nothing but the person changes."""

    wave: WaveView
    languages: tuple[str, ...]
    preview: Preview
    settled: bool


class Mailroom:
    """Shows the mails of a pilot; *sender* makes a way out for a test mail."""

    def __init__(
        self,
        *,
        fieldwork: Fieldwork,
        waves: Waves,
        previewing: Previewing,
        outbox: Outbox,
        letters: Letters,
        base_url: str,
        sender: Callable[[], Sender],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._fieldwork = fieldwork
        self._waves = waves
        self._previewing = previewing
        self._outbox = outbox
        self._letters = letters
        self._base_url = base_url
        self._sender = sender
        self._random_bytes = random_bytes

    def mails(self, slug: str) -> tuple[WaveMails, ...]:
        """Return how far the mails of the started waves of a pilot are, the latest wave first."""
        started = [view for view in self._fieldwork.plan(slug) if view.state != WaveState.PLANNED]
        return tuple(self._mails_of(view) for view in reversed(started))

    def send_again(self, key: WaveKey, which: Again) -> bool:
        """Plan the mails of a wave again that are in doubt or have failed; false if there were none.

        Raises:
            UnknownWaveError: it was never started.
        """
        self._waves.find(key)
        # How many is kept to itself: reminders may be among those in doubt.
        return self._outbox.send_again(key, which) > 0

    def languages(self, slug: str) -> tuple[str, ...]:
        """Return in which languages the mails of the wave are that is shown.

        Raises:
            RefusedError: the charter does not tell what the mails would say.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        return self._previewing.polls().known(self._shown_wave(slug).key).languages

    def sample(self, slug: str, template: Template, language: str) -> Sample:
        """Return a mail as somebody would get it who reads *language*; no key, code or row is made for it.

        Raises:
            RefusedError: the charter does not tell what the mail would say.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        wave = self._shown_wave(slug)
        letter = self._letter(wave, template, language, email="", name=SAMPLE_NAME)
        return Sample(wave, self.languages(slug), self._letters.preview(letter), wave.state != WaveState.PLANNED)

    def send_sample(self, slug: str, template: Template, language: str, *, email: str, name: str) -> Fate:
        """Send a mail like `sample` to *email* now, marked as a test, and return what became of it.

        Raises:
            RefusedError: the charter does not tell what the mail would say.
            SettlingError: the charter does not give what the questionnaire asks for.
        """
        letter = self._letter(self._shown_wave(slug), template, language, email=email, name=name)
        sender = self._sender()
        try:
            sender.send(_marked(self._letters.write(letter)))
        except tuple(_FATES) as error:
            return _FATES[type(error)]
        finally:
            sender.close()
        return Fate.WRITTEN if isinstance(sender, FolderSender) else Fate.SENT

    def _mails_of(self, view: WaveView) -> WaveMails:
        progress = self._outbox.progress(view.key)
        lines = tuple(Line(template, progress[template]) for template in Template if template in progress)
        doubtful = any(line.states.get(MailState.IN_DOUBT) for line in lines)
        return WaveMails(
            view,
            lines,
            doubtful or self._outbox.doubtful_reminders(view.key),
            self._outbox.failed(view.key),
        )

    def _shown_wave(self, slug: str) -> WaveView:
        """Return the wave that is open, or the next one, or the last."""
        plan = self._fieldwork.plan(slug)
        for state in (WaveState.STARTED, WaveState.PLANNED):
            if found := next((view for view in plan if view.state == state), None):
                return found
        return plan[-1]

    def _letter(self, wave: WaveView, template: Template, language: str, *, email: str, name: str) -> Letter:
        letter = Addressing(self._previewing.polls(), self._base_url).address(
            ClaimedMail(
                id=self._random_bytes(_ID_BYTES),
                key=wave.key,
                template=template,
                email=email,
                name=name,
                language=language,
                code=None if template is Template.CANCELLATION else SAMPLE_CODE,
                stop=_SAMPLE_STOP if template in STOPPABLE else None,
            )
        )
        return replace(letter, fingerprint=SAMPLE_FINGERPRINT) if wave.state == WaveState.PLANNED else letter


def _marked(mail: ReadyMail) -> ReadyMail:
    """Return *mail* with a subject that says that it is a test."""
    policy = SMTP if (mail.sender + mail.recipient).isascii() else SMTPUTF8
    message = message_from_bytes(mail.content, policy=policy)
    message.replace_header("Subject", f"[Test] {message['Subject']}")
    return replace(mail, content=message.as_bytes())
