"""The only way from exact counts to published rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.disclosure.exact import (
    Amount,
    Attendance,
    Breakdown,
    Exact,
    Projection,
    Rules,
    Shape,
    Split,
    Table,
    Total,
)
from analysis.disclosure.sensitive import hidden_options
from analysis.disclosure.suppression import Cells, barred, hidden_lines, small_lines
from analysis.intervals import share_interval
from analysis.results import GAP, Figure, Row

DIGITS = 4  # of a share; one more than a percentage with one decimal
AMOUNT_DIGITS = 1


@dataclass(frozen=True, slots=True)
class Published:
    """Rows that may leave the analysis, with what was hidden to protect people."""

    rows: tuple[Row, ...]
    primary: int
    secondary: int
    dropped: tuple[str, ...]

    def figure(self, measure: str, wave: int, option: str, *, group: str = "", question: str = "") -> Figure | None:
        """Return one published figure, none where it is a gap or was never asked."""
        for row in self.rows:
            at = (row.measure, row.wave, row.option, row.group)
            if at == (measure, wave, option, group) and question in {"", row.question}:
                return row.figure if row.figure.base is not None or row.figure.value is not None else None
        return None


@dataclass(slots=True)
class _Ledger:
    """What has been decided so far; lives only inside one call of publish."""

    rows: list[Row] = field(default_factory=list)
    primary: int = 0
    secondary: int = 0
    gaps: set[tuple[int, str, str]] = field(default_factory=set)


def publish(exact: Sequence[Exact], attendance: Sequence[Attendance], rules: Rules) -> Published:
    """Return the rows of everything *exact* that may be shown; parents of sensitive tables must come first.

    A wave with fewer ballots than the minimum shows nothing at all.
    """
    ledger = _Ledger()
    present = {wave.wave: wave for wave in attendance if wave.answers >= rules.reveal_minimum}
    hidden_teams = {number: barred(wave, rules) for number, wave in present.items()}
    for number, wave in present.items():
        _publish_attendance(wave, hidden_teams[number], ledger)
    for one in exact:
        if one.wave != 0 and one.wave not in present:
            continue
        match one:
            case Total():
                _publish_total(one, ledger, rules)
            case Breakdown():
                _publish_breakdown(one, hidden_teams[one.wave], ledger, rules)
            case Split():
                _publish_split(one, ledger, rules)
            case Amount():
                ledger.rows.append(_amount(one))
            case Projection():
                ledger.rows.append(_projected(one, ledger))
    _close_columns(exact, ledger)
    splits = {measure for one in exact if isinstance(one, Split) for measure, _ in one.parts}
    rows, dropped = _without_empty_breakdowns(ledger.rows, splits)
    return Published(rows, ledger.primary, ledger.secondary, dropped)


def _without_empty_breakdowns(rows: Sequence[Row], splits: Collection[str]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return the rows without those breakdowns that are nothing but gaps in every wave, and the names of these."""

    def of_a_breakdown(row: Row) -> bool:
        return bool(row.group) or row.measure in splits

    shown = {row.measure for row in rows if of_a_breakdown(row) and row.figure != GAP}
    empty = [row for row in rows if of_a_breakdown(row) and row.measure not in shown]
    dropped = tuple(dict.fromkeys(row.measure for row in empty))
    return tuple(row for row in rows if not (of_a_breakdown(row) and row.measure in dropped)), dropped


def _publish_attendance(wave: Attendance, hidden: frozenset[str], ledger: _Ledger) -> None:
    """Publish who answered: everyone, and the teams that may be shown."""
    lines = [("", wave.answers, wave.population)]
    lines += [(team.code, team.answers, team.population) for team in wave.teams]
    for code, answers, population in lines:
        figure = Figure(count=answers)
        if code and code in hidden:
            figure = GAP
        elif population is not None and 0 < answers <= population:
            figure = Figure(count=answers, base=population, share=round(answers / population, DIGITS))
        ledger.rows.append(Row(wave.wave, code, "response", "response", "responded", figure))
    ledger.primary += len(hidden - {""})


def _figure(count: int, table: Table, *, group: bool = False) -> Figure:
    """Return count, base, share and its 95 % limits, rounded once for all formats."""
    if table.base == 0:
        return Figure(count=0, base=0)
    if not table.sampled:
        return Figure(count=count, base=table.base, share=round(count / table.base, DIGITS))
    # A sample larger than its list is a list that is wrong: then nothing is known about the others.
    population = table.population if table.population is not None and table.population >= table.base else None
    limits = share_interval(count, table.base, population, group=group)
    return Figure(
        count=count,
        base=table.base,
        share=round(count / table.base, DIGITS),
        low=round(limits.low, DIGITS),
        high=round(limits.high, DIGITS),
    )


def _amount(one: Amount) -> Row:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, AMOUNT_DIGITS)

    figure = Figure(base=one.base, value=rounded(one.value), low=rounded(one.low), high=rounded(one.high))
    return Row(one.wave, "", one.measure, one.question, one.option, figure)


