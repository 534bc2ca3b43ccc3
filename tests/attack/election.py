"""Elections for attackers: played through the real doors with seeded randomness, and what a thief holds afterwards.

The test keeps the truth: which row of the results is the ballot of which person. A leak is a variant of the house that
gives something away on purpose, so that an attack can be seen to work.
"""

import itertools
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import insert

from surveyapp.app import House
from surveyapp.casting import Casting
from surveyapp.crypto import blind_rsa
from surveyapp.crypto.codes import Code
from surveyapp.crypto.keyring import Keyring, new_signing_key
from surveyapp.crypto.sealing import seal
from surveyapp.mailing import MailState
from surveyapp.office.outbox import Outbox
from surveyapp.office.people import Entry
from surveyapp.office.slot import BallotSlot
from surveyapp.poll import Poll
from surveyapp.questionnaire.answers import Answers, write_ballot
from surveyapp.results.store import Results, RevealedBallot, RevealedComment, RevealedWave
from surveyapp.results.tables import ANSWER
from surveyapp.revealing import Revealing
from surveyapp.wave import WaveKey
from tests.story import RunningPilot, settings_in

RandomBytes = Callable[[int], bytes]


@cache
def one_signing_key() -> rsa.RSAPrivateKey:
    """Drawing primes takes longer than a whole election."""
    return new_signing_key()


def counted() -> RandomBytes:
    """What a random id must not be: a serial number."""
    numbers = itertools.count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


@dataclass(frozen=True, slots=True)
class Leak:
    """What a leaky house gives away; the defaults give away nothing."""

    box_ids: bool = False  # sealed ballots are numbered as they come
    answer_ids: bool = False  # answers are numbered as they are written
    unshuffled: bool = False  # answers are written as the box yields them
    one_by_one: bool = False  # every answer is written by itself, unsorted, on a page large enough for all
    prompt: bool = False  # everybody votes in the order of the mails


SEALED = Leak()


class OneByOne(Results):
    """Writes answer after answer: random ids do not help, the place in the file is the order."""

    def reveal(
        self, wave: RevealedWave, ballots: Sequence[RevealedBallot], comments: Sequence[RevealedComment]
    ) -> None:
        self._engine.dispose()
        connection = sqlite3.connect(str(self._engine.url.database), isolation_level=None)
        connection.executescript("PRAGMA journal_mode=DELETE; PRAGMA page_size=65536; VACUUM")
        connection.close()
        super().reveal(wave, (), comments)
        for ballot in ballots:
            row = {"id": self._random_bytes(16), "values": dict(ballot.values), "codes": ballot.codes}
            with self._engine.begin() as writing:
                writing.execute(insert(ANSWER).values(pilot_id=wave.key.pilot, number=wave.key.number, **row))


class LeakyHouse(House):
    """A house with seeded randomness and, on purpose, leaks."""

    def __init__(self, folder: Path, seed: int, leak: Leak) -> None:
        super().__init__(settings_in(folder))
        self.leak = leak
        self._generator = np.random.default_rng(seed)

    def random_bytes(self, size: int) -> bytes:
        return self._generator.bytes(size)

    def shuffle(self, rows: list[object]) -> None:
        if not self.leak.unshuffled:
            rows[:] = [rows[place] for place in self.permutation(len(rows))]

    def permutation(self, size: int) -> Sequence[int]:
        return [int(place) for place in self._generator.permutation(size)]

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.settings.keys, new_signing_key=one_signing_key)

    @cached_property
    def slot(self) -> BallotSlot:
        # Every ballot draws two other values besides its id; numbering all of them keeps the ids in order.
        return BallotSlot(self.engines["office"], counted() if self.leak.box_ids else self.random_bytes)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.engines["office"], self.random_bytes)

    @cached_property
    def casting(self) -> Casting:
        return Casting(self.slot, self.keyring, clock=self.clock, random_bytes=self.random_bytes)

    @cached_property
    def results(self) -> Results:
        kind = OneByOne if self.leak.one_by_one else Results
        return kind(self.engines["results"], counted() if self.leak.answer_ids else self.random_bytes)

    @cached_property
    def revealing(self) -> Revealing:
        return Revealing(
            waves=self.waves,
            rosters=self.rosters,
            box=self.box,
            people=self.people,
            results=self.results,
            keyring=self.keyring,
            shuffle=self.shuffle,
            clock=self.clock,
        )


