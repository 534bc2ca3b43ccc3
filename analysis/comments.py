"""Comments: how many there are, and whether there are enough to show anything of them."""

from collections.abc import Mapping

from analysis.plan import Plan
from analysis.results import Count, Sentence


def sentences(comments: Mapping[int, int], plan: Plan) -> tuple[Sentence, ...]:
    """Return how many comments each wave has; the words themselves are for the trustee first."""
    return tuple(
        Sentence(
            "Wave %(wave)s: %(comments)s comments were written.",
            (("wave", Count(wave)), ("comments", Count(number))),
        )
        if number >= plan.comment_minimum
        else Sentence(
            "Wave %(wave)s: fewer than %(least)s comments were written; none is shown.",
            (("wave", Count(wave)), ("least", Count(plan.comment_minimum))),
        )
        for wave, number in sorted(comments.items())
    )
