"""Shadow-AI index: one documented number for how far work has moved to tools that nobody provides; never a gate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.intervals import nonresponse_bounds
from analysis.results import Interval, NoEvidenceError

SWING = 0.5  # how far each weight is moved, down and up, to see what hangs on it


@dataclass(frozen=True, slots=True)
class Component:
    """One step of exposure: how many people took it, and how much it weighs beside the others (1 is usual)."""

    name: str
    people: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Swing:
    """The index with the weight of one component lowered and raised by half."""

    name: str
    lowered: float
    raised: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """The index from 0 to 100 and what it is made of: shares of the people who answered, 0 to 1, and what moves it."""

    index: float
    components: tuple[tuple[str, float], ...]
    swings: tuple[Swing, ...]
    limits: Interval

    @property
    def by_weight(self) -> Interval:
        """The lowest and the highest index that the weights tried can give."""
        tried = [self.index, *(value for swing in self.swings for value in (swing.lowered, swing.raised))]
        return Interval(min(tried), max(tried))


def steps(*, users: int, private: int, sensitive: int) -> tuple[Component, ...]:
    """Return the three steps that make the index, equally weighted because nothing says which one is worse.

    *users* of any tool that is not provided; of these, people with a *private* account, and people who entered any
    *sensitive* class of data.

    Raises:
        ValueError: more people took a later step than use such a tool.
    """
    if max(private, sensitive) > users:
        raise ValueError("who has a private account or enters data there uses such a tool")
    return Component("users", users), Component("private", private), Component("sensitive", sensitive)


def exposure(components: Sequence[Component], *, base: int, silent: int = 0) -> Exposure:
    """Return 100 * sum(weight * people / base) / sum(weight): how many of the possible steps people took.

    0: none of the *base* people who answered uses such a tool; 100: all do, each with a private account and sensitive
    data. The number compares waves of one pilot that asked the same; it has no threshold, is no risk in money and
    moves no gate. *silent* people gave no answer or preferred not to say; the limits are the index if none and if all
    of them took every step.

    Raises:
        NoEvidenceError: nobody answered.
        ValueError: a count below 0 or above the base, or weights that are negative or all 0.
    """
    if base < 1:
        raise NoEvidenceError("nobody answered")
    if silent < 0 or any(not 0 <= one.people <= base for one in components):
        raise ValueError("a step cannot be taken by more people than answered, or by fewer than none")
    if any(one.weight < 0 for one in components) or not any(one.weight > 0 for one in components):
        raise ValueError("weights are not negative, and at least one counts")
    reached = [bounds(one.people, base, silent) for one in components]
    return Exposure(
        _index(components, [one.people / base for one in components]),
        tuple((one.name, one.people / base) for one in components),
        tuple(
            Swing(one.name, _swung(components, place, base, 1 - SWING), _swung(components, place, base, 1 + SWING))
            for place, one in enumerate(components)
        ),
        Interval(_index(components, [one.low for one in reached]), _index(components, [one.high for one in reached])),
    )


def _index(components: Sequence[Component], shares: Sequence[float]) -> float:
    whole = sum(one.weight for one in components)
    return 100 * sum(one.weight * share for one, share in zip(components, shares, strict=True)) / whole


def _swung(components: Sequence[Component], place: int, base: int, factor: float) -> float:
    """Return the index with the weight of one component multiplied by *factor*."""
    tried = [
        replace(one, weight=one.weight * factor) if number == place else one for number, one in enumerate(components)
    ]
    return _index(tried, [one.people / base for one in tried])


def bounds(users: int, base: int, silent: int) -> Interval:
    """Return the shares of base and silent that are possible whatever the *silent* would have said (Manski 1989).

    From *users* / (*base* + *silent*) to (*users* + *silent*) / (*base* + *silent*).

    Raises:
        NoEvidenceError: nobody was asked.
        ValueError: more users than the *base* who answered, or a count below 0.
    """
    if silent < 0 or not 0 <= users <= base:
        raise ValueError("the users are among those who answered")
    return nonresponse_bounds(users, base, base + silent)
