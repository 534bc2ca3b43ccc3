"""Plain distributions of every question: under its measure where it has one, else under its own name."""

from dataclasses import replace
from statistics import fmean

import numpy as np

from analysis.catalogue import AMONG_ANSWERS, CATALOGUE, SEVERAL
from analysis.codebook import Item, Kind
from analysis.counting.tabulation import (
    LEVELS,
    MOST_NUMBERS,
    Chapter,
    Wave,
    count_privately,
    distribution,
    levels,
    listed,
    shape_of,
)
from analysis.disclosure import Amount, Exact, Sensitive
from analysis.packing import points
from analysis.results import Measure, Sentence

# Told elsewhere, with their own rules, or not at all.
ELSEWHERE = frozenset({"group", "comment", "other_tools", "other_account", "data_entered"})
OPEN = frozenset({Kind.TEXT})


def chapter(wave: Wave) -> Chapter:
    """Return the distribution of every question of a wave."""
    measures: dict[str, Measure] = {}
    exact: list[Exact] = []
    group = wave.frame.group
    for item in wave.frame.codebook.items:
        if item.kind in OPEN or item.measure in ELSEWHERE or item is group:
            continue
        for measure, row in _told_as(item):
            measures[measure.id] = measure
            exact += _exact(wave, item, measure, row)
            if _graded(item) and not measure.sensitive:
                coarse = _in_levels(measure)
                measures[coarse.id] = coarse
                exact += levels(wave, item, coarse.id, row=row)
    return Chapter(tuple(measures.values()), tuple(exact))


def _told_as(item: Item) -> list[tuple[Measure, str]]:
    """Return the measures of one question, with the row of each for a matrix."""
    if item.measure in CATALOGUE and item.kind is not Kind.MATRIX:
        known = CATALOGUE[str(item.measure)]
        return [(replace(known, options=listed(item), sensitive=known.sensitive or item.sensitive), "")]
    several = item.kind in {Kind.MULTIPLE, Kind.RANK}
    plain = Measure(
        f"answers.{item.id}",
        "answers",
        item.label,
        SEVERAL if several else AMONG_ANSWERS,
        () if _endless(item) else listed(item),
        sensitive=item.sensitive,
    )
    if _endless(item):
        mean = Sentence("Mean of the answers of the people who answered this question.")
        return [(replace(plain, definition=mean, options=(("mean", Sentence("mean")),), unit="count"), "")]
    if item.kind is not Kind.MATRIX:
        return [(plain, "")]
    return [
        (
            replace(
                plain,
                id=f"answers.{item.id}.{row.code}",
                title=Sentence("%(question)s - %(row)s", (("question", item.label), ("row", row.label))),
            ),
            row.code,
        )
        for row in item.rows
    ]


def _graded(item: Item) -> bool:
    """True for scales with so many points that teams are told in three levels."""
    return item.kind in {Kind.SCALE, Kind.MATRIX} and len(points(item)) > len(LEVELS)


def _in_levels(measure: Measure) -> Measure:
    title = Sentence("%(measure)s, in three levels", (("measure", measure.title),))
    return replace(measure, id=f"{measure.id}.levels", title=title, options=LEVELS)


def _endless(item: Item) -> bool:
    return item.kind is Kind.NUMBER and item.maximum - item.minimum >= MOST_NUMBERS


def _exact(wave: Wave, item: Item, measure: Measure, row: str) -> list[Exact]:
    if _endless(item):
        return _mean(wave, item, measure.id)
    if not measure.sensitive:
        return list(distribution(wave, item, measure.id, row=row))
    if item.kind is Kind.MATRIX:
        return []
    masks = [(code, wave.frame.chosen(item, code)) for code, _ in listed(item)]
    shape = shape_of(item)
    return [
        count_privately(
            wave,
            measure.id,
            masks,
            wave.frame.answered(item),
            Sensitive(harmless=shape.alone),
            shape=shape,
            question=item.id,
        )
    ]


def _mean(wave: Wave, item: Item, measure: str) -> list[Exact]:
    """Return the mean of a number with many values; sensitive numbers are not told at all."""
    told = wave.frame.columns[item.id, ""][wave.frame.answered(item)]
    if item.sensitive or len(told) == 0:
        return []
    values = np.asarray(points(item))[told - 1].astype(float)
    # What everybody gives at least tells nothing about anybody.
    beyond = np.sort(values - item.minimum)[::-1]
    told_of = float(np.abs(values).max()) if beyond[0] > 0 else None
    return [
        Amount(
            measure,
            wave.number,
            item.id,
            "mean",
            len(told),
            fmean(values.tolist()),
            largest=told_of,
            others=float(beyond[2:].sum()),
        )
    ]
