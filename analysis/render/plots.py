"""From figures to a plot, picture and table always together; where nothing is published there is no plot."""

from collections.abc import Sequence

from analysis.charts.agreement import Statement, agreement
from analysis.charts.bars import bars
from analysis.charts.dots import Pair, dots
from analysis.charts.funnel import funnel
from analysis.charts.level import level
from analysis.charts.look import HALF, WIDTH
from analysis.charts.matrix import matrix
from analysis.charts.parts import Bar, shown
from analysis.charts.ranges import ranges
from analysis.codebook import Text
from analysis.render.blocks import Line, Picture, Plot, Table
from analysis.render.reading import Reading
from analysis.results import Figure, Measure
from analysis.wording import WHOLE_BELOW, Wording


def bar_plot(reading: Reading, measure: Measure, *, small: bool = False) -> Plot | None:
    """Show how often each option was chosen in the latest wave that asked."""
    rows = reading.latest(measure)
    if not any(shown(row.figure) for row in rows):
        return None
    title = reading.dated(measure)
    if all(_only_limits(row.figure) for row in rows):
        chart = ranges(title, rows, reading.words, unit=measure.unit)
        small = False
    else:
        chart = bars(title, rows, reading.words, unit=measure.unit, wide=HALF if small else WIDTH, brief=small)
    table = figures(title, rows, reading.words, measure.unit)
    return Plot(title, Picture.of(chart), reading.definition(measure), table, (measure.id,), small)


def group_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show the one option of a measure for every group, everyone in bold."""
    waves = reading.waves_of(measure)
    if not waves:
        return None
    option, wave = measure.options[0][0], waves[-1]
    rows = [Bar(reading.group(""), reading.figure(measure, wave, option), strong=True)]
    rows += [Bar(reading.group(g), reading.figure(measure, wave, option, group=g)) for g in reading.groups_of(measure)]
    title = reading.dated(measure)
    chart = bars(title, rows, reading.words, unit=measure.unit)
    table = figures(title, rows, reading.words, measure.unit)
    return Plot(title, Picture.of(chart), reading.definition(measure), table, (measure.id,))


def funnel_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show the funnel of the latest wave."""
    rows = reading.latest(measure)
    if not any(shown(row.figure) for row in rows):
        return None
    title = reading.dated(measure)
    chart = funnel(title, rows, reading.words)
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
    chart = level(title, rows, words, threshold=threshold, threshold_text=text)
    return Plot(title, Picture.of(chart), reading.definition(measure), figures(title, rows, words), (measure.id,))


def range_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show the first option of a measure between its two limits, wave by wave."""
    option = measure.options[0][0]
    rows = [Bar(reading.wave(wave), reading.figure(measure, wave, option)) for wave in reading.waves_of(measure)]
    if not any(shown(row.figure) for row in rows):
        return None
    title = reading.title(measure)
    chart = ranges(title, rows, reading.words, unit=measure.unit)
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
    chart = dots(title, pairs, names, words)
    lines = tuple(Line(pair.label, (words.figure(pair.first), words.figure(pair.second))) for pair in pairs)
    definition = " ".join(dict.fromkeys((reading.definition(first), reading.definition(second))))
    table = Table(title, "", names, lines, style="numbers")
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
    chart = matrix(title, rows, columns, cells, words)
    texts = [tuple(words.figure(cell) for cell in line) for line in cells]
    if len(columns) > len(rows):
        # A page is higher than wide: the longer side becomes the rows.
        rows, columns, texts = columns, rows, list(zip(*texts, strict=True))
    lines = tuple(Line(row, line) for row, line in zip(rows, texts, strict=True))
    table = Table(title, "", tuple(columns), lines, style="numbers")
    return Plot(title, Picture.of(chart), measure[1], table, (measure[0],))


def agreement_plot(reading: Reading, title: str, measures: Sequence[Measure]) -> Plot | None:
    """Show scales with the same points as divided bars, each in the latest wave that asked."""
    points = _points(measures[0])
    statements = [
        Statement(
            reading.dated(measure),
            tuple(reading.figure(measure, reading.waves_of(measure)[-1], code) for code in points),
        )
        for measure in measures
    ]
    if not any(shown(point) for statement in statements for point in statement.points):
        return None
    labels = dict(reading.options(measures[0]))
    chart = agreement(title, statements, (labels[points[0]], labels[points[-1]]), reading.words)
    lines = tuple(
        Line(labels[code], tuple(reading.words.figure(statement.points[place]) for statement in statements))
        for place, code in enumerate(points)
    )
    table = Table(title, "", tuple(map(reading.title, measures)), lines, style="numbers")
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
    """Return the figures of a chart as a table."""
    lines = tuple(
        Line(
            row.label,
            (words.figure(row.figure, unit), "" if _only_limits(row.figure) else words.limits(row.figure, unit)),
        )
        for row in rows
    )
    heads: tuple[str, ...] = (words.phrase("Figure"), words.phrase("Interval"))
    if not any(line.cells[1] for line in lines):
        return Table(title, "", heads[:1], tuple(Line(line.head, line.cells[:1]) for line in lines), style="numbers")
    decimals = any((row.figure.base or 0) >= WHOLE_BELOW for row in rows)
    return Table(title, "", heads, lines, style="limits decimals" if decimals else "limits")


def _only_limits(figure: Figure) -> bool:
    return shown(figure) and figure.share is None and figure.value is None and figure.low is not None


def _points(measure: Measure) -> tuple[str, ...]:
    return tuple(code for code, _ in measure.options if code.isdigit())
