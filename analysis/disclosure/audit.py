"""The audit: from published rows alone, can anybody tell a small number of people, as an outsider or as one of them?

It shares no code with what chose the gaps. It writes down what an attacker knows (all published figures, how many of
each team answered, how the options of a question add up) and solves for every number that had to be protected. Tables
of one wave that are told by team share nothing but the teams' numbers of ballots, which the attacker is given where
they are published; what is hidden of several teams is only ever seen as their sum. Ballots of two waves share nothing
that is published: no figure says who answered both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

import numpy as np
import numpy.typing as npt

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
from analysis.disclosure.programme import EXACT, Programme, Question, Reply, Sum
from analysis.results import Row

SMALL = frozenset({1, 2})
SAFE = 3  # neither 0 nor 3 may be excluded
OTHERS = 2  # one of them may exclude neither 0 nor 2 others


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
    figures = {(row.measure, row.question, row.group, row.option): row.figure for row in rows}
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


def _leaking(
    seen: Programme, answers: Sequence[tuple[int, int]], blind: Programme, secrets: Sequence[_Secret]
) -> Iterator[Leak]:
    """Yield the leaks of one programme: what figures tell and totals alone do not."""
    asked = [(secret, None) for secret in secrets]
    replies = _asked(seen, asked)
    yield from _told(blind, asked, replies, SAFE)
    solutions = np.array([reply.shown_by for pair in replies for reply in pair])
    unseen = [
        (secret, place)
        for secret in secrets
        for place in _insiders(seen, answers, secret)
        if not _shown(solutions, secret, place)
    ]
    yield from _told(blind, unseen, _asked(seen, unseen), OTHERS)


_Asked = Sequence[tuple[_Secret, int | None]]  # what is asked, and the unknown that an insider is one of


def _asked(programme: Programme, asked: _Asked) -> list[tuple[Reply, Reply]]:
    """Return the smallest and the largest value of each secret."""
    replies = programme.replies(
        [Question(secret.sum, direction, certain) for secret, certain in asked for direction in (-1, 1)]
    )
    return list(zip(replies[::2], replies[1::2], strict=True))


def _told(blind: Programme, asked: _Asked, replies: Sequence[tuple[Reply, Reply]], safe: int) -> Iterator[Leak]:
    """Yield where less is possible than must be, unless the totals alone exclude as much."""
    doubtful = [place for place, pair in enumerate(replies) if not _open(asked[place][0], pair, safe)]
    bare = _asked(blind, [asked[place] for place in doubtful])
    for place, known in zip(doubtful, bare, strict=True):
        if not _open(asked[place][0], replies[place], safe, known):
            yield asked[place][0].leak


def _open(secret: _Secret, found: tuple[Reply, Reply], safe: int, known: tuple[Reply, Reply] | None = None) -> bool:
    """True if enough is possible: down to the lowest and up to *safe*, as far as what is *known* anyway allows."""
    lowest, highest = secret.openness.value
    if lowest is not None and found[0].value > (lowest if known is None else max(lowest, known[0].value)):
        return False
    return highest is None or found[1].value >= (safe if known is None else min(safe, known[1].value))


def _insiders(seen: Programme, answers: Sequence[tuple[int, int]], secret: _Secret) -> Iterator[int]:
    """Yield the unknowns that an insider can be one of, besides the secret itself.

    One of the secret's own people finds one less possible at either end, which 0 and 3 for everybody else allow.
    """
    own = {place for place, _ in secret.sum}
    if secret.openness is not _Openness.BELOW:
        for place, count in answers:
            if count > 0 and place not in own and seen.lows[place] < seen.highs[place]:
                yield place


def _shown(solutions: npt.NDArray[np.float64], secret: _Secret, insider: int) -> bool:
    """True if numbers of people found before show that an insider finds enough possible."""
    with_him = solutions[solutions[:, insider] > 1 - EXACT]
    sums = sum(factor * with_him[:, place] for place, factor in secret.sum)
    lowest, _ = secret.openness.value
    return bool(np.any(sums > OTHERS - EXACT)) and (lowest is None or bool(np.any(sums < lowest + EXACT)))
