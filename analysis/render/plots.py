"""From figures to a plot: a picture and the table of the same figures, always made together."""

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
from analysis.render.blocks import Line, Picture, Plot, Table
from analysis.render.reading import Reading
from analysis.results import Figure, Measure
from analysis.wording import Wording


def bar_plot(reading: Reading, measure: Measure, *, small: bool = False, wave: int | None = None) -> Plot | None:
    """Show how often each option was chosen in the latest wave that asked; nothing if no wave did."""
    waves = reading.waves_of(measure)
    if not waves:
        return None
    at = waves[-1] if wave is None else wave
    rows = reading.bars(measure, at)
    title = _dated(reading, measure, at)
    draw = ranges if rows and all(_only_limits(row.figure) for row in rows) else None
    if draw:
        chart = draw(title, rows, reading.words, unit=measure.unit)
    else:
        chart = bars(title, rows, reading.words, unit=measure.unit, wide=HALF if small else WIDTH)
    return Plot(
        title,
        Picture.of(chart),
        reading.definition(measure),
        figures(title, rows, reading.words, measure.unit),
        small and draw is None,
    )


def group_plot(reading: Reading, measure: Measure, wave: int) -> Plot:
    """Show the one option of a measure for every group, everyone in bold."""
    option = measure.options[0][0]
    rows = [Bar(reading.group(""), reading.figure(measure, wave, option), strong=True)]
    rows += [Bar(reading.group(g), reading.figure(measure, wave, option, group=g)) for g in reading.groups_of(measure)]
    title = _dated(reading, measure, wave)
    chart = bars(title, rows, reading.words, unit=measure.unit)
    return Plot(
        title, Picture.of(chart), reading.definition(measure), figures(title, rows, reading.words, measure.unit)
    )


def funnel_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show the funnel of the latest wave."""
    waves = reading.waves_of(measure)
    if not waves:
        return None
    rows = reading.bars(measure, waves[-1])
    title = _dated(reading, measure, waves[-1])
    chart = funnel(title, rows, reading.words)
    return Plot(title, Picture.of(chart), reading.definition(measure), figures(title, rows, reading.words))


def level_plot(reading: Reading, measure: Measure, *, threshold: float | None) -> Plot | None:
    """Show the share of the first option over the waves, with the line that has to be reached."""
    words, waves = reading.words, reading.waves_of(measure)
    if not waves:
        return None
    option = measure.options[0][0]
    rows = [Bar(reading.wave(wave), reading.figure(measure, wave, option)) for wave in waves]
    text = "" if threshold is None else words.phrase("needed %(value)s", value=words.percent(threshold))
    title = reading.title(measure)
    chart = level(title, rows, words, threshold=threshold, threshold_text=text)
    return Plot(title, Picture.of(chart), reading.definition(measure), figures(title, rows, words))


def range_plot(reading: Reading, measure: Measure) -> Plot | None:
    """Show every wave of a measure of one option between its two limits."""
    waves = reading.waves_of(measure)
    if not waves:
        return None
    rows = [
        Bar(f"{reading.wave(wave)}" if len(measure.options) == 1 else f"{reading.wave(wave)}: {bar.label}", bar.figure)
        for wave in waves
        for bar in reading.bars(measure, wave)
    ]
    title = reading.title(measure)
    chart = ranges(title, rows, reading.words, unit=measure.unit)
    return Plot(
        title, Picture.of(chart), reading.definition(measure), figures(title, rows, reading.words, measure.unit)
    )


def pair_plot(reading: Reading, title: str, first: Measure, second: Measure, names: tuple[str, str]) -> Plot | None:
    """Show two measures with the same options against each other, in the latest wave that has both."""
    both = sorted(set(reading.waves_of(first)) & set(reading.waves_of(second)))
    if not both:
        return None
    wave = both[-1]
    pairs = [
        Pair(label, reading.figure(first, wave, code), reading.figure(second, wave, code))
        for code, label in reading.options(first)
    ]
    pairs = [pair for pair in pairs if _asked(reading, first, wave, pair)]
    whole = f"{title}, {reading.wave(wave)}"
    chart = dots(whole, pairs, names, reading.words)
    lines = tuple(
        Line(pair.label, (reading.words.figure(pair.first), reading.words.figure(pair.second))) for pair in pairs
    )
    table = Table(whole, "", names, lines, numbers=True)
    return Plot(whole, Picture.of(chart), f"{reading.definition(first)} {reading.definition(second)}", table)


def matrix_plot(
    title: str,
    definition: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Figure]],
    words: Wording,
) -> Plot:
    """Show a field of shares."""
    chart = matrix(title, rows, columns, cells, words)
    lines = tuple(Line(row, tuple(words.figure(cell) for cell in line)) for row, line in zip(rows, cells, strict=True))
    return Plot(title, Picture.of(chart), definition, Table(title, "", tuple(columns), lines, numbers=True))


def agreement_plot(reading: Reading, title: str, measures: Sequence[Measure]) -> Plot:
    """Show scales with the same points as divided bars, each in the latest wave that asked."""
    points = _points(measures[0])
    statements = [
        Statement(
            reading.title(measure),
            tuple(reading.figure(measure, reading.waves_of(measure)[-1], code) for code in points),
        )
        for measure in measures
    ]
    labels = dict(reading.options(measures[0]))
    ends = (labels[points[0]], labels[points[-1]])
    chart = agreement(title, statements, ends, reading.words)
    lines = tuple(Line(s.label, tuple(reading.words.figure(point) for point in s.points)) for s in statements)
    table = Table(title, "", tuple(labels[code] for code in points), lines, numbers=True)
    return Plot(title, Picture.of(chart), " ".join(dict.fromkeys(map(reading.definition, measures))), table)


def is_agreement(measure: Measure) -> bool:
    """Return true for scales: at least four points with numbers as codes."""
    return measure.unit == "share" and len(_points(measure)) >= 4  # noqa: PLR2004


def same_scale(measure: Measure) -> tuple[object, ...]:
    """Return what has to be equal in measures that share a chart: points and their labels."""
    return tuple((code, label) for code, label in measure.options if code.isdigit())


def figures(title: str, rows: Sequence[Bar], words: Wording, unit: str = "share") -> Table:
    """Return the figures of a chart as a table."""
    lines = tuple(Line(row.label, (words.figure(row.figure, unit), words.limits(row.figure, unit))) for row in rows)
    heads: tuple[str, ...] = (words.phrase("Figure"), words.phrase("Interval"))
    if not any(line.cells[1] for line in lines):
        return Table(title, "", heads[:1], tuple(Line(line.head, line.cells[:1]) for line in lines), numbers=True)
    return Table(title, "", heads, lines, numbers=True)


def _dated(reading: Reading, measure: Measure, wave: int) -> str:
    return f"{reading.title(measure)}, {reading.wave(wave)}" if wave else reading.title(measure)


def _only_limits(figure: Figure) -> bool:
    return shown(figure) and figure.share is None and figure.value is None and figure.low is not None


def _asked(reading: Reading, measure: Measure, wave: int, pair: Pair) -> bool:
    present = {row.option for row in reading.report.select(measure.id, wave=wave, group="")}
    return any(code in present and label == pair.label for code, label in reading.options(measure))


def _points(measure: Measure) -> tuple[str, ...]:
    return tuple(code for code, _ in measure.options if code.isdigit())
