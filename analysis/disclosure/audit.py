"""The audit: from published rows alone, can anybody tell a small number of people, as an outsider or as one of them?

It shares no code with what chose the gaps. It writes down what an attacker knows (all published figures, how many of
each team answered, how the options of a question add up) and solves for every number that had to be protected. Tables
of one wave that are told by team share nothing but the teams' numbers of ballots, which the attacker is given where
they are published; what is hidden of several teams is only ever seen as their sum. Ballots of two waves share nothing
that is published: no figure says who answered both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial

import numpy as np

from analysis.disclosure.exact import (
    STEP_ACTIVE,
    STEP_TOLD,
    Attendance,
    Breakdown,
    Course,
    Exact,
    Sensitive,
    Split,
    Table,
    Total,
)
from analysis.disclosure.knowledge import Figures, Walked, Written, crossing, private, walking
from analysis.disclosure.programme import EXACT, Programme, Question, Reply, Sum, Vector
from analysis.results import GAP, Row

SMALL = frozenset({1, 2})
SAFE = 3  # neither 0 nor 3 may be excluded
OTHERS = 2  # one of them may exclude neither 0 nor 2 others
AT_ONCE = 24  # doubts that are looked into before it is seen which others are settled by that


@dataclass(frozen=True, slots=True)
class Leak:
    """A table from which somebody can tell a small number of people."""

    measure: str
    question: str


@dataclass(frozen=True, slots=True)
class Audit:
    """How many numbers of people were *checked*, and which tables leak one."""

    checked: int
    leaks: tuple[Leak, ...]


WAYS = Leak("", "")  # the numbers of people who passed the steps of a wave


class _Openness(Enum):
    """What an attacker must find possible: the lowest and the highest value, where there is one."""

    BOTH = (0, SAFE)
    UPWARDS = (None, SAFE)
    BELOW = (-1, None)


@dataclass(frozen=True, slots=True)
class _Secret:
    """A sum of unknowns that must stay open."""

    sum: Sum
    leak: Leak
    openness: _Openness = _Openness.BOTH


def audit(rows: Iterable[Row], exact: Sequence[Exact], attendance: Attendance) -> Audit:
    """Return what an attacker finds in the published *rows* of one wave; *exact* says what had to be protected.

    Raises:
        ArithmeticError: the published figures contradict each other.
    """
    # A figure that stands anywhere is seen, whichever gap is there for it elsewhere.
    ordered = sorted(rows, key=lambda row: row.figure != GAP)
    figures = {(row.measure, row.question, row.group, row.option): row.figure for row in ordered}
    blind = {key: figure for key, figure in figures.items() if key[0] == "response"}
    course = next((one for one in exact if isinstance(one, Course)), None)
    tables = [one for one in exact if isinstance(one, Breakdown)]
    found: list[tuple[int, list[Leak]]] = []
    if course is not None:
        walked = partial(walking, course, tables, attendance=attendance)
        found.append(_judged(walked, list(_secrets_of_ways(course, walked(figures)[1])), figures, blind))
    for one in exact:
        if isinstance(one, Breakdown | Split):
            leak = Leak(one.measure if isinstance(one, Breakdown) else one.parts[0][0], one.question)
            crossed = partial(crossing, one, course, attendance=attendance)
            found.append(_judged(crossed, list(_secrets_of_lines(crossed(figures)[1], leak)), figures, blind))
    totals = [one for one in exact if isinstance(one, Total) and one.sensitive is not None]
    if totals:
        private_ones = partial(private, totals, attendance=attendance)
        secrets = list(_secrets_of_totals(totals, private_ones(figures)[1]))
        found.append(_judged(private_ones, secrets, figures, blind))
    leaks = dict.fromkeys(leak for _, leaking in found for leak in leaking)
    return Audit(sum(checked for checked, _ in found), tuple(_every(leaks, tables)))


def _every(leaks: Iterable[Leak], tables: Sequence[Breakdown]) -> Iterator[Leak]:
    """Yield the leaks; where the ways through the wave leak, every table that tells them does."""
    for leak in leaks:
        if leak == WAYS:
            yield from (Leak(one.measure, one.question) for one in tables if one.step or one.measure == STEP_ACTIVE)
        else:
            yield leak


def _judged(
    write: "Callable[[Figures], tuple[Programme, Sequence[Written | Walked]]]",
    secrets: Sequence[_Secret],
    figures: Figures,
    blind: Figures,
) -> tuple[int, list[Leak]]:
    """Return how many secrets were checked, and what leaks of what an attacker can *write* down."""
    if not secrets:
        return 0, []
    programme, lines = write(figures)
    answers = [pair for line in lines for pair in _answers(line)]
    return len(secrets), list(_leaking(programme, answers, write(blind)[0], secrets))


def _answers(line: Written | Walked) -> Iterator[tuple[int, int]]:
    """Yield the unknowns that somebody knows to be in, with their true numbers."""
    if isinstance(line, Walked):
        yield from zip(line.classes, line.truth, strict=True)
    else:
        yield from zip(line.chosen, (count for _, count in line.truth.counts), strict=True)


# --------------------------------------------------------------------------- what must not be found


def _small_sums(line: Written, truth: Table) -> Iterator[tuple[int, ...]]:
    """Yield the unknowns of each small count, small complement and small base of *truth*."""
    for place, (_, count) in enumerate(truth.counts):
        if count in SMALL:
            yield (line.chosen[place],)
        if truth.base - count in SMALL:
            yield line.rests[place]
    if truth.base in SMALL:
        yield (line.base,)


def _secrets_of_lines(lines: Sequence[Written], leak: Leak) -> Iterator[_Secret]:
    for line in lines:
        for unknowns in dict.fromkeys(_small_sums(line, line.truth)):
            yield _Secret(_plain(unknowns), leak)
        for member in line.together:
            for unknowns in dict.fromkeys(_small_sums(line, member)):
                yield _Secret(_plain(unknowns), leak, _Openness.UPWARDS)


def _secrets_of_totals(totals: Sequence[Total], tables: Sequence[Written]) -> Iterator[_Secret]:
    for one, table in zip(totals, tables, strict=True):
        leak = Leak(one.measure, one.question)
        for unknowns in dict.fromkeys(_small_sums(table, one.table)):
            yield _Secret(_plain(unknowns), leak)
        harmless = (one.sensitive or Sensitive()).harmless
        for place, (option, count) in enumerate(one.table.counts):
            if one.table.base and option not in harmless and 10 * count >= 9 * one.table.base:
                # Ten times the count may be less than nine times the base.
                yield _Secret(((table.chosen[place], 10), (table.base, -9)), leak, _Openness.BELOW)


def _secrets_of_ways(course: Course, lines: Sequence[Walked]) -> Iterator[_Secret]:
    """Yield the numbers of people who passed a step, did not, or passed it and not another that it contains."""
    ways = [passed for passed, _ in course.classes]
    sets = [[step in way for way in ways] for step in course.steps]
    sets += [[step not in way for way in ways] for step in course.steps if step != STEP_TOLD]
    sets += [
        [larger in way and smaller not in way for way in ways]
        for larger in course.steps
        for smaller in course.steps
        if smaller != STEP_TOLD and all(larger in way for way in ways if smaller in way)
    ]
    for line in lines:
        for wanted in sets:
            parts = [place for place, chosen in zip(line.classes, wanted, strict=True) if chosen]
            truths = [line.truth, *line.together]
            small = [sum(t for t, chosen in zip(truth, wanted, strict=True) if chosen) in SMALL for truth in truths]
            if small[0]:
                yield _Secret(_plain(parts), WAYS)
            if any(small[1:]):
                yield _Secret(_plain(parts), WAYS, _Openness.UPWARDS)


def _plain(unknowns: Sequence[int]) -> Sum:
    return tuple((place, 1) for place in unknowns)


# --------------------------------------------------------------------------- who finds it


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Whether a secret can be as low (-1) or as high (+1) as the *limit*, also for an *insider*, who is one of those.

    One of the secret's own people finds one less possible at either end, which 0 and 3 for everybody else allow.
    """

    secret: _Secret
    direction: int
    limit: int
    insider: int | None = None

    def settled(self, value: float, known: int | None = None) -> bool:
        """True if a secret that can be *value* reaches the limit, as far as what is *known* anyway allows."""
        limit = self.direction * self.limit
        if known is not None:
            limit = min(limit, self.direction * known)
        return self.direction * value >= limit


