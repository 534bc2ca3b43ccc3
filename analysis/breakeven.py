"""Break-even: how much time a tool has to save before it pays for itself."""

from dataclasses import dataclass
from math import inf, isfinite

from analysis.results import Interval

WEEKS_PER_MONTH = 52 / 12
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class BreakEven:
    """What saved time is worth against what the tool costs, in the money in which both costs were given.

    *needed* net minutes per person and week pay the cost. *worth* is what the reported minutes of all people are worth
    per month, *paid* the share of the cost that this covers (1 and more: all of it); infinite where minutes have no
    limit, negative where time is lost.
    """

    needed: float
    worth: Interval
    paid: Interval

    @property
    def clear(self) -> bool | None:
        """Whether the tool pays for itself, None where that is so at one limit only."""
        if (self.paid.low >= 1) == (self.paid.high >= 1):
            return self.paid.low >= 1
        return None


def break_even(
    minutes_low: float | None, minutes_high: float | None, *, people: int, hourly_cost: float, monthly_cost: float
) -> BreakEven:
    """Return what it takes to pay the tool's cost, and how far the reported minutes do.

    *minutes_low* to *minutes_high* are net minutes per person and week (None: no limit), *hourly_cost* an hour of one
    person, *monthly_cost* the tool for all *people* (for a cost per person: people=1). A month has 52/12 weeks, so
    that needed = monthly cost / (people * hourly cost / 60 * 52/12). Minutes that people report stay grade C: this is
    arithmetic about their words and moves no gate.

    Raises:
        ValueError: fewer than one person, a cost that is not above 0, or minutes that are upside down.
    """
    low, high = -inf if minutes_low is None else minutes_low, inf if minutes_high is None else minutes_high
    if not low <= high:
        raise ValueError("the lower limit of the minutes must not be above the upper one")
    if people < 1:
        raise ValueError("at least one person must use the tool")
    if not all(isfinite(cost) and cost > 0 for cost in (hourly_cost, monthly_cost)):
        raise ValueError("an hour and the tool must cost more than nothing")
    minute = people * hourly_cost / MINUTES_PER_HOUR * WEEKS_PER_MONTH
    worth = Interval(low * minute, high * minute)
    return BreakEven(monthly_cost / minute, worth, Interval(worth.low / monthly_cost, worth.high / monthly_cost))
