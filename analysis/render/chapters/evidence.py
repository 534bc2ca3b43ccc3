"""The chapters of figures: adoption, groups, stuck-points, impact, satisfaction, shadow AI, further answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from analysis.charts.parts import shown
from analysis.render.blocks import Block, Chapter, Notice, Plot, Prose, Table
from analysis.render.chapters.compared import by_people, driver_table, exposure_table, lift_table
from analysis.render.chapters.progress import effect_table, funnel_table
from analysis.render.plots import (
    MOST_GROUPS,
    agreement_plot,
    bar_plot,
    funnel_plot,
    further_groups,
    is_agreement,
    level_plot,
    matrix_plot,
    pair_plot,
    range_plot,
    same_scale,
    slope_plot,
)
from analysis.render.reading import Reading
from analysis.results import Figure, Measure

_FIELDS = 3  # so many breakdowns are printed; all of them are in the export
_FURTHER = 16  # so many further questions get a chart; the others a table


def adoption(reading: Reading) -> Chapter:
    """Show the funnel, the level over the waves, how often and for what people use it, and what they remember."""
    gate = next((gate for gate in reading.report.gates if gate.id == "adoption"), None)
    threshold = gate.threshold if gate else None
    way = _plot(reading, "funnel", funnel_plot)
    if way and (steps := funnel_table(reading)):
        way = replace(way, measures=(*way.measures, "funnel_answered", "conversion"), table=steps)
    plots = (
        _plot(reading, "active", lambda r, m: level_plot(r, m, threshold=threshold)),
        way,
        _plot(reading, "intensity", bar_plot),
        _plot(reading, "breadth", bar_plot),
        _plot(reading, "recall_by_use", bar_plot),
    )
    reason = reading.words.phrase(
        "Nothing can be shown: no question of this survey measures the use of the pilot's tool."
    )
    return _chapter(reading, "adoption", reading.words.phrase("Adoption"), plots, reason)


def by_group(reading: Reading) -> Chapter:
    """Show the most telling measures by group as fields, gaps hatched, and how active use changed."""
    words = reading.words
    first = [m for m in map(reading.report.measure, ("active", "funnel", "stuck_stage")) if m]
    measures = first or [m for m in reading.report.measures if m.id != "response"]
    fields = [field for measure in measures if (field := _field(reading, measure))][:_FIELDS]
    change = _plot(reading, "active", slope_plot)
    reason = words.phrase(
        "No figure is shown by group: there are no groups, or the breakdown would say too much about single people."
    )
    return _chapter(reading, "groups", words.phrase("By group"), (*fields[:1], change, *fields[1:]), reason)


def stuck(reading: Reading) -> Chapter:
    """Show where people got stuck, what those name who are stuck against those who passed, and what came of it."""
    report, words = reading.report, reading.words
    pair = None
    if (first := report.measure("barriers_stuck")) and (second := report.measure("barriers_passed")):
        title = words.phrase("What those name who are stuck, and those who passed")
        names = (words.phrase("stuck"), words.phrase("passed"))
        pair = pair_plot(reading, title, by_people(reading, first), second, names)
    if pair and (lifts := lift_table(reading)):
        pair = replace(pair, measures=(*pair.measures, "barrier_lift", "barrier_chance"), table=lifts)
    plots = (
        _plot(reading, "stuck_where", _ranked),
        _plot(reading, "stuck_task", _ranked),
        _plot(reading, "stuck_reaction", _ranked),
        _plot(reading, "barriers", _ranked),
        pair,
        driver_table(reading),
    )
    reason = words.phrase("Nothing can be shown: no question of this survey asks where people got stuck.")
    return _chapter(reading, "stuck", words.phrase("Stuck-points"), plots, reason)


def impact(reading: Reading) -> Chapter:
    """Show the measured KPI, the net time as intervals, and what was expected against what was experienced."""
    report, words = reading.report, reading.words
    pair = None
    if (first := report.measure("expected_minutes")) and (second := report.measure("minutes_saved")):
        title = words.phrase("Time saved per week: expected before, experienced now")
        pair = pair_plot(reading, title, first, second, (words.phrase("expected"), words.phrase("experienced")))
    kpi = _plot(reading, "kpi_measured", bar_plot)
    plots = (
        kpi,
        effect_table(reading),
        _plot(reading, "net_minutes", range_plot),
        pair,
    )
    reason = words.phrase("Nothing can be shown: no measured KPI was imported and no question asks for time.")
    return _chapter(reading, "impact", words.phrase("Impact"), plots, reason)


def satisfaction(reading: Reading) -> Chapter:
    """Show everything that was answered on agreement scales, scales with the same points together."""
    words = reading.words
    scales: dict[tuple[object, ...], list[Measure]] = {}
    for measure in reading.report.measures:
        if measure.section != "answers" and is_agreement(measure) and reading.waves_of(measure):
            scales.setdefault(same_scale(measure), []).append(measure)
    plots = [agreement_plot(reading, measures) for measures in scales.values()]
    reason = words.phrase("Nothing can be shown: no question of this survey asks for satisfaction or trust.")
    return _chapter(reading, "satisfaction", words.phrase("Satisfaction and trust"), plots, reason)


def shadow(reading: Reading) -> Chapter:
    """Show the use of tools that the company does not provide, what is entered into them, and what people lack."""
    words = reading.words
    plots = (
        exposure_table(reading),
        _plot(reading, "other_tools", bar_plot),
        _plot(reading, "colleagues_other", bar_plot),
        _plot(reading, "data_entered", bar_plot),
        _plot(reading, "other_account", bar_plot),
        _plot(reading, "other_reason", _ranked),
        _plot(reading, "tool_by_data", _tool_by_data),
    )
    reason = words.phrase("Nothing can be shown: no question of this survey asks for other AI tools.")
    return _chapter(reading, "shadow", words.phrase("Shadow AI"), plots, reason)


def further(reading: Reading) -> Chapter | None:
    """Show the questions that measure nothing the gates need; no chapter if there are none."""
    measures = [m for m in reading.section("answers") if not m.id.endswith(".levels")]
    if not measures:
        return None
    plots = [
        agreement_plot(reading, [m], reading.title(m)) if is_agreement(m) else bar_plot(reading, m)
        for m in measures[:_FURTHER]
    ]
    reason = reading.words.phrase("Nothing can be shown: too few people answered.")
    return _chapter(reading, "answers", reading.words.phrase("Further answers"), plots, reason)


def _plot(reading: Reading, name: str, draw: Callable[[Reading, Measure], Plot | None]) -> Plot | None:
    measure = reading.report.measure(name)
    return draw(reading, measure) if measure else None


def _ranked(reading: Reading, measure: Measure) -> Plot | None:
    return bar_plot(reading, by_people(reading, measure))


def _tool_by_data(reading: Reading, measure: Measure) -> Plot | None:
    rows = reading.report.select(measure.id, group="")
    if not any(shown(row.figure) for row in rows):
        return None
    wave = max(row.wave for row in rows if shown(row.figure))
    tools = list(dict.fromkeys(row.question for row in rows if row.wave == wave))
    own = reading.report.measure("other_tools")
    names = dict(reading.options(own)) if own else {}
    codes = [code for code, _ in reading.options(measure)]
    cells = [[reading.figure(measure, wave, code, question=tool) for code in codes] for tool in tools]
    return matrix_plot(
        f"{reading.title(measure)}, {reading.wave(wave)}",
        (measure.id, reading.definition(measure)),
        [names.get(tool, tool) for tool in tools],
        [label for _, label in reading.options(measure)],
        cells,
        reading.words,
    )


def _field(reading: Reading, measure: Measure) -> Plot | None:
    """Return groups by waves (one option) or groups by options (latest wave); nothing if every group is a gap."""
    groups = reading.groups_of(measure)[:MOST_GROUPS]
    waves = sorted({row.wave for row in reading.report.select(measure.id) if row.group})
    if not waves or measure.unit != "share" or not measure.options:
        return None
    options = reading.options(measure)
    single = len(options) == 1
    places = [(wave, options[0][0]) for wave in waves] if single else [(waves[-1], code) for code, _ in options]
    columns = [reading.wave(wave) for wave in waves] if single else [label for _, label in options]
    cells = [[reading.figure(measure, wave, code, group=g) for wave, code in places] for g in ("", *groups)]
    if not _any_shown(cells[1:]):
        return None
    title = reading.title(measure) if single else f"{reading.title(measure)}, {reading.wave(waves[-1])}"
    rows = [reading.group(code) for code in ("", *groups)]
    definition = f"{reading.definition(measure)}{further_groups(reading, measure)}"
    return matrix_plot(title, (measure.id, definition), rows, columns, cells, reading.words)


def _any_shown(cells: Sequence[Sequence[Figure]]) -> bool:
    return any(shown(cell) for line in cells for cell in line)


def _chapter(reading: Reading, name: str, title: str, plots: Iterable[Plot | Table | None], reason: str) -> Chapter:
    words = reading.words
    said = [words.say(sentence) for sentence in reading.report.said(name)]
    found = tuple(plot for plot in plots if plot)
    hidden = [reading.title(measure) for measure in reading.section(name) if reading.withheld(measure)]
    blocks: list[Block] = [Prose(tuple(said))] if said else []
    blocks += found
    if hidden:
        text = words.phrase(
            "Not shown, because too few people answered or a figure would tell about single people: %(names)s.",
            names=", ".join(hidden),
        )
        blocks.append(Notice(text))
    elif not found:
        blocks.append(Notice(reason))
    return Chapter(name, title, tuple(blocks))
