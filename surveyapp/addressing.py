"""From a claimed mail to the letter that its person gets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from surveyapp.mail.message import Letter
from surveyapp.office.outbox import ClaimedMail
from surveyapp.poll import Poll, Polls
from surveyapp.promise import sealing_sentence

if TYPE_CHECKING:
    from surveyapp.wave import WaveKey

_MOST_REMEMBERED: Final = 64


@dataclass(frozen=True, slots=True)
class _Said:
    """What all letters of a wave in one language say alike, and of which *poll* that is true."""

    poll: Poll
    questions: int
    minutes: int
    promise: str


class Addressing:
    """Writes in a letter what mail, page and readout say alike."""

    def __init__(self, polls: Polls, base_url: str) -> None:
        self._polls = polls
        self._base_url = base_url
        self._said: dict[tuple[WaveKey, str], _Said] = {}

    def address(self, mail: ClaimedMail) -> Letter:
        """Return what *mail* says."""
        # As of now: the wave may have been extended since its last mail.
        _, poll = self._polls.now(mail.key)
        language = poll.language(mail.language)
        said = self._alike(poll, language)
        return Letter(
            template=mail.template,
            language=language,
            recipient=mail.email,
            name=mail.name,
            pilot=poll.title,
            tool=poll.tool,
            questions=said.questions,
            minutes=said.minutes,
            closes_at=poll.closes_at,
            # What stands behind # never reaches a server.
            link=f"{self._base_url}/s/{mail.key}?lang={language}#{mail.code}" if mail.code else "",
            code=mail.code,
            promise=said.promise,
            fingerprint=poll.fingerprint,
            contact=poll.contact,
            reply_to=poll.reply_to,
            demo=poll.demo,
            stop=f"{self._base_url}/stop?lang={language}#{mail.stop}" if mail.stop else "",
            unsubscribe=f"{self._base_url}/stop/{mail.stop}" if mail.stop else "",
            id=mail.id,
        )

    def _alike(self, poll: Poll, language: str) -> _Said:
        """Return what is counted and worded once for thousands of letters; an extended wave is another poll."""
        known = self._said.get((poll.key, language))
        if known is None or known.poll is not poll:
            if len(self._said) >= _MOST_REMEMBERED:
                self._said.clear()
            promise = " ".join((sealing_sentence(poll.sealing, language), *poll.promise.sentences(language)))
            known = _Said(poll, len(poll.questionnaire.questions), poll.minutes(language), promise)
            self._said[poll.key, language] = known
        return known
