"""What can be seen without any arithmetic: figures that the rules of a release do not allow."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from analysis.codebook import Item, Kind
from analysis.counting.tabulation import Wave, team_of, teams
from analysis.packing import points
from analysis.plan import Plan
from analysis.released import ReleasedWave
from analysis.results import GAP, Measure, Row, Status
from tests.attack.figures_tables import Mask, codes_of

NEARLY_ALL, FIFTH, EIGHT = 0.9, 5, 8
SMALL = {1, 2}
DOMINANT = 0.1  # p % rule: nobody may estimate the largest part so closely


def breaches(wave: Wave, released: ReleasedWave, plan: Plan) -> Iterator[str]:
    """Yield everything in the rows that no rule allows."""
    rows = released.release.rows
    if wave.frame.size < plan.reveal_minimum:
        yield from (f"{_name(row)}: published of too few ballots" for row in rows)
    yield from (f"{_name(row)}: a gap with a number" for row in rows if _is_gap(row) and row.figure != GAP)
    yield from _small_teams(wave, released, plan)
    yield from _steps(wave, released, plan)
    yield from _totals(released)
    yield from _unanimous(wave, released)
    yield from _dominated(wave, released)
    yield from _estimates(released)


def _name(row: Row) -> str:
    return f"{row.measure} {row.question} {row.group or 'all'} {row.option}"


def _is_gap(row: Row) -> bool:
    return row.figure.status is Status.SUPPRESSED


def _by_team(wave: Wave, mask: Mask) -> dict[str, int]:
    counts = np.bincount(team_of(wave)[mask], minlength=len(teams(wave)) + 1)
    return {option.code: int(counts[place]) for place, option in enumerate(teams(wave), start=1)}


def _small_teams(wave: Wave, released: ReleasedWave, plan: Plan) -> Iterator[str]:
    """Teams under the minimum, or with one or two joiners or leavers, show nothing; bases under five show nothing."""
    counts, invited = wave.counts, dict(wave.counts.invited_by_group)
    moved = {code for code, people in (*counts.joined_by_group, *counts.left_by_group) if people in SMALL}
    for code, people in _by_team(wave, np.ones(wave.frame.size, dtype=np.bool_)).items():
        whole = people > NEARLY_ALL * invited.get(code, np.inf)
        if people < (max(EIGHT, plan.group_minimum) if whole else plan.group_minimum) or code in moved:
            shown = [row for row in released.release.rows if row.group == code and not _is_gap(row)]
            yield from (f"{_name(row)}: team of {people}, moved: {code in moved}" for row in shown)
    for row in released.release.rows:
        if row.group and not _is_gap(row) and (row.figure.base or 0) < FIFTH:
            yield f"{_name(row)}: a base of {row.figure.base}"


def _steps(wave: Wave, released: ReleasedWave, plan: Plan) -> Iterator[str]:
    """Nobody may subtract two published figures of a team whose true difference is one or two people."""
    days = wave.item("tool_days")
    everybody = {"": np.ones(wave.frame.size, dtype=np.bool_)}
    steps = {**everybody, **wave.frame.shown}
    if days is not None:
        steps["active"] = wave.frame.at_least(days, plan.active_days)
    told = {(row.group, step) for row in released.release.rows if not _is_gap(row) for step in _step_of(wave, row)}
    for (larger, outer), (smaller, inner) in product(steps.items(), repeat=2):
        if larger == smaller or (larger, smaller) == ("", "active") or (inner & ~outer).any():
            continue
        for code, people in _by_team(wave, outer & ~inner).items():
            if people in SMALL and {(code, larger), (code, smaller)} <= told:
                yield f"{code}: {larger or 'ballots'} less {smaller} is {people}"


def _step_of(wave: Wave, row: Row) -> Iterator[str]:
    """Yield the steps that a row of a team tells the number of."""
    if row.measure == "response":
        yield ""
    elif row.measure == "active":
        yield "active"
    elif row.question in wave.frame.shown:
        yield row.question


def _measure(released: ReleasedWave, name: str) -> Measure | None:
    return next((measure for measure in released.release.measures if measure.id == name), None)


def _is_sensitive(released: ReleasedWave, row: Row) -> bool:
    measure = _measure(released, row.measure)
    return measure is not None and measure.sensitive


def _totals(released: ReleasedWave) -> Iterator[str]:
    """Wave totals of measures that are not sensitive are whole; sensitive ones have no teams."""
    for row in released.release.rows:
        part = row.measure.startswith("barriers_") or row.measure == "active_invited"
        if _is_sensitive(released, row):
            if row.group:
                yield f"{_name(row)}: sensitive, by team"
        elif not row.group and not part and _is_gap(row) and (_measure(released, row.measure) or row).unit != "count":  # type: ignore[union-attr]
            yield f"{_name(row)}: a total that is hidden"


def _unanimous(wave: Wave, released: ReleasedWave) -> Iterator[str]:
    """Nearly everybody, or all but two, with a sensitive answer that is not harmless is not told."""
    harmless = {option.code for item in wave.frame.codebook.items for option in item.options if option.exclusive}
    for row in released.release.rows:
        count, base = row.figure.count, row.figure.base
        if _is_sensitive(released, row) and row.option not in harmless and count is not None and base:
            if count >= NEARLY_ALL * base or base - count <= max(SMALL):
                yield f"{_name(row)}: {count} of {base}"
            if SMALL & {count, base, base - count}:
                yield f"{_name(row)}: {count} of {base}"


def _means(wave: Wave, released: ReleasedWave) -> Iterator[tuple[Row, Item]]:
    for row in released.release.rows:
        item = wave.frame.codebook.item(row.question)
        if row.option == "mean" and row.figure.value is not None and item is not None and item.kind is Kind.NUMBER:
            yield row, item


def _dominated(wave: Wave, released: ReleasedWave) -> Iterator[str]:
    """Who gave the second largest number may not know the largest within ten percent: all others gave the least."""
    for row, item in _means(wave, released):
        told = wave.frame.columns[item.id, ""]
        values = np.sort(np.asarray(points(item))[told[told > 0] - 1])[::-1]
        if len(values) < max(SMALL) or values[0] == item.minimum:
            continue
        rest = float(values[2:].sum()) - item.minimum * max(0, len(values) - 2)
        if rest < DOMINANT * values[0]:
            yield f"{_name(row)}: {values[0]} of a sum of {values.sum()}, second {values[1]}"


def _estimates(released: ReleasedWave) -> Iterator[str]:
    """The estimate for all invited people is the plain share unless the active people of every team are told."""
    active = released.rows("active")
    whole = next((row.figure.share for row in active if not row.group), None)
    for row in released.rows("active_invited"):
        if any(_is_gap(one) for one in active) and not _is_gap(row) and row.figure.share != whole:
            yield f"{_name(row)}: weighted by teams that are hidden"


def codes_hidden(released: ReleasedWave, item: Item) -> list[str]:
    """Return the options of a question that are gaps for somebody."""
    return [
        code for code in codes_of(item) if any(_is_gap(row) and row.option == code for row in released.release.rows)
    ]
