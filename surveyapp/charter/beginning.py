"""The entries with which a charter begins: customary values, and what every pilot needs to be ready for."""

from collections.abc import Sequence
from typing import Final

from surveyapp.charter.writing import Plain

_READY: Final = (
    ("security", "Security review done, not waived", "Sicherheitsprüfung erfolgt, nicht erlassen"),
    ("integration", "Works inside the systems that people use", "Arbeitet in den Systemen, die benutzt werden"),
    ("compliance", "Contract on data processing signed", "Auftragsverarbeitung vereinbart"),
    ("representative_data", "Tried on real cases of all kinds", "An echten Fällen aller Art erprobt"),
    ("training_and_support", "Training and a person to ask", "Schulung und Ansprechperson"),
    ("monitoring", "Errors and costs are watched", "Fehler und Kosten werden überwacht"),
)


def beginning(slug: str, title: str, languages: Sequence[str]) -> dict[str, Plain]:
    """Return what a new charter says before anybody has filled it in."""
    return {
        "pilot": slug,
        "title": title,
        "languages": list(languages),
        "use": {"active_days_per_week": 3, "sustained_pulses": 2},
        "gates": {
            "adoption": {"threshold": 0.7},
            "impact": {"threshold": 0.2, "strong": 0.3},
            "readiness": [
                {
                    "id": area,
                    "area": area,
                    "text": {
                        language: words
                        for language, words in (("en", english), ("de", german))
                        if language in languages
                    },
                    "status": "open",
                }
                for area, english, german in _READY
            ],
        },
        "decision": {"pass_at": 0.9, "fail_at": 0.1, "minimum_response": 0.5},
        "privacy": {
            "reveal_minimum": 8,
            "group_minimum": 5,
            "comment_minimum": 10,
            "retention_days": 365,
            "key": "passphrase",
        },
    }
