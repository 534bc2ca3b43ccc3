"""The trustee's review of comments: what waits, what was decided, and what may leave.

A decision can be changed until a readout is made. Making one settles every decision of the waves in it and overwrites
what nobody is to read any more: the original of a paraphrased comment, the text of a dropped one. Overwriting at once
would leave no way back from a slip of the finger; keeping the originals after the readout would serve nobody.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, select, text, update

from surveyapp.database import outside_transactions, read, write
from surveyapp.errors import RefusedError
from surveyapp.results.tables import COMMENT
from surveyapp.wave import WaveKey


class Review(StrEnum):
    """What the trustee did with a comment."""

    WAITING = "waiting"
    APPROVED = "approved"
    PARAPHRASED = "paraphrased"
    DROPPED = "dropped"


# Stands for a paraphrase that became the text, or the lack of one, until the words it replaced are gone from the files.
_OVERWRITTEN = ""

# What is left of a comment that is settled.
_SETTLED_TEXT = case(
    (COMMENT.c.review == Review.DROPPED.value, ""),
    (COMMENT.c.review == Review.PARAPHRASED.value, COMMENT.c.paraphrase),
    else_=COMMENT.c.text,
)
_MARK = case((COMMENT.c.review == Review.APPROVED.value, None), else_=_OVERWRITTEN)


class UnknownCommentError(RefusedError):
    """The wave has no such comment."""

    def __init__(self) -> None:
        super().__init__("this wave has no such comment")


class SettledError(RefusedError):
    """A readout was made after the decision."""

    def __init__(self) -> None:
        super().__init__("a readout was made after this decision: it stays")


class ReviewChangedError(RefusedError):
    """The trustee decided something while a readout was being made."""

    def __init__(self, key: WaveKey) -> None:
        super().__init__(f"comments of wave {key} were decided on while the readout was being made: make it again")


@dataclass(frozen=True, slots=True)
class ReviewedComment:
    """A comment as its trustee sees it; *text* is the original until it is settled."""

    id: bytes
    question: str
    text: str
    review: Review
    paraphrase: str
    decided_on: date | None
    settled: bool


@dataclass(frozen=True, slots=True)
class ApprovedComment:
    """A comment that may leave: its words as approved, or the trustee's."""

    id: bytes
    question: str
    text: str


