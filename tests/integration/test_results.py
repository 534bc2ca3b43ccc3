import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from surveyapp.errors import RefusedError
from surveyapp.results.review import Comments, Review
from surveyapp.results.store import (
    ReleaseEntry,
    Results,
    RevealedBallot,
    RevealedComment,
    RevealedWave,
    UnknownReleaseError,
)
from surveyapp.wave import WaveKey, WaveKind
from tests.databases import Databases

KEY = WaveKey("offers", 2)
WAVE = RevealedWave(
    key=KEY,
    kind=WaveKind.PULSE,
    opened_on=date(2027, 2, 8),
    closed_on=date(2027, 2, 12),
    questionnaire="{}",
    questionnaire_sha256="a" * 64,
    charter="{}",
    charter_sha256="b" * 64,
    key_mode="file",
    fingerprint="0000 1111",
    invited_by_group={"sales": 9, "support": 6},
    joined_by_group={"1": {"support": 1}},
    left_by_group={"1": {}},
    groups={"sales": "sales", "tiny": "other"},
    issued=3,
    cast=3,
    spoiled=0,
    empty=0,
    revealed=3,
    destroyed_unread=False,
)
BALLOTS = [RevealedBallot({"tool_days": number, "why": ["a", "b"]}, bytes([number])) for number in range(3)]
COMMENTS = [RevealedComment("change", "more templates"), RevealedComment("change", "less […]")]
ENTRY = ReleaseEntry("offers", 1, 2, "c" * 64, b'{"decision": "GO"}', "d" * 64, date(2027, 2, 20))


@pytest.fixture
def results(databases: Databases) -> Results:
    return Results(databases.results, secrets.token_bytes)


def counting() -> Callable[[int], bytes]:
    """Random bytes that fall, so that an order of arrival would show."""
    numbers = iter(range(200, 0, -1))
    return lambda count: bytes([next(numbers)]) * count


def test_a_revealed_wave_comes_back_as_it_was(results: Results) -> None:
    assert results.wave(KEY) is None

    results.reveal(WAVE, BALLOTS, COMMENTS)

    assert results.wave(KEY) == WAVE
    assert results.waves("offers") == (WAVE,)
    assert results.waves("other") == ()


def test_waves_come_in_their_order(results: Results) -> None:
    for number in (3, 1, 2):
        results.reveal(replace(WAVE, key=WaveKey("offers", number)), [], [])

    assert [wave.key.number for wave in results.waves("offers")] == [1, 2, 3]


def test_every_answer_is_there_once_as_record_and_packed(results: Results) -> None:
    results.reveal(WAVE, BALLOTS, COMMENTS)

    assert sorted(results.packed(KEY)) == [bytes([number]) for number in range(3)]
    assert sorted(record["tool_days"] for record in results.records(KEY)) == [0, 1, 2]
    assert [record["why"] for record in results.records(KEY)] == [["a", "b"]] * 3
    assert results.packed(WaveKey("offers", 1)) == []


def test_rows_are_written_in_the_order_of_their_random_ids(databases: Databases) -> None:
    results = Results(databases.results, counting())

    results.reveal(WAVE, BALLOTS, COMMENTS)

    with databases.results.connect() as connection:
        stored = connection.execute(text("SELECT id, codes FROM answer")).all()
    assert [bytes(row.id) for row in stored] == sorted(bytes(row.id) for row in stored)
    assert [bytes(row.codes) for row in stored] == [b"\2", b"\1", b"\0"]


def test_a_wave_is_revealed_once(databases: Databases, results: Results) -> None:
    results.reveal(WAVE, BALLOTS, COMMENTS)

    with pytest.raises(RefusedError, match="somebody else"):
        results.reveal(WAVE, BALLOTS, COMMENTS)

    assert len(results.packed(KEY)) == 3
    assert Comments(databases.results).counts(KEY) == {"change": {Review.WAITING: 2}}


def test_a_reveal_that_fails_writes_nothing(databases: Databases) -> None:
    same_id_for_all = Results(databases.results, bytes)

    with pytest.raises(Exception, match=r"UNIQUE|duplicate"):
        same_id_for_all.reveal(WAVE, BALLOTS, COMMENTS)

    assert same_id_for_all.wave(KEY) is None
    assert same_id_for_all.packed(KEY) == []
    assert Comments(databases.results).counts(KEY) == {}


def test_a_wave_whose_ballots_were_destroyed_holds_none(results: Results) -> None:
    results.reveal(replace(WAVE, revealed=0, destroyed_unread=True), [], [])

    wave = results.wave(KEY)
    assert wave is not None
    assert wave.destroyed_unread
    assert results.packed(KEY) == []


def test_comments_wait_for_their_review(databases: Databases, results: Results) -> None:
    results.reveal(WAVE, BALLOTS, COMMENTS)

    with databases.results.connect() as connection:
        assert set(connection.execute(text("SELECT review FROM comment")).scalars()) == {"waiting"}


def test_a_readout_and_its_files_come_back_byte_for_byte(results: Results) -> None:
    files = {"readout.pdf": b"%PDF\x00\xff", "export.zip": b"PK", "report.json": ENTRY.published}

    results.publish(ENTRY, files)

    assert results.releases("offers") == (ENTRY,)
    assert results.document_names("offers", 1) == ("export.zip", "readout.pdf", "report.json")
    for name, content in files.items():
        assert results.document("offers", 1, name) == content


def test_the_newest_readout_comes_first(results: Results) -> None:
    for number in (1, 3, 2):
        results.publish(replace(ENTRY, number=number), {"a": b"a"})

    assert [entry.number for entry in results.releases("offers")] == [3, 2, 1]
    assert results.releases("other") == ()


def test_a_published_number_is_never_given_twice(results: Results) -> None:
    results.publish(ENTRY, {"readout.pdf": b"first"})

    with pytest.raises(RefusedError, match="by somebody else just now"):
        results.publish(ENTRY, {"readout.pdf": b"second"})

    assert results.document("offers", 1, "readout.pdf") == b"first"


@pytest.mark.parametrize("asked", [("other", 1, "a"), ("offers", 2, "a"), ("offers", 1, "../a"), ("offers", 1, "A")])
def test_a_file_that_was_not_made_is_said_to_be_unknown(results: Results, asked: tuple[str, int, str]) -> None:
    results.publish(ENTRY, {"a": b"a"})

    with pytest.raises(UnknownReleaseError, match="not been made yet"):
        results.document(*asked)
