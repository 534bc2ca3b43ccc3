"""Stuck-points: the stage that loses most people, and what is named by those who stopped there and who went on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.adoption import STAGES, active, stages, use_waves
from analysis.catalogue import CATALOGUE
from analysis.disclosure import Exact, Published, Split, Table, Total
from analysis.frame.columns import Mask
from analysis.plan import Plan
from analysis.results import Chance, Count, Measure, Sentence, Share, Words
from analysis.tabulation import Chapter, Wave, listed, measures_in

LOSSES = ("aware", "access", "tried", "active")
CLEAR = 0.8  # below this probability the largest loss is not told apart from the next one
DRAWS = 4_000
STOPPED: dict[str, Words] = {
    "aware": Sentence("never heard of it"),
    "access": Sentence("no access"),
    "tried": Sentence("access, never tried"),
    "active": Sentence("tried, not active"),
    "passed": Sentence("active"),
}


@dataclass(frozen=True, slots=True)
class StuckStage:
    """The stage that loses most people in one wave, with the probability that it truly does, and the runner-up."""

    wave: int
    stage: str
    lost: int
    known: int
    probability: float
    next_stage: str


def _stopped_at(wave: Wave, plan: Plan) -> dict[str, Mask]:
    """Return who stopped before each stage, and who passed all, among people whose way is known."""
    found, use, reach = stages(wave, plan), active(wave, plan), wave.item("reach")
    if use is None or reach is None:
        return {}
    before = known = use[1] & wave.frame.answered(reach)
    stopped: dict[str, Mask] = {}
    for stage in LOSSES:
        reached = found[stage] & known
        stopped[stage] = before & ~reached
        before = reached
    return {**stopped, "passed": before}


def stuck_stage(wave: Wave, plan: Plan, *, seed: int) -> StuckStage | None:
    """Return the stage with the largest loss; its probability from seeded Dirichlet draws (uniform prior)."""
    stopped = _stopped_at(wave, plan)
    counts = np.array([int(mask.sum()) for mask in stopped.values()])
    if wave.frame.size < plan.reveal_minimum or not stopped or counts[:-1].sum() == 0:
        return None
    draws = np.random.default_rng(seed).dirichlet(counts + 1, size=DRAWS)[:, :-1]
    order = np.argsort(-counts[:-1], kind="stable")
    largest, second = int(order[0]), int(order[1])
    return StuckStage(
        wave.number,
        LOSSES[largest],
        int(counts[largest]),
        int(counts.sum()),
        float((draws.argmax(axis=1) == largest).mean()),
        LOSSES[second],
    )


def chapter(waves: Sequence[Wave], plan: Plan, *, seed: int) -> Chapter:
    """Return the losses by stage, and the stuck points of those who stopped beside those who went on."""
    exact: list[Exact] = []
    measures: list[Measure] = []
    for wave in use_waves(waves):
        stopped = _stopped_at(wave, plan)
        if stopped:
            known = np.logical_or.reduce(list(stopped.values()))
            counts = tuple((stage, int(mask.sum())) for stage, mask in stopped.items())
            exact.append(Total("stuck_stage", wave.number, "stuck_stage", Table(int(known.sum()), counts)))
        worst, item = stuck_stage(wave, plan, seed=seed), wave.item("stuck_where")
        if item is not None:
            measures = [
                replace(CATALOGUE[name], options=listed(item)) for name in ("barriers_stuck", "barriers_passed")
            ]
        if worst is not None and item is not None:
            exact.append(_split(wave, stopped, worst))
    if "stuck_stage" in measures_in(exact):
        measures.insert(0, replace(CATALOGUE["stuck_stage"], options=tuple(STOPPED.items())))
    return Chapter(tuple(measures), tuple(exact))


def _split(wave: Wave, stopped: dict[str, Mask], worst: StuckStage) -> Split:
    """Return the stuck points of the people who stopped at the worst stage and of those who passed it."""
    item = wave.item("stuck_where")
    if item is None:
        raise ValueError("the wave did not ask where people got stuck")
    answered = wave.frame.answered(item)
    later = [*LOSSES[LOSSES.index(worst.stage) + 1 :], "passed"]
    went_on = np.logical_or.reduce([stopped[stage] for stage in later])

    def table(among: Mask) -> Table:
        counts = tuple((code, int((wave.frame.chosen(item, code) & among).sum())) for code, _ in listed(item))
        return Table(int(among.sum()), counts)

    return Split(
        wave.number,
        item.id,
        table(answered),
        (("barriers_stuck", table(answered & stopped[worst.stage])), ("barriers_passed", table(answered & went_on))),
    )


def sentences(waves: Sequence[Wave], plan: Plan, published: Published, *, seed: int) -> tuple[Sentence, ...]:
    """Return what the latest wave says about stuck points."""
    asked = [stage for wave in use_waves(waves) if (stage := stuck_stage(wave, plan, seed=seed)) is not None]
    if not asked:
        return ()
    worst = asked[-1]
    labels = dict(STAGES)
    found = [
        Sentence(
            'Most people stop before the stage "%(stage)s": %(lost)s of %(known)s whose way is known (%(share)s).',
            (
                ("stage", labels[worst.stage]),
                ("lost", Count(worst.lost)),
                ("known", Count(worst.known)),
                ("share", Share(worst.lost / worst.known, worst.known)),
            ),
        )
    ]
    values = (("probability", Chance(worst.probability)), ("other", labels[worst.next_stage]))
    if worst.probability >= CLEAR:
        found.append(Sentence("Probability that this stage truly loses most: %(probability)s.", (values[0],)))
    else:
        found.append(
            Sentence(
                'This is not distinguishable from "%(other)s" (probability that it truly loses most: %(probability)s).',
                values,
            )
        )
    found += _most_named(waves, published)
    return tuple(found)


def barriers(waves: Sequence[Wave], published: Published) -> list[tuple[str, Words, int, int]]:
    """Return the stuck points named in the latest wave that asked: code, label, people, all who answered."""
    for wave in reversed(use_waves(waves)):
        item = wave.item("stuck_where")
        if item is None:
            continue
        named = []
        for option in item.options:
            figure = published.figure("stuck_where", wave.number, option.code)
            if option.exclusive or option.refusal or figure is None or not figure.count or figure.base is None:
                continue
            named.append((option.code, option.label, figure.count, figure.base))
        return sorted(named, key=lambda one: -one[2])
    return []


def _most_named(waves: Sequence[Wave], published: Published) -> list[Sentence]:
    return [
        Sentence(
            'The stuck point named most is "%(barrier)s" (%(people)s of %(base)s).',
            (("barrier", label), ("people", Count(people)), ("base", Count(base))),
        )
        for _, label, people, base in barriers(waves, published)[:1]
    ]
