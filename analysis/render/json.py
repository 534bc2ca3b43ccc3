"""The report as JSON: published figures only, described by docs/report.schema.json."""

import json
from datetime import date

from analysis.render.reading import Reading
from analysis.results import Figure, Gate, Measure, Report, Row, Status, WaveFacts
from analysis.wording import wording

FORMAT = 1  # raised when a reader of the old form would misunderstand the new one


def report_json(report: Report, *, language: str = "en") -> bytes:
    """Return *report* as JSON with sorted keys; titles and sentences in *language*."""
    words = wording(language)
    reading = Reading(report, words)
    content = {
        "format": FORMAT,
        "pilot": report.pilot.slug,
        "decision": report.decision.value,
        "summary": [words.say(sentence) for sentence in report.summary],
        "coverage": words.say(report.coverage),
        "gates": [_gate(reading, gate) for gate in report.gates],
        "measures": [_measure(reading, measure) for measure in report.measures],
        "waves": [_wave(wave) for wave in report.waves],
        "limits": [words.say(sentence) for sentence in report.limits],
        "disclosure": {
            "group_minimum": report.disclosure.group_minimum,
            "reveal_minimum": report.disclosure.reveal_minimum,
            "comment_minimum": report.disclosure.comment_minimum,
            "primary": report.disclosure.primary,
            "secondary": report.disclosure.secondary,
            "dropped": list(report.disclosure.dropped),
            "checked": report.disclosure.checked,
        },
        "provenance": {
            "version": report.provenance.version,
            "charter": report.provenance.charter_hash,
            "questionnaires": {str(wave): sha256 for wave, sha256 in report.provenance.questionnaire_hashes},
            "kpi": report.provenance.kpi_hash,
            "key_mode": report.provenance.key_mode,
            "fingerprints": {str(wave): fingerprint for wave, fingerprint in report.provenance.fingerprints},
        },
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def _gate(reading: Reading, gate: Gate) -> dict[str, object]:
    return {
        "id": gate.id,
        "title": reading.words.say(gate.title),
        "verdict": gate.verdict.value,
        "estimate": gate.estimate,
        "low": gate.low,
        "high": gate.high,
        "probability": gate.probability,
        "robustness": gate.robustness.value if gate.robustness else None,
        "answers_needed": gate.answers_needed,
        "threshold": gate.threshold,
        "unit": gate.unit,
        "grade": gate.grade,
        "sentences": [reading.words.say(sentence) for sentence in gate.sentences],
    }


def _measure(reading: Reading, measure: Measure) -> dict[str, object]:
    return {
        "id": measure.id,
        "section": measure.section,
        "title": reading.title(measure),
        "definition": reading.definition(measure),
        "unit": measure.unit,
        "sensitive": measure.sensitive,
        "options": [{"code": code, "label": label} for code, label in reading.options(measure)],
        "figures": [_figure(row) for row in reading.report.select(measure.id)],
    }


def _figure(row: Row) -> dict[str, object]:
    figure = row.figure if row.figure.status is Status.PUBLISHED else Figure(status=row.figure.status)
    return {
        "wave": row.wave,
        "group": row.group,
        "question": row.question,
        "option": row.option,
        "status": figure.status.value,
        "count": figure.count,
        "base": figure.base,
        "share": figure.share,
        "low": figure.low,
        "high": figure.high,
        "value": figure.value,
    }


def _wave(wave: WaveFacts) -> dict[str, object]:
    return {
        "number": wave.number,
        "kind": wave.kind,
        "opened_on": _day(wave.opened_on),
        "closed_on": _day(wave.closed_on),
        "invited": wave.invited,
        "issued": wave.issued,
        "cast": wave.cast,
        "revealed": wave.revealed,
        "spoiled": wave.spoiled,
        "empty": wave.empty,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