def _doubts(secret: _Secret, *, highest: int = SAFE, insider: int | None = None) -> Iterator[_Doubt]:
    lowest, upwards = secret.openness.value
    if lowest is not None:
        yield _Doubt(secret, -1, lowest, insider)
    if upwards is not None:
        yield _Doubt(secret, 1, highest, insider)


def _leaking(
    seen: Programme, answers: Sequence[tuple[int, int]], blind: Programme, secrets: Sequence[_Secret]
) -> Iterator[Leak]:
    """Yield the leaks of one programme: what figures tell and totals alone do not."""
    attacker = _Attacker(seen, blind)
    yield from attacker.finds([doubt for secret in secrets for doubt in _doubts(secret)])
    yield from attacker.finds(
        [
            doubt
            for secret in secrets
            for place in _insiders(seen, answers, secret)
            for doubt in _doubts(secret, highest=OTHERS, insider=place)
        ]
    )


def _insiders(seen: Programme, answers: Sequence[tuple[int, int]], secret: _Secret) -> Iterator[int]:
    """Yield the unknowns that an insider can be one of, besides the secret itself."""
    own = {place for place, _ in secret.sum}
    if secret.openness is not _Openness.BELOW:
        for place, count in answers:
            if count > 0 and place not in own and seen.lows[place] < seen.highs[place]:
                yield place


