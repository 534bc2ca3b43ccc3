"""From figures to a plot, picture and table always together; where nothing is published there is no plot."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from analysis.charts.agreement import Statement, agreement
from analysis.charts.bars import bars
from analysis.charts.dots import Pair, dots
from analysis.charts.funnel import funnel
from analysis.charts.level import level
from analysis.charts.look import HALF, WIDTH
from analysis.charts.matrix import matrix
from analysis.charts.parts import Bar, shown
from analysis.charts.ranges import ranges
from analysis.charts.slope import Slope, slope
from analysis.codebook import Text
from analysis.render.blocks import Line, Picture, Plot, Table
from analysis.render.cells import brief, column_widths, counted, shared_base
from analysis.render.reading import Reading
from analysis.results import Count, Figure, Measure
from analysis.wording import WHOLE_BELOW, Wording

MOST_GROUPS = 20  # so many are drawn and listed; all of them are in the export
_FEW_WAVES, _FEW_COLUMNS = 4, 4  # so many fit into half the page
_NAMED = 3  # from so many options that nobody chose on they are named instead of drawn

T = TypeVar("T")


def bar_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show how often each option was chosen in the latest wave that asked; what nobody chose is named below."""
    rows = reading.latest(measure)
    if not any(shown(row.figure) for row in rows):
        return None
    title, words = reading.dated(measure), reading.words
    drawn, unchosen = _parted(rows, lambda row: row.figure.count == 0 and shown(row.figure))
    if all(_only_limits(row.figure) for row in rows):
        chart = ranges(title, rows, words, unit=measure.unit, wide=HALF)
    else:
        chart = bars(
            title, drawn, words, unit=measure.unit, wide=HALF, brief=shared_base(row.figure for row in rows) is not None
        )
    definition = f"{reading.definition(measure)}{_nobody(unchosen, words)}"
    return Plot(title, Picture.of(chart), definition, figures(title, rows, words, measure.unit), (measure.id,))


def _parted(rows: Sequence[T], nobody: Callable[[T], bool]) -> tuple[Sequence[T], Sequence[T]]:
    """Return the rows that are drawn, and those that are only named because nobody chose them."""
    drawn = [row for row in rows if not nobody(row)]
    return (drawn, [row for row in rows if nobody(row)]) if drawn and len(rows) - len(drawn) >= _NAMED else (rows, [])


def _nobody(rows: Sequence[Bar | Pair], words: Wording) -> str:
    if not rows:
        return ""
    return " " + words.phrase("Nobody chose: %(names)s.", names="; ".join(row.label for row in rows))


def group_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show the one option of a measure for every group, everyone in bold."""
    waves = reading.waves_of(measure)
    if not waves:
        return None
    option, wave = measure.options[0][0], waves[-1]
    rows = [Bar(reading.group(""), reading.figure(measure, wave, option), strong=True)]
    groups = reading.groups_of(measure)
    rows += [Bar(reading.group(g), reading.figure(measure, wave, option, group=g)) for g in groups[:MOST_GROUPS]]
    title = reading.dated(measure)
    chart = bars(title, rows, reading.words, unit=measure.unit, wide=HALF)
    table = figures(title, rows, reading.words, measure.unit)
    definition = f"{reading.definition(measure)}{further_groups(reading, measure)}"
    return Plot(title, Picture.of(chart), definition, table, (measure.id,))


def further_groups(reading: Reading, measure: Measure) -> str:
    """Return where the groups are that find no room on paper; nothing if there are none."""
    groups = len(reading.groups_of(measure))
    if groups <= MOST_GROUPS:
        return ""
    return " " + reading.words.phrase(
        "The first %(shown)s of %(all)s groups in the order of the charter; all of them are in the export.",
        shown=Count(MOST_GROUPS),
        all=Count(groups),
    )


def funnel_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show the funnel of the latest wave."""
    rows = reading.latest(measure)
    if not any(shown(row.figure) for row in rows):
        return None
    title = reading.dated(measure)
    chart = funnel(title, rows, reading.words, wide=HALF)
    table = figures(title, rows, reading.words)
    return Plot(title, Picture.of(chart), reading.definition(measure), table, (measure.id,))


def level_plot(reading: Reading, measure: Measure, *, threshold: float | None) -> Plot | None:
    """Show the share of the first option over the waves, with the line that has to be reached."""
    words, option = reading.words, measure.options[0][0]
    rows = [Bar(reading.wave(wave), reading.figure(measure, wave, option)) for wave in reading.waves_of(measure)]
    if not any(shown(row.figure) for row in rows):
        return None
    text = "" if threshold is None else words.phrase("needed %(value)s", value=words.percent(threshold))
    title = reading.title(measure)
    wide = HALF if len(rows) <= _FEW_WAVES else WIDTH
    chart = level(title, rows, words, threshold=threshold, threshold_text=text, wide=wide)
    return Plot(title, Picture.of(chart), reading.definition(measure), figures(title, rows, words), (measure.id,))


