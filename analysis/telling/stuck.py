"""Stuck-points in words: the stage that loses most people, and what is named most."""

from collections.abc import Sequence

from analysis.catalogue import STAGES
from analysis.losses import Loss, largest_loss
from analysis.released import ReleasedWave, use_waves
from analysis.results import Chance, Count, Sentence, Share, Words

CLEAR = 0.8  # below this probability the largest loss is not told apart from the next one


def loss(wave: ReleasedWave) -> Loss | None:
    """Return the stage that loses most in a wave, if its losses are published and there are any."""
    stopped = {row.option: row.figure.count or 0 for row in wave.rows("stuck_stage")}
    return largest_loss(stopped) if stopped else None


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return what the latest wave says about stuck points."""
    asked = [known for wave in use_waves(waves) if (known := loss(wave)) is not None]
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
    found += _most_named(waves)
    return tuple(found)


def barriers(waves: Sequence[ReleasedWave]) -> list[tuple[str, Words, int, int]]:
    """Return the stuck points named in the latest wave that asked: code, label, people, all who answered."""
    for wave in reversed(use_waves(waves)):
        item = wave.item("stuck_where")
        if item is None:
            continue
        named = []
        for option in item.options:
            figure = wave.figure("stuck_where", option.code)
            if option.exclusive or option.refusal or figure is None or not figure.count or figure.base is None:
                continue
            named.append((option.code, option.label, figure.count, figure.base))
        return sorted(named, key=lambda one: -one[2])
    return []


def _most_named(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    return [
        Sentence(
            'The stuck point named most is "%(barrier)s" (%(people)s of %(base)s).',
            (("barrier", label), ("people", Count(people)), ("base", Count(base))),
        )
        for _, label, people, base in barriers(waves)[:1]
    ]
