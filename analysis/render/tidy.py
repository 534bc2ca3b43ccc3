"""The published figures as tidy tables: one row per figure, one per option, one per gate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.render.reading import Reading
from analysis.results import Figure, Gate, Report, Row, Status
from analysis.wording import Wording, wording

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, and its type in CSVW."""

    name: str
    meaning: str
    datatype: str = "string"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its columns; the rows have as many cells."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


RESULTS = (
    Column("pilot", "Short name of the pilot"),
    Column("wave", "Number of the wave; 0 is the whole pilot", "integer"),
    Column("group", "Code of the group; empty is everyone"),
    Column("measure", "Measure, explained in codebook.csv"),
    Column("question", "Question or row of a matrix"),
    Column("option", "Code of the option, explained in codebook.csv"),
    Column("n", "Number of people with this option", "integer"),
    Column("base", "Number of people the share refers to", "integer"),
    Column("share", "Share between 0 and 1", "number"),
    Column("low", "Lower limit of the interval, in the unit of the measure", "number"),
    Column("high", "Upper limit of the interval, in the unit of the measure", "number"),
    Column("status", "published, suppressed (a gap that protects people) or merged (part of a larger group)"),
    Column("value", "Value of measures that are no share, in the unit of the measure", "number"),
)
CODEBOOK = (
    Column("measure", "Measure; `group` lists the groups"),
    Column("section", "Chapter of the readout"),
    Column("title", "Name of the measure"),
    Column("definition", "What the measure means"),
    Column("unit", "share, minutes, points or count"),
    Column("sensitive", "yes where the question is sensitive"),
    Column("option", "Code of the option"),
    Column("label", "Words of the option"),
)
GATES = (
    Column("gate", "Gate of the charter"),
    Column("title", "Name of the gate"),
    Column("verdict", "PASS, FAIL, NOT YET PROVEN or NO EVIDENCE"),
    Column("threshold", "What the charter demands", "number"),
    Column("estimate", "What was measured", "number"),
    Column("low", "Lower limit: of the 90 % interval, of measured gates (with a grade) of the 80 % interval", "number"),
    Column("high", "Upper limit of the same interval", "number"),
    Column("probability", "Probability that the threshold is reached", "number"),
    Column("robustness", "What the silent people could change: proven, robust or fragile"),
    Column("answers_needed", "Further answers that would settle the gate", "integer"),
    Column("unit", "Unit of threshold, estimate and limits"),
    Column("grade", "Grade of the evidence: A comparison group, B before and after, C self-report"),
)


def results(report: Report) -> Sheet:
    """Return every published figure and every gap, one per row."""
    return Sheet("results.csv", RESULTS, tuple(_result(report.pilot.slug, row) for row in report.rows))


def codebook(report: Report, *, language: str) -> Sheet:
    """Return what measures, options and groups mean, in *language*."""
    return Sheet("codebook.csv", CODEBOOK, tuple(_meanings(Reading(report, wording(language)))))


def gates(report: Report, *, language: str) -> Sheet:
    """Return every gate with its numbers."""
    words = wording(language)
    rows = tuple(gate_cells(gate, words) for gate in report.gates)
    return Sheet("gates.csv", GATES, rows)


def gate_cells(gate: Gate, words: Wording) -> tuple[Cell, ...]:
    """Return one gate as a row of the columns in GATES."""
    return (
        gate.id,
        words.say(gate.title),
        gate.verdict.value,
        gate.threshold,
        gate.estimate,
        gate.low,
        gate.high,
        gate.probability,
        gate.robustness.value if gate.robustness else None,
        gate.answers_needed,
        gate.unit,
        gate.grade,
    )


def sheets(report: Report, *, language: str) -> Sequence[Sheet]:
    """Return all tables of an export."""
    return results(report), codebook(report, language=language), gates(report, language=language)


def _result(pilot: str, row: Row) -> tuple[Cell, ...]:
    figure = row.figure if row.figure.status is Status.PUBLISHED else Figure(status=row.figure.status)
    return (
        pilot,
        row.wave,
        row.group,
        row.measure,
        row.question,
        row.option,
        figure.count,
        figure.base,
        figure.share,
        figure.low,
        figure.high,
        figure.status.value,
        figure.value,
    )


def _meanings(reading: Reading) -> Iterator[tuple[Cell, ...]]:
    for measure in reading.report.measures:
        about = (
            measure.id,
            measure.section,
            reading.title(measure),
            reading.definition(measure),
            measure.unit,
            "yes" if measure.sensitive else "no",
        )
        for code, label in reading.options(measure) or (("", ""),):
            yield (*about, code, label)
    for group in reading.report.pilot.groups:
        label = reading.group(group.code)
        yield ("group", "", reading.words.phrase("Group"), "", "", "no", group.code, label)
