"""Waves beside each other: which questions may be compared, and whether use rises or falls."""

from collections.abc import Sequence
from itertools import pairwise

from analysis.gates import Level
from analysis.intervals import newcombe, trend
from analysis.released import ReleasedWave
from analysis.results import Chance, Change, Count, Sentence
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
    """Return how active use changed from wave to wave and since the first; a p-value only from four waves on."""
    measured = [level for level in levels(waves) if level.sample]
    if len(measured) < 2:  # noqa: PLR2004 (nothing to compare)
        return ()
    found = [
        Sentence(
            "From wave %(before)s to wave %(after)s the active share changed by %(low)s to %(high)s "
            "percentage points (95 %% interval, conservative because many people answered both).",
            _change(before, after),
        )
        for before, after in pairwise(measured)
    ]
    if len(measured) > 2:  # noqa: PLR2004 (of two waves it is said already)
        found.append(
            Sentence(
                "Since wave %(before)s, the first of use, until wave %(after)s it changed by %(low)s to %(high)s "
                "percentage points.",
                _change(measured[0], measured[-1]),
            )
        )
    if len(measured) >= LEAST_FOR_TREND:
        found.append(_over_all(measured, _weeks(waves, [level.wave for level in measured])))
    return tuple(found)


def _change(before: Level, after: Level) -> tuple[tuple[str, Count | Change], ...]:
    """Return both waves and the limits of what changed between them."""
    populations = None
    if before.population is not None and after.population is not None:
        populations = before.population, after.population
    change = newcombe(before.successes, before.sample, after.successes, after.sample, populations=populations)
    return (
        ("before", Count(before.wave)),
        ("after", Count(after.wave)),
        ("low", Change(change.low)),
        ("high", Change(change.high)),
    )


def _weeks(waves: Sequence[ReleasedWave], numbers: Sequence[int]) -> list[float]:
    """Return weeks since the first of the waves with these *numbers*, or their places where a day is not known."""
    opened = {wave.number: wave.counts.opened_on for wave in waves}
    days = [day for number in numbers if (day := opened[number]) is not None]
    if len(days) < len(numbers):
        return [float(place) for place in range(len(numbers))]
    return [(day - days[0]).days / 7 for day in days]


def _over_all(measured: Sequence[Level], weeks: Sequence[float]) -> Sentence:
    slope = trend([level.successes for level in measured], [level.sample for level in measured], weeks)
    chance = (("chance", Chance(slope.p_value)),)
    if slope.z > 0:
        return Sentence("Over all waves active use rises (probability of such a rise by chance: %(chance)s).", chance)
    if slope.z < 0:
        return Sentence("Over all waves active use falls (probability of such a fall by chance: %(chance)s).", chance)
    return Sentence("Over all waves active use neither rises nor falls.")
