"""The trustee's reading of comments: which waves have any to read, and what happens to each.

A comment is protected by the others to the same question of the same wave, so that a question with fewer than
`comment_minimum` of them is never read, not even by the trustee: no readout would show one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.codebook import Text
from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.clock import Clock
from surveyapp.errors import RefusedError
from surveyapp.hinting import Hint, hints
from surveyapp.questionnaire.model import Questionnaire
from surveyapp.results.review import Comments, Review, ReviewedComment, UnknownCommentError
from surveyapp.results.store import Results, RevealedWave
from surveyapp.wave import WaveKey, WaveKind


class NoWordsError(RefusedError):
    """A paraphrase without words."""

    def __init__(self) -> None:
        super().__init__("a paraphrase needs words")


@dataclass(frozen=True, slots=True)
class WaveComments:
    """The comments of one revealed wave: how many are in each state, and how many people the minimum asks for.

    Questions with too few are told apart, without a number.
    """

    key: WaveKey
    kind: WaveKind
    minimum: int
    counts: Mapping[Review, int]
    readable: frozenset[str]
    too_few: bool

    @property
    def waiting(self) -> int:
        """How many comments the trustee has not decided about."""
        return self.counts[Review.WAITING]


@dataclass(frozen=True, slots=True)
class CommentToReview:
    """A comment with its question, and what should make the trustee look twice at the words that would leave."""

    comment: ReviewedComment
    question: Text
    hints: tuple[Hint, ...]


class Reviewing:
    """Shows comments to the trustee and takes down what becomes of them."""

    def __init__(self, *, results: Results, comments: Comments, clock: Clock) -> None:
        self._results = results
        self._comments = comments
        self._clock = clock

    def waves(self, slug: str) -> tuple[WaveComments, ...]:
        """Return the revealed waves of a pilot that have comments, in their order."""
        found = (self._of(wave) for wave in self._results.waves(slug) if not wave.destroyed_unread)
        return tuple(wave for wave in found if wave.readable or wave.too_few)

    def waiting(self, slug: str) -> int:
        """Return how many comments of a pilot wait for their trustee."""
        return sum(wave.waiting for wave in self.waves(slug))

    def wave(self, key: WaveKey) -> WaveComments | None:
        """Return the comments of one wave, if it is revealed and has any."""
        return next((wave for wave in self.waves(key.pilot) if wave.key == key), None)

    def read(self, wave: WaveComments, *, decided: bool) -> tuple[CommentToReview, ...]:
        """Return the comments of *wave* that wait, or those that are *decided*, in the order of their random ids.

        Without those that may not be read, and without dropped ones whose text is gone.
        """
        kept = self._results.wave(wave.key)
        if kept is None or not wave.readable:
            return ()
        questions = {one.id: one.text for one in canonical.from_json(kept.questionnaire, Questionnaire).questions}
        return tuple(
            CommentToReview(one, questions[one.question], hints(one.paraphrase or one.text))
            for one in self._comments.of_wave(wave.key)
            if one.question in wave.readable
            and (one.review != Review.WAITING) == decided
            and not (one.settled and one.review == Review.DROPPED)
        )

    def decide(self, key: WaveKey, comment: bytes, review: Review, paraphrase: str = "") -> None:
        """Let *review* count for a comment; *paraphrase* is what is shown instead.

        Raises:
            UnknownCommentError: the wave has no such comment, or none that may be read.
            NoWordsError: the paraphrase is empty.
            SettledError: a readout was made of an earlier decision; nothing was changed.
        """
        wave = self.wave(key)
        readable = wave.readable if wave is not None else frozenset()
        if not any(one.id == comment and one.question in readable for one in self._comments.of_wave(key)):
            raise UnknownCommentError
        words = paraphrase.strip()
        if review == Review.PARAPHRASED and not words:
            raise NoWordsError
        self._comments.decide(key, comment, review, on=self._clock().date(), paraphrase=words)

    def _of(self, wave: RevealedWave) -> WaveComments:
        minimum = canonical.from_json(wave.charter, Charter).privacy.comment_minimum
        by_question = self._comments.counts(wave.key)
        readable = frozenset(name for name, counts in by_question.items() if sum(counts.values()) >= minimum)
        counts = {review: sum(by_question[name].get(review, 0) for name in readable) for review in Review}
        return WaveComments(wave.key, wave.kind, minimum, counts, readable, too_few=len(readable) < len(by_question))
