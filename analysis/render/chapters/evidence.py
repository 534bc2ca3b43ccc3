"""The chapters of figures: adoption, groups, stuck-points, impact, satisfaction, shadow AI, further answers."""

from collections.abc import Iterable, Sequence

from analysis.render.blocks import Block, Chapter, Notice, Plot, Prose
from analysis.render.plots import (
    agreement_plot,
    bar_plot,
    funnel_plot,
    is_agreement,
    level_plot,
    matrix_plot,
    pair_plot,
    range_plot,
    same_scale,
)
from analysis.render.reading import Reading
from analysis.results import Measure

_FULL = 3  # chapters with so many charts begin on a page of their own


def adoption(reading: Reading) -> Chapter:
    """Show the funnel and the level over the waves, then whatever else was measured of use."""
    report, words = reading.report, reading.words
    gate = next((gate for gate in report.gates if gate.id == "adoption"), None)
    threshold = gate.threshold if gate else None
    plots = []
    if measure := report.measure("funnel"):
        plots.append(funnel_plot(reading, measure))
    levels = [report.measure(name) for name in ("active_invited", "active")]
    plots += [level_plot(reading, measure, threshold=threshold) for measure in levels if measure]
    rest = rest_of(reading, "adoption", ("funnel", "active_invited", "active"))
    reason = words.phrase("Nothing can be shown: no question of this survey measures the use of the pilot's tool.")
    return _chapter(reading, "adoption", words.phrase("Adoption"), (*plots, *rest), reason)


def by_group(reading: Reading) -> Chapter:
    """Show every measure that was broken down by group as a field, gaps hatched."""
    words = reading.words
    plots = []
    for measure in reading.report.measures:
        groups = reading.groups_of(measure)
        if not groups or measure.id == "response" or measure.unit != "share":
            continue
        rows = [reading.group(code) for code in ("", *groups)]
        waves = sorted({row.wave for row in reading.report.select(measure.id) if row.group})
        if len(measure.options) == 1:
            option = measure.options[0][0]
            columns = [reading.wave(wave) for wave in waves]
            cells = [[reading.figure(measure, w, option, group=g) for w in waves] for g in ("", *groups)]
            title = reading.title(measure)
        else:
            columns = [label for _, label in reading.options(measure)]
            codes = [code for code, _ in reading.options(measure)]
            cells = [[reading.figure(measure, waves[-1], c, group=g) for c in codes] for g in ("", *groups)]
            title = f"{reading.title(measure)}, {reading.wave(waves[-1])}"
        plots.append(matrix_plot(title, reading.definition(measure), rows, columns, cells, words))
    reason = words.phrase(
        "No figure is shown by group: there are no groups, or the breakdown would say too much about single people."
    )
    return _chapter(reading, "groups", words.phrase("By group"), plots, reason)


def stuck(reading: Reading) -> Chapter:
    """Show where people got stuck, and what those name who are stuck against those who passed."""
    report, words = reading.report, reading.words
    plots = []
    if measure := report.measure("stuck_where"):
        plots.append(bar_plot(reading, measure))
    first, second = report.measure("barriers_stuck"), report.measure("barriers_passed")
    if first and second:
        names = (words.phrase("stuck"), words.phrase("passed"))
        title = words.phrase("What those name who are stuck, and those who passed")
        plots.append(pair_plot(reading, title, first, second, names))
    rest = rest_of(reading, "stuck", ("stuck_where", "barriers_stuck", "barriers_passed"))
    reason = words.phrase("Nothing can be shown: no question of this survey asks where people got stuck.")
    return _chapter(reading, "stuck", words.phrase("Stuck-points"), (*plots, *rest), reason)


def voices(reading: Reading) -> Chapter:
    """Say why no comment is printed."""
    words = reading.words
    reason = words.phrase(
        "Comments are printed only after the trustee has approved them; none has been approved for this readout."
    )
    return _chapter(reading, "voices", words.phrase("Voices"), (), reason)


