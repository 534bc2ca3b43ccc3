"""`surveyapp plan`: before a pilot, what so many people can show."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

from surveyapp.cli import command

if TYPE_CHECKING:
    from analysis.planning import Outlook

_RESPONSES = (30, 40, 50, 60, 70, 80, 90, 100)  # percent
_LIKELY = 0.8
_ANY = 0.005  # half a point: nothing is printed more exactly


def add_commands(commands: Any) -> None:
    """Declare the command."""
    plan = command.add(
        commands,
        "plan",
        "how many answers a verdict needs, and what a wave can show",
        example="plan --people 60 --expected-share .8 --threshold .7",
        run=show,
    )
    plan.add_argument("--people", type=_people, required=True, help="how many will be invited")
    plan.add_argument("--expected-share", type=_share, required=True, help="share that you believe is active, 0 to 1")
    plan.add_argument("--minimum-response", type=_share, default=0.5, help="of the charter's decision (default .5)")
    plan.add_argument("--threshold", type=_share, default=0.7, help="share that the gate asks for (default .7)")


def show(arguments: Namespace) -> int:
    """Print what waves of this size can show."""
    lines = _lines(arguments.people, arguments.expected_share, arguments.threshold, arguments.minimum_response)
    print("\n".join(lines))
    return 0


def _lines(people: int, share: float, threshold: float, minimum_response: float) -> Iterator[str]:
    from analysis.planning import answers_for, outlook

    least = max(1, ceil(people * Fraction(str(minimum_response))))
    yield f"{people} people invited, {share:.0%} believed to be active, the gate asks for {threshold:.0%}"
    yield ""
    yield "answers  response  chance of PASS  chance of FAIL  PASS from  FAIL up to"
    for percent in _RESPONSES:
        answers = max(1, people * percent // 100)
        if answers < least:
            asked = f"no verdict: the charter asks for {minimum_response:.0%} response"
            yield f"{answers:7}  {answers / people:8.0%}  {asked}"
        else:
            yield _line(outlook(people, answers, share, threshold))
    yield ""
    needed = answers_for(people, share, threshold, chance=_LIKELY, least=least)
    yield _needed(people, share, threshold, needed)
    yield from _exactness(people, needed or people, share)


def _line(view: "Outlook") -> str:
    return (
        f"{view.answers:7}  {view.answers / view.population:8.0%}  {view.chance_of_pass:14.0%}  "
        f"{view.chance_of_fail:14.0%}  {_active(view.passes_from):>9}  {_active(view.fails_up_to):>10}"
    )


def _active(count: int | None) -> str:
    return "never" if count is None else f"{count} active"


def _needed(people: int, share: float, threshold: float, needed: int | None) -> str:
    if needed is not None:
        return f"needed for PASS with a chance of {_LIKELY:.0%}: {needed} answers ({needed / people:.0%} response)"
    if share < threshold:
        return f"no number of answers gives PASS: {share:.0%} is below what the gate asks for"
    return "not even an answer of everybody gives PASS with a chance of 80 %: too near the threshold for so few people"


def _exactness(people: int, answers: int, share: float) -> Iterator[str]:
    from analysis.planning import precision

    exact = precision(people, answers, share)
    yield ""
    yield f"with {answers} answers a wave can show"
    if exact.share.low == exact.share.high:
        yield "  a share as it is: everybody has answered"
    else:
        yield f"  a share of {share:.0%} as between {exact.share.low:.0%} and {exact.share.high:.0%} (95 % interval)"
    if exact.change < _ANY:
        yield "  every change between two waves"
    else:
        yield f"  a change between two waves from about {exact.change * 100:.0f} points on, and no smaller one"
    yield f"  at most {people // 5} teams by themselves: those with fewer than 5 answers are not shown"


def _people(text: str) -> int:
    people = int(text) if text.isascii() and text.isdigit() else 0
    if not 2 <= people <= 1_000_000:  # noqa: PLR2004  # one person has no share
        raise ArgumentTypeError("a whole number from 2 to 1000000 is needed")
    return people


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise ArgumentTypeError("a share is more than 0 and at most 1, for instance .7")
    return share
