"""Snapshots of the office around every submission: they say who took a ballot, and nothing of what is in it."""

import secrets
import sqlite3
from pathlib import Path

import pytest

from surveyapp.crypto.codes import Code
from surveyapp.crypto.sealing import SealedBallot, seal
from surveyapp.questionnaire.answers import Answers, write_ballot
from tests.story import RunningPilot
from tests.wire import WireClient

Rows = dict[str, set[tuple[object, ...]]]
SHORT = {"group": "sales", "any_days": 1}
LONG = {
    "group": "sales",
    "any_days": 7,
    "tasks": ["drafting", "research"],
    "confidence": 5,
    "rules_tools": 4,
    "rules_how": 2,
    "trust_survey": 5,
}


def snapshot(var: Path) -> Rows:
    connection = sqlite3.connect(var / "office.sqlite")
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    rows = {table: set(connection.execute(f"SELECT * FROM {table}")) for table in tables}
    connection.close()
    return rows


def difference(before: Rows, after: Rows) -> Rows:
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


@pytest.fixture
def codes(pilot: RunningPilot) -> list[Code]:
    pilot.people(9)
    return pilot.start()


def by_form(pilot: RunningPilot, code: str, answers: dict[str, object]) -> None:
    assert pilot.send(code, **answers).status_code == 303


def by_script(pilot: RunningPilot, code: str, answers: dict[str, object]) -> None:
    WireClient(pilot.client, str(pilot.key())).vote(code, answers)


@pytest.mark.parametrize("send", [by_form, by_script])
def test_a_submission_changes_one_line_of_the_ledger_and_adds_one_ballot_and_one_slip(
    pilot: RunningPilot, codes: list[Code], tmp_path: Path, send: object
) -> None:
    before = snapshot(tmp_path / "var")

    send(pilot, codes[0], LONG)  # type: ignore[operator]

    changed = difference(before, snapshot(tmp_path / "var"))
    assert {table: len(rows) for table, rows in changed.items()} == {"ledger": 1, "box": 1, "spent": 1}


def lengths(changed: Rows) -> list[int]:
    """The length of every value of a submission, which is all that a snapshot can tell of sealed content."""
    return sorted(
        len(value) for rows in changed.values() for row in rows for value in row if isinstance(value, (bytes, str))
    )


def test_short_and_long_ballots_look_alike_on_both_ways(pilot: RunningPilot, codes: list[Code], tmp_path: Path) -> None:
    seen = []
    ways = [(send, answers) for send in (by_form, by_script) for answers in (SHORT, LONG)]
    for code, (send, answers) in zip(codes, ways, strict=False):
        before = snapshot(tmp_path / "var")
        send(pilot, code, answers)
        seen.append(lengths(difference(before, snapshot(tmp_path / "var"))))

    assert seen.count(seen[0]) == len(seen) == 4


def test_without_padding_the_length_gives_the_long_ballot_away(pilot: RunningPilot, codes: list[Code]) -> None:
    assert codes
    poll = pilot.poll()

    def unpadded(answers: dict[str, object]) -> SealedBallot:
        ballot = write_ballot(poll.questionnaire, Answers(answers))  # type: ignore[arg-type]
        return seal(ballot.rstrip(), poll.box_public_key, str(poll.key))

    assert len(unpadded(LONG)) > len(unpadded(SHORT))


def test_equal_answers_do_not_look_equal(pilot: RunningPilot, codes: list[Code]) -> None:
    for code in codes:
        by_script(pilot, code, LONG)

    ballots = list(pilot.house.box.ballots(pilot.key()))

    assert len({ballot[place : place + 16] for ballot in ballots for place in range(0, len(ballot) - 16, 16)}) == sum(
        len(range(0, len(ballot) - 16, 16)) for ballot in ballots
    )
    assert secrets.token_bytes(16) not in ballots[0]
