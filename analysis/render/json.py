"""The report as JSON: published figures only, described by docs/report.schema.json."""

import json
from datetime import date

from analysis.plan import ReadinessItem
from analysis.render.reading import Reading
from analysis.results import Figure, Gate, Measure, Report, Row, Status, Step, WaveFacts
from analysis.voices import Heard
from analysis.wording import wording

FORMAT = 2  # raised when a reader of the old form would misunderstand the new one


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
        "changes": [words.say(sentence) for sentence in report.changes],
        "owners": [{"side": owner.side, "name": owner.name, "role": owner.role} for owner in report.pilot.owners],
        "readiness": [_item(reading, item) for item in report.pilot.readiness],
        "steps": [_step(reading, step) for step in report.steps],
        "findings": {section: [words.say(one) for one in said] for section, said in report.findings},
        "voices": [_heard(reading, heard) for heard in report.heard],
        "gates": [_gate(reading, gate) for gate in report.gates],
        "measures": [_measure(reading, measure) for measure in report.measures],
        "waves": [_wave(wave) for wave in report.waves],
        "limits": [words.say(sentence) for sentence in report.limits],
        "disclosure": {
            "group_minimum": report.disclosure.group_minimum,
            "reveal_minimum": report.disclosure.reveal_minimum,
            "comment_minimum": report.disclosure.comment_minimum,
            "hidden": report.disclosure.hidden,
            "dropped": list(report.disclosure.dropped),
        },
        "provenance": {
            "version": report.provenance.version,
            "charter": report.provenance.charter_hash,
            "questionnaires": {str(wave): sha256 for wave, sha256 in report.provenance.questionnaire_hashes},
            "kpi": report.provenance.kpi_hash,
            "key_mode": report.provenance.key_mode,
            "fingerprints": {str(wave): fingerprint for wave, fingerprint in report.provenance.fingerprints},
            "figures": {str(wave): sha256 for wave, sha256 in report.provenance.figures_hashes},
            "amendments": [
                {
                    "version": amendment.version,
                    "locked_on": amendment.locked_on.isoformat(),
                    "reason": amendment.reason,
                    "entries": [
                        {"entry": entry, "before": before, "after": after} for entry, before, after in amendment.entries
                    ],
                }
                for amendment in report.provenance.amendments
            ],
        },
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return f"{text}\n".encode()


def _heard(reading: Reading, heard: Heard) -> dict[str, object]:
    return {
        "wave": heard.wave,
        "question": heard.question,
        "label": reading.words.say(heard.label),
        "themes": [
            {"language": theme.language, "terms": list(theme.terms), "comments": theme.comments}
            for theme in heard.themes
        ],
        "barriers": [
            {"code": one.code, "label": reading.words.say(one.label), "comments": one.comments}
            for one in heard.barriers
        ],
        "quotes": [quote.text for quote in heard.quotes],
    }


def _item(reading: Reading, item: ReadinessItem) -> dict[str, object]:
    return {
        "id": item.id,
        "area": item.area,
        "text": reading.words.say(item.text),
        "owner": item.owner,
        "status": item.status,
        "evidence": item.evidence,
        "reviewed_on": _day(item.reviewed_on),
        "expires_on": _day(item.expires_on),
    }


def _step(reading: Reading, step: Step) -> dict[str, object]:
    return {
        "problem": reading.words.say(step.problem),
        "people": step.people,
        "owner": step.owner,
        "action": reading.words.say(step.action),
        "gate": step.gate,
    }


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
        "assumptions": [
            {
                "words": reading.words.say(one.words),
                "value": one.value,
                "probability": one.probability,
                "verdict": one.verdict.value,
            }
            for one in gate.assumptions
        ],
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
