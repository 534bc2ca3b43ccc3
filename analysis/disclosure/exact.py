"""Exact counts, before disclosure control: nothing outside the analysis may hold one of these."""

from dataclasses import dataclass

from analysis.results import Estimate


@dataclass(frozen=True, slots=True)
class Shape:
    """How options add up: everybody in the base has at least *least* and at most *most* of them (none: any number).

    Options that stand *alone* are never chosen together with another one.
    """

    least: int = 0
    most: int | None = None
    alone: tuple[str, ...] = ()


PARTITION = Shape(least=1, most=1)  # everybody in the base has exactly one option
SEPARATE = Shape()  # every option is a yes or no of its own


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
class Larger:
    """A larger count of people in the base, among whom are all of a cell.

    *known* is what contains it: a published count of *base* people, or the cell of another sensitive table (measure,
    option), whose base is that table's.
    """

    count: int
    known: int | tuple[str, str]
    base: int = 0


@dataclass(frozen=True, slots=True)
class Sensitive:
    """What else is known about the cells of a sensitive table.

    Attributes:
        under: the cell (measure, option) that contains all people of this table.
        kinds_of: the measure whose base falls into the options of this table, of which it has all but one by name.
        union: an option, and those of which it is the union.
        inside: larger counts, of which the only option is a part; the differences are cells.
        harmless: options that tell nothing against anybody: "none of these".
    """

    under: tuple[str, str] | None = None
    kinds_of: str = ""
    union: tuple[str, tuple[str, ...]] | None = None
    inside: tuple[Larger, ...] = ()
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """One measure of one wave for everyone; *sensitive* ones are controlled, others are published whole."""

    measure: str
    wave: int
    question: str
    table: Table
    shape: Shape = PARTITION
    sensitive: Sensitive | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One measure of one wave by team; *whole* is the same for everyone, as published.

    *step* names the question whose condition people met to be asked; empty where everybody was.
    """

    measure: str
    wave: int
    question: str
    whole: Table
    teams: tuple[tuple[str, Table], ...]
    shape: Shape = PARTITION
    step: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """The ways through one wave, as far as they are told by team.

    Attributes:
        classes: the steps that people passed, and how many did so in each team, in the order of the attendance; last
            come the ballots without team.
        steps: the names of all steps: active use, who told it, and one for each group of questions with one condition.
        named: the step of each question that not everybody was asked.
    """

    wave: int
    classes: tuple[tuple[frozenset[str], tuple[int, ...]], ...]
    steps: tuple[str, ...]
    named: tuple[tuple[str, str], ...] = ()

    def step_of(self, question: str) -> str | None:
        """Return the step that people passed to be asked a question; none where everybody was."""
        return dict(self.named).get(question)

    def passed(self, step: str) -> tuple[int, ...]:
        """Return how many passed a step in each team, and without team."""
        lines = [people for through, people in self.classes if step in through]
        length = len(self.classes[0][1]) if self.classes else 0
        return tuple(sum(column) for column in zip(*lines, strict=True)) if lines else (0,) * length


STEP_ACTIVE, STEP_TOLD = "active", "told"  # steps of their own: is active, and told whether


@dataclass(frozen=True, slots=True)
class Split:
    """The answers to one question, split into *parts* of everyone by another answer; each part is a measure of its own.

    *sizes* are the people of each part that were asked, *asked* those of all; whoever is in no part counts as a
    further, unpublished one.
    """

    wave: int
    question: str
    whole: Table
    parts: tuple[tuple[str, Table], ...]
    sizes: tuple[int, ...]
    asked: int
    shape: Shape = PARTITION


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount about everyone: a *value*, or only its limits, in the unit of the measure; *base* people gave it.

    *largest* is the largest contribution to the sum behind a mean, and *others* what all but the two largest gave
    beyond the least that was possible; none where no sum can be worked out from it.
    """

    measure: str
    wave: int
    question: str
    option: str
    base: int | None
    value: float | None
    low: float | None = None
    high: float | None = None
    largest: float | None = None
    others: float | None = None


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


Exact = Total | Breakdown | Split | Amount | Projection | Course


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