@dataclass(slots=True)
class _Attacker:
    """Somebody who reads the figures: what is *seen* and what the totals tell without them (*blind*).

    Numbers of people that turned out *possible* settle many doubts at once.
    """

    seen: Programme
    blind: Programme
    possible: list[Vector] = field(default_factory=list)

    def finds(self, doubts: Sequence[_Doubt]) -> Iterator[Leak]:
        """Yield where less is possible than must be, unless the totals alone exclude as much."""
        waiting = _unsettled(doubts, self.possible)
        while waiting:
            now, later = waiting[:AT_ONCE], waiting[AT_ONCE:]
            replies = self.seen.replies([_question(doubt) for doubt in now])
            yield from self._found(now, replies)
            fresh = [reply.shown_by for reply in replies]
            self.possible += fresh
            waiting = _unsettled(later, fresh)

    def _found(self, doubts: Sequence[_Doubt], replies: Sequence[Reply]) -> Iterator[Leak]:
        left = [(doubt, reply) for doubt, reply in zip(doubts, replies, strict=True) if not doubt.settled(reply.value)]
        bare = self.blind.replies([_question(doubt) for doubt, _ in left])
        for (doubt, reply), known in zip(left, bare, strict=True):
            if not doubt.settled(reply.value, known.value):
                yield doubt.secret.leak


def _question(doubt: _Doubt) -> Question:
    return Question(doubt.secret.sum, doubt.direction, doubt.insider)


def _unsettled(doubts: Sequence[_Doubt], possible: Sequence[Vector]) -> list[_Doubt]:
    """Return the doubts that none of the *possible* numbers of people settles."""
    if not possible:
        return list(doubts)
    people = np.array(possible)
    sums = {
        one.secret.sum: np.array(sum(factor * people[:, place] for place, factor in one.secret.sum)) for one in doubts
    }

    def settled(doubt: _Doubt) -> bool:
        values = sums[doubt.secret.sum]
        if doubt.insider is not None:
            values = values[people[:, doubt.insider] > 1 - EXACT]
        return bool(np.any(doubt.direction * values > doubt.direction * doubt.limit - EXACT))

    return [doubt for doubt in doubts if not settled(doubt)]