def range_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show the first option of a measure between its two limits, wave by wave."""
    option = measure.options[0][0]
    rows = [Bar(reading.wave(wave), reading.figure(measure, wave, option)) for wave in reading.waves_of(measure)]
    if not any(shown(row.figure) for row in rows):
        return None
    title = reading.title(measure)
    chart = ranges(title, rows, reading.words, unit=measure.unit, wide=HALF)
    table = figures(title, rows, reading.words, measure.unit)
    return Plot(title, Picture.of(chart), reading.definition(measure), table, (measure.id,))


def pair_plot(reading: Reading, title: str, first: Measure, second: Measure, names: tuple[str, str]) -> Plot | None:
    """Show two measures against each other, option by option, each in its latest wave."""
    left, right = ({bar.label: bar.figure for bar in reading.latest(measure)} for measure in (first, second))
    common = [label for label in left if label in right]
    pairs = [Pair(label, left[label], right[label]) for label in common]
    if not any(shown(pair.first) or shown(pair.second) for pair in pairs):
        return None
    words = reading.words
    drawn, unchosen = _parted(pairs, lambda pair: pair.first.count == 0 == pair.second.count)
    chart = dots(title, drawn, names, words)
    bases = [shared_base(side) for side in zip(*((p.first, p.second) for p in pairs), strict=True)]
    lines = tuple(
        Line(pair.label, (brief(pair.first, bases[0], words), brief(pair.second, bases[1], words))) for pair in pairs
    )
    heads = tuple(map(counted, names, bases, (words, words)))
    definition = " ".join(dict.fromkeys((reading.definition(first), reading.definition(second))))
    definition += _nobody(unchosen, words)
    table = Table(title, "", heads, lines, style="numbers", widths=(0.5, 0.25, 0.25), narrow=True)
    return Plot(title, Picture.of(chart), definition, table, (first.id, second.id))


def matrix_plot(
    title: str,
    measure: tuple[str, str],
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Figure]],
    words: Wording,
) -> Plot:
    """Show a field of shares; *measure* is its id and its definition."""
    chart = matrix(title, rows, columns, cells, words, wide=HALF if len(columns) <= _FEW_COLUMNS else WIDTH)
    texts = [tuple(words.figure(cell) for cell in line) for line in cells]
    if len(columns) > len(rows):
        # A page is higher than wide: the longer side becomes the rows.
        rows, columns, texts = columns, rows, list(zip(*texts, strict=True))
    lines = tuple(Line(row, line) for row, line in zip(rows, texts, strict=True))
    narrow = len(columns) <= 2  # noqa: PLR2004
    widths = column_widths(len(columns), narrow=narrow)
    table = Table(title, "", tuple(columns), lines, style="numbers", widths=widths, narrow=narrow)
    return Plot(title, Picture.of(chart), measure[1], table, (measure[0],))


def slope_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show how the first option changed from the first wave to the latest, for every group shown in both."""
    words, option = reading.words, measure.options[0][0]
    waves = [wave for wave in reading.waves_of(measure) if shown(reading.figure(measure, wave, option))]
    if len(waves) < 2:  # noqa: PLR2004
        return None
    rows = []
    for group in ("", *reading.groups_of(measure)[:MOST_GROUPS]):
        before, after = (reading.figure(measure, wave, option, group=group) for wave in (waves[0], waves[-1]))
        if shown(before) and shown(after):
            rows.append(Slope(reading.group(group), before, after, strong=not group))
    if len(rows) < 2:  # noqa: PLR2004
        return None
    names = (reading.wave(waves[0]), reading.wave(waves[-1]))
    title = words.phrase(
        "%(measure)s: from %(first)s to %(last)s", measure=measure.title, first=names[0], last=names[1]
    )
    chart = slope(title, rows, names, words, wide=HALF)
    definition = words.phrase("Groups that are shown in both waves. Small groups move by chance; see their intervals.")
    definition += further_groups(reading, measure)
    lines = []
    for row in rows:
        cells = (f"{words.figure(figure)}, {words.limits(figure)}" for figure in (row.before, row.after))
        lines.append(Line(row.label, tuple(cells)))
    table = Table(title, "", names, tuple(lines), "numbers")
    return Plot(title, Picture.of(chart), definition, table, (measure.id,))


