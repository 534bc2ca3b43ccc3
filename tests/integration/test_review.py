"""What the trustee decides about comments, until a readout is made of it."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from surveyapp.database import open_engine, write
from surveyapp.errors import RefusedError
from surveyapp.results.review import (
    ApprovedComment,
    Comments,
    Review,
    ReviewChangedError,
    ReviewedComment,
    SettledError,
    UnknownCommentError,
    settle,
)
from surveyapp.results.store import Results, RevealedComment
from surveyapp.wave import WaveKey
from tests.databases import Databases
from tests.integration.test_results import ENTRY, KEY, WAVE

MONDAY, TUESDAY = date(2027, 3, 1), date(2027, 3, 2)
ORIGINAL = "Ask the tall one from accounting"
TEXTS = ("More templates", ORIGINAL, "You all deserve it", "Too slow")


@pytest.fixture
def results(databases: Databases) -> Results:
    made = Results(databases.results, secrets.token_bytes)
    made.reveal(WAVE, [], [RevealedComment("change", words) for words in TEXTS])
    return made


@pytest.fixture
def comments(databases: Databases, results: Results) -> Comments:
    del results
    return Comments(databases.results)


def found(comments: Comments, words: str) -> ReviewedComment:
    (one,) = [one for one in comments.of_wave(KEY) if one.text == words]
    return one


def decide_all_but_the_last(comments: Comments) -> None:
    approved, paraphrased, dropped = (found(comments, words).id for words in TEXTS[:3])
    comments.decide(KEY, approved, Review.APPROVED, on=MONDAY)
    comments.decide(KEY, paraphrased, Review.PARAPHRASED, on=MONDAY, paraphrase="Somebody could be asked")
    comments.decide(KEY, dropped, Review.DROPPED, on=TUESDAY)


def leaving(comments: Comments) -> list[str]:
    return [one.text for one in comments.approved(KEY)]


# ----------------------------------------------------------------- deciding


def test_a_comment_waits_until_somebody_decides_and_none_leaves_before(comments: Comments) -> None:
    assert {one.review for one in comments.of_wave(KEY)} == {Review.WAITING}
    assert comments.approved(KEY) == ()
    assert comments.counts(KEY) == {"change": {Review.WAITING: 4}}
    assert comments.counts(WaveKey("offers", 9)) == {}


def test_comments_come_in_the_order_of_their_random_ids(comments: Comments) -> None:
    ids = [one.id for one in comments.of_wave(KEY)]

    assert ids == sorted(ids)


def test_approved_and_paraphrased_ones_leave_sorted_by_their_words(comments: Comments) -> None:
    decide_all_but_the_last(comments)

    assert leaving(comments) == ["More templates", "Somebody could be asked"]
    assert comments.counts(KEY) == {"change": dict.fromkeys(Review, 1)}
    assert found(comments, ORIGINAL).decided_on == MONDAY
    assert found(comments, ORIGINAL).paraphrase == "Somebody could be asked"


def test_a_decision_can_be_changed_and_leaves_no_paraphrase_behind(comments: Comments) -> None:
    decide_all_but_the_last(comments)
    one = found(comments, ORIGINAL).id

    comments.decide(KEY, one, Review.APPROVED, on=TUESDAY)
    comments.decide(KEY, one, Review.APPROVED, on=TUESDAY)

    assert found(comments, ORIGINAL) == ReviewedComment(
        one, "change", ORIGINAL, Review.APPROVED, "", TUESDAY, settled=False
    )
    assert ORIGINAL in leaving(comments)


def test_a_comment_of_another_wave_or_none_is_unknown(comments: Comments) -> None:
    one = found(comments, "Too slow").id

    for key, identity in ((WaveKey("offers", 1), one), (WaveKey("other", 2), one), (KEY, bytes(16))):
        with pytest.raises(UnknownCommentError):
            comments.decide(key, identity, Review.APPROVED, on=MONDAY)
    assert leaving(comments) == []


def test_an_error_of_the_database_does_not_tell_the_paraphrase(databases: Databases, comments: Comments) -> None:
    one = found(comments, "Too slow").id
    with databases.results.begin() as connection:
        connection.execute(text("ALTER TABLE comment RENAME COLUMN settled TO gone"))

    with pytest.raises(DBAPIError) as raised:
        comments.decide(KEY, one, Review.PARAPHRASED, on=MONDAY, paraphrase="the words of a trustee")

    assert "words of a trustee" not in str(raised.value)


# ----------------------------------------------------------------- the readout


def test_a_readout_settles_what_was_decided_and_nothing_else(results: Results, comments: Comments) -> None:
    decide_all_but_the_last(comments)

    results.publish(ENTRY, {"a": b"a"}, {KEY: comments.approved(KEY)})

    assert [one.number for one in results.releases("offers")] == [1]
    assert {one.text for one in comments.of_wave(KEY) if one.settled} == {
        "More templates",
        "Somebody could be asked",
        "",
    }
    for words in ("More templates", "Somebody could be asked", ""):
        with pytest.raises(SettledError):
            comments.decide(KEY, found(comments, words).id, Review.APPROVED, on=TUESDAY)
    comments.decide(KEY, found(comments, "Too slow").id, Review.APPROVED, on=TUESDAY)
    assert leaving(comments) == ["More templates", "Somebody could be asked", "Too slow"]


def test_the_same_comments_can_be_printed_again_with_what_came_later(results: Results, comments: Comments) -> None:
    decide_all_but_the_last(comments)
    results.publish(ENTRY, {"a": b"a"}, {KEY: comments.approved(KEY)})
    before = comments.approved(KEY)

    comments.decide(KEY, found(comments, "Too slow").id, Review.PARAPHRASED, on=TUESDAY, paraphrase="It takes long")
    results.publish(replace(ENTRY, number=2), {"a": b"a"}, {KEY: comments.approved(KEY)})

    assert set(before) < set(comments.approved(KEY))
    assert all(one.settled for one in comments.of_wave(KEY))


def test_a_readout_without_comments_settles_none(results: Results, comments: Comments) -> None:
    decide_all_but_the_last(comments)

    results.publish(ENTRY, {"a": b"a"})

    assert not any(one.settled for one in comments.of_wave(KEY))


def test_a_readout_settles_the_waves_it_covers_alone(results: Results, comments: Comments) -> None:
    later = WaveKey("offers", 3)
    results.reveal(replace(WAVE, key=later), [], [RevealedComment("change", "Later")])
    (one,) = comments.of_wave(later)
    comments.decide(later, one.id, Review.DROPPED, on=MONDAY)

    results.publish(ENTRY, {"a": b"a"}, {KEY: comments.approved(KEY)})

    (one,) = comments.of_wave(later)
    assert (one.text, one.settled) == ("Later", False)


@pytest.mark.parametrize("change", [Review.DROPPED, Review.PARAPHRASED, Review.WAITING])
def test_a_decision_that_changed_meanwhile_stops_the_readout(
    results: Results, comments: Comments, change: Review
) -> None:
    decide_all_but_the_last(comments)
    printed = comments.approved(KEY)
    comments.decide(KEY, found(comments, "More templates").id, change, on=TUESDAY, paraphrase="Templates")

    with pytest.raises(ReviewChangedError) as raised:
        results.publish(ENTRY, {"a": b"a"}, {KEY: printed})

    assert results.releases("offers") == ()
    assert not any(one.settled for one in comments.of_wave(KEY))
    assert "templates" not in str(raised.value).lower()


def test_what_was_approved_meanwhile_stops_the_readout_too(results: Results, comments: Comments) -> None:
    decide_all_but_the_last(comments)
    printed = comments.approved(KEY)
    comments.decide(KEY, found(comments, "Too slow").id, Review.APPROVED, on=TUESDAY)

    with pytest.raises(ReviewChangedError):
        results.publish(ENTRY, {"a": b"a"}, {KEY: printed})


def test_words_that_nobody_approved_cannot_be_printed(results: Results, comments: Comments) -> None:
    one = found(comments, ORIGINAL)

    with pytest.raises(ReviewChangedError):
        results.publish(ENTRY, {"a": b"a"}, {KEY: [ApprovedComment(one.id, one.question, one.text)]})


def test_a_readout_that_is_made_again_and_is_the_same_settles_what_was_decided_since(comments: Comments) -> None:
    comments.decide(KEY, found(comments, ORIGINAL).id, Review.DROPPED, on=MONDAY)

    comments.settle({KEY: comments.approved(KEY)})

    assert ORIGINAL not in {one.text for one in comments.of_wave(KEY)}
    assert [one.settled for one in comments.of_wave(KEY)].count(True) == 1


def test_who_decides_while_a_readout_is_being_kept_comes_before_it_or_too_late(
    databases: Databases, comments: Comments
) -> None:
    decide_all_but_the_last(comments)
    one, printed = found(comments, "More templates"), comments.approved(KEY)
    ends: list[type[Exception]] = []

    def change_it() -> None:
        try:
            comments.decide(KEY, one.id, Review.DROPPED, on=TUESDAY)
        except RefusedError as error:
            ends.append(type(error))

    other = threading.Thread(target=change_it)

    def keep(connection: Connection) -> None:
        settle(connection, KEY, printed)
        other.start()
        other.join(0.3)
        assert other.is_alive()

    write(databases.results, keep)
    other.join(20)

    assert ends == [SettledError]
    assert "More templates" in leaving(comments)


# ----------------------------------------------------------------- what is left


def raw(engine: Engine) -> bytes:
    path = Path(engine.url.database or "")
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(path.name + "*")))


def test_no_page_or_log_of_sqlite_keeps_an_original_after_it_is_forgotten(sqlite_databases: Databases) -> None:
    results = Results(sqlite_databases.results, secrets.token_bytes)
    results.reveal(WAVE, [], [RevealedComment("change", words) for words in TEXTS])
    comments = Comments(sqlite_databases.results)
    decide_all_but_the_last(comments)
    assert ORIGINAL.encode() in raw(sqlite_databases.results)

    results.publish(ENTRY, {"a": b"a"}, {KEY: comments.approved(KEY)})
    comments.forget()

    left = raw(sqlite_databases.results)
    assert ORIGINAL.encode() not in left
    assert TEXTS[2].encode() not in left
    assert b"Somebody could be asked" in left


def test_forgetting_that_a_reader_keeps_from_ending_is_said(sqlite_databases: Databases) -> None:
    settled = overwritten(sqlite_databases)

    with (
        reading(sqlite_databases.results),
        impatient(sqlite_databases) as engine,
        pytest.raises((RefusedError, DBAPIError)),
    ):
        Comments(engine).forget()

    assert ORIGINAL.encode() in raw(sqlite_databases.results)
    settled.forget()
    assert ORIGINAL.encode() not in raw(sqlite_databases.results)


def overwritten(databases: Databases) -> Comments:
    """Return comments of which a readout left one as a paraphrase and one as nothing."""
    results, comments = Results(databases.results, secrets.token_bytes), Comments(databases.results)
    results.reveal(WAVE, [], [RevealedComment("change", words) for words in TEXTS])
    decide_all_but_the_last(comments)
    comments.settle({KEY: comments.approved(KEY)})
    return comments


def test_the_files_are_rewritten_once_after_something_was_overwritten_and_not_before(
    databases: Databases, comments: Comments
) -> None:
    rewritten = list[str]()

    @event.listens_for(databases.results, "before_cursor_execute")
    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        rewritten.extend([statement] if statement.startswith("VACUUM") else [])

    comments.decide(KEY, found(comments, "More templates").id, Review.APPROVED, on=MONDAY)
    comments.settle({KEY: comments.approved(KEY)})
    comments.forget()
    assert rewritten == []

    comments.decide(KEY, found(comments, "Too slow").id, Review.DROPPED, on=MONDAY)
    comments.settle({KEY: comments.approved(KEY)})
    comments.forget()
    comments.forget()
    assert len(rewritten) == 1


@contextmanager
def reading(engine: Engine) -> Iterator[None]:
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT count(*) FROM comment")).scalar_one()
        yield


@contextmanager
def impatient(databases: Databases) -> Iterator[Engine]:
    engine = open_engine(databases.urls["results"])

    @event.listens_for(engine, "connect")
    def give_up_at_once(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    yield engine
    engine.dispose()


def test_after_forgetting_everything_is_still_there(databases: Databases) -> None:
    comments = overwritten(databases)
    before = comments.of_wave(KEY)

    comments.forget()

    assert comments.of_wave(KEY) == before
    assert Results(databases.results, secrets.token_bytes).wave(KEY) == WAVE
