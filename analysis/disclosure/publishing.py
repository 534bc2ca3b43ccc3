"""The only way from exact counts to published rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.disclosure.barring import barred, with_company
from analysis.disclosure.crossing import Line, hidden_figures
from analysis.disclosure.exact import (
    STEP_ACTIVE,
    Amount,
    Attendance,
    Breakdown,
    Course,
    Exact,
    Projection,
    Rules,
    Split,
    Table,
    Total,
)
from analysis.disclosure.sensitive import hidden_options
from analysis.disclosure.steps import hidden_steps
from analysis.intervals import share_interval
from analysis.results import GAP, Figure, Row

DIGITS = 4  # of a share; one more than a percentage with one decimal
AMOUNT_DIGITS = 1
DOMINANT = 0.10  # what the others add may not be known so well that the largest contribution is told within a tenth


@dataclass(frozen=True, slots=True)
class Published:
    """Rows that may leave the analysis, and the breakdowns that were nothing but gaps and are left out."""

    rows: tuple[Row, ...]
    dropped: tuple[str, ...]


@dataclass(slots=True)
class _Ledger:
    """What has been decided so far about one wave; lives only inside one call of publish."""

    attendance: Attendance
    rules: Rules
    rows: list[Row] = field(default_factory=list)
    absent: frozenset[str] = frozenset()
    course: Course | None = None
    untold: frozenset[tuple[str, str]] = frozenset()  # (team, step): how many passed it may not be told


def publish(
    exact: Sequence[Exact], attendance: Attendance, rules: Rules, *, closed: Collection[tuple[str, str]] = ()
) -> Published:
    """Return the rows of everything *exact* about one wave that may be shown.

    A wave with fewer ballots than the minimum shows nothing at all; tables that are *closed*, by measure and question,
    show nothing but gaps.
    """
    if attendance.answers < rules.reveal_minimum:
        return Published((), ())
    ledger = _Ledger(attendance, rules, absent=barred(attendance, rules))
    _publish_attendance(ledger)
    # Which steps may be told is decided before any table tells one.
    _decide_course([one for one in exact if isinstance(one, Course)], ledger)
    totals = [one for one in exact if isinstance(one, Total) and one.sensitive is not None]
    private = _hidden_privately(totals, closed, ledger)
    for one in exact:
        match one:
            case Total():
                ledger.rows += _total_rows(one, private.get((one.measure, one.question), frozenset()))
            case Breakdown():
                _publish_breakdown(one, ledger, closed=(one.measure, one.question) in closed)
            case Split():
                _publish_split(one, ledger, closed=(one.parts[0][0], one.question) in closed)
            case Amount():
                ledger.rows.append(_amount_row(one))
            case Projection():
                ledger.rows.append(_projected_row(one, ledger))
    splits = {measure for one in exact if isinstance(one, Split) for measure, _ in one.parts}
    rows, dropped = _without_empty_breakdowns(ledger.rows, splits)
    return Published(rows, dropped)


def _without_empty_breakdowns(rows: Sequence[Row], splits: Collection[str]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Return the rows without those breakdowns that are nothing but gaps, and the names of these."""

    def of_a_breakdown(row: Row) -> bool:
        return bool(row.group) or row.measure in splits

    shown = {row.measure for row in rows if of_a_breakdown(row) and row.figure != GAP}
    empty = [row for row in rows if of_a_breakdown(row) and row.measure not in shown]
    dropped = tuple(dict.fromkeys(row.measure for row in empty))
    return tuple(row for row in rows if not (of_a_breakdown(row) and row.measure in dropped)), dropped


# --------------------------------------------------------------------------- figures


def figure_of(count: int, table: Table, *, group: bool = False) -> Figure:
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


def _amount_row(one: Amount) -> Row:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, AMOUNT_DIGITS)

    figure = Figure(base=one.base, value=rounded(one.value), low=rounded(one.low), high=rounded(one.high))
    if dominated(one):
        figure = GAP
    return Row(one.wave, "", one.measure, one.question, one.option, figure)


def dominated(one: Amount) -> bool:
    """True if the second largest contributor could tell the largest contribution within a tenth (p % rule, p = 10).

    Hundepool et al. (2012), Statistical Disclosure Control, section 4.2.1.
    """
    if one.largest is None or one.others is None:
        return False
    return one.others < DOMINANT * one.largest


def _projected_row(one: Projection, ledger: _Ledger) -> Row:
    """Return the share of all people; weighted by team only where every team's count is shown."""
    shown = all(row.figure != GAP for row in ledger.rows if row.measure == one.of)
    estimate = one.weighted if one.weighted is not None and shown else one.plain
    figure = Figure(
        base=one.population,
        share=round(estimate.value, DIGITS),
        low=round(estimate.low, DIGITS),
        high=round(estimate.high, DIGITS),
    )
    return Row(one.wave, "", one.measure, one.question, one.of, figure)


# --------------------------------------------------------------------------- for everyone


