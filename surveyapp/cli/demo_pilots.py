"""The three sample pilots: who is in them, what is true of them, and what was measured. All of it is made up."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.synthetic import Truth

_FIRST = ("Ada", "Ben", "Cem", "Dora", "Emil", "Fina", "Goran", "Hana", "Ivo", "Jana", "Kaya", "Leo", "Mina")
_LAST = ("Arendt", "Berger", "Castillo", "Demir", "Eder", "Fuchs", "Gruber", "Horvat", "Ilic", "Jansen", "Kovac")


@dataclass(frozen=True, slots=True)
class Measured:
    """The KPI as it was measured: mean per desk before and after, with and without the tool."""

    unit: str
    before: float
    after: float
    comparison_after: float
    desks: int = 12


@dataclass(frozen=True, slots=True)
class SamplePilot:
    """A pilot of the demonstration; *waves* is how many of its waves are played to the end."""

    slug: str
    groups: Mapping[str, int]
    truth: Truth
    waves: int
    measured: Measured | None
    seed: int


SAMPLES = (
    SamplePilot(
        "offers",
        {"Sales": 34, "Customer support": 28, "Engineering": 18},
        Truth(
            response=0.9,
            active=(0.82, 0.86, 0.88),
            no_access=0.1,
            stuck=0.35,
            barriers=(("no_idea", 2.0), ("wrong_answer", 3.0), ("correcting", 2.0)),
            shadow=0.25,
            refusal=0.02,
            liking=0.75,
        ),
        waves=4,
        measured=Measured("minutes", 42.0, 28.0, 41.0),
        seed=11,
    ),
    SamplePilot(
        "claims",
        {"Motor claims": 30, "Property claims": 24, "Liability claims": 16},
        Truth(
            response=0.8,
            active=(0.40, 0.42, 0.38),
            no_access=0.45,
            not_tried=0.2,
            stuck=0.8,
            barriers=(("no_access", 1.0), ("wrong_answer", 2.0), ("correcting", 3.0), ("not_in_program", 2.0)),
            shadow=0.55,
            refusal=0.03,
            liking=0.5,
        ),
        waves=4,
        measured=Measured("minutes", 25.0, 19.5, 24.5),
        seed=23,
    ),
    SamplePilot(
        "helpdesk",
        {"First line": 24, "Second line": 16},
        Truth(response=0.5, shadow=0.35),
        waves=0,
        measured=None,
        seed=37,
    ),
)


def people_csv(sample: SamplePilot) -> bytes:
    """Return the people of *sample* as the file that a lead would upload."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["E-mail", "Name", "Team", "Language"])
    number = 0
    for group, size in sample.groups.items():
        for _ in range(size):
            first, last = _FIRST[number % len(_FIRST)], _LAST[(number // 2 + number) % len(_LAST)]
            address = f"{first}.{last}.{number}@{sample.slug}.example.org".lower()
            writer.writerow([address, f"{first} {last}", group, "de" if number % 3 == 0 else "en"])
            number += 1
    return lines.getvalue().encode()


def kpi_csv(sample: SamplePilot, first_day: date, start: date, last_day: date) -> bytes:
    """Return the measured series of *sample*: two values per desk and period, each desk with its own habits."""
    import numpy as np

    measured = sample.measured
    if measured is None:
        return b""
    draw = np.random.default_rng(sample.seed)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["entity", "period", "arm", "date", "unit", "value"])
    for arm, after in (("pilot", measured.after), ("comparison", measured.comparison_after)):
        habits = draw.normal(1.0, 0.05, measured.desks)
        habits *= measured.desks / habits.sum()
        for desk, habit in enumerate(habits, 1):
            for period, level, day in (
                ("before", measured.before, first_day),
                ("before", measured.before, start - timedelta(days=3)),
                ("after", after, start + timedelta(days=40)),
                ("after", after, last_day - timedelta(days=2)),
            ):
                value = level * habit * draw.normal(1.0, 0.02)
                writer.writerow([f"{arm} desk {desk}", period, arm, day.isoformat(), measured.unit, f"{value:.2f}"])
    return lines.getvalue().encode()
