"""Values for tests that name only what matters."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from surveyapp.office.people import Entry
from surveyapp.office.waves import StartedWave
from surveyapp.wave import WaveKey, WaveKind, WaveState

NOON = datetime(2027, 2, 10, 12, tzinfo=UTC)


def a_person(number: int = 1, *, group: str = "sales", language: str = "en", name: str = "") -> Entry:
    return Entry(f"p{number}@example.org", name or f"Person {number}", group, language)


def a_wave(
    pilot: str = "pilot",
    number: int = 1,
    *,
    groups: Mapping[str, str] | None = None,
    promised_at: datetime | None = None,
    box_public_key: bytes = b"",
    questionnaire: str = "{}",
) -> StartedWave:
    return StartedWave(
        WaveKey(pilot, number),
        WaveKind.BASELINE,
        WaveState.STARTED,
        datetime(2027, 2, 8, 8, tzinfo=UTC),
        datetime(2027, 2, 12, 18, tzinfo=UTC),
        promised_at,
        box_public_key or secrets.token_bytes(65),
        "file",
        questionnaire,
        "{}",
        groups or {"sales": "sales", "support": "support"},
    )
