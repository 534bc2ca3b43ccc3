"""The decision page: verdict, scorecard, three sentences, coverage; to be read from two metres in twenty seconds."""

from analysis.charts.gates import gate_bar, number, span
from analysis.render.blocks import Picture
from analysis.render.document import Cover, GateLine
from analysis.render.reading import Reading
from analysis.results import Decision, Gate, Robustness, Verdict

# Signs and words carry the meaning; the colour of their class only repeats it.
_SIGNS = {
    Verdict.PASS: ("pass", "\N{HEAVY CHECK MARK}"),
    Verdict.FAIL: ("fail", "\N{HEAVY BALLOT X}"),
    Verdict.NOT_YET_PROVEN: ("open", "\N{CIRCLE WITH RIGHT HALF BLACK}"),
    Verdict.NO_EVIDENCE: ("none", "\N{WHITE CIRCLE}"),
}
_DECISIONS = {Decision.GO: "pass", Decision.FIX: "open", Decision.NO_GO: "fail"}
_ROBUSTNESS = {
    Robustness.PROVEN: "proven whatever the silent do",
    Robustness.ROBUST: "robust",
    Robustness.FRAGILE: "fragile",
}
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
        style=_DECISIONS[report.decision],
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
    style, sign = _SIGNS[gate.verdict]
    chart = gate_bar(gate, words)
    facts = []
    if gate.estimate is not None and gate.threshold is not None:
        facts.append(
            words.phrase(
                "%(value)s measured, %(threshold)s needed",
                value=number(gate, gate.estimate, words),
                threshold=number(gate, gate.threshold, words),
            )
        )
    if span(gate, words):
        facts.append(span(gate, words))
    if gate.probability is not None:
        facts.append(words.phrase("probability %(chance)s", chance=words.chance(gate.probability)))
    if gate.robustness is not None:
        facts.append(words.phrase(_ROBUSTNESS[gate.robustness]))
    if gate.grade:
        facts.append(words.phrase("evidence grade %(grade)s", grade=gate.grade))
    if gate.answers_needed:
        facts.append(words.phrase("%(count)s more answers needed", count=words.count(gate.answers_needed)))
    if gate.estimate is None and gate.sentences:
        facts = [words.say(gate.sentences[0])]
    return GateLine(
        words.say(gate.title),
        style,
        sign,
        words.phrase(gate.verdict.value),
        Picture.of(chart) if chart else None,
        tuple(facts),
        _EVIDENCE.get(gate.id, "confidence"),
    )
