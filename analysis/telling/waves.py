"""Waves beside each other: which questions may be compared, and whether use rises or falls."""

from collections.abc import Sequence
from itertools import pairwise

from analysis.intervals import newcombe, trend
from analysis.released import ReleasedWave
from analysis.results import Chance, Count, Sentence, Share
from analysis.telling.adoption import levels

LEAST_FOR_TREND = 4


def incomparable(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return the measured questions whose wording changed between waves: they may not be compared."""
    found: dict[str, Sentence] = {}
    for earlier, later in pairwise(waves):
        for item in later.codebook.items:
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


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return how active use changed from wave to wave; a p-value only from four waves on."""
    measured = [level for level in levels(waves) if level.sample]
    if len(measured) < 2:  # noqa: PLR2004 (nothing to compare)
        return ()
    before, after = measured[-2:]
    populations = None
    if before.population is not None and after.population is not None:
        populations = before.population, after.population
    change = newcombe(before.successes, before.sample, after.successes, after.sample, populations=populations)
    found = [
        Sentence(
            "From wave %(before)s to wave %(after)s the active share changed by %(low)s to %(high)s of the people "
            "(95 %% interval, conservative because many people answered both).",
            (
                ("before", Count(before.wave)),
                ("after", Count(after.wave)),
                ("low", Share(change.low)),
                ("high", Share(change.high)),
            ),
        )
    ]
    if len(measured) >= LEAST_FOR_TREND:
        slope = trend(
            [level.successes for level in measured], [level.sample for level in measured], list(range(len(measured)))
        )
        chance = (("chance", Chance(slope.p_value)),)
        found.append(
            Sentence("Over all waves active use rises (probability of such a rise by chance: %(chance)s).", chance)
            if slope.z > 0
            else Sentence("Over all waves active use falls (probability of such a fall by chance: %(chance)s).", chance)
        )
    return tuple(found)
