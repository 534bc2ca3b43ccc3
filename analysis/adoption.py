"""Adoption: how far people came, who is active, and whether the level was held."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.catalogue import CATALOGUE
from analysis.disclosure import Exact, Projection, Published, Shape, Table, Total
from analysis.frame.columns import Mask
from analysis.gates import Level
from analysis.intervals import Stratum, frechet_bounds, share_interval, stratified
from analysis.plan import Plan
from analysis.results import Count, Estimate, Measure, Sentence, Share, Words
from analysis.tabulation import USE, Chapter, Wave, attendance, count, may_weigh, measures_in

STAGES: tuple[tuple[str, Words], ...] = (
    ("invited", Sentence("invited")),
    ("responded", Sentence("answered")),
    ("aware", Sentence("have heard of it")),
    ("access", Sentence("have access")),
    ("tried", Sentence("have tried it")),
    ("active", Sentence("are active")),
)
REACHED = {
    "aware": ("no_access", "not_tried", "tried", "use"),
    "access": ("not_tried", "tried", "use"),
    "tried": ("tried", "use"),
}
RECALL_ERROR = 0.10  # memory and measurement further apart than this: the memory is unreliable


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


def use_waves(waves: Sequence[Wave]) -> list[Wave]:
    """Return the pulse and closing waves in their order."""
    return [wave for wave in waves if wave.counts.kind in USE]


def levels(waves: Sequence[Wave], plan: Plan) -> list[Level]:
    """Return active people of every pulse and closing wave, as the adoption gate judges them."""
    return [level for wave in use_waves(waves) if (level := _level(wave, plan)) is not None]


def _level(wave: Wave, plan: Plan) -> Level | None:
    use = active(wave, plan)
    if use is None:
        return None
    # Too few ballots are treated as none: nothing may be said of them.
    readable = wave.frame.size >= plan.reveal_minimum
    hits, told = (int((use[0] & use[1]).sum()), int(use[1].sum())) if readable else (0, 0)
    return Level(wave.number, hits, told, wave.invited, _strata(wave, use) if readable else ())


def _strata(wave: Wave, use: tuple[Mask, Mask]) -> tuple[Stratum, ...]:
    """Return the teams as strata where they may be weighted; ballots without team are in none."""
    item = wave.frame.group
    if item is None or not may_weigh(wave):
        return ()
    found = []
    for team in attendance(wave).teams:
        members = wave.frame.chosen(item, team.code) & use[1]
        found.append(Stratum(int((members & use[0]).sum()), int(members.sum()), team.population or 0))
    return tuple(found)


def chapter(waves: Sequence[Wave], plan: Plan) -> Chapter:
    """Return funnel, active share and its estimate for the invited, for every pulse and closing wave."""
    exact: list[Exact] = []
    for wave in use_waves(waves):
        found, use = stages(wave, plan), active(wave, plan)
        if found:
            exact.append(_funnel(wave, found))
        if use is not None:
            exact += list(count(wave, "active", [("active", use[0])], use[1], population=True))
            exact += _projection(wave, use)
    asked = measures_in(exact)
    options = {
        "funnel": STAGES,
        "active": (("active", Sentence("active")),),
        "active_invited": (("active", Sentence("active")),),
    }
    measures = tuple(replace(CATALOGUE[name], options=shown) for name, shown in options.items() if name in asked)
    return Chapter(measures, tuple(exact))


def _funnel(wave: Wave, found: dict[str, Mask]) -> Total:
    """Return the stages of everyone, from the invitation on.

    Never by team: active use is, and two views of the same answers would give away what each of them hides.
    """
    counts = [("responded", wave.frame.size), *((stage, int(mask.sum())) for stage, mask in found.items())]
    if wave.invited is not None:
        counts.insert(0, ("invited", wave.invited))
    table = Table(wave.invited or wave.frame.size, tuple(counts), sampled=False)
    return Total("funnel", wave.number, "funnel", table, Shape.SEPARATE)


def _projection(wave: Wave, use: tuple[Mask, Mask]) -> list[Exact]:
    hits, told = int((use[0] & use[1]).sum()), int(use[1].sum())
    if wave.invited is None or told == 0:
        return []
    limits = share_interval(hits, told, wave.invited)
    strata = _strata(wave, use)
    weighted = stratified(strata) if strata else None
    plain = Estimate(hits / told, None, limits.low, limits.high)
    return [Projection("active_invited", wave.number, "active", "active", wave.invited, plain, weighted)]


def response_measure() -> Measure:
    """Return what the rows about attendance mean."""
    return replace(CATALOGUE["response"], options=(("responded", Sentence("answered")),))


def sentences(waves: Sequence[Wave], published: Published, plan: Plan) -> tuple[Sentence, ...]:
    """Return what the published figures say about the level and whether it was held."""
    found: list[Sentence] = []
    shares: list[tuple[int, float]] = []
    for wave in use_waves(waves):
        figure = published.figure("active", wave.number, "active")
        if figure is None or figure.share is None or figure.count is None or figure.base is None:
            continue
        shares.append((wave.number, figure.share))
        found.append(
            Sentence(
                "Wave %(wave)s: %(share)s of the people who answered are active (%(count)s of %(base)s).",
                (
                    ("wave", Count(wave.number)),
                    ("share", Share(figure.share, figure.base)),
                    ("count", Count(figure.count)),
                    ("base", Count(figure.base)),
                ),
            )
        )
    found += _held(shares, plan)
    found += _remembered(published, shares)
    if len(shares) == 1:
        found.append(Sentence("One wave of use so far: no trend can be shown."))
    return tuple(found)


def _held(shares: Sequence[tuple[int, float]], plan: Plan) -> list[Sentence]:
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


def _remembered(published: Published, shares: Sequence[tuple[int, float]]) -> list[Sentence]:
    """Return the comparison of memory with the level that was measured then."""
    if len(shares) < 2:  # noqa: PLR2004 (memory needs an earlier wave)
        return []
    (_, measured), (number, _) = shares[-2], shares[-1]
    counts = {code: published.figure("sustained_recall", number, code) for code in ("yes", "no", "no_access")}
    known = {code: figure.count for code, figure in counts.items() if figure is not None and figure.count is not None}
    base = sum(known.values())
    if "yes" not in known or base == 0:
        return []
    remembered = known["yes"] / base
    values = (("remembered", Share(remembered, base)), ("measured", Share(measured)))
    if abs(remembered - measured) > RECALL_ERROR:
        return [
            Sentence(
                "%(remembered)s remember having been active in the wave before, %(measured)s were measured: "
                "the memory is unreliable.",
                values,
            )
        ]
    return [
        Sentence("%(remembered)s remember having been active in the wave before; %(measured)s were measured.", values)
    ]
