"""A report read in one language: the names of its measures, options, groups and waves, and its figures under them."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.parts import Bar
from analysis.results import GAP, Count, Figure, Measure, Report, Status, WaveFacts
from analysis.wording import NO_BREAK, Wording

_KINDS = {"baseline": "Baseline", "pulse": "Pulse %(number)s", "closing": "Closing"}


def wave_name(waves: Sequence[WaveFacts], number: int, words: Wording) -> str:
    """Return what one of *waves* is called; pulses are counted, wave 0 is the whole pilot."""
    wave = next((wave for wave in waves if wave.number == number), None)
    if wave is None:
        return words.phrase("Whole pilot")
    pulses = sum(1 for other in waves if other.kind == "pulse" and other.number <= number)
    return words.phrase(_KINDS.get(wave.kind, wave.kind), number=Count(pulses))


@dataclass(frozen=True, slots=True)
class Reading:
    """A *report* and the *words* in which it is read."""

    report: Report
    words: Wording

    def title(self, measure: Measure) -> str:
        """Return what a measure is called."""
        return self.words.say(measure.title)

    def definition(self, measure: Measure) -> str:
        """Return what a measure means."""
        return self.words.say(measure.definition)

    def group(self, code: str) -> str:
        """Return what a group is called."""
        if not code:
            return self.words.phrase("Everyone")
        found = next((group for group in self.report.pilot.groups if group.code == code), None)
        return self.words.say(found.label) if found else code

    def wave(self, number: int) -> str:
        """Return what a wave is called."""
        return wave_name(self.report.waves, number, self.words)

    def options(self, measure: Measure) -> tuple[tuple[str, str], ...]:
        """Return the options of a measure in their order, code and label."""
        return tuple((code, self.words.say(label)) for code, label in measure.options)

    def waves_of(self, measure: Measure) -> tuple[int, ...]:
        """Return the waves in which a measure has figures for everyone."""
        return tuple(sorted({row.wave for row in self.report.select(measure.id, group="")}))

    def groups_of(self, measure: Measure) -> tuple[str, ...]:
        """Return the groups for which a measure has figures, in the order of the charter."""
        present = {row.group for row in self.report.select(measure.id) if row.group}
        order = [group.code for group in self.report.pilot.groups]
        return tuple(sorted(present, key=lambda code: (order.index(code) if code in order else len(order), code)))

    def figure(
        self, measure: Measure, wave: int, option: str, *, group: str = "", question: str | None = None
    ) -> Figure:
        """Return one figure; what is not there is a gap."""
        rows = self.report.select(measure.id, wave=wave, group=group)
        found = (row.figure for row in rows if row.option == option and (question is None or row.question == question))
        return next(found, GAP)

    def bars(self, measure: Measure, wave: int) -> tuple[Bar, ...]:
        """Return the figures of everyone in one wave, in the order of the options."""
        present = {row.option for row in self.report.select(measure.id, wave=wave, group="")}
        return tuple(
            Bar(label, self.figure(measure, wave, code)) for code, label in self.options(measure) if code in present
        )

    def latest(self, measure: Measure) -> tuple[Bar, ...]:
        """Return the figures of everyone in the latest wave that has any."""
        waves = self.waves_of(measure)
        return self.bars(measure, waves[-1]) if waves else ()

    def dated(self, measure: Measure) -> str:
        """Return what a measure is called, with its latest wave and the base that all its figures share, if any."""
        waves = self.waves_of(measure)
        title = self.title(measure)
        if waves and waves[-1]:
            title = f"{title}, {self.wave(waves[-1])}"
        bases = {bar.figure.base for bar in self.latest(measure) if bar.figure.status is Status.PUBLISHED}
        base = next(iter(bases)) if len(bases) == 1 else None
        return title if base is None else f"{title} (n{NO_BREAK}={NO_BREAK}{self.words.count(base)})"

    def withheld(self, measure: Measure) -> bool:
        """Return true if a measure was asked and every figure of it is a gap."""
        rows = self.report.select(measure.id)
        return bool(rows) and all(row.figure.status is not Status.PUBLISHED for row in rows)

    def section(self, name: str) -> tuple[Measure, ...]:
        """Return the measures of a section that have figures."""
        return tuple(m for m in self.report.measures if m.section == name and self.report.select(m.id))
