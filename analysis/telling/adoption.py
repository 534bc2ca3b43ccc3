"""Adoption in words: how many are active, whether the level was held, and what the gate is given."""

from collections.abc import Sequence

from analysis.gates import Level
from analysis.intervals import Stratum
from analysis.plan import Plan
from analysis.released import ReleasedWave, use_waves
from analysis.results import Count, Sentence, Share
from analysis.telling.lasting import level_held, remembered

MOST_WITHOUT_TEAM = 10  # one ballot in so many may name no team


def levels(waves: Sequence[ReleasedWave]) -> list[Level]:
    """Return active people of every pulse and closing wave, as the adoption gate judges them.

    A wave with too few ballots shows nothing, and counts as one without answers.
    """
    return [_level(wave) for wave in use_waves(waves) if wave.item("tool_days") is not None]


def _level(wave: ReleasedWave) -> Level:
    figure = wave.figure("active", "active")
    if figure is None or figure.count is None or figure.base is None:
        return Level(wave.number, 0, 0, wave.invited)
    return Level(wave.number, figure.count, figure.base, wave.invited, _strata(wave))


def _strata(wave: ReleasedWave) -> tuple[Stratum, ...]:
    """Return the teams as strata where they may be weighted and each of them is shown; else nothing is told of them."""
    invited = dict(wave.counts.invited_by_group)
    answers = {row.group: row.figure.count for row in wave.rows("response") if row.group}
    strata, named = [], 0
    for row in wave.rows("active"):
        if not row.group:
            continue
        people, here = invited.get(row.group), answers.get(row.group)
        if row.figure.count is None or row.figure.base is None or people is None or here is None or here > people:
            return ()
        strata.append(Stratum(row.figure.count, row.figure.base, people))
        named += here
    weighable = sum(stratum.population for stratum in strata) == wave.invited
    return tuple(strata) if weighable and MOST_WITHOUT_TEAM * (wave.ballots - named) <= wave.ballots else ()


def sentences(waves: Sequence[ReleasedWave], plan: Plan) -> tuple[Sentence, ...]:
    """Return what the published figures say about the latest level and whether it was held."""
    latest: list[Sentence] = []
    shares: list[tuple[int, float]] = []
    for wave in use_waves(waves):
        figure = wave.figure("active", "active")
        if figure is None or figure.share is None or figure.count is None or figure.base is None:
            continue
        shares.append((wave.number, figure.share))
        latest = [
            Sentence(
                "Wave %(wave)s: %(share)s of the people who answered are active (%(count)s of %(base)s).",
                (
                    ("wave", Count(wave.number)),
                    ("share", Share(figure.share, figure.base)),
                    ("count", Count(figure.count)),
                    ("base", Count(figure.base)),
                ),
            )
        ]
    found = [*latest, *level_held(shares, plan), *remembered(waves, shares)]
    if len(shares) == 1:
        found.append(Sentence("One wave of use so far: no trend can be shown."))
    return tuple(found)
