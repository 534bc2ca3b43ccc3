"""The shadow-AI index as figures, worked out from published rows only."""

from collections.abc import Sequence
from dataclasses import replace

from analysis.catalogue import ANY, CATALOGUE, PRIVATE, SENSITIVE
from analysis.exposure import Exposure, exposure, steps
from analysis.results import Figure, Measure, Row, Sentence, Words

LACKING = ("ours_cannot", "no_access", "unknown_rules")  # reasons that the company can remove
DIGITS = 1
STEPS: tuple[tuple[str, Words], ...] = (
    ("users", Sentence("use of any tool the company does not provide")),
    ("private", Sentence("any private account")),
    ("sensitive", Sentence("any sensitive information")),
)


def index(rows: Sequence[Row], ballots: int) -> Exposure | None:
    """Return the index of one wave of so many *ballots*, none where one of its three counts is not published.

    Users who left out account or information count as people who did not take that step.
    """
    users, private, sensitive = (
        next((row.figure for row in rows if (row.measure, row.option) == place), Figure())
        for place in (("other_tools", ANY), ("other_account", PRIVATE), ("data_entered", SENSITIVE))
    )
    if users.count is None or not users.base or private.count is None or sensitive.count is None:
        return None
    taken = steps(users=users.count, private=private.count, sensitive=sensitive.count)
    return exposure(taken, base=users.base, silent=ballots - users.base)


def rows_of_index(rows: Sequence[Row], ballots: int) -> tuple[Row, ...]:
    """Return the index with what the silent could change, and with other weights, as rows."""
    found = index(rows, ballots)
    place = next((row for row in rows if row.measure == "other_tools"), None)
    if found is None or place is None:
        return ()

    def row(measure: str, option: str, low: float, high: float, value: float | None = None) -> Row:
        figure = Figure(
            base=place.figure.base if value is not None else None,
            value=None if value is None else round(value, DIGITS),
            low=round(low, DIGITS),
            high=round(high, DIGITS),
        )
        return replace(place, measure=measure, option=option, figure=figure)

    return (
        row("exposure", "index", found.limits.low, found.limits.high, found.index),
        *(row("exposure_weights", swing.name, *sorted((swing.lowered, swing.raised))) for swing in found.swings),
    )


def measures_of_index() -> tuple[Measure, ...]:
    """Return what the rows of the index mean."""
    return (
        replace(CATALOGUE["exposure"], options=(("index", Sentence("index from 0 to 100")),)),
        replace(CATALOGUE["exposure_weights"], options=STEPS),
    )
