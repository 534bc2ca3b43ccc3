"""A charter back to the entries of its file, and entries to YAML text; imports the YAML library when writing."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from analysis.codebook import Option, Text
from surveyapp.charter.model import Charter, Person

# Entries of a file as plain values: mappings, lists, texts, numbers, truth values and None.
Plain = Any
_WIDTH = 4096  # characters; a folded line would be harder to compare
_WHOLE = 1e15  # numbers below it are whole without loss


def entries_of(charter: Charter) -> dict[str, Plain]:
    """Return what a file must say so that reading it gives *charter*."""
    languages, kpi, impact = charter.languages, charter.gates.kpi, charter.gates.impact
    return {
        "pilot": charter.pilot,
        "title": charter.title,
        "tool": charter.tool,
        "groups": _options(charter.groups, languages),
        "starts_on": charter.starts_on.isoformat(),
        "ends_on": charter.ends_on.isoformat(),
        "owners": {
            "business": _person(charter.owners.business),
            "technical": _person(charter.owners.technical),
            "compliance": _person(charter.owners.compliance),
        },
        "use": {
            "active_days_per_week": charter.use.active_days_per_week,
            "sustained_pulses": charter.use.sustained_pulses,
        },
        "gates": {
            "kpi": {
                "name": kpi.name,
                "unit": kpi.unit,
                "better": kpi.better,
                "baseline": None if kpi.baseline is None else _number(kpi.baseline),
                "target": _number(kpi.target),
                "source": kpi.source or None,
            },
            "adoption": {"threshold": _number(charter.gates.adoption)},
            "impact": {"threshold": _number(impact.threshold), "strong": _number(impact.strong)},
            "readiness": [
                {
                    "id": item.id,
                    "area": item.area,
                    "text": _words(item.text, languages),
                    "owner": item.owner or None,
                    "status": item.status,
                    "evidence": item.evidence,
                    "reviewed_on": _day(item.reviewed_on),
                    "expires_on": _day(item.expires_on),
                }
                for item in charter.gates.readiness
            ],
        },
        "decision": {
            "pass_at": _number(charter.decision.pass_at),
            "fail_at": _number(charter.decision.fail_at),
            "minimum_response": _number(charter.decision.minimum_response),
        },
        "privacy": {
            "reveal_minimum": charter.privacy.reveal_minimum,
            "group_minimum": charter.privacy.group_minimum,
            "comment_minimum": charter.privacy.comment_minimum,
            "retention_days": charter.privacy.retention_days,
            "key": charter.privacy.key,
        },
        "known_tools": _options(charter.known_tools, languages),
        "sanctioned_tools": list(charter.sanctioned_tools),
        "tasks": _options(charter.tasks, languages),
        "primary_task": _words(charter.primary_task, languages),
        "costs": None
        if charter.costs is None
        else {
            "hourly": _number(charter.costs.hourly),
            "monthly_per_person": _number(charter.costs.monthly_per_person),
            "currency": charter.costs.currency,
        },
        "languages": list(languages),
        "time_zone": charter.time_zone,
        "trustee": _person(charter.trustee),
        "contact": charter.contact,
        "privacy_notice_url": charter.privacy_notice_url or None,
        "path": [{"step": step.step, "text": step.text, "evidence": step.evidence} for step in charter.path],
        "waves": [
            {
                "kind": wave.kind,
                "questionnaire": wave.questionnaire,
                "opens_at": _moment(wave.opens_at),
                "closes_at": _moment(wave.closes_at),
            }
            for wave in charter.waves
        ],
    }


def text_of(entries: dict[str, Plain]) -> str:
    """Return the YAML text of *entries*; keys keep their order."""
    from ruamel.yaml import YAML

    writer = YAML()
    writer.default_flow_style = False
    writer.width = _WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.representer.add_representer(type(None), _write_nothing)
    buffer = io.StringIO()
    writer.dump(entries, buffer)
    return buffer.getvalue()


def _write_nothing(representer: Any, _value: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _options(options: Iterable[Option], languages: Sequence[str]) -> list[Plain]:
    return [{"code": option.code, "label": _words(option.label, languages)} for option in options]


def _words(text: Text, languages: Sequence[str]) -> Plain:
    """Return one plain text where it serves all languages, else one for each."""
    said = dict(text.entries)
    return said[""] if "" in said else {language: said[language] for language in languages}


def _person(person: Person) -> dict[str, Plain]:
    return {"name": person.name, "role": person.role, "email": person.email or None}


def _number(value: float) -> float:
    return int(value) if value == int(value) and abs(value) < _WHOLE else value


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
