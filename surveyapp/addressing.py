"""From a claimed mail to the letter that its person gets."""

from surveyapp.mail.message import Letter
from surveyapp.office.outbox import ClaimedMail
from surveyapp.poll import Polls
from surveyapp.promise import sealing_sentence


class Addressing:
    """Writes in a letter what mail, page and readout say alike."""

    def __init__(self, polls: Polls, base_url: str) -> None:
        self._polls = polls
        self._base_url = base_url

    def address(self, mail: ClaimedMail) -> Letter:
        """Return what *mail* says."""
        # As of now: the wave may have been extended since its last mail.
        _, poll = self._polls.now(mail.key)
        language = poll.language(mail.language)
        return Letter(
            template=mail.template,
            language=language,
            recipient=mail.email,
            name=mail.name,
            pilot=poll.title,
            tool=poll.tool,
            questions=len(poll.questionnaire.questions),
            minutes=poll.minutes(language),
            closes_at=poll.closes_at,
            # What stands behind # never reaches a server.
            link=f"{self._base_url}/s/{mail.key}?lang={language}#{mail.code}" if mail.code else "",
            code=mail.code,
            promise=" ".join((sealing_sentence(poll.sealing, language), *poll.promise.sentences(language))),
            fingerprint=poll.fingerprint,
            contact=poll.contact,
            reply_to=poll.reply_to,
            demo=poll.demo,
            stop=f"{self._base_url}/stop?lang={language}#{mail.stop}" if mail.stop else "",
            unsubscribe=f"{self._base_url}/stop/{mail.stop}" if mail.stop else "",
            id=mail.id,
        )
