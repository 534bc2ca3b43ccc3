"""Pilots of made-up people in which much is rare, nearly unanimous or dominated by one person; seeded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from analysis.codebook import Codebook, Kind, Value
from analysis.counting.tabulation import Wave
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import Plan, WaveCounts
from analysis.synthetic import Truth, ballots
from tests.unit.pilot_factory import FIVE, PLAN, SEVEN, TRIED, bands, item, option, refusal, when

KINDS = ("pulse", "pulse", "closing")
MOST_GROUPS, LEAST_PEOPLE, MOST_PEOPLE = 12, 15, 400


def instrument(teams: Sequence[str]) -> Codebook:
    """Return a small instrument with everything that makes figures depend on each other."""
    users = when("other_tools", "includes", "chatgpt", "house", "other")
    return Codebook(
        "attacked",
        1,
        (
            item("group", Kind.SINGLE, [*teams, option("unsaid", refusal=True)]),
            item("reach", Kind.SINGLE, ["not_heard", "no_access", "not_tried", "tried", "use"]),
            item("tool_days", Kind.NUMBER, minimum=0, maximum=5, shown_if=TRIED, implied=0),
            item("sustained_recall", Kind.SINGLE, ["yes", "no", "unknown"], shown_if=TRIED),
            item("minutes_saved", Kind.BAND, bands()[:4], shown_if=when("tool_days", "at_least", 1)),
            item(
                "stuck_where",
                Kind.SINGLE,
                [option("login", stage="access"), option("wrong", stage="active"), option("not_stuck", exclusive=True)],
                shown_if=when("reach", "one_of", "no_access", "not_tried", "tried", "use"),
            ),
            item(
                "other_tools",
                Kind.MULTIPLE,
                ["chatgpt", "house", "other", option("none", exclusive=True), refusal()],
                sensitive=True,
            ),
            item(
                "data_entered",
                Kind.MULTIPLE,
                ["internal", "personal", "secrets", option("none", exclusive=True), refusal()],
                sensitive=True,
                shown_if=users,
            ),
            item("worry", Kind.SINGLE, ["low", "high", "unclear"], measure=None, sensitive=True),
            item("capability", Kind.SCALE, SEVEN, shown_if=TRIED, minimum=1, maximum=7),
            item("barriers", Kind.RANK, ["time", "skill", "rules", option("nothing", exclusive=True)], maximum=2),
            item("mood", Kind.SCALE, FIVE, measure=None, minimum=1, maximum=5),
            item("age", Kind.NUMBER, measure=None, minimum=0, maximum=900),
            item("bill", Kind.NUMBER, measure=None, minimum=100, maximum=900),
        ),
    )


def a_plan(seed: int) -> Plan:
    """Return the plan; every second one provides one of the other tools."""
    return replace(PLAN, sanctioned_tools=("house",) if seed % 2 else ())


def pilot(seed: int, *, groups: int = MOST_GROUPS) -> list[Wave]:
    """Return the three waves of pilot number *seed*, with two to so many *groups*."""
    draw = np.random.default_rng([seed, 7])
    teams = [f"t{place}" for place in range(draw.integers(2, groups + 1))]
    number = int(np.exp(draw.uniform(np.log(LEAST_PEOPLE), np.log(MOST_PEOPLE))))
    sizes = 1 + draw.multinomial(number, draw.dirichlet(np.full(len(teams), 4.0)))
    book, truth, waves = instrument(teams), a_truth(draw), []
    roster = {team: int(size) for team, size in zip(teams, sizes, strict=True)}
    for place, kind in enumerate(KINDS, start=1):
        moved = _moved(draw, roster) if place > 1 else ({}, {})
        people = [team for team, size in roster.items() for _ in range(size)]
        made = ballots(book, a_plan(seed), truth, people=people, kind=kind, number=place, seed=seed)
        values = [_odd(draw, dict(one)) for one in made if one is not None]
        counts = WaveCounts(
            place,
            kind,
            date(2027, place, 1),
            date(2027, place, 6),
            len(people),
            tuple(roster.items()),
            tuple(moved[0].items()),
            tuple(moved[1].items()),
            issued=len(values),
            cast=len(values),
        )
        waves.append(Wave(counts, from_packed(book, [pack(book, one) for one in values])))
    return waves


def a_truth(draw: np.random.Generator) -> Truth:
    """Return what people do: response, silence and shadow use between nobody and all."""
    barriers = (("login", float(draw.choice([0.02, 1, 5]))), ("wrong", float(draw.choice([0.02, 1, 5]))))
    return Truth(
        response=float(draw.choice([0.45, 0.7, 0.85, 0.95, 1.0])),
        active=tuple(float(level) for level in draw.uniform(0.1, 0.97, 3)),
        not_heard=float(draw.choice([0, 0.03, 0.2])),
        no_access=float(draw.choice([0, 0.05, 0.4])),
        barriers=barriers,
        shadow=float(draw.choice([0.03, 0.2, 0.5, 0.93, 1.0])),
        refusal=float(draw.choice([0, 0.02, 0.1])),
        liking=float(draw.choice([0.15, 0.5, 0.9, 0.97])),
        silence=float(draw.choice([0, 0, 0.01, 0.1])),
    )


def _moved(draw: np.random.Generator, roster: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Change the roster; return who joined and who left, by team."""
    joined, left = dict[str, int](), dict[str, int]()
    for team, size in roster.items():
        joined[team] = int(draw.choice([0, 0, 0, 1, 2, 4]))
        left[team] = min(size - 1, int(draw.choice([0, 0, 0, 1, 2, 3])))
        roster[team] += joined[team] - left[team]
    return joined, left


def _odd(draw: np.random.Generator, values: dict[str, Value]) -> dict[str, Value]:
    """Many give the least number that is possible; now and then somebody gives one that nobody else has."""
    if draw.random() < 0.5:
        values["age"] = int(draw.integers(0, 4))
    if draw.random() < 0.01:
        values["age"] = 900
    values["bill"] = int(draw.choice([100, draw.integers(100, 200), 900], p=[0.8, 0.19, 0.01]))
    return values