def impact(reading: Reading) -> Chapter:
    """Show the measured KPI and the net time as intervals."""
    report, words = reading.report, reading.words
    plots = []
    if measure := report.measure("kpi_measured"):
        plots.append(bar_plot(reading, measure))
    if measure := report.measure("net_minutes"):
        plots.append(range_plot(reading, measure))
    rest = rest_of(reading, "impact", ("kpi_measured", "net_minutes"))
    reason = words.phrase("Nothing can be shown: no measured KPI was imported and no question asks for time.")
    return _chapter(reading, "impact", words.phrase("Impact"), (*plots, *rest), reason)


def satisfaction(reading: Reading) -> Chapter:
    """Show agreement, trust and confidence."""
    words = reading.words
    reason = words.phrase("Nothing can be shown: no question of this survey asks for satisfaction or trust.")
    title = words.phrase("Satisfaction and trust")
    return _chapter(reading, "satisfaction", title, rest_of(reading, "satisfaction"), reason)


def shadow(reading: Reading) -> Chapter:
    """Show the use of tools that the company does not provide, and what is entered into them."""
    report, words = reading.report, reading.words
    plots = []
    if (measure := report.measure("other_tools")) and (plot := bar_plot(reading, measure)):
        plots.append(plot)
    if (measure := report.measure("tool_by_data")) and (plot := _tool_by_data(reading, measure)):
        plots.append(plot)
    rest = rest_of(reading, "shadow", ("other_tools", "tool_by_data"))
    reason = words.phrase("Nothing can be shown: no question of this survey asks for other AI tools.")
    return _chapter(reading, "shadow", words.phrase("Shadow AI"), (*plots, *rest), reason)


def further(reading: Reading) -> Chapter | None:
    """Show the questions that measure nothing the gates need; no chapter if there are none."""
    plots = rest_of(reading, "answers")
    return _chapter(reading, "answers", reading.words.phrase("Further answers"), plots, "") if plots else None


def _tool_by_data(reading: Reading, measure: Measure) -> Plot | None:
    rows = reading.report.select(measure.id, group="")
    if not rows:
        return None
    wave = max(row.wave for row in rows)
    tools = list(dict.fromkeys(row.question for row in rows if row.wave == wave))
    own = reading.report.measure("other_tools")
    names = dict(reading.options(own)) if own else {}
    codes = [code for code, _ in reading.options(measure)]
    cells = [[reading.figure(measure, wave, code, question=tool) for code in codes] for tool in tools]
    return matrix_plot(
        f"{reading.title(measure)}, {reading.wave(wave)}",
        reading.definition(measure),
        [names.get(tool, tool) for tool in tools],
        [label for _, label in reading.options(measure)],
        cells,
        reading.words,
    )


def rest_of(reading: Reading, section: str, used: Sequence[str] = ()) -> list[Plot | None]:
    """Return a plot for every other measure of the section: scales together, the rest as small bars."""
    left = [m for m in reading.section(section) if m.id not in used and reading.waves_of(m)]
    scales: dict[tuple[object, ...], list[Measure]] = {}
    for measure in left:
        if is_agreement(measure):
            scales.setdefault(same_scale(measure), []).append(measure)
    title = reading.words.phrase("Agreement")
    plots: list[Plot | None] = [agreement_plot(reading, title, measures) for measures in scales.values()]
    return plots + [bar_plot(reading, measure, small=True) for measure in left if not is_agreement(measure)]


def _chapter(reading: Reading, name: str, title: str, plots: Iterable[Plot | None], reason: str) -> Chapter:
    said = tuple(reading.words.say(sentence) for sentence in reading.report.said(name))
    found = tuple(plot for plot in plots if plot)
    blocks: tuple[Block, ...] = (*((Prose(said),) if said else ()), *(found or (Notice(reason),)))
    return Chapter(name, title, blocks, own_page=len(found) >= _FULL)
