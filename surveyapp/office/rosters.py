"""The lists of people whom waves invite: how many are on them, who came and went, and what the trustee can compare."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Engine, func, select

from surveyapp.database import read
from surveyapp.office.tables import PERSON, ROSTER
from surveyapp.wave import WaveKey


@dataclass(frozen=True, slots=True)
class RosterCounts:
    """How many are on a roster, by merged group, and how many joined or left since each earlier wave."""

    invited: Mapping[str, int]
    joined: Mapping[int, Mapping[str, int]]
    left: Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class RosterSeal:
    """How many a wave invited, and 80 bits in hexadecimal digits that change with every name on the list."""

    invited: int
    digits: str


class Rosters:
    """Reads the rosters of waves; the start of a wave freezes one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def group_sizes(self, pilot: str) -> Mapping[str, int]:
        """Return how many people each charter group has now."""
        query = (
            select(PERSON.c.group_code, func.count().label("people"))
            .where(PERSON.c.pilot_id == pilot)
            .group_by(PERSON.c.group_code)
        )
        return {row.group_code: row.people for row in read(self._engine, lambda one: one.execute(query).all())}

    def counts(self, key: WaveKey) -> RosterCounts:
        """Return the counts of the roster of *key*, compared with every earlier roster of the pilot."""
        query = select(ROSTER.c.number, ROSTER.c.person_id, ROSTER.c.group_code).where(
            ROSTER.c.pilot_id == key.pilot, ROSTER.c.number <= key.number
        )
        rosters: dict[int, dict[bytes, str]] = {}
        for number, person, group in read(self._engine, lambda one: one.execute(query).all()):
            rosters.setdefault(number, {})[person] = group
        now = rosters.pop(key.number, {})
        return RosterCounts(
            invited=_by_group(now, now),
            joined={number: _by_group(now, set(now) - set(then)) for number, then in rosters.items()},
            left={number: _by_group(then, set(then) - set(now)) for number, then in rosters.items()},
        )

    def seal(self, key: WaveKey) -> RosterSeal:
        """Return what the trustee may know of the roster of *key*: it shows when somebody is put on it afterwards."""
        query = select(ROSTER.c.person_id, ROSTER.c.group_code).where(
            ROSTER.c.pilot_id == key.pilot, ROSTER.c.number == key.number
        )
        lines = sorted(
            f"{row.person_id.hex()} {row.group_code}"
            for row in read(self._engine, lambda one: one.execute(query).all())
        )
        return RosterSeal(len(lines), sha256("\n".join(lines).encode()).hexdigest()[:20])


def _by_group(groups: Mapping[bytes, str], people: Mapping[bytes, str] | set[bytes]) -> dict[str, int]:
    return dict(sorted(Counter(groups[person] for person in people).items()))