class Comments:
    """The comments of revealed waves and what was decided about them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counts(self, key: WaveKey) -> Mapping[str, Mapping[Review, int]]:
        """Return, for each question that has comments in this wave, how many there are in each state of review."""
        query = (
            select(COMMENT.c.question, COMMENT.c.review, func.count())
            .where(_of(key))
            .group_by(COMMENT.c.question, COMMENT.c.review)
            .order_by(COMMENT.c.question)
        )
        found: dict[str, Counter[Review]] = {}
        for question, review, number in read(self._engine, lambda connection: connection.execute(query).all()):
            found.setdefault(question, Counter())[Review(review)] += number
        return found

    def of_wave(self, key: WaveKey) -> tuple[ReviewedComment, ...]:
        """Return all comments of a wave in the order of their random ids, which tells nothing."""
        query = select(COMMENT).where(_of(key)).order_by(COMMENT.c.id)
        return tuple(
            ReviewedComment(
                row.id, row.question, row.text, Review(row.review), row.paraphrase or "", row.decided_on, row.settled
            )
            for row in read(self._engine, lambda connection: connection.execute(query).all())
        )

    def decide(self, key: WaveKey, comment: bytes, review: Review, *, on: date, paraphrase: str = "") -> None:
        """Let *review* count for one comment from now on, with the trustee's own words where it is a paraphrase.

        Raises:
            UnknownCommentError: this wave has none with this id.
            SettledError: a readout was made after an earlier decision; nothing was changed.
        """
        one = and_(_of(key), COMMENT.c.id == comment)
        words = paraphrase if review == Review.PARAPHRASED else None
        statement = (
            update(COMMENT)
            .where(one, COMMENT.c.settled.is_(False))
            .values(review=review.value, paraphrase=words, decided_on=on)
        )

        def unit(connection: Connection) -> None:
            if connection.execute(statement).rowcount == 1:
                return
            known = connection.execute(select(COMMENT.c.id).where(one)).one_or_none()
            raise UnknownCommentError if known is None else SettledError

        write(self._engine, unit)

    def approved(self, key: WaveKey) -> tuple[ApprovedComment, ...]:
        """Return what may leave of a wave, sorted by its text."""
        return read(self._engine, lambda connection: _approved(connection, key))

    def settle(self, printed: Mapping[WaveKey, Sequence[ApprovedComment]]) -> None:
        """Let the decisions of all waves in *printed* stand for ever, where a readout was made again and is the same.

        Raises:
            ReviewChangedError: what is *printed* of a wave is not what is approved of it now; nothing was changed.
        """

        def unit(connection: Connection) -> None:
            for key, comments in sorted(printed.items()):
                settle(connection, key, comments)

        write(self._engine, unit)

    def forget(self) -> None:
        """Rewrite the storage so that no overwritten text can be read from it, if any was since it was done last.

        Raises:
            RefusedError: somebody is reading the database; nothing is lost, try again.
        """
        left = and_(COMMENT.c.settled, COMMENT.c.paraphrase == _OVERWRITTEN)
        found = select(func.count()).select_from(COMMENT).where(left)
        if read(self._engine, lambda connection: connection.execute(found).scalar_one()) == 0:
            return
        self._rewrite()
        write(self._engine, lambda connection: connection.execute(update(COMMENT).where(left).values(paraphrase=None)))

    def _rewrite(self) -> None:
        with outside_transactions(self._engine) as connection:
            if connection.dialect.name != "sqlite":
                connection.execute(text("VACUUM FULL comment"))
                return
            connection.exec_driver_sql("VACUUM")
            # With a reader open this returns busy=1 without an exception and leaves the log as it is.
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            if busy:
                raise RefusedError("the results are being read: overwritten comments are not yet gone, try again")


def settle(connection: Connection, key: WaveKey, printed: Sequence[ApprovedComment]) -> None:
    """Let every decision of a wave stand for ever, as part of the transaction that keeps the readout with *printed*.

    Of a paraphrased comment the paraphrase is left, of a dropped one nothing; both are marked until what was there is
    forgotten. What waits goes on waiting.

    Raises:
        ReviewChangedError: *printed* is not what is approved now; nothing was changed.
    """
    # All rows, also those that wait: nothing may be decided between the comparison and the end.
    connection.execute(select(COMMENT.c.id).where(_of(key)).with_for_update())
    if set(_approved(connection, key)) != set(printed):
        raise ReviewChangedError(key)
    connection.execute(
        update(COMMENT)
        .where(_of(key), COMMENT.c.review != Review.WAITING.value, COMMENT.c.settled.is_(False))
        .values(text=_SETTLED_TEXT, paraphrase=_MARK, settled=True)
    )


def _of(key: WaveKey) -> ColumnElement[bool]:
    return and_(COMMENT.c.pilot_id == key.pilot, COMMENT.c.number == key.number)


def _approved(connection: Connection, key: WaveKey) -> tuple[ApprovedComment, ...]:
    leaving: Any = COMMENT.c.review.in_((Review.APPROVED.value, Review.PARAPHRASED.value))
    # Settled, a paraphrase is the text itself.
    words = case((COMMENT.c.settled, COMMENT.c.text), else_=func.coalesce(COMMENT.c.paraphrase, COMMENT.c.text))
    rows = connection.execute(select(COMMENT.c.id, COMMENT.c.question, words).where(_of(key), leaving))
    return tuple(sorted((ApprovedComment(*row) for row in rows), key=lambda one: (one.text, one.id)))
