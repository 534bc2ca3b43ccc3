"""Slips for people without e-mail: on the lists like everybody else, but without name and address.

A slip is anybody's: which of them is whose is known to nobody, so that codes may be drawn again for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select

from surveyapp.crypto import codes
from surveyapp.crypto.codes import Code
from surveyapp.database import read, write
from surveyapp.errors import RefusedError
from surveyapp.office.leaving import take_out
from surveyapp.office.tables import ACCESS, LEDGER, PERSON, ROSTER, WAVE
from surveyapp.wave import WaveKey, WaveState


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where slips are handed out: a group of the charter, and the language that they are printed in."""

    group_code: str
    language: str


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of paper. The code is in no database."""

    place: Place
    code: Code


@dataclass(frozen=True, slots=True)
class Changed:
    """How many slips came and went."""

    added: int
    removed: int


class Slips:
    """The slips of all pilots."""

    def __init__(self, engine: Engine, random_bytes: Callable[[int], bytes]) -> None:
        self._engine = engine
        self._random_bytes = random_bytes

    def counts(self, pilot: str) -> Mapping[Place, int]:
        """Return how many slips every place of *pilot* gets from the next wave on."""
        people = _of(pilot).subquery()
        query = select(people.c.group_code, people.c.language, func.count().label("slips")).group_by(
            people.c.group_code, people.c.language
        )
        return {
            _place(row): row.slips for row in read(self._engine, lambda connection: connection.execute(query).all())
        }

    def settle(self, pilot: str, wanted: Mapping[Place, int]) -> Changed:
        """Add slips, or take out as many as are too many, so that there are the *wanted* ones and no others.

        Those that no open wave has leave first. Of the others any may: their codes are dead, and every count stays.
        """

        def unit(connection: Connection) -> Changed:
            # The people of a pilot before its waves, as everywhere; read after the lock, for what was added meanwhile.
            connection.execute(
                select(PERSON.c.id).where(PERSON.c.pilot_id == pilot).order_by(PERSON.c.id).with_for_update()
            ).all()
            asked = set(connection.execute(_asked_now(pilot)).scalars())
            held: dict[Place, list[bytes]] = {}
            for row in connection.execute(_of(pilot)):
                held.setdefault(_place(row), []).append(row.id)
            for people in held.values():
                people.sort(key=lambda person: (person not in asked, person))
            added = [
                {"pilot_id": pilot, "id": self._random_bytes(16), "email": None, "name": ""}
                | {"group_code": place.group_code, "language": place.language}
                for place, count in sorted(wanted.items())
                for _ in range(count - len(held.get(place, ())))
            ]
            # Their numbers are random: the last ones are any.
            spare = [person for place, people in sorted(held.items()) for person in people[wanted.get(place, 0) :]]
            if added:
                connection.execute(insert(PERSON), added)
            take_out(connection, pilot, spare, self._random_bytes)
            return Changed(len(added), len(spare))

        return write(self._engine, unit)

    def invited(self, key: WaveKey) -> int:
        """Return how many slips belong to the wave *key*."""
        query = select(func.count()).select_from(_on_roster(key).subquery())
        return read(self._engine, lambda connection: connection.execute(query).scalar_one())

    def drawn(self, key: WaveKey) -> bool:
        """Return whether codes of slips of *key* were drawn."""
        query = select(ACCESS.c.code_digest).where(*_accesses(key)).limit(1)
        return read(self._engine, lambda connection: connection.execute(query).first() is not None)

    def draw(self, key: WaveKey, *, again: bool = False) -> tuple[Slip, ...]:
        """Draw a code for every slip of the open wave *key*, store the digests only, and return the slips.

        They are ordered by place, and in no order within one. With *again* earlier codes take no ballot any more;
        whose ballot was taken gets a code, too, that takes none.

        Raises:
            RefusedError: the wave is not open, has no slips, or has codes already and *again* was not said.
        """

        def unit(connection: Connection) -> tuple[Slip, ...]:
            state = connection.execute(
                select(WAVE.c.state).where(WAVE.c.pilot_id == key.pilot, WAVE.c.number == key.number).with_for_update()
            ).scalar_one_or_none()
            if state != WaveState.STARTED:
                raise RefusedError("slips are printed while their wave is open")
            people = connection.execute(_on_roster(key)).all()
            if not people:
                raise RefusedError("this wave has no slips: they are entered before it starts")
            if connection.execute(select(ACCESS.c.code_digest).where(*_accesses(key)).limit(1)).first() and not again:
                raise RefusedError("the slips of this wave were printed before, and their codes are stored nowhere")
            # Codes of a ballot that was taken stay: its browser may still be asking for its slip.
            connection.execute(delete(ACCESS).where(*_accesses(key), ACCESS.c.person_id.in_(_silent(key))))
            drawn = [(row, codes.draw(self._random_bytes)) for row in people]
            base = {"pilot_id": key.pilot, "number": key.number}
            connection.execute(
                insert(ACCESS),
                [base | {"code_digest": codes.digest(code), "person_id": row.id} for row, code in drawn],
            )
            return tuple(
                sorted((Slip(_place(row), code) for row, code in drawn), key=lambda one: (one.place, one.code))
            )

        return write(self._engine, unit)


def _of(pilot: str) -> Select[Any]:
    return select(PERSON.c.id, PERSON.c.group_code, PERSON.c.language).where(
        PERSON.c.pilot_id == pilot, PERSON.c.email.is_(None)
    )


def _on_roster(key: WaveKey) -> Select[Any]:
    return (
        _of(key.pilot)
        .join(ROSTER, (ROSTER.c.pilot_id == PERSON.c.pilot_id) & (ROSTER.c.person_id == PERSON.c.id))
        .where(ROSTER.c.number == key.number)
    )


def _accesses(key: WaveKey) -> tuple[Any, ...]:
    return (
        ACCESS.c.pilot_id == key.pilot,
        ACCESS.c.number == key.number,
        ACCESS.c.person_id.in_(select(PERSON.c.id).where(PERSON.c.pilot_id == key.pilot, PERSON.c.email.is_(None))),
    )


def _silent(key: WaveKey) -> Select[Any]:
    return select(LEDGER.c.person_id).where(
        LEDGER.c.pilot_id == key.pilot, LEDGER.c.number == key.number, LEDGER.c.state == "invited"
    )


def _asked_now(pilot: str) -> Select[Any]:
    return (
        select(ROSTER.c.person_id)
        .join(WAVE, (WAVE.c.pilot_id == ROSTER.c.pilot_id) & (WAVE.c.number == ROSTER.c.number))
        .where(WAVE.c.pilot_id == pilot, WAVE.c.state == WaveState.STARTED)
    )


def _place(row: Row[Any]) -> Place:
    return Place(row.group_code, row.language)
