"""What whoever opens an export has to know about it, line by line."""

from collections.abc import Sequence

from analysis.results import Report
from analysis.wording import Wording


def notes(report: Report, words: Wording) -> Sequence[str]:
    """Return what the tables hold and what protects people in them."""
    return (
        report.pilot.title,
        "",
        words.phrase("These are published figures only: no row stands for a person, and gaps protect people."),
        words.phrase("results.csv: one figure per row; status says whether it is published, suppressed or merged."),
        words.phrase("codebook.csv: what measures, options and groups mean."),
        words.phrase("gates.csv: every gate with its numbers and its verdict."),
    )