def _projected(one: Projection, ledger: _Ledger) -> Row:
    """Return the share of all people; weighted by team only where every team's count is shown."""
    shown = all(row.figure != GAP for row in ledger.rows if (row.wave, row.measure) == (one.wave, one.of))
    estimate = one.weighted if one.weighted is not None and shown else one.plain
    figure = Figure(
        base=one.population,
        share=round(estimate.value, DIGITS),
        low=round(estimate.low, DIGITS),
        high=round(estimate.high, DIGITS),
    )
    return Row(one.wave, "", one.measure, one.question, one.of, figure)


def _publish_total(total: Total, ledger: _Ledger, rules: Rules) -> None:
    hidden: frozenset[str] = frozenset()
    if total.sensitive is not None:
        gaps = {(measure, option) for wave, measure, option in ledger.gaps if wave == total.wave}
        hidden, primary = hidden_options(total, gaps, rules)
        ledger.primary += primary
        ledger.secondary += len(hidden) - primary
        ledger.gaps |= {(total.wave, total.measure, option) for option in hidden}
    for option, count in total.table.counts:
        figure = GAP if option in hidden else _figure(count, total.table)
        ledger.rows.append(Row(total.wave, "", total.measure, total.question, option, figure))


def _close_columns(exact: Sequence[Exact], ledger: _Ledger) -> None:
    """Hide an option in every table of a sensitive measure with several tables, once it is hidden in one of them."""
    asked: dict[tuple[int, str], set[str]] = {}
    for one in exact:
        if isinstance(one, Total) and one.sensitive is not None:
            asked.setdefault((one.wave, one.measure), set()).add(one.question)
    several = {key for key, questions in asked.items() if len(questions) > 1}
    for place, row in enumerate(ledger.rows):
        if (
            (row.wave, row.measure) in several
            and (row.wave, row.measure, row.option) in ledger.gaps
            and row.figure != GAP
        ):
            ledger.rows[place] = Row(row.wave, row.group, row.measure, row.question, row.option, GAP)
            ledger.secondary += 1


def _publish_breakdown(one: Breakdown, barred: frozenset[str], ledger: _Ledger, rules: Rules) -> None:
    """Publish each team or a gap for it; overlapping options are decided one by one."""
    forced = {
        place for place, (code, table) in enumerate(one.teams) if code in barred or table.base < rules.group_minimum
    }
    options = [option for option, _ in one.whole.counts]
    hidden: dict[str, frozenset[int]] = {}
    if one.shape is Shape.SEPARATE:
        for place, option in enumerate(options):
            narrow = [_binary(table, place) for table in _with_rest(one)]
            hidden[option] = _decided(np.stack(narrow), forced, rules, ledger)
    else:
        cells = np.array([[count for _, count in table.counts] for table in _with_rest(one)])
        hidden = dict.fromkeys(options, _decided(cells, forced, rules, ledger))
    for place, (code, table) in enumerate(one.teams):
        for option, count in table.counts:
            figure = GAP if place in hidden[option] else _figure(count, table, group=True)
            ledger.rows.append(Row(one.wave, code, one.measure, one.question, option, figure))


def _with_rest(one: Breakdown) -> Iterator[Table]:
    """Yield the tables of all teams, and of the ballots without team, which follow from the totals."""
    yield from (table for _, table in one.teams)
    base = one.whole.base - sum(table.base for _, table in one.teams)
    counted = [sum(table.counts[place][1] for _, table in one.teams) for place in range(len(one.whole.counts))]
    yield Table(base, tuple((o, count - counted[place]) for place, (o, count) in enumerate(one.whole.counts)))


def _binary(table: Table, place: int) -> Cells:
    count = table.counts[place][1]
    return np.array([count, table.base - count])


def _decided(cells: Cells, forced: set[int], rules: Rules, ledger: _Ledger) -> frozenset[int]:
    """Return the hidden lines of one table and count them; the last line are the ballots without team."""
    rest = len(cells) - 1
    must = forced | ({rest} if 0 < cells[rest].sum() < rules.group_minimum else set())
    hidden = hidden_lines(cells, must, rules)
    primary = must | small_lines(cells)
    ledger.primary += len(primary)
    ledger.secondary += len(hidden) - len(primary)
    return hidden


def _publish_split(one: Split, ledger: _Ledger, rules: Rules) -> None:
    """Publish the parts side by side; options, not parts, become gaps."""
    options = [option for option, _ in one.whole.counts]
    parts = [[count for _, count in table.counts] for _, table in one.parts]
    rest = np.array([count for _, count in one.whole.counts]) - np.array(parts).sum(axis=0)
    cells = np.column_stack([*parts, rest])
    primary = small_lines(cells, complements=False)
    hidden = frozenset(range(len(options)))
    if all(table.base >= rules.group_minimum for _, table in one.parts):
        hidden = hidden_lines(cells, (), rules, complements=False)
    ledger.primary += len(primary)
    ledger.secondary += len(hidden) - len(primary)
    for measure, table in one.parts:
        for place, (option, count) in enumerate(table.counts):
            figure = GAP if place in hidden else _figure(count, table)
            ledger.rows.append(Row(one.wave, "", measure, one.question, option, figure))
