"""The decision page: verdict, scorecard, three sentences, coverage; to be read from two metres in twenty seconds."""

from analysis.charts.gates import gate_bar
from analysis.render.blocks import Picture
from analysis.render.document import Cover, GateLine
from analysis.render.reading import Reading
from analysis.render.standing import DECISIONS, SIGNS, facts
from analysis.results import Gate

# Which chapter holds the evidence of a gate.
_EVIDENCE = {"kpi": "impact", "adoption": "adoption", "impact": "impact", "readiness": "readiness"}


def cover(reading: Reading) -> Cover:
    """Return the decision page of a report."""
    words, report = reading.words, reading.report
    days = [words.day(day) for day in (report.pilot.starts_on, report.pilot.ends_on) if day]
    latest = reading.wave(max((wave.number for wave in report.waves), default=0))
    return Cover(
        pilot=report.pilot.title,
        period=" \N{MIDDLE DOT} ".join(filter(None, (report.pilot.tool, " \N{EN DASH} ".join(days), latest))),
        question=words.phrase("Should it be rolled out?"),
        decision=words.phrase(report.decision.value),
        style=DECISIONS[report.decision],
        sentences=tuple(words.say(sentence) for sentence in report.summary),
        gates=tuple(_gate(reading, gate) for gate in report.gates),
        key=words.phrase(
            "Bar: 90 %% interval, for KPI and impact 80 %%. Upright line: measured value. "
            "Dashed line: what the charter demands."
        ),
        coverage=words.say(report.coverage),
    )


def _gate(reading: Reading, gate: Gate) -> GateLine:
    words = reading.words
    style, sign = SIGNS[gate.verdict]
    chart = gate_bar(gate, words)
    return GateLine(
        words.say(gate.title),
        style,
        sign,
        words.phrase(gate.verdict.value),
        Picture.of(chart) if chart else None,
        (words.say(gate.sentences[0]),) if gate.estimate is None and gate.sentences else tuple(facts(gate, words)),
        _EVIDENCE.get(gate.id, "confidence"),
    )