def _publish_attendance(ledger: _Ledger) -> None:
    """Publish who answered: everyone, and the teams that may be shown."""
    wave, hidden = ledger.attendance, ledger.absent
    lines = [("", wave.answers, wave.population)]
    lines += [(team.code, team.answers, team.population) for team in wave.teams]
    for code, answers, population in lines:
        figure = Figure(count=answers)
        if code and code in hidden:
            figure = GAP
        elif population is not None and 0 < answers <= population:
            figure = Figure(count=answers, base=population, share=round(answers / population, DIGITS))
        ledger.rows.append(Row(wave.wave, code, "response", "response", "responded", figure))


def _hidden_privately(
    totals: Sequence[Total], closed: Collection[tuple[str, str]], ledger: _Ledger
) -> Mapping[tuple[str, str], frozenset[str]]:
    """Return the options to hide of each sensitive table, by measure and question."""
    if not totals:
        return {}
    hidden = hidden_options(totals, ledger.attendance.answers, ledger.rules)
    return {
        (total.measure, total.question): frozenset(
            option
            for option, _ in total.table.counts
            if (number, option) in hidden or (total.measure, total.question) in closed
        )
        for number, total in enumerate(totals)
    }


def _total_rows(total: Total, hidden: Collection[str]) -> Iterable[Row]:
    for option, count in total.table.counts:
        figure = GAP if option in hidden else figure_of(count, total.table)
        yield Row(total.wave, "", total.measure, total.question, option, figure)


# --------------------------------------------------------------------------- by team, and by part


def _decide_course(courses: Sequence[Course], ledger: _Ledger) -> None:
    """Decide which steps of which teams may be told; a wave has one course at most."""
    for course in courses[:1]:
        ledger.course = course
        ledger.untold = hidden_steps(course, ledger.attendance, ledger.absent, ledger.rules)


def _publish_breakdown(one: Breakdown, ledger: _Ledger, *, closed: bool) -> None:
    """Publish each figure of each team, or a gap for it."""
    sizes = _asked(one, ledger)
    shown = [(code, table) for code, table in one.teams if code not in ledger.absent]
    unseen = [Line(table, sizes[code]) for code, table in one.teams if code in ledger.absent]
    unseen.append(_rest_of(one.whole, [table for _, table in one.teams], sizes[""]))
    step = _step_of(one, ledger.course)
    forced = {code for code, table in shown if table.base < ledger.rules.group_minimum or (code, step) in ledger.untold}
    bases = {code: table.base for code, table in shown} | {"": sum(line.table.base for line in unseen)}
    if 0 < bases[""] < ledger.rules.group_minimum:
        forced.add("")
    forced |= with_company(forced, bases, ledger.rules)
    lines = [Line(table, sizes[code], closed or code in forced) for code, table in shown]
    hidden = hidden_figures(lines, unseen, one.shape)
    places = {code: number for number, (code, _) in enumerate(shown)}
    for code, table in one.teams:
        for option, (name, count) in enumerate(table.counts):
            seen = code in places and (places[code], option) not in hidden
            figure = figure_of(count, table, group=True) if seen else GAP
            ledger.rows.append(Row(one.wave, code, one.measure, one.question, name, figure))


def _step_of(one: Breakdown, course: Course | None) -> str:
    """Return the step of the course that a breakdown tells by team; none where everybody was asked."""
    if course is None:
        return ""
    return STEP_ACTIVE if one.measure == STEP_ACTIVE else course.step_of(one.step) or ""


def _asked(one: Breakdown, ledger: _Ledger) -> Mapping[str, int]:
    """Return how many of each team, and without team, were asked; an attacker may know it."""
    teams = ledger.attendance.teams
    rest = ledger.attendance.answers - sum(team.answers for team in teams)
    everybody = {team.code: team.answers for team in teams} | {"": rest}
    step = ledger.course.step_of(one.step) if ledger.course is not None else None
    if step is None or ledger.course is None:
        return everybody
    return dict(zip(everybody, ledger.course.passed(step), strict=True))


def _rest_of(whole: Table, parts: Sequence[Table], size: int) -> Line:
    """Return who is in none of the parts, as it follows from the totals; *size* of them were asked."""
    counts = tuple(
        (option, count - sum(part.counts[place][1] for part in parts))
        for place, (option, count) in enumerate(whole.counts)
    )
    return Line(Table(whole.base - sum(part.base for part in parts), counts), size)


def _publish_split(one: Split, ledger: _Ledger, *, closed: bool) -> None:
    """Publish the parts side by side."""
    forced = closed or any(table.base < ledger.rules.group_minimum for _, table in one.parts)
    lines = [Line(table, size, forced) for (_, table), size in zip(one.parts, one.sizes, strict=True)]
    rest = _rest_of(one.whole, [table for _, table in one.parts], one.asked - sum(one.sizes))
    hidden = hidden_figures(lines, [rest], one.shape)
    for number, (measure, table) in enumerate(one.parts):
        for place, (option, count) in enumerate(table.counts):
            figure = GAP if (number, place) in hidden else figure_of(count, table)
            ledger.rows.append(Row(one.wave, "", measure, one.question, option, figure))
