"""From the frame of a wave to exact tables: by option, for everyone and by team, in the order of the codebook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from analysis.codebook import Item, Kind, Option, Text
from analysis.disclosure import (
    PARTITION,
    SEPARATE,
    Attendance,
    Breakdown,
    Exact,
    Rules,
    Sensitive,
    Shape,
    Table,
    Team,
    Total,
)
from analysis.frame import Frame
from analysis.frame.columns import Mask
from analysis.packing import points
from analysis.plan import Plan, WaveCounts
from analysis.results import Measure, Sentence, Words

MOST_NUMBERS = 31  # a number with more possible values is not listed one by one
MOST_WITHOUT_TEAM = Fraction(1, 10)
LEVELS: tuple[tuple[str, Words], ...] = (
    ("low", Sentence("lower points")),
    ("middle", Sentence("middle")),
    ("high", Sentence("upper points")),
)
# By team these are told as active use only, stuck points by stage only: two views of the same answers would give away
# what each of them hides. Memory and tasks are told for everyone together with other answers (who remembers and is
# active; how many tasks a person does), which would say something about each team's.
NEVER_BY_TEAM = frozenset({"reach", "tool_days", "stuck_where", "sustained_recall", "tasks"})


@dataclass(frozen=True, slots=True)
class Wave:
    """One revealed wave: what roster and box counted, and the answers."""

    counts: WaveCounts
    frame: Frame

    @property
    def number(self) -> int:
        """The number of the wave within its pilot."""
        return self.counts.number

    @property
    def invited(self) -> int | None:
        """The people on the roster, unless more ballots than people say that the roster is wrong."""
        known = self.counts.invited
        return known if known is not None and known >= self.frame.size else None

    def item(self, measure: str) -> Item | None:
        """Return the question of this wave that is connected to *measure*."""
        return self.frame.codebook.measuring(measure)


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one part of the analysis found, not yet controlled for disclosure."""

    measures: tuple[Measure, ...] = ()
    exact: tuple[Exact, ...] = ()


def teams(wave: Wave) -> tuple[Option, ...]:
    """Return the teams that people could name, without "prefer not to say"."""
    item = wave.frame.group
    return tuple(option for option in item.options if not option.refusal) if item is not None else ()


def team_of(wave: Wave) -> npt.NDArray[np.intp]:
    """Return each person's team: its place in teams() counted from 1, 0 for none."""
    places = np.zeros(wave.frame.size, dtype=np.intp)
    item = wave.frame.group
    if item is not None:
        lookup = np.zeros(len(item.options) + 1, dtype=np.intp)
        named = [place for place, option in enumerate(item.options) if not option.refusal]
        lookup[[place + 1 for place in named]] = np.arange(1, len(named) + 1)
        places = lookup[wave.frame.columns[item.id, ""]]
    return places


def attendance(wave: Wave) -> Attendance:
    """Return who answered, by team, with the roster's numbers beside them."""
    invited = dict(wave.counts.invited_by_group)
    moved = [*wave.counts.joined_by_group, *wave.counts.left_by_group]
    unsteady = {code for code, people in moved if people in {1, 2}}
    options = teams(wave)
    sizes = np.bincount(team_of(wave), minlength=len(options) + 1)[1:]
    return Attendance(
        wave.number,
        wave.frame.size,
        wave.invited,
        tuple(
            Team(option.code, int(size), invited.get(option.code), option.code in unsteady)
            for option, size in zip(options, sizes, strict=True)
        ),
    )


def may_weigh(seen: Attendance) -> bool:
    """True if the teams' ballots fit the roster and at most a tenth of the ballots name no team."""
    known = seen.population is not None and sum(team.population or 0 for team in seen.teams) == seen.population
    fits = all(team.population is not None and team.answers <= team.population for team in seen.teams)
    without = seen.answers - sum(team.answers for team in seen.teams)
    return bool(seen.teams) and known and fits and without <= MOST_WITHOUT_TEAM * seen.answers


@dataclass(frozen=True, slots=True)
class Asked:
    """How a table was asked: the *question*, how its options add up, and the step people passed to be asked.

    Where *everybody* was, the people who answered are a sample of all invited people.
    """

    question: str
    shape: Shape = SEPARATE
    step: str = ""
    everybody: bool = True

    @classmethod
    def of(cls, item: Item) -> "Asked":
        """Return how *item* was asked."""
        return cls(item.id, shape_of(item), "" if item.shown_if is None else item.id, item.shown_if is None)


def count(
    wave: Wave, measure: str, options: Sequence[tuple[str, Mask]], among: Mask, asked: Asked | None = None
) -> Iterator[Exact]:
    """Yield the table of these *options* for everyone, and by team where there are any; by default each a yes or no."""
    asked = asked or Asked(measure)
    places, size = team_of(wave), len(teams(wave)) + 1
    bases = np.bincount(places[among], minlength=size)
    cells = [np.bincount(places[mask & among], minlength=size) for _, mask in options]
    yield from _tables(wave, measure, [code for code, _ in options], bases, cells, asked)


