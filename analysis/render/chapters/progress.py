"""Tables of the chapters on adoption and impact: the way from stage to stage, and hopes beside experience."""

from analysis.render.blocks import Line, Table
from analysis.render.reading import Reading


def funnel_table(reading: Reading) -> Table | None:
    """Set each stage beside all invited people, all who answered and those of the stage before."""
    words, report = reading.words, reading.report
    funnel, answered, conversion = (report.measure(name) for name in ("funnel", "funnel_answered", "conversion"))
    if funnel is None or answered is None or conversion is None:
        return None
    wave = reading.waves_of(funnel)[-1]
    of_all = any(row.option == "invited" for row in report.select(funnel.id, wave=wave, group=""))
    lines = []
    for code, label in reading.options(funnel):
        whole, among, step = (reading.figure(one, wave, code) for one in (funnel, answered, conversion))
        if whole.count is None:
            continue
        shares = (
            *((_share(reading, whole.share, whole.base),) if of_all else ()),
            _share(reading, among.share, among.base),
            _share(reading, step.share, step.base),
            words.limits(step),
        )
        lines.append(Line(label, (words.count(whole.count), *shares)))
    heads = (
        "People",
        *(("Of all invited",) if of_all else ()),
        "Of those who answered",
        "Of the stage before",
        "95 %%",
    )
    title = f"{reading.title(conversion)}, {reading.wave(wave)}"
    return Table(title, words.phrase("Stage"), tuple(words.phrase(head) for head in heads), tuple(lines), "numbers")


def _share(reading: Reading, share: float | None, base: int | None) -> str:
    return "" if share is None else reading.words.percent(share, base)


def effect_table(reading: Reading) -> Table | None:
    """List by how much the KPI improved: the pilot, the comparison group, and the one less the other."""
    words, measure = reading.words, reading.report.measure("kpi_effect")
    if measure is None:
        return None
    lines = []
    for bar in reading.latest(measure):
        entities = "" if bar.figure.base is None else words.count(bar.figure.base)
        cells = (entities, words.figure(bar.figure, measure.unit), words.limits(bar.figure, measure.unit))
        lines.append(Line(bar.label, cells))
    heads = tuple(words.phrase(head) for head in ("Entities", "Improvement", "80 %% interval"))
    return Table(reading.title(measure), "", heads, tuple(lines), "numbers", (0.32, 0.195, 0.265, 0.22), narrow=True)
