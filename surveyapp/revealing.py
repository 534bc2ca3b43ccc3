"""From the sealed box to revealed answers, once and all together: the only bridge from office to results.

Killed at any point, a second call goes on: the wave's row in the results says whether its answers are written, and
only then is the box destroyed.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from analysis.packing import pack
from surveyapp import canonical
from surveyapp.charter.lock import locked_hash
from surveyapp.charter.model import Charter
from surveyapp.clock import Clock
from surveyapp.crypto.keyring import Keyring
from surveyapp.crypto.sealing import SealBrokenError, public_bytes, unseal
from surveyapp.errors import RefusedError
from surveyapp.office.box import OPENABLE, BallotBox
from surveyapp.office.people import People
from surveyapp.office.rosters import Rosters
from surveyapp.office.waves import StartedWave, Waves
from surveyapp.poll import describe
from surveyapp.questionnaire.answers import Answers, SpoiledBallotError, read_ballot
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.model import FreeText, Questionnaire
from surveyapp.results.store import Results, RevealedBallot, RevealedComment, RevealedWave
from surveyapp.scrubbing import Scrubber
from surveyapp.wave import WaveKey, WaveState

_TOLD = 100  # ballots between two words of progress


class TooFewBallotsError(RefusedError):
    """Fewer valid ballots than the promise demands: they may only be destroyed unread."""

    def __init__(self, key: WaveKey, minimum: int) -> None:
        super().__init__(
            f"wave {key} has fewer than {minimum} valid ballots: nobody may read them. "
            "Confirm that all of them are destroyed unread (--destroy)."
        )


class TrusteeNeededError(RefusedError):
    """Only the trustee can open this box."""

    def __init__(self, key: WaveKey, trustee: str) -> None:
        super().__init__(
            f"wave {key} is opened by {trustee}, who has the passphrase: on the page /staff/trustee/{key.pilot}"
        )


class WrongKeyError(RefusedError):
    """The key is not the one that the ballots of a wave were sealed for."""

    def __init__(self, key: WaveKey) -> None:
        super().__init__(f"this is not the key of the box of wave {key}: nothing was opened")


class RevealStep(StrEnum):
    """What a reveal is at."""

    OPENING = "opening"
    WRITING = "writing"
    EMPTYING = "emptying"
    DESTROYING = "destroying"
    FORGETTING = "forgetting"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reveal is. *percent* of the ballots, never how many: of a box with too few that must not be known."""

    step: RevealStep
    percent: int = 0


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
        rosters: Rosters,
        box: BallotBox,
        people: People,
        results: Results,
        keyring: Keyring,
        shuffle: Callable[[list[Any]], None],
        clock: Clock,
    ) -> None:
        self._waves = waves
        self._rosters = rosters
        self._box = box
        self._people = people
        self._results = results
        self._keyring = keyring
        self._shuffle = shuffle
        self._clock = clock

    def reveal(
        self,
        key: WaveKey,
        *,
        box_key: EllipticCurvePrivateKey | None = None,
        destroy_too_few: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> RevealedWave:
        """Reveal the ballots of *key* and leave no trace of the box; go on where an earlier call ended.

        Raises:
            RefusedError: the wave is not closed, promised to stay sealed, or its storage is in use.
            TrusteeNeededError: it wants the trustee's *box_key*, which was not given; nothing was changed.
            WrongKeyError: the key does not fit; nothing was changed.
            TooFewBallotsError: and *destroy_too_few* was not given; nothing was written.
            KeyMissingError: the box cannot be opened; nothing was written.
            BoxChangedError: the box does not hold what was written; nothing was destroyed.
        """
        steps = self.steps(key, box_key=box_key, destroy_too_few=destroy_too_few)
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                revealed: RevealedWave = end.value
                return revealed
            progress(step)

    def steps(
        self, key: WaveKey, *, box_key: EllipticCurvePrivateKey | None = None, destroy_too_few: bool = False
    ) -> Generator[Progress, None, RevealedWave]:
        """Reveal as `reveal` does, telling each step before it is taken; return what was written.

        Raises:
            RefusedError: as `reveal`.
            KeyMissingError: as `reveal`.
            BoxChangedError: as `reveal`.
        """
        wave = self._waves.find(key)
        written = self._results.wave(key)
        if written is None:
            if wave.state == WaveState.REVEALED:
                raise RefusedError(f"wave {key} was revealed before, and its answers are not in this database")
            if wave.state not in OPENABLE:
                raise RefusedError(f"wave {key} is {wave.state}: only a closed wave can be revealed")
            opener = self._opener(wave, box_key)
            self._box.fix(key, self._clock())
            written = yield from self._write(wave, opener, destroy_too_few=destroy_too_few)
        if wave.state != WaveState.REVEALED:
            yield Progress(RevealStep.EMPTYING)
            self._box.empty(key, written.cast)
            yield Progress(RevealStep.DESTROYING)
            self._keyring.destroy(str(key))
            yield Progress(RevealStep.FORGETTING)
            self._box.forget()
            self._box.mark_revealed(key)
        return written

    def _opener(self, wave: StartedWave, given: EllipticCurvePrivateKey | None) -> EllipticCurvePrivateKey:
        """Return the key of the box; another one would spoil every ballot, and the box is destroyed afterwards."""
        if wave.key_mode == "file":
            opener = self._keyring.box_key(str(wave.key))
        elif given is None:
            trustee = canonical.from_json(wave.charter, Charter).trustee
            raise TrusteeNeededError(wave.key, f"{trustee.name} ({trustee.role})")
        else:
            opener = given
        if public_bytes(opener) != wave.box_public_key:
            raise WrongKeyError(wave.key)
        return opener

    def _write(
        self, wave: StartedWave, opener: EllipticCurvePrivateKey, *, destroy_too_few: bool
    ) -> Generator[Progress, None, RevealedWave]:
        questionnaire = canonical.from_json(wave.questionnaire, Questionnaire)
        charter = canonical.from_json(wave.charter, Charter)
        opened = yield from self._open(wave, questionnaire, opener)
        too_few = len(opened.valid) < charter.privacy.reveal_minimum
        if too_few and not destroy_too_few:
            raise TooFewBallotsError(wave.key, charter.privacy.reveal_minimum)
        yield Progress(RevealStep.WRITING)
        valid = () if too_few else opened.valid
        ballots, comments = self._split(questionnaire, valid, wave.key.pilot)
        revealed = self._describe(wave, charter, opened, destroyed_unread=too_few)
        self._results.reveal(revealed, ballots, comments)
        return revealed

    def _open(
        self, wave: StartedWave, questionnaire: Questionnaire, opener: EllipticCurvePrivateKey
    ) -> Generator[Progress, None, Opened]:
        held = self._box.turnout(wave.key).cast
        valid: list[Answers] = []
        spoiled = empty = 0
        for number, sealed in enumerate(self._box.ballots(wave.key)):
            if number % _TOLD == 0:
                yield Progress(RevealStep.OPENING, number * 100 // held)
            try:
                answers = read_ballot(questionnaire, unseal(sealed, opener, str(wave.key)))
            except (SealBrokenError, SpoiledBallotError):
                # A bad ballot spoils itself and nothing else.
                spoiled += 1
                continue
            if answers.empty:
                empty += 1
            else:
                valid.append(answers)
        yield Progress(RevealStep.OPENING, 100)
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
        roster = self._rosters.counts(wave.key)
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
            fingerprint=describe(wave).fingerprint,
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
