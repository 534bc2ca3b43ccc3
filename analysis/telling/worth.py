"""What reported time is worth: beside what people had hoped for, and beside what the tool costs."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.breakeven import break_even
from analysis.censored import Band, median_bounds
from analysis.plan import Costs
from analysis.released import ReleasedWave, use_waves
from analysis.results import Amount, Count, NoEvidenceError, Sentence, Share

NO_EDGES = Band(None, None)  # "it will cost me time": nothing is known of how much


def expectation(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return what the median person hoped to save beside what the median user reports, both as bands."""
    hoped = next((found for wave in reversed(waves) if (found := _bands(wave, "expected_minutes"))), ())
    had = next((found for wave in reversed(use_waves(waves)) if (found := _bands(wave, "minutes_saved"))), ())
    # Whoever expects the tool to cost time is among those who hope; an answer to "how much" without edges is none.
    had = tuple(band for band in had if band != NO_EDGES)
    try:
        expected, experienced = median_bounds(hoped), median_bounds(had)
    except NoEvidenceError:
        return []
    return [
        Sentence(
            "The median person expected to save %(expected)s per week (%(people)s people); the median user reports "
            "%(experienced)s (%(users)s users). They are not the same people.",
            (
                ("expected", _said(expected)),
                ("people", Count(len(hoped))),
                ("experienced", _said(experienced)),
                ("users", Count(len(had))),
            ),
        ),
        _beside(expected, experienced),
    ]


def _bands(wave: ReleasedWave, measure: str) -> tuple[Band, ...]:
    """Return the band of everybody in the published table of *measure*, empty where it has gaps or was not asked."""
    item = wave.item(measure)
    counts = {row.option: row.figure.count for row in wave.rows(measure) if not row.group}
    if item is None or None in counts.values():
        return ()
    found: list[Band] = []
    for option in item.options:
        known = option.low is not None or option.high is not None
        band = Band(option.low or 0.0, option.high) if known else NO_EDGES
        found += [band] * (counts.get(option.code) or 0)
    return tuple(found)


def _said(band: Band) -> Sentence:
    if band.low is not None and band.high is not None:
        if band.low == band.high:
            return Sentence("%(minutes)s", (("minutes", Amount(band.low, "minutes")),))
        values = (("low", Amount(band.low)), ("high", Amount(band.high, "minutes")))
        return Sentence("between %(low)s and %(high)s", values)
    if band.low is not None:
        return Sentence("at least %(low)s", (("low", Amount(band.low, "minutes")),))
    if band.high is not None:
        return Sentence("at most %(high)s", (("high", Amount(band.high, "minutes")),))
    return Sentence("an unknown time")


def _beside(expected: Band, experienced: Band) -> Sentence:
    """Return the comparison of both bands; where they overlap they cannot be told apart."""
    if experienced != expected:
        if experienced.high is not None and expected.low is not None and experienced.high <= expected.low:
            return Sentence("That is less than was hoped for.")
        if experienced.low is not None and expected.high is not None and experienced.low >= expected.high:
            return Sentence("That is more than was hoped for.")
    return Sentence("Hope and experience overlap: neither can be said to be more.")


def costs(waves: Sequence[ReleasedWave], agreed: Costs | None) -> list[Sentence]:
    """Return from how much net time on the tool pays for itself, and whether the time that users report reaches that.

    A month has 52/12 weeks. Everybody costs the same, users or not: so users have to gain for the others, too.
    """
    if agreed is None:
        return []
    line = break_even(None, None, people=1, hourly_cost=agreed.hourly, monthly_cost=agreed.monthly_per_person)
    found = [
        Sentence(
            "At %(monthly)s per person and month, and %(hourly)s for an hour of work, the tool pays for itself from "
            "%(needed)s of net time per person and week on.",
            (
                ("monthly", Amount(agreed.monthly_per_person, agreed.currency)),
                ("hourly", Amount(agreed.hourly, agreed.currency)),
                ("needed", Amount(line.needed, "minutes")),
            ),
        )
    ]
    for wave in reversed(use_waves(waves)):
        mean, users = wave.figure("net_minutes", "mean"), _users(wave)
        if mean is not None and users > 0:
            spread = replace(agreed, monthly_per_person=agreed.monthly_per_person / users)
            return [*found, *_reached(Band(mean.low, mean.high), users, spread)]
    return found


def _users(wave: ReleasedWave) -> float:
    """Return the share of people who used the tool at all; all of them where nobody was asked."""
    none = wave.figure("tool_days", "0")
    if none is None or none.count is None or not none.base:
        return 1.0
    return 1 - none.count / none.base


def _reached(mean: Band, users: float, agreed: Costs) -> list[Sentence]:
    """Return what each user has to gain, and whether the *mean* that they report does."""
    even = break_even(mean.low, mean.high, people=1, hourly_cost=agreed.hourly, monthly_cost=agreed.monthly_per_person)
    verdict = {
        True: Sentence("What users report on average reaches that, even at the lower edges of their bands."),
        False: Sentence("What users report on average does not reach that, even at the upper edges of their bands."),
        None: Sentence("Whether what users report on average reaches that depends on where in their bands they are."),
    }[even.clear]
    each = Sentence(
        "%(share)s of the people used it in the last 7 days; to pay for everybody each of them has to gain %(needed)s.",
        (("share", Share(users)), ("needed", Amount(even.needed, "minutes"))),
    )
    return [
        *([each] if users < 1 else []),
        verdict,
        Sentence("This is arithmetic about what people say, and moves no gate."),
    ]
