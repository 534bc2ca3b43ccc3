"""Waves beside each other: who was asked, which questions may be compared, and whether use rises or falls."""

from collections.abc import Sequence
from itertools import pairwise

from analysis.adoption import active, use_waves
from analysis.intervals import newcombe, trend
from analysis.plan import Plan
from analysis.results import Chance, Count, Sentence, Share, WaveFacts
from analysis.tabulation import MOST_WITHOUT_TEAM, Wave, attendance

LEAST_FOR_TREND = 4


def facts(wave: Wave, plan: Plan) -> WaveFacts:
    """Return who was asked and who answered, with everything about it that a reader must know."""
    counts = wave.counts
    return WaveFacts(
        number=counts.number,
        kind=counts.kind,
        opened_on=counts.opened_on,
        closed_on=counts.closed_on,
        invited=counts.invited,
        issued=counts.issued,
        cast=counts.cast,
        revealed=wave.frame.size,
        spoiled=counts.spoiled,
        empty=counts.empty,
        notes=tuple(_notes(wave, plan)),
    )


def _notes(wave: Wave, plan: Plan) -> list[Sentence]:
    number = ("wave", Count(wave.number))
    notes = []
    if wave.frame.size < plan.reveal_minimum:
        notes.append(
            Sentence(
                "Wave %(wave)s has fewer than %(least)s ballots: nothing of it is shown.",
                (number, ("least", Count(plan.reveal_minimum))),
            )
        )
    if wave.counts.invited is not None and wave.invited is None:
        notes.append(
            Sentence("Wave %(wave)s has more ballots than invited people: nothing is estimated for them.", (number,))
        )
    if wave.frame.contradictions:
        notes.append(
            Sentence(
                "Wave %(wave)s: %(count)s answers contradict an earlier answer; they were left out, not repaired.",
                (number, ("count", Count(wave.frame.contradictions))),
            )
        )
    return notes + _about_teams(wave)


def _about_teams(wave: Wave) -> list[Sentence]:
    seen = attendance(wave)
    number = ("wave", Count(wave.number))
    notes = []
    if any(team.population is not None and team.answers > team.population for team in seen.teams):
        notes.append(
            Sentence("Wave %(wave)s: more people named a team than it has; nothing is weighted by team.", (number,))
        )
    without = seen.answers - sum(team.answers for team in seen.teams)
    if seen.teams and without > MOST_WITHOUT_TEAM * seen.answers:
        notes.append(
            Sentence("Wave %(wave)s: more than a tenth named no team; nothing is weighted by team.", (number,))
        )
    return notes


def incomparable(waves: Sequence[Wave]) -> tuple[Sentence, ...]:
    """Return the measured questions whose wording changed between waves: they may not be compared."""
    found: dict[str, Sentence] = {}
    for earlier, later in pairwise(waves):
        for item in later.frame.codebook.items:
            before = earlier.item(item.measure) if item.measure else None
            if before is not None and before.wording != item.wording and item.measure != "group":
                found.setdefault(
                    item.id,
                    Sentence(
                        'The question "%(question)s" changed between waves: its figures must not be compared.',
                        (("question", item.label),),
                    ),
                )
    return tuple(found.values())


def sentences(waves: Sequence[Wave], plan: Plan) -> tuple[Sentence, ...]:
    """Return how active use changed from wave to wave; a p-value only from four waves on."""
    levels = []
    for wave in use_waves(waves):
        use = active(wave, plan)
        if use is not None and wave.frame.size >= plan.reveal_minimum and use[1].any():
            levels.append((wave, int((use[0] & use[1]).sum()), int(use[1].sum())))
    if len(levels) < 2:  # noqa: PLR2004 (nothing to compare)
        return ()
    (before, x1, n1), (after, x2, n2) = levels[-2:]
    populations = None
    if before.invited is not None and after.invited is not None:
        populations = before.invited, after.invited
    change = newcombe(x1, n1, x2, n2, populations=populations)
    found = [
        Sentence(
            "From wave %(before)s to wave %(after)s the active share changed by %(low)s to %(high)s of the people "
            "(95 %% interval, conservative because many people answered both).",
            (
                ("before", Count(before.number)),
                ("after", Count(after.number)),
                ("low", Share(change.low)),
                ("high", Share(change.high)),
            ),
        )
    ]
    if len(levels) >= LEAST_FOR_TREND:
        slope = trend([x for _, x, _ in levels], [n for _, _, n in levels], list(range(len(levels))))
        chance = (("chance", Chance(slope.p_value)),)
        found.append(
            Sentence("Over all waves active use rises (probability of such a rise by chance: %(chance)s).", chance)
            if slope.z > 0
            else Sentence("Over all waves active use falls (probability of such a fall by chance: %(chance)s).", chance)
        )
    return tuple(found)