def shape_of(item: Item) -> Shape:
    """Return how the options of *item* add up."""
    if item.kind not in {Kind.MULTIPLE, Kind.RANK}:
        return PARTITION
    alone = tuple(option.code for option in item.options if option.exclusive and not option.refusal)
    return Shape(least=1, most=item.maximum or None, alone=alone)


def _tables(
    wave: Wave,
    measure: str,
    options: Sequence[str],
    bases: npt.NDArray[np.intp],
    cells: Sequence[npt.NDArray[np.intp]],
    asked: Asked,
) -> Iterator[Exact]:
    def table(base: int, counts: Sequence[int], people: int | None) -> Table:
        return Table(base, tuple(zip(options, counts, strict=True)), people if asked.everybody else None)

    whole = table(int(bases.sum()), [int(cell.sum()) for cell in cells], wave.invited)
    yield Total(measure, wave.number, asked.question, whole, asked.shape)
    invited = dict(wave.counts.invited_by_group)
    by_team = tuple(
        (option.code, table(int(bases[place]), [int(cell[place]) for cell in cells], invited.get(option.code)))
        for place, option in enumerate(teams(wave), start=1)
    )
    if by_team:
        yield Breakdown(measure, wave.number, asked.question, whole, by_team, asked.shape, asked.step)


def count_privately(
    wave: Wave,
    measure: str,
    options: Sequence[tuple[str, Mask]],
    among: Mask,
    known: Sensitive,
    *,
    shape: Shape = SEPARATE,
    question: str = "",
) -> Total:
    """Return the table of a sensitive measure, for everyone only."""
    counts = tuple((code, int((mask & among).sum())) for code, mask in options)
    return Total(measure, wave.number, question or measure, Table(int(among.sum()), counts), shape, known)


def listed(item: Item) -> tuple[tuple[str, Words], ...]:
    """Return the values of *item* with their labels, in the order shown, without "prefer not to say"."""
    if item.options:
        return tuple((option.code, option.label) for option in item.options if not option.refusal)
    return tuple((str(point), Text.plain(str(point))) for point in points(item))


def distribution(wave: Wave, item: Item, measure: str, *, row: str = "") -> Iterator[Exact]:
    """Yield how often each value of *item*, or of one row of a matrix, was given: for everyone and by team.

    Scales and numbers have too many values for teams; levels() tells a scale by team.
    """
    frame, options = wave.frame, [code for code, _ in listed(item)]
    if item.kind in {Kind.MULTIPLE, Kind.RANK}:
        chosen = [(code, frame.chosen(item, code)) for code in options]
        tables = count(wave, measure, chosen, frame.answered(item), Asked.of(item))
        yield from (one for one in tables if item.measure not in NEVER_BY_TEAM or not isinstance(one, Breakdown))
        return
    grid = _crossed(wave, item, row)
    places = [place for place, code in enumerate(codes_of(item)) if code in set(options)]
    cells = [grid[:, place] for place in places]
    tables = _tables(wave, measure, options, grid.sum(axis=1), cells, Asked.of(item))
    fine = item.kind in {Kind.SCALE, Kind.MATRIX, Kind.NUMBER} or item.measure in NEVER_BY_TEAM
    yield from (table for table in tables if not (fine and isinstance(table, Breakdown)))


def levels(wave: Wave, item: Item, measure: str, *, row: str = "") -> Iterator[Exact]:
    """Yield a scale, or one row of a matrix, in three levels: its lower points, the middle and the upper ones."""
    grid = _crossed(wave, item, row)
    side = (grid.shape[1] - 1) // 2
    parts = grid[:, :side], grid[:, side:-side], grid[:, -side:]
    cells = [part.sum(axis=1) for part in parts]
    names = [name for name, _ in LEVELS]
    yield from _tables(wave, measure, names, grid.sum(axis=1), cells, Asked.of(item))


def _crossed(wave: Wave, item: Item, row: str) -> npt.NDArray[np.intp]:
    """Return the counts of each value (columns) in each team (lines, the first without team)."""
    column = wave.frame.columns[item.id, row]
    answered = wave.frame.row_answered(item, row) if row else wave.frame.answered(item)
    size, width = len(teams(wave)) + 1, 1 + len(codes_of(item))
    crossed = np.bincount(team_of(wave)[answered] * width + column[answered], minlength=size * width)
    return crossed.reshape(size, width)[:, 1:]


def codes_of(item: Item) -> tuple[str, ...]:
    """Return the codes of all values of one position, refusals included, as packed."""
    if item.options:
        return tuple(option.code for option in item.options)
    return tuple(str(point) for point in points(item))


def rules_of(plan: Plan) -> Rules:
    """Return the minimums that the plan locked."""
    return Rules(plan.reveal_minimum, plan.group_minimum)