def agreement_plot(reading: Reading, measures: Sequence[Measure], title: str = "") -> Plot | None:
    """Show scales with the same points as divided bars, each in the latest wave that asked; unnamed by their ends."""
    points = _points(measures[0])
    labels = dict(reading.options(measures[0]))
    ends = labels[points[0]], labels[points[-1]]
    title = title or reading.words.phrase('From "%(least)s" to "%(most)s"', least=ends[0], most=ends[1])
    statements = [
        Statement(
            reading.dated(measure),
            tuple(reading.figure(measure, reading.waves_of(measure)[-1], code) for code in points),
        )
        for measure in measures
    ]
    if not any(shown(point) for statement in statements for point in statement.points):
        return None
    chart = agreement(title, statements, ends, reading.words, wide=HALF)
    bases = [shared_base(statement.points) for statement in statements]
    lines = tuple(
        Line(
            labels[code],
            tuple(brief(s.points[place], base, reading.words) for s, base in zip(statements, bases, strict=True)),
        )
        for place, code in enumerate(points)
    )
    narrow = len(measures) <= 2  # noqa: PLR2004
    heads = tuple(map(reading.dated, measures))
    widths = column_widths(len(measures), narrow=narrow)
    table = Table(title, "", heads, lines, style="numbers", widths=widths, narrow=narrow)
    definition = " ".join(dict.fromkeys(map(reading.definition, measures)))
    return Plot(title, Picture.of(chart), definition, table, tuple(measure.id for measure in measures))


def is_agreement(measure: Measure) -> bool:
    """Return true for scales: four to seven points counted from 1 whose ends have words; days and grades have none."""
    points = _points(measure)
    counted = points == tuple(str(number) for number in range(1, len(points) + 1))
    words = dict(measure.options)
    return (
        measure.unit == "share"
        and counted
        and 4 <= len(points) <= 7  # noqa: PLR2004
        and words[points[0]] != Text.plain(points[0])
    )


def same_scale(measure: Measure) -> tuple[object, ...]:
    """Return what has to be equal in measures that share a chart: points and their labels."""
    return tuple((code, label) for code, label in measure.options if code.isdigit())


def figures(title: str, rows: Sequence[Bar], words: Wording, unit: str = "share") -> Table:
    """Return the figures of a chart as a narrow table: people, share and interval, or amount and interval."""
    if any(row.figure.share is not None for row in rows if shown(row.figure)):
        return _shares(title, rows, words)
    lines = tuple(
        Line(
            row.label,
            (words.figure(row.figure, unit), "" if _only_limits(row.figure) else words.limits(row.figure, unit)),
        )
        for row in rows
    )
    heads = (words.phrase("Figure"), words.phrase("Interval"))
    if any(line.cells[1] for line in lines):
        return Table(title, "", heads, lines, "numbers", (0.4, 0.28, 0.32), narrow=True)
    alone = tuple(Line(line.head, line.cells[:1]) for line in lines)
    return Table(title, "", heads[:1], alone, "numbers", (0.6, 0.4), narrow=True)


def _shares(title: str, rows: Sequence[Bar], words: Wording) -> Table:
    """Return shares: the people behind each, out of how many where that differs, and the interval if there is one."""
    base = shared_base(row.figure for row in rows)
    intervals = any(words.limits(row.figure) for row in rows)
    heads = ("n", *(words.phrase(head) for head in ("Share", *(("Interval",) if intervals else ()))))
    lines = tuple(Line(row.label, _share_cells(row, words, of=base is None, intervals=intervals)) for row in rows)
    decimals = any((row.figure.base or 0) >= WHOLE_BELOW for row in rows)
    people, share, interval = (0.14, 0.15, 0.25) if decimals else (0.1, 0.13, 0.19)
    if not all(shown(row.figure) for row in rows):
        interval = max(interval, 0.25)
    if base is None:
        people = 0.33 if decimals else 0.2
    widths = (people, share, interval) if intervals else (people, 0.24)
    return Table(title, "", heads, lines, "numbers", (1 - sum(widths), *widths), narrow=True)


def _share_cells(row: Bar, words: Wording, *, of: bool, intervals: bool) -> tuple[str, ...]:
    figure = row.figure
    if not shown(figure) or figure.share is None:
        return ("", "", words.figure(figure)) if intervals else ("", words.figure(figure))
    people = "" if figure.count is None else words.count(figure.count)
    if of and figure.count is not None and figure.base is not None:
        people = words.phrase("%(count)s of %(base)s", count=Count(figure.count), base=Count(figure.base))
    share = words.percent(figure.share, figure.base)
    return (people, share, words.limits(figure)) if intervals else (people, share)


def _only_limits(figure: Figure) -> bool:
    return shown(figure) and figure.share is None and figure.value is None and figure.low is not None


def _points(measure: Measure) -> tuple[str, ...]:
    return tuple(code for code, _ in measure.options if code.isdigit())
