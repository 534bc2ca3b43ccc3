"""Use that lasts, in words: the level over the last waves, who can have been active in two, and what memory adds."""

from collections.abc import Sequence

from analysis.intervals import frechet_bounds
from analysis.plan import Plan
from analysis.raking import raked, recall_check
from analysis.released import ReleasedWave, use_waves
from analysis.results import Count, Sentence, Share

Shares = Sequence[tuple[int, float]]  # active share by number of wave, in the order of the waves


def level_held(shares: Shares, plan: Plan) -> list[Sentence]:
    """Return whether the level was held in the waves that the plan asks for, and the bounds of use in two waves."""
    last = shares[-plan.sustained_pulses :]
    if len(last) < plan.sustained_pulses or plan.sustained_pulses < 2:  # noqa: PLR2004 (nothing to hold)
        return []
    held = all(share >= plan.adoption_threshold for _, share in last)
    values = (("waves", Count(plan.sustained_pulses)), ("threshold", Share(plan.adoption_threshold)))
    together = frechet_bounds(last[-2][1], last[-1][1])
    return [
        Sentence("The measured level was at or above %(threshold)s in each of the last %(waves)s waves.", values)
        if held
        else Sentence(
            "The measured level was below %(threshold)s in at least one of the last %(waves)s waves.", values
        ),
        Sentence(
            "Between %(low)s and %(high)s of the people can have been active in both of the last two waves; "
            "anonymous answers cannot say more.",
            (("low", Share(together.low)), ("high", Share(together.high))),
        ),
    ]


def remembered(waves: Sequence[ReleasedWave], shares: Shares) -> list[Sentence]:
    """Return memory beside the level that was measured then, and where both agree, memory fitted to both levels."""
    last_two = use_waves(waves)[-2:]
    if [wave.number for wave in last_two] != [number for number, _ in shares[-2:]] or len(last_two) < 2:  # noqa: PLR2004
        return []  # memory is of the wave before, and that wave must have been measured
    (_, before), (_, now) = shares[-2:]
    table = _table(last_two[-1])
    base = sum(map(sum, table))
    if base == 0:
        return []
    share = sum(table[0]) / base
    values = (("remembered", Share(share, base)), ("measured", Share(before)))
    if not recall_check(share, before):
        return [
            Sentence(
                "%(remembered)s remember having been active in the wave before, %(measured)s were measured: "
                "the memory is unreliable.",
                values,
            )
        ]
    said = Sentence(
        "%(remembered)s remember having been active in the wave before; %(measured)s were measured.", values
    )
    return [said, *_fitted(table, before, now)]


def _table(wave: ReleasedWave) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return people by memory (yes, no) and present use (yes, no), zeros where it was not asked or is not shown."""
    figures = [
        wave.figure("recall_by_use", code) for code in ("yes_active", "yes_inactive", "no_active", "no_inactive")
    ]
    first, second, third, fourth = (0 if one is None or one.count is None else one.count for one in figures)
    return (first, second), (third, fourth)


def _fitted(table: Sequence[Sequence[int]], before: float, now: float) -> list[Sentence]:
    """Return the table raked to both measured levels, nothing where empty cells make that impossible."""
    fitted = raked(table, (before, 1 - before), (now, 1 - now))
    if not fitted.converged:
        return []
    (both, stopped), (began, _) = fitted.shares
    return [
        Sentence(
            "Memory fitted to both measured levels: about %(both)s were active in both waves, %(stopped)s stopped and "
            "%(began)s began in between. This is an estimate and decides nothing.",
            (("both", Share(both)), ("stopped", Share(stopped)), ("began", Share(began))),
        )
    ]
