"""What an open wave could show if no more people answered than its response band surely tells."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from surveyapp.charter.model import Charter
from surveyapp.fieldwork import WaveView

# The lower edge of each band, in percent of the invited; of the lowest band nothing can be said.
_EDGES = {"25-50 %": 25, "50-75 %": 50, ">= 75 %": 75}


@dataclass(frozen=True, slots=True)
class WaveOutlook:
    """With *answers* of *invited* people: from how many active ones on adoption passes, and up to how many it fails.

    *error* is how far, in percentage points, a share of one half can lie from the truth; *change* how far two such
    waves must lie apart to be told; *enough*: the charter's minimum of answers is reached.
    """

    invited: int
    answers: int
    enough: bool
    passes_from: int | None
    fails_up_to: int | None
    error: int
    change: int


class Outlooks:
    """Works out outlooks. *charter* gives a pilot's charter, *invited* how many people a wave has asked."""

    def __init__(self, charter: Callable[[str], Charter], invited: Callable[[WaveView], int]) -> None:
        self._charter = charter
        self._invited = invited

    def of(self, view: WaveView) -> WaveOutlook | None:
        """Return what the wave of *view* could show, nothing below the first edge."""
        edge = _EDGES.get(view.band)
        invited = self._invited(view)
        if edge is None or not invited:
            return None
        # numpy and scipy wait until somebody looks at an open wave.
        from analysis.planning import outlook, precision

        charter = self._charter(view.key.pilot)
        answers = ceil(invited * edge / 100)
        rule = charter.decision
        seen = outlook(
            invited,
            answers,
            charter.gates.adoption,
            charter.gates.adoption,
            pass_at=rule.pass_at,
            fail_at=rule.fail_at,
        )
        exact = precision(invited, answers, 0.5)
        return WaveOutlook(
            invited=invited,
            answers=answers,
            enough=answers >= rule.minimum_response * invited,
            passes_from=seen.passes_from,
            fails_up_to=seen.fails_up_to,
            error=round((exact.share.high - exact.share.low) * 50),
            change=round(exact.change * 100),
        )
