"""Adoption: how far people came, and who is active."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from analysis.catalogue import CATALOGUE, STAGES
from analysis.counting.cohorts import cohorts
from analysis.counting.tabulation import Chapter, Wave, attendance, count, may_weigh, team_of, teams
from analysis.disclosure import SEPARATE, STEP_ACTIVE, STEP_TOLD, Course, Exact, Projection, Table, Total
from analysis.frame.columns import Mask
from analysis.intervals import Stratum, share_interval, stratified
from analysis.plan import Plan
from analysis.released import USE
from analysis.results import Estimate, Measure, Sentence, Words

ACTIVE: tuple[tuple[str, Words], ...] = (("active", Sentence("active")),)
REACHED = {
    "aware": ("no_access", "not_tried", "tried", "use"),
    "access": ("not_tried", "tried", "use"),
    "tried": ("tried", "use"),
}


def active(wave: Wave, plan: Plan) -> tuple[Mask, Mask] | None:
    """Return who is active and who told it, None where the wave did not ask."""
    days = wave.item("tool_days")
    if days is None:
        return None
    return wave.frame.at_least(days, plan.active_days), wave.frame.answered(days)


def stages(wave: Wave, plan: Plan) -> dict[str, Mask]:
    """Return who reached each stage from aware to active, each among those of the stage before."""
    reach, use = wave.item("reach"), active(wave, plan)
    found: dict[str, Mask] = {}
    passed = np.ones(wave.frame.size, dtype=np.bool_)
    for stage, codes in REACHED.items():
        if reach is not None:
            passed = passed & wave.frame.chosen(reach, *codes)
            found[stage] = passed
    if use is not None:
        found["active"] = passed & use[0]
    return found


def chapter(wave: Wave, plan: Plan) -> Chapter:
    """Return how people use AI; of pulse and closing waves also funnel, active share and its estimate."""
    use = active(wave, plan)
    grouped = cohorts(wave, plan, use)
    exact: list[Exact] = [one.total for one in grouped]
    measures: list[Measure] = [one.measure for one in grouped]
    if wave.counts.kind not in USE:
        return Chapter(tuple(measures), tuple(exact))
    found = stages(wave, plan)
    if found:
        exact.append(_funnel(wave, found))
        measures.append(replace(CATALOGUE["funnel"], options=STAGES))
    if use is not None:
        exact += list(count(wave, "active", [("active", use[0])], use[1]))
        exact += _projection(wave, use)
        measures += [replace(CATALOGUE[name], options=ACTIVE) for name in ("active", "active_invited")]
    return Chapter(tuple(measures), tuple(exact))


def course(wave: Wave, plan: Plan, questions: Collection[str]) -> Course:
    """Return the ways through a wave, as far as active use and these conditional *questions* tell them by team."""
    steps: dict[str, Mask] = {}
    named: dict[str, str] = {}
    use = active(wave, plan)
    if use is not None:
        steps |= {STEP_ACTIVE: use[0] & use[1], STEP_TOLD: use[1]}
    for question, shown in wave.frame.shown.items():
        if question in questions:
            same = (step for step in set(named.values()) if np.array_equal(steps[step], shown))
            named[question] = next(same, question)
            steps[named[question]] = shown
    places, size = team_of(wave), len(teams(wave)) + 1
    # Each person's steps as the bits of one number.
    ways = np.zeros(wave.frame.size, dtype=np.int64)
    for bit, mask in enumerate(steps.values()):
        ways += mask.astype(np.int64) << bit
    classes = []
    for way in np.unique(ways):
        people = np.bincount(places[ways == way], minlength=size)
        through = frozenset(step for bit, step in enumerate(steps) if way >> bit & 1)
        classes.append((through, tuple(int(count) for count in (*people[1:], people[0]))))
    return Course(wave.number, tuple(classes), tuple(steps), tuple(named.items()))


def _strata(wave: Wave, use: tuple[Mask, Mask]) -> tuple[Stratum, ...]:
    """Return the teams as strata where they may be weighted; ballots without team are in none."""
    item = wave.frame.group
    if item is None or not may_weigh(attendance(wave)):
        return ()
    found = []
    for team in attendance(wave).teams:
        members = wave.frame.chosen(item, team.code) & use[1]
        found.append(Stratum(int((members & use[0]).sum()), int(members.sum()), team.population or 0))
    return tuple(found)


def _funnel(wave: Wave, found: dict[str, Mask]) -> Total:
    """Return the stages of everyone, from the invitation on.

    Never by team: active use is, and two views of the same answers would give away what each of them hides.
    """
    counts = [("responded", wave.frame.size), *((stage, int(mask.sum())) for stage, mask in found.items())]
    if wave.invited is not None:
        counts.insert(0, ("invited", wave.invited))
    table = Table(wave.invited or wave.frame.size, tuple(counts), sampled=False)
    return Total("funnel", wave.number, "funnel", table, SEPARATE)


def _projection(wave: Wave, use: tuple[Mask, Mask]) -> list[Exact]:
    hits, told = int((use[0] & use[1]).sum()), int(use[1].sum())
    if wave.invited is None or told == 0:
        return []
    limits = share_interval(hits, told, wave.invited)
    strata = _strata(wave, use)
    weighted = stratified(strata) if strata else None
    plain = Estimate(hits / told, None, limits.low, limits.high)
    return [Projection("active_invited", wave.number, "active", "active", wave.invited, plain, weighted)]
