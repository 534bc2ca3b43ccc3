"""Before anything is sent: which teams are merged, how many answers a verdict needs, and how likely it is to come."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import floor

import numpy as np
import numpy.typing as npt

from analysis.gates import probability_at_least, verdict
from analysis.intervals import Interval, newcombe, share_interval
from analysis.results import Verdict

OTHER_TEAMS = "other"


@dataclass(frozen=True, slots=True)
class Merge:
    """Teams of a pilot after merging: those *kept*, and those *merged* into "other teams", with their people."""

    kept: tuple[tuple[str, int], ...]
    merged: tuple[tuple[str, int], ...]

    def becomes(self, team: str) -> str:
        """Return the code under which *team* is asked and shown."""
        return team if team in dict(self.kept) else OTHER_TEAMS


def merge_teams(sizes: Sequence[tuple[str, int]], *, minimum: int) -> Merge:
    """Return the teams after those with fewer than *minimum* people became "other teams", once for the whole pilot.

    The smallest team that would stay joins them, while they are still too few together.
    """
    small = {team for team, people in sizes if people < minimum or team == OTHER_TEAMS}
    large = sorted(((people, team) for team, people in sizes if team not in small), reverse=True)
    while small and large and sum(people for team, people in sizes if team in small) < minimum:
        small.add(large.pop()[1])
    return Merge(
        kept=tuple((team, people) for team, people in sizes if team not in small),
        merged=tuple((team, people) for team, people in sizes if team in small),
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a wave with *answers* of *population* people can say about a threshold."""

    population: int
    answers: int
    passes_from: int | None  # active people among the answers
    fails_up_to: int | None
    chance_of_pass: float
    chance_of_fail: float


def outlook(
    population: int,
    answers: int,
    share: float,
    threshold: float,
    *,
    pass_at: float = 0.90,
    fail_at: float = 0.10,
) -> Outlook:
    """Return where PASS and FAIL begin, and how likely each is if *share* of all people are truly active."""

    def said(hits: int) -> Verdict:
        probability = probability_at_least(hits, answers, population, threshold)
        return verdict(probability, pass_at=pass_at, fail_at=fail_at)

    # More active people never make a verdict worse.
    first_pass = bisect_left(range(answers + 1), x=True, key=lambda hits: said(hits) == Verdict.PASS)
    first_open = bisect_left(range(answers + 1), x=True, key=lambda hits: said(hits) != Verdict.FAIL)
    passes = first_pass if first_pass <= answers else None
    fails = first_open - 1 if first_open > 0 else None
    chances = _drawn(population, floor(share * population + 0.5), answers)
    return Outlook(
        population,
        answers,
        passes,
        fails,
        sum(chances[passes:]) if passes is not None else 0.0,
        sum(chances[: fails + 1]) if fails is not None else 0.0,
    )


def _drawn(population: int, active: int, answers: int) -> list[float]:
    """Return the hypergeometric probabilities of 0, 1, ... active people among the answers."""
    from scipy.special import betaln

    hits = np.arange(answers + 1)
    possible = (hits <= active) & (answers - hits <= population - active)
    inside = hits[possible]

    def choose(items: int, chosen: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        logs: npt.NDArray[np.float64] = -betaln(1 + items - chosen, 1 + chosen) - np.log(items + 1)
        return logs

    ways = choose(active, inside) + choose(population - active, answers - inside)
    chances = np.zeros(answers + 1)
    chances[possible] = np.exp(ways - choose(population, np.array([answers])))
    return [float(chance) for chance in chances]


def answers_for(
    population: int,
    share: float,
    threshold: float,
    *,
    chance: float = 0.8,
    least: int = 1,
    pass_at: float = 0.90,
    fail_at: float = 0.10,
) -> int | None:
    """Return the smallest number of answers, from *least* on, that gives PASS with this *chance*; none if all do not.

    Above 400 people it is found to the next half of a percent of them: the chance does not rise evenly, so that every
    number has to be tried.
    """
    for answers in chain(range(least, population, max(1, population // 200)), [population]):
        view = outlook(population, answers, share, threshold, pass_at=pass_at, fail_at=fail_at)
        if view.chance_of_pass >= chance:
            return answers
    return None


@dataclass(frozen=True, slots=True)
class Precision:
    """How exact a wave is: the 95 % interval of an expected share, and how far two waves must lie apart to be told."""

    share: Interval
    change: float


def precision(population: int, answers: int, share: float) -> Precision:
    """Return how exact *answers* of *population* people are about a *share*.

    Two waves of that size differ surely when zero lies outside Newcombe's interval of their difference, which is called
    conservative where the same people are asked twice; *change* is half of its width at equal shares.
    """
    hits = floor(share * answers + 0.5)
    apart = newcombe(hits, answers, hits, answers, populations=(population, population))
    return Precision(share_interval(hits, answers, population), (apart.high - apart.low) / 2)
