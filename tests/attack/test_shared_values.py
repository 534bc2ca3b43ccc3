"""A thief of both databases looks for anything that stands in both; each search must find what is planted."""

import sqlite3
from pathlib import Path

import pytest
from scipy.stats import spearmanr

from surveyapp.crypto.codes import Code
from tests.story import RunningPilot

PEOPLE = 12
COMMENT = "templates for follow-ups would help"


class Files:
    """The databases of an installation as a thief sees them: values of columns, and bytes of files."""

    def __init__(self, var: Path) -> None:
        self._var = var

    def column(self, database: str, table: str, column: str) -> set[bytes]:
        connection = sqlite3.connect(self._var / f"{database}.sqlite")
        values = {row[0] for row in connection.execute(f'SELECT "{column}" FROM "{table}"')}
        connection.close()
        return {value if isinstance(value, bytes) else str(value).encode() for value in values}

    def execute(self, database: str, statement: str, *values: object) -> None:
        connection = sqlite3.connect(self._var / f"{database}.sqlite")
        with connection:
            connection.execute(statement, values)
        connection.close()

    def raw(self, database: str) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self._var.glob(f"{database}.sqlite*")))

    def found(self, needles: set[bytes], database: str) -> set[bytes]:
        """Return those of *needles* that stand in the files of *database*, as they are or in hexadecimal digits."""
        content = self.raw(database)
        lower = content.lower()
        return {needle for needle in needles if needle in content or needle.hex().encode() in lower}


class Loot:
    """What the office held while the wave was open."""

    def __init__(self, files: Files, codes: list[Code]) -> None:
        self.people = files.column("office", "person", "email") | files.column("office", "person", "name")
        self.ids = files.column("office", "person", "id")
        self.digests = files.column("office", "access", "code_digest")
        self.codes = {code.encode() for code in codes} | {code.replace("-", "").encode() for code in codes}
        self.box = files.column("office", "box", "id") | {
            ballot[:65] for ballot in files.column("office", "box", "sealed")
        }
        self.mails = files.column("office", "outbox", "id")

    @property
    def everything(self) -> set[bytes]:
        return self.people | self.ids | self.digests | self.codes | self.box | self.mails


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "var")


@pytest.fixture
def loot(pilot: RunningPilot, files: Files) -> Loot:
    """Play two waves, the second with comments, and take everything the office holds before its reveal."""
    pilot.people(PEOPLE)
    pilot.start()
    pilot.close_without_ballots()
    pilot.house.revealing.reveal(pilot.key(), destroy_too_few=True)
    codes = pilot.start(4)
    for number, code in enumerate(codes):
        words = {"change": COMMENT} if number % 2 else {}
        assert pilot.send(code, 4, aware="use", tool_days=number % 8, **words).status_code == 303
    return Loot(files, codes)


def test_nothing_of_the_office_is_in_the_results(pilot: RunningPilot, files: Files, loot: Loot) -> None:
    pilot.close_and_reveal(4)

    assert len(loot.everything) > 6 * PEOPLE
    assert not files.found(loot.everything, "results")


def test_nothing_of_the_results_is_in_the_office(pilot: RunningPilot, files: Files, loot: Loot) -> None:
    del loot
    pilot.close_and_reveal(4)
    ids = files.column("results", "answer", "id") | files.column("results", "comment", "id")
    answers = files.column("results", "answer", "values") | files.column("results", "comment", "text")

    assert len(ids) == PEOPLE + PEOPLE // 2
    assert COMMENT.encode() in answers
    assert not files.found(ids | answers, "office")


def test_while_the_wave_is_open_no_answer_can_be_read_anywhere(files: Files, loot: Loot) -> None:
    del loot

    for database in ("desk", "office", "results"):
        assert not files.found({COMMENT.encode(), b'"aware":"use"', b'"tool_days":1'}, database)
    assert files.column("results", "answer", "id") == set()


def test_no_code_is_stored_anywhere(pilot: RunningPilot, files: Files, loot: Loot) -> None:
    for database in ("desk", "office", "results"):
        assert not files.found(loot.codes, database)
    pilot.close_and_reveal(4)
    for database in ("desk", "office", "results"):
        assert not files.found(loot.codes, database)


def test_after_the_reveal_nothing_tells_who_took_a_ballot(pilot: RunningPilot, files: Files, loot: Loot) -> None:
    pilot.close_and_reveal(4)

    assert not files.found(loot.digests | loot.box | loot.mails, "office")
    for table in ("box", "spent", "access", "ledger", "outbox"):
        assert files.column("office", table, "number") == set()


def test_the_desk_knows_nobody_who_is_asked(files: Files, loot: Loot) -> None:
    assert not files.found(loot.people | loot.ids | loot.digests, "desk")


@pytest.mark.parametrize("kind", ["people", "ids", "digests", "codes", "box", "mails"])
def test_the_search_finds_what_is_planted(pilot: RunningPilot, files: Files, loot: Loot, kind: str) -> None:
    pilot.close_and_reveal(4)
    # The shortest one: no other value can be a part of it.
    leaked: bytes = min(getattr(loot, kind), key=lambda value: (len(value), value))

    files.execute("results", "UPDATE comment SET text = ?", leaked.hex())
    assert files.found(loot.everything, "results") == {leaked}
    files.execute("results", "UPDATE comment SET id = ? WHERE id = (SELECT min(id) FROM comment)", leaked)
    assert leaked in files.found(loot.everything, "results")


def test_the_search_finds_an_answer_in_the_office(pilot: RunningPilot, files: Files, loot: Loot) -> None:
    del loot
    pilot.close_and_reveal(4)
    answer = next(iter(files.column("results", "answer", "id")))

    files.execute("office", "UPDATE person SET id = ? WHERE id = (SELECT min(id) FROM person)", answer)

    assert files.found({answer}, "office") == {answer}


def test_the_order_in_the_results_says_nothing_about_the_order_of_arrival(pilot: RunningPilot) -> None:
    pilot.people(64)
    for number, code in enumerate(pilot.start()):
        assert pilot.send(code, any_days=number // 8).status_code == 303

    pilot.close_and_reveal()

    places = [record["any_days"] for record in pilot.house.results.records(pilot.key())]
    assert sorted(places) == [number // 8 for number in range(64)]
    # 64 values: |rho| above .5 happens by chance once in 30,000 times (t with 62 degrees of freedom).
    assert abs(spearmanr(range(64), places).statistic) < 0.5
    assert spearmanr(range(64), sorted(places)).statistic > 0.95
