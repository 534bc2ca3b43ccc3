"""From the sealed box to revealed answers, once and all together: the only bridge from office to results.

Killed at any point, a second call goes on: the wave's row in the results says whether its answers are written, and
only then is the box destroyed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from analysis.packing import pack
from surveyapp import canonical
from surveyapp.charter.lock import locked_hash
from surveyapp.charter.model import Charter
from surveyapp.clock import Clock
from surveyapp.crypto.keyring import Keyring
from surveyapp.crypto.sealing import BoxPublicKey, SealBrokenError, unseal
from surveyapp.errors import RefusedError
from surveyapp.office.box import BallotBox
from surveyapp.office.people import People
from surveyapp.office.waves import StartedWave, Waves
from surveyapp.poll import fingerprint
from surveyapp.questionnaire.answers import Answers, SpoiledBallotError, read_ballot
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.model import FreeText, Questionnaire
from surveyapp.results.store import Results, RevealedBallot, RevealedComment, RevealedWave
from surveyapp.scrubbing import Scrubber
from surveyapp.wave import WaveKey, WaveState


class TooFewBallotsError(RefusedError):
    """Fewer valid ballots than the promise demands: they may only be destroyed unread."""

    def __init__(self, key: WaveKey, minimum: int) -> None:
        super().__init__(
            f"wave {key} has fewer than {minimum} valid ballots: nobody may read them. "
            "Confirm that all of them are destroyed unread (--destroy)."
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """What came out of a box: ballots that count, and how many do not."""

    valid: tuple[Answers, ...]
    spoiled: int
    empty: int


class Revealing:
    """Opens boxes. *shuffle* mixes a list in place; the system's generator in earnest, a seeded one in tests."""

    def __init__(
        self,
        *,
        waves: Waves,
        box: BallotBox,
        people: People,
        results: Results,
        keyring: Keyring,
        shuffle: Callable[[list[Any]], None],
        clock: Clock,
    ) -> None:
        self._waves = waves
        self._box = box
        self._people = people
        self._results = results
        self._keyring = keyring
        self._shuffle = shuffle
        self._clock = clock

    def reveal(self, key: WaveKey, *, destroy_too_few: bool = False) -> RevealedWave:
        """Reveal the ballots of *key* and leave no trace of the box; go on where an earlier call ended.

        Raises:
            RefusedError: the wave is not closed, promised to stay sealed, or its storage is in use.
            TooFewBallotsError: and *destroy_too_few* was not given; nothing was written.
            KeyMissingError: the box cannot be opened; nothing was written.
            BoxChangedError: the box does not hold what was written; nothing was destroyed.
        """
        wave = self._waves.find(key)
        written = self._results.wave(key)
        if written is None:
            if wave.state == WaveState.REVEALED:
                raise RefusedError(f"wave {key} was revealed before, and its answers are not in this database")
            self._box.fix(key, self._clock())
            written = self._write(wave, destroy_too_few=destroy_too_few)
        if wave.state != WaveState.REVEALED:
            self._box.empty(key, written.cast)
            self._keyring.destroy(str(key))
            self._box.forget()
            self._box.mark_revealed(key)
        return written

    def _write(self, wave: StartedWave, *, destroy_too_few: bool) -> RevealedWave:
        questionnaire = canonical.from_json(wave.questionnaire, Questionnaire)
        charter = canonical.from_json(wave.charter, Charter)
        opened = self._open(wave, questionnaire)
        too_few = len(opened.valid) < charter.privacy.reveal_minimum
        if too_few and not destroy_too_few:
            raise TooFewBallotsError(wave.key, charter.privacy.reveal_minimum)
        valid = () if too_few else opened.valid
        ballots, comments = self._split(questionnaire, valid, wave.key.pilot)
        revealed = self._describe(wave, charter, opened, destroyed_unread=too_few)
        self._results.reveal(revealed, ballots, comments)
        return revealed

    def _open(self, wave: StartedWave, questionnaire: Questionnaire) -> Opened:
        key = self._keyring.box_key(str(wave.key))
        valid: list[Answers] = []
        spoiled = empty = 0
        for sealed in self._box.ballots(wave.key):
            try:
                answers = read_ballot(questionnaire, unseal(sealed, key, str(wave.key)))
            except (SealBrokenError, SpoiledBallotError):
                # A bad ballot spoils itself and nothing else.
                spoiled += 1
                continue
            if answers.empty:
                empty += 1
            else:
                valid.append(answers)
        return Opened(tuple(valid), spoiled, empty)

    def _split(
        self, questionnaire: Questionnaire, valid: Sequence[Answers], pilot: str
    ) -> tuple[list[RevealedBallot], list[RevealedComment]]:
        texts = {question.id for question in questionnaire.questions if isinstance(question, FreeText)}
        scrubber = Scrubber(_names(self._people, pilot))
        columns = codebook(questionnaire)
        ballots = []
        comments = []
        for answers in valid:
            closed = {name: value for name, value in answers.values.items() if name not in texts}
            ballots.append(RevealedBallot(_plain(closed), pack(columns, closed)))
            comments += [
                RevealedComment(name, scrubber.scrub(str(value)))
                for name, value in answers.values.items()
                if name in texts
            ]
        self._shuffle(ballots)
        self._shuffle(comments)
        return ballots, comments

    def _describe(self, wave: StartedWave, charter: Charter, opened: Opened, *, destroyed_unread: bool) -> RevealedWave:
        roster = self._waves.roster_counts(wave.key)
        turnout = self._box.turnout(wave.key)
        zone = ZoneInfo(charter.time_zone)
        return RevealedWave(
            key=wave.key,
            kind=wave.kind,
            opened_on=wave.opens_at.astimezone(zone).date(),
            closed_on=wave.closes_at.astimezone(zone).date(),
            questionnaire=wave.questionnaire,
            questionnaire_sha256=canonical.sha256(wave.questionnaire),
            charter=wave.charter,
            charter_sha256=locked_hash(charter),
            key_mode=wave.key_mode,
            fingerprint=fingerprint(BoxPublicKey(wave.box_public_key)),
            invited_by_group=roster.invited,
            joined_by_group={str(number): counts for number, counts in roster.joined.items()},
            left_by_group={str(number): counts for number, counts in roster.left.items()},
            groups=wave.groups,
            issued=turnout.issued,
            cast=turnout.cast,
            # Of ballots that nobody may read not even the kinds are told.
            spoiled=0 if destroyed_unread else opened.spoiled,
            empty=0 if destroyed_unread else opened.empty,
            revealed=0 if destroyed_unread else len(opened.valid),
            destroyed_unread=destroyed_unread,
        )


def _names(people: People, pilot: str) -> Iterator[str]:
    for entry in people.list_of(pilot):
        yield entry.name
        yield (entry.email or "").partition("@")[0]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
