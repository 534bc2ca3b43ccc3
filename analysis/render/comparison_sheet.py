"""The comparison of pilots as one tidy table: a row per pilot and gate, one for a pilot without any."""

from collections.abc import Iterator
from dataclasses import replace

from analysis.codebook import Text
from analysis.comparison import Comparison, Pilot
from analysis.render.comparison import gate_name, next_step
from analysis.render.tidy import GATES, Cell, Column, Sheet, gate_cells
from analysis.results import Gate, WaveFacts
from analysis.wording import Wording

_COLUMNS = (
    Column("pilot", "Short name of the pilot"),
    Column("pilot_title", "Name of the pilot"),
    Column("readout", "Number of its newest readout; empty without one", "integer"),
    Column("up_to_wave", "Number of the last wave in the readout", "integer"),
    Column("made_on", "Day of the readout", "date"),
    Column("decision", "GO, FIX AND RE-RUN or NO-GO"),
    *GATES,
    Column("items_done", "Items of readiness that are done, with evidence that holds", "integer"),
    Column("items", "Items of readiness", "integer"),
    Column("owners", "Sides of three of which somebody is named as owner", "integer"),
    Column("waves", "Waves held, each: number, kind, day of its close, answers/invited; with semicolons between"),
    Column("waits_for", "What the pilot waits for"),
)


def sheet(comparison: Comparison, words: Wording) -> Sheet:
    """Return *comparison* as a table; what is no code and no number is in the language of *words*."""
    return Sheet("comparison.csv", _COLUMNS, tuple(row for pilot in comparison.pilots for row in _rows(pilot, words)))


def _rows(pilot: Pilot, words: Wording) -> Iterator[tuple[Cell, ...]]:
    readout, published, step = pilot.readout, pilot.published, next_step(pilot, words)
    waves = published.waves if published else ()
    before = (
        pilot.slug,
        pilot.title,
        readout.number if readout else None,
        readout.wave if readout else None,
        readout.made_on.isoformat() if readout else None,
        published.decision.value if published else None,
    )
    told = (
        published.done if published else None,
        published.items if published else None,
        published.owners if published else None,
        "; ".join(map(_wave, waves)) or None,
        step.reason if step else None,
    )
    for gate in (published.gates if published else ()) or (None,):
        yield (*before, *_gate(gate, words), *told)


def _gate(gate: Gate | None, words: Wording) -> tuple[Cell, ...]:
    if gate is None:
        return (None,) * len(GATES)
    # The title in the report.json is in the language of the readout.
    return gate_cells(replace(gate, title=Text.plain(gate_name(gate, words))), words)


def _wave(wave: WaveFacts) -> str:
    closed = wave.closed_on.isoformat() if wave.closed_on else "-"
    return f"{wave.number} {wave.kind} {closed} {wave.revealed}/{'-' if wave.invited is None else wave.invited}"
