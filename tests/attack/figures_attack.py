"""The attack on one released wave: everything that somebody who knows the rules can tell and must not."""

import re
from collections.abc import Iterator

from analysis.counting.tabulation import Wave
from analysis.plan import Plan
from analysis.released import ReleasedWave
from tests.attack.figures_parts import parts_of
from tests.attack.figures_puzzle import Cell, Claim, Puzzle, Terms, excluded, is_small, protecting
from tests.attack.figures_rules import breaches
from tests.attack.figures_sensitive import OtherTools, sensitive_question, unanimity
from tests.attack.figures_teams import SENSITIVE, Teams

ROLES = re.compile(r"(?<=for somebody beside).*")
Block = tuple[Puzzle, list[Claim]]


def block(puzzle: Puzzle, cells: list[Cell], nearly: list[tuple[str, Terms, Terms]] | None = None) -> Block:
    """Return a puzzle with all that must stay possible in it."""
    claims = [claim for cell in cells if is_small(puzzle, cell) for claim in protecting(puzzle, cell)]
    return puzzle, claims + [claim for one in nearly or () for claim in unanimity(puzzle, *one)]


def of_teams(teams: Teams) -> Block:
    """Return the block of one wave by team, with the differences of steps that must not be known."""
    puzzle, claims = block(teams.puzzle, teams.cells)
    for name, terms in teams.steps:
        truth = puzzle.value(terms)
        claims += [
            Claim(f"{name} = {truth}", "less", ((terms, 0, truth - 1),)),
            Claim(f"{name} = {truth}", "more", ((terms, truth + 1, float("inf")),)),
        ]
    return puzzle, claims


def blocks(wave: Wave, released: ReleasedWave, plan: Plan) -> Iterator[Block]:
    """Yield the puzzles of one wave; they share no unknown."""
    yield of_teams(Teams(wave, released, plan))
    yield block(*parts_of(wave, released, plan))
    tools = OtherTools(wave, released, plan)
    yield block(tools.puzzle, tools.cells, tools.nearly)
    for item in wave.frame.codebook.items:
        if item.sensitive and item.measure not in SENSITIVE:
            yield block(*sensitive_question(wave, released, item))


def told(claims: list[Claim]) -> list[str]:
    """Return what was found out: one line for each number of people, with everything that it cannot be."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        found.setdefault(claim.name, []).append(claim.kept)
    lines = []
    for name, kept in found.items():
        # A step is known only if it can be neither less nor more.
        if set(kept) not in ({"less"}, {"more"}):
            lines.append(f"{name}, never {', '.join(dict.fromkeys(ROLES.sub('', one) for one in kept))}")
    return lines


def leaks(wave: Wave, released: ReleasedWave, plan: Plan) -> list[str]:
    """Return everything that the published rows of *wave* give away."""
    if not released.release.rows:
        return []
    found = list(breaches(wave, released, plan))
    for puzzle, claims in blocks(wave, released, plan):
        found += told(excluded(puzzle, claims))
    return found