@dataclass(frozen=True, slots=True)
class Voter:
    """A person as the attacker knows them: who, in which team, and which sealed ballot they sent."""

    person: bytes
    group: str
    box_id: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A revealed answer as the attacker finds it: its id, and where in the file it lies."""

    id: bytes
    page: int
    offset: int
    group: str


@dataclass(frozen=True, slots=True)
class Loot:
    """All that leaks in the worst case: snapshots around every submission, the mail log, the results.

    *voters* stand in the order in which they voted, *mailed* in the order in which they were mailed.
    """

    voters: tuple[Voter, ...]
    mailed: tuple[bytes, ...]
    rows: tuple[Row, ...]
    truth: Mapping[bytes, bytes]

    def score(self, guess: Mapping[bytes, bytes]) -> int:
        """Return how many persons the attacker has named the very ballot of."""
        return sum(self.truth[person] == row for person, row in guess.items())


def play(folder: Path, seed: int, people: int, groups: Sequence[str], leak: Leak = SEALED) -> Loot:
    """Hold a wave in which everybody votes, every other one by form; reveal it and take everything."""
    house = LeakyHouse(folder, seed, leak)
    try:
        pilot = RunningPilot(house, None)  # type: ignore[arg-type]  # nobody looks at a page
        house.people.enter(
            pilot.slug,
            [
                Entry(f"p{number}@example.org", f"Person {number}", groups[number % len(groups)], "en")
                for number in range(people)
            ],
        )
        return _vote(house, pilot)
    finally:
        house.close()


def _vote(house: LeakyHouse, pilot: RunningPilot) -> Loot:
    key = pilot.key()
    house.starting.start(key)
    office = house.settings.var_dir / "office.sqlite"
    codes, mailed = mailed_codes(house, office)
    poll = house.polls.known(key)
    team = {row[0]: row[1] for row in query(office, "SELECT person_id, group_code FROM roster")}
    voters, contents = [], {}
    order = range(len(codes)) if house.leak.prompt else house.permutation(len(codes))
    for number, place in enumerate(order):
        # No two ballots are alike, so that the truth can be told.
        answers = {
            "group": team[mailed[place]],
            "any_days": number % 8,
            "confidence": number // 8 % 5 + 1,
            "rules_tools": number // 40 + 1,
        }
        before = {row[0] for row in query(office, "SELECT id FROM box")}
        cast(house, poll, codes[place], answers, by_form=bool(number % 2))
        ((box_id,),) = [row for row in query(office, "SELECT id FROM box") if row[0] not in before]
        voters.append(Voter(mailed[place], team[mailed[place]], box_id))
        contents[content(answers)] = mailed[place]
    house.fieldwork.close(key)
    house.revealing.reveal(key)
    results = house.settings.var_dir / "results.sqlite"
    house.close()
    return _loot(results, key, tuple(voters), tuple(mailed), contents)


def mailed_codes(house: LeakyHouse, office: Path) -> tuple[list[Code], list[bytes]]:
    """Return the codes and who got them, in the order in which they were mailed."""
    codes, mailed, known = [], [], set()
    while (mail := house.outbox.claim()) is not None:
        house.outbox.settle(mail, MailState.SENT)
        ((digest, person),) = [
            row for row in query(office, "SELECT code_digest, person_id FROM access") if row[0] not in known
        ]
        known.add(digest)
        codes.append(mail.code)
        mailed.append(person)
    return codes, mailed


def cast(house: LeakyHouse, poll: Poll, code: Code, answers: Mapping[str, object], *, by_form: bool) -> None:
    given = Answers(answers)  # type: ignore[arg-type]
    if by_form:
        house.casting.cast_form(poll, code, given)
        return
    key = blind_rsa.public_key(poll.signing_key)
    message = blind_rsa.prepare(house.random_bytes(32), house.random_bytes)
    blinding = blind_rsa.blind(key, message, house.random_bytes)
    signature = blind_rsa.finalize(key, message, house.casting.issue(poll, code, blinding.blinded), blinding.inverse)
    sealed = seal(write_ballot(poll.questionnaire, given), poll.box_public_key, str(poll.key))
    house.casting.cast(poll, message, signature, sealed)


def _loot(
    results: Path, key: WaveKey, voters: tuple[Voter, ...], mailed: tuple[bytes, ...], contents: Mapping[str, bytes]
) -> Loot:
    raw = results.read_bytes()
    written = int.from_bytes(raw[16:18], "big")
    page_size = 65_536 if written == 1 else written  # as the header of SQLite's files has it
    rows, truth = [], {}
    for row_id, values in query(results, f"SELECT id, \"values\" FROM answer WHERE pilot_id = '{key.pilot}'"):
        given = json.loads(values)
        offset = raw.rindex(row_id)
        rows.append(Row(row_id, offset // page_size, offset, given["group"]))
        truth[contents[content(given)]] = row_id
    return Loot(voters, mailed, tuple(rows), truth)


def content(answers: Mapping[str, object]) -> str:
    return json.dumps(answers, sort_keys=True)


def query(database: Path, statement: str) -> list[tuple[bytes, ...]]:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


# ----------------------------------------------------------------- the attackers


def _in_turn(voters: Sequence[Voter], rows: Sequence[Row]) -> Mapping[bytes, bytes]:
    """Name the first row of a team for its first voter, and so on."""
    guess = {}
    for group in {row.group for row in rows}:
        people = [voter.person for voter in voters if voter.group == group]
        guess |= dict(zip(people, [row.id for row in rows if row.group == group], strict=True))
    return guess


def _place(row: Row) -> tuple[int, int]:
    """Return a key that sorts rows as SQLite wrote them: page after page, each filled from its end."""
    return row.page, -row.offset


def by_arrival_and_place(loot: Loot) -> Mapping[bytes, bytes]:
    """Who voted first was written first."""
    return _in_turn(loot.voters, sorted(loot.rows, key=_place))


def by_arrival_and_id(loot: Loot) -> Mapping[bytes, bytes]:
    """Who voted first has the lowest id."""
    return _in_turn(loot.voters, sorted(loot.rows, key=lambda row: row.id))


def by_the_box(loot: Loot) -> Mapping[bytes, bytes]:
    """The order of the ids in the box is the order of the ids in the results."""
    voters = sorted(loot.voters, key=lambda voter: voter.box_id)
    return _in_turn(voters, sorted(loot.rows, key=lambda row: row.id))


def by_the_mails(loot: Loot) -> Mapping[bytes, bytes]:
    """Who was mailed first was written first."""
    turn = {person: number for number, person in enumerate(loot.mailed)}
    voters = sorted(loot.voters, key=lambda voter: turn[voter.person])
    return _in_turn(voters, sorted(loot.rows, key=_place))
