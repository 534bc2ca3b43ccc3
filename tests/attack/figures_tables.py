"""Tables of unknown counts, how they were asked, and which cells they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
import numpy.typing as npt

from analysis.codebook import All, Any, Condition, Item, Not, Test
from analysis.counting.tabulation import Wave
from analysis.packing import points
from analysis.released import ReleasedWave
from tests.attack.figures_puzzle import Cell, Puzzle, Terms, minus, plus

Mask = npt.NDArray[np.bool_]


def holds(condition: Condition, answer: str | None) -> bool:
    """Return whether the one question that a condition is about is answered so; none is not answered."""
    match condition:
        case All(parts):
            return all(holds(part, answer) for part in parts)
        case Any(parts):
            return any(holds(part, answer) for part in parts)
        case Not(part):
            return not holds(part, answer)
        case Test(_, "answered", values):
            return (answer is not None) == values[0]
        case Test(_, operator, values):
            return answer is not None and _compares(answer, operator, values)


def _compares(answer: str, operator: str, values: Sequence[str | int | bool]) -> bool:
    if operator == "at_least":
        return int(answer) >= int(values[0])
    if operator == "at_most":
        return int(answer) <= int(values[0])
    return answer in {str(value) for value in values}


def asks_about(condition: Condition) -> set[str]:
    """Return the questions that a condition is about."""
    match condition:
        case All(parts) | Any(parts):
            return {name for part in parts for name in asks_about(part)}
        case Not(part):
            return asks_about(part)
        case Test(question, _, _):
            return {question}


@dataclass(frozen=True, slots=True)
class Lines:
    """One table, cut in lines: the counts of each option, and the bases."""

    counts: Mapping[str, Sequence[Terms]]
    bases: Sequence[Terms]
    alternatives: bool  # everybody in the base has exactly one option


def totals(released: ReleasedWave, measure: str, question: str) -> dict[str, tuple[int, int]]:
    """Return count and base of every option for everyone, as published."""
    return {
        row.option: (row.figure.count, row.figure.base)
        for row in released.rows(measure)
        if not row.group and row.question == question
        if row.figure.count is not None and row.figure.base is not None
    }


def codes_of(item: Item) -> list[str]:
    """Return the codes of all values of a question."""
    return [option.code for option in item.options] or [str(point) for point in points(item)]


def masks_of(wave: Wave, item: Item, row: str = "") -> list[Mask]:
    """Return who gave each value."""
    column = wave.frame.columns[item.id, row]
    return [column == place for place in range(1, len(codes_of(item)) + 1)]


def in_levels(masks: Sequence[Mask]) -> dict[str, Mask]:
    """Return the lower, the middle and the upper points of a scale."""
    side = (len(masks) - 1) // 2
    parts = {"low": masks[:side], "middle": masks[side:-side], "high": masks[-side:]}
    return {name: np.logical_or.reduce(part) for name, part in parts.items()}


def choose(puzzle: Puzzle, item: Item, counts: Mapping[str, Terms], base: Terms) -> None:
    """Everybody in the *base* chose at least one option and at most so many; exclusive ones stand alone."""
    alone = [terms for code, terms in counts.items() if any(o.code == code and o.exclusive for o in item.options)]
    together = [terms for terms in counts.values() if terms not in alone]
    several = minus(base, plus(*alone))
    puzzle.bind(several, 0, inf)
    for terms in together:
        puzzle.at_most(terms, several)
    puzzle.at_most(several, plus(*together))
    most = item.maximum or len(together)
    puzzle.bind(plus(*[several] * most, *(minus({}, terms) for terms in together)), 0, inf)


def cells_of(lines: Lines, place: int, measure: str, name: str, outside: Terms) -> list[Cell]:
    """Return counts, complements and the base of one line; *outside* are those of the line who are not in its base."""
    counts = {code: line[place] for code, line in lines.counts.items()}
    base = lines.bases[place]
    found = [Cell(measure, f"{name} base", base, (outside,))]
    for code, people in counts.items():
        others = tuple(terms for other, terms in counts.items() if other != code)
        rest = minus(base, people)
        found.append(Cell(measure, f"{name} {code}", people, (rest, *others)))
        if len(counts) > 2 or not lines.alternatives:
            found.append(Cell(measure, f"{name} not {code}", rest, (people, *others)))
    return found
