"""What the silent people could change about a verdict."""

from fractions import Fraction

from analysis.intervals import least_count
from analysis.results import Robustness, Verdict

CAUTIOUS = Fraction(3, 4)  # the silent adopt at three quarters of the rate of those who answered
HOPEFUL = Fraction(5, 4)


def robustness(said: Verdict, successes: int, sample: int, population: int, threshold: float) -> Robustness | None:
    """Return how much of a PASS or FAIL rests on the silent being like those who answered."""
    needed = least_count(threshold, population)
    silent = population - sample
    rate = Fraction(successes, sample) if sample else Fraction(0)
    if said is Verdict.PASS:
        if successes >= needed:
            return Robustness.PROVEN
        return Robustness.ROBUST if successes + CAUTIOUS * rate * silent >= needed else Robustness.FRAGILE
    if said is Verdict.FAIL:
        if successes + silent < needed:
            return Robustness.PROVEN
        hopeful = min(Fraction(1), HOPEFUL * rate)
        return Robustness.ROBUST if successes + hopeful * silent < needed else Robustness.FRAGILE
    return None


def capped(said: Verdict, how: Robustness | None, response: Fraction, minimum: float) -> Verdict:
    """Return NOT YET PROVEN for a verdict from too few answers, unless no answer of the silent could change it."""
    enough = response >= Fraction(str(minimum))
    return said if enough or how is Robustness.PROVEN or said is Verdict.NO_EVIDENCE else Verdict.NOT_YET_PROVEN
