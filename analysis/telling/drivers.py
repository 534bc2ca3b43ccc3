"""Drivers of active use in words: what is associated with it, how strongly and which way, never what causes it."""

from collections.abc import Sequence

from analysis.released import ReleasedWave, use_waves
from analysis.results import Amount, Count, Row, Sentence, Words


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return what goes along with active use in the latest wave that tells."""
    for wave in reversed(use_waves(waves)):
        rows = [row for row in wave.rows("drivers") if row.figure.value is not None]
        if rows:
            directions = _directions(wave, rows)
            return (_strongest(wave, rows), *directions, _no_cause(rows)) if directions else (_nothing_clear(rows),)
    return ()


def _labels(wave: ReleasedWave) -> dict[str, Words]:
    return next((dict(measure.options) for measure in wave.release.measures if measure.id == "drivers"), {})


def _strongest(wave: ReleasedWave, rows: Sequence[Row]) -> Sentence:
    """Return how much goes along with all drivers together, and with the strongest of them."""
    first = max(rows, key=lambda row: row.figure.value or 0)
    return Sentence(
        "About %(all)s of 100 points of the differences in active use go along with these answers in wave %(wave)s, "
        'most with "%(driver)s": %(share)s (between %(low)s and %(high)s).',
        (
            ("all", Amount(sum(row.figure.value or 0 for row in rows))),
            ("wave", Count(wave.number)),
            ("driver", _labels(wave)[first.option]),
            ("share", Amount(first.figure.value or 0)),
            ("low", Amount(first.figure.low or 0)),
            ("high", Amount(first.figure.high or 0)),
        ),
    )


def _directions(wave: ReleasedWave, rows: Sequence[Row]) -> list[Sentence]:
    """Return the direction of each driver where it is clear."""
    found, labels = list[Sentence](), _labels(wave)
    for row in rows:
        direction = wave.figure("drivers_direction", row.option)
        if direction is None or not direction.value:
            continue
        driver = (("driver", labels[row.option]),)
        found.append(
            Sentence('More of "%(driver)s" is associated with more active use.', driver)
            if direction.value > 0
            else Sentence('More of "%(driver)s" is associated with less active use.', driver)
        )
    return found


def _no_cause(rows: Sequence[Row]) -> Sentence:
    return Sentence(
        "These are associations among %(people)s people, not causes: who uses a tool also comes to judge it "
        "differently.",
        (("people", Count(rows[0].figure.base or 0)),),
    )


def _nothing_clear(rows: Sequence[Row]) -> Sentence:
    return Sentence(
        "Answers that could go along with active use: %(count)s. None of them clearly does, among %(people)s people.",
        (("count", Count(len(rows))), ("people", Count(rows[0].figure.base or 0))),
    )
