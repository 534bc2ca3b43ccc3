"""Made-up respondents with a known truth, seeded: for demonstrations, rehearsals and tests of the verdicts."""

from analysis.synthetic.people import ballots
from analysis.synthetic.truth import Truth

__all__ = ["Truth", "ballots"]
