"""What the lock freezes, its hash, and what must be there before."""

import json
from typing import Final

from surveyapp import canonical
from surveyapp.charter.model import AREAS, Charter
from surveyapp.saying import Said, said


def locked_part(charter: Charter) -> bytes:
    """Return gates with thresholds, use, privacy, groups and the readiness list (not its status) as canonical JSON."""
    kpi, impact, decision, privacy = charter.gates.kpi, charter.gates.impact, charter.decision, charter.privacy
    # Every value is written out, defaults too: the text alone must say what was agreed on.
    part = {
        "pilot": charter.pilot,
        "gates": {
            "kpi": {
                "name": kpi.name,
                "unit": kpi.unit,
                "better": kpi.better,
                "baseline": kpi.baseline,
                "target": kpi.target,
                "source": kpi.source,
            },
            "adoption": charter.gates.adoption,
            "impact": [impact.threshold, impact.strong],
            "readiness": [[item.id, item.area, item.text.entries] for item in charter.gates.readiness],
        },
        "decision": [decision.pass_at, decision.fail_at, decision.minimum_response],
        "use": [charter.use.active_days_per_week, charter.use.sustained_pulses],
        "privacy": {
            "reveal_minimum": privacy.reveal_minimum,
            "group_minimum": privacy.group_minimum,
            "comment_minimum": privacy.comment_minimum,
            "retention_days": privacy.retention_days,
            "key": privacy.key,
        },
        "groups": [[group.code, group.label.entries] for group in charter.groups],
    }
    return json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def locked_hash(charter: Charter) -> str:
    """Return the SHA-256 of the locked part in hexadecimal."""
    return canonical.sha256(locked_part(charter))


NO_BASELINE: Final = said("the KPI has no value before the pilot: no wave can start, and impact has no verdict")
UNCOVERED: Final = {
    "security": said("no readiness item covers security"),
    "integration": said("no readiness item covers integration"),
    "compliance": said("no readiness item covers compliance"),
    "representative_data": said("no readiness item covers representative data"),
    "training_and_support": said("no readiness item covers training and support"),
    "monitoring": said("no readiness item covers monitoring"),
}
FEW_WAVES: Final = "%(needed)s pulse or closing waves must show the adoption level, %(planned)s are planned"


def missing(charter: Charter) -> tuple[Said, ...]:
    """Return what the charter lacks for a decision; without the KPI's baseline no wave starts."""
    found = []
    if charter.gates.kpi.baseline is None:
        found.append(NO_BASELINE)
    covered = {item.area for item in charter.gates.readiness}
    found += [UNCOVERED[area] for area in AREAS if area not in covered]
    later = sum(wave.kind != "baseline" for wave in charter.waves)
    if later < charter.use.sustained_pulses:
        found.append(said(FEW_WAVES, needed=charter.use.sustained_pulses, planned=later))
    return tuple(found)
