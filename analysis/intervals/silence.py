"""What the silent people could change: bounds without any assumption, in exact integers."""

from fractions import Fraction

from analysis.results import Interval, NoEvidenceError


def least_count(threshold: float, population: int) -> int:
    """Return the smallest K with K >= threshold * population, exactly as the threshold is written."""
    # 0.55 * 100 is 55.00000000000001 in binary floating point; the decimal that people wrote is meant.
    exact = Fraction(str(threshold))
    return -(-exact.numerator * population // exact.denominator)


def nonresponse_bounds(successes: int, sample: int, population: int) -> Interval:
    """Return the shares of *population* that are possible whatever the silent do (Manski 1989)."""
    if population < 1:
        raise NoEvidenceError("nobody was invited")
    return Interval(successes / population, (successes + population - sample) / population)


def tipping_point(successes: int, sample: int, population: int, threshold: float) -> int:
    """Return how many of the silent reach the threshold; a number above population - sample is out of reach."""
    if sample > population:
        raise NoEvidenceError("more people answered than were invited")
    return max(0, least_count(threshold, population) - successes)


def frechet_bounds(first: float, second: float) -> Interval:
    """Return the possible shares of people in both of two groups, given the share in each (Frechet 1951)."""
    return Interval(max(0.0, first + second - 1), min(first, second))
