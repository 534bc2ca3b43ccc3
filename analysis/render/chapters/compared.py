"""Tables and orders of the chapters on stuck-points and other tools: by people, and side by side."""

from dataclasses import replace

from analysis.render.blocks import Line, Table
from analysis.render.cells import brief, counted, shared_base
from analysis.render.reading import Reading
from analysis.results import Figure, Measure
from analysis.wording import NO_BREAK

_EXPOSURE = (("other_tools", "any"), ("other_account", "private"), ("data_entered", "sensitive"))
_GAP = (
    ("leakage", "leakage"),
    ("other_reason", "ours_cannot"),
    ("other_reason", "no_access"),
    ("other_reason", "unknown_rules"),
)
_TOWARDS = {1: "more of it, more active use", -1: "more of it, less active use", 0: "not clear"}
_LAST = frozenset({"not_stuck", "none", "nothing", "unknown", "other"})  # stand for no point of their own


def by_people(reading: Reading, measure: Measure) -> Measure:
    """Return *measure* with the option first that most people of its latest wave chose; gaps come after those shown."""
    waves = reading.waves_of(measure)
    if not waves:
        return measure

    def place(option: tuple[str, object]) -> tuple[bool, int]:
        return option[0] in _LAST, -(reading.figure(measure, waves[-1], option[0]).count or 0)

    return replace(measure, options=tuple(sorted(measure.options, key=place)))


def lift_table(reading: Reading) -> Table | None:
    """Set each stuck point of those who stopped beside that of those who went on, the one most people named first."""
    words, report = reading.words, reading.report
    names = ("barriers_stuck", "barriers_passed", "barrier_lift", "barrier_chance")
    stuck, passed, lift, chance = (report.measure(name) for name in names)
    if stuck is None or passed is None or lift is None or chance is None:
        return None
    wave = reading.waves_of(lift)[-1]
    options = reading.options(by_people(reading, stuck))
    sides = [[reading.figure(one, wave, code) for code, _ in options] for one in (stuck, passed)]
    bases = [shared_base(side) for side in sides]
    lines = []
    for (code, label), *both in zip(options, *sides, strict=True):
        shares = (brief(figure, base, words) for figure, base in zip(both, bases, strict=True))
        by_chance = reading.figure(chance, wave, code).share
        chances = "" if by_chance is None else words.chance(by_chance)
        lines.append(Line(label, (*shares, _points(reading, reading.figure(lift, wave, code)), chances)))
    groups = (counted(words.phrase(name), base, words) for name, base in zip(("stuck", "passed"), bases, strict=True))
    heads = (*groups, *map(words.phrase, ("Difference in points (95 %% interval)", "By chance")))
    return Table(reading.dated(lift), "", heads, tuple(lines), "numbers", (0.4, 0.15, 0.16, 0.19, 0.1))


def _points(reading: Reading, figure: Figure) -> str:
    """Return a difference in percentage points with its limits."""
    words = reading.words
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    low, high = (words.amount(round(limit)) for limit in (figure.low, figure.high))
    limits = words.phrase("%(low)s to %(high)s", low=low, high=high)
    return f"{words.amount(round(figure.value))}{NO_BREAK}({limits})"


def driver_table(reading: Reading) -> Table | None:
    """List what goes along with active use: how much of it, its limits and its direction in words."""
    words = reading.words
    drivers, direction = (reading.report.measure(name) for name in ("drivers", "drivers_direction"))
    if drivers is None or direction is None:
        return None
    wave = reading.waves_of(drivers)[-1]
    lines = []
    for code, label in reading.options(drivers):
        figure = reading.figure(drivers, wave, code)
        if figure.value is None:
            continue
        towards = _TOWARDS[int(reading.figure(direction, wave, code).value or 0)]
        cells = (words.figure(figure, drivers.unit), words.limits(figure, drivers.unit), words.phrase(towards))
        lines.append(Line(label, cells))
    heads = tuple(words.phrase(head) for head in ("Figure", "Interval", "Direction"))
    return Table(reading.dated(drivers), "", heads, tuple(lines)) if lines else None


def exposure_table(reading: Reading) -> Table | None:
    """List what people are exposed to and what they lack, each as in the latest wave that asked; gaps are named."""
    words, lines = reading.words, list[Line]()
    for kind, places in (("Exposure", _EXPOSURE), ("Gap", _GAP)):
        for name, code in places:
            measure = reading.report.measure(name)
            label = dict(reading.options(measure)).get(code) if measure else None
            waves = reading.waves_of(measure) if measure else ()
            if measure is None or label is None or not waves:
                continue
            figure = reading.figure(measure, waves[-1], code)
            head = f"{words.phrase(kind)}: {label}, {reading.wave(waves[-1])}"
            lines.append(Line(head, (words.figure(figure), words.limits(figure))))
    if not any(line.cells[1] for line in lines):
        return None
    heads = tuple(words.phrase(head) for head in ("Figure", "Interval"))
    return Table(words.phrase("Exposure and gap"), "", heads, tuple(lines), "numbers", (0.46, 0.32, 0.22), narrow=True)
