"""Exact counts, before disclosure control: nothing outside the analysis may hold one of these."""

from dataclasses import dataclass
from enum import Enum

from analysis.results import Estimate


class Shape(Enum):
    """How the options of a table add up."""

    PARTITION = "partition"  # everybody in the base has exactly one option
    SEPARATE = "separate"  # every option is a yes or no of its own


@dataclass(frozen=True, slots=True)
class Table:
    """How many of *base* people have each option; *population* is the list they come from, where it is known.

    Not *sampled*: the base is everybody, and the counts are what was seen of them; they have no interval.
    """

    base: int
    counts: tuple[tuple[str, int], ...]
    population: int | None = None
    sampled: bool = True


@dataclass(frozen=True, slots=True)
class Sensitive:
    """What else is known about the cells of a sensitive table.

    Attributes:
        under: cells (measure, option) that contain all of these people; where one is a gap, so is this table.
        same_option_of: the measure whose cell of the same option contains each cell.
        inside: larger published counts, of which each cell is a part; their difference is a cell too.
        rests: options that mean none, or any, of the others.
    """

    under: tuple[tuple[str, str], ...] = ()
    same_option_of: str = ""
    inside: tuple[int, ...] = ()
    rests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """One measure of one wave for everyone; *sensitive* ones are controlled, others are published whole."""

    measure: str
    wave: int
    question: str
    table: Table
    shape: Shape = Shape.PARTITION
    sensitive: Sensitive | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One measure of one wave by team; *whole* is the same for everyone, as published."""

    measure: str
    wave: int
    question: str
    whole: Table
    teams: tuple[tuple[str, Table], ...]
    shape: Shape = Shape.PARTITION


@dataclass(frozen=True, slots=True)
class Split:
    """The answers to one question, split into *parts* of everyone by another answer; each part is a measure of its own.

    Whoever is in *whole* and in none of the parts counts as a further, unpublished part.
    """

    wave: int
    question: str
    whole: Table
    parts: tuple[tuple[str, Table], ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount about everyone: a *value*, or only its limits, in the unit of the measure; *base* people gave it."""

    measure: str
    wave: int
    question: str
    option: str
    base: int | None
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """A share of all *population* people, estimated from the breakdown of the measure *of*.

    The *weighted* estimate contains the counts of every team: it is published only where they are.
    """

    measure: str
    wave: int
    question: str
    of: str
    population: int
    plain: Estimate
    weighted: Estimate | None


Exact = Total | Breakdown | Split | Amount | Projection


@dataclass(frozen=True, slots=True)
class Team:
    """The ballots of one team in one wave; *unsteady* if one or two people joined or left since the wave before."""

    code: str
    answers: int
    population: int | None
    unsteady: bool = False


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who answered one wave, by team; ballots without team are the *answers* that no team has."""

    wave: int
    answers: int
    population: int | None
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The minimums that were locked before the first answer."""

    reveal_minimum: int
    group_minimum: int
