"""A started wave as its respondents know it: questionnaire, promise and dates; the same for page, mail and casting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.crypto.blind_rsa import SigningPublicKey
from surveyapp.crypto.sealing import BoxPublicKey
from surveyapp.office.waves import StartedWave
from surveyapp.promise import Promise, Sealing
from surveyapp.questionnaire.answers import plaintext_bytes
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.questionnaire.reading_time import minutes
from surveyapp.wave import WaveKey, WaveState

_CACHED = 64  # waves; a process that serves more than that at once only parses again


@dataclass(frozen=True, slots=True)
class Poll:
    """What a respondent may know of a wave. Times are local to the pilot; without *signing_key* it takes forms only."""

    key: WaveKey
    title: str
    tool: str
    questionnaire: Questionnaire
    languages: tuple[str, ...]
    closes_at: datetime
    plaintext_bytes: int
    box_public_key: BoxPublicKey
    signing_key: SigningPublicKey | None
    fingerprint: str
    promise: Promise
    contact: str
    reply_to: str
    demo: bool

    def minutes(self, language: str) -> int:
        """Return how long answering takes a reader of *language*, in whole minutes."""
        return minutes(self.questionnaire, language)

    @property
    def sealing(self) -> Sealing:
        """Where answers are sealed, as far as that is known before a browser opens the page."""
        return Sealing.EITHER if self.signing_key else Sealing.SERVER

    def language(self, wanted: str | None) -> str:
        """Return *wanted* if the pilot speaks it, else its first language."""
        return wanted if wanted in self.languages else self.languages[0]


def fingerprint(box_key: BoxPublicKey, signing_key: SigningPublicKey | None) -> str:
    """Return the fingerprint of a wave's public keys: 80 bits in groups that people can compare."""
    digits = sha256(box_key + (signing_key or b"")).hexdigest()[:20]
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def describe(wave: StartedWave) -> Poll:
    """Return *wave* as its respondents know it."""
    charter = canonical.from_json(wave.charter, Charter)
    questionnaire = canonical.from_json(wave.questionnaire, Questionnaire)
    zone = ZoneInfo(charter.time_zone)
    box_key = BoxPublicKey(wave.box_public_key)
    signing_key = SigningPublicKey(wave.sign_public_key) if wave.sign_public_key else None
    return Poll(
        key=wave.key,
        title=charter.title,
        tool=charter.tool,
        questionnaire=questionnaire,
        languages=tuple(language for language in charter.languages if language in questionnaire.languages),
        closes_at=wave.closes_at.astimezone(zone),
        plaintext_bytes=plaintext_bytes(questionnaire),
        box_public_key=box_key,
        signing_key=signing_key,
        fingerprint=fingerprint(box_key, signing_key),
        promise=Promise(
            reveal_minimum=charter.privacy.reveal_minimum,
            group_minimum=charter.privacy.group_minimum,
            trustee=f"{charter.trustee.name} ({charter.trustee.role})",
            key_mode=wave.key_mode,
            deputy=wave.deputy,
            promised_at=wave.promised_at.astimezone(zone) if wave.promised_at else None,
        ),
        contact=charter.contact,
        reply_to=charter.owners.business.email or "",
        demo=wave.promised_at is None,
    )


class Polls:
    """Remembers waves as respondents know them; *find* reads one from the office. Whether one is open is never kept."""

    def __init__(self, find: Callable[[WaveKey], StartedWave]) -> None:
        self._find = find
        self._known: dict[WaveKey, Poll] = {}

    def now(self, key: WaveKey) -> tuple[WaveState, Poll]:
        """Return the state of a wave as of now, and the wave as respondents know it.

        Raises:
            UnknownWaveError: it was never started.
        """
        wave = self._find(key)
        known = self._known.get(key)
        # Only an extension changes what respondents know of a started wave.
        if known is None or known.closes_at != wave.closes_at:
            if len(self._known) >= _CACHED:
                self._known.clear()
            known = self._known[key] = describe(wave)
        return wave.state, known

    def known(self, key: WaveKey) -> Poll:
        """Return a wave as respondents know it, from memory where it was read before.

        Raises:
            UnknownWaveError: it was never started.
        """
        return self._known.get(key) or self.now(key)[1]
