"""What was fixed before the first answer (gates, groups, minimums, owners), and the register on a day."""

from dataclasses import dataclass, field
from datetime import date

from analysis.codebook import Option, Text


@dataclass(frozen=True, slots=True)
class KpiTarget:
    """The primary KPI: *better* is "lower" or "higher"; *baseline* and *target* in *unit*."""

    name: str
    unit: str
    better: str
    baseline: float | None
    target: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Costs:
    """What an hour of one person and the tool for one person and month cost, in *currency*; both above 0."""

    hourly: float
    monthly_per_person: float
    currency: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for one side of the result; *name* is empty where nobody was named."""

    side: str  # business, technical, compliance
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class ReadinessItem:
    """One thing that production needs; *status* is open, done, failed or waived."""

    id: str
    area: str
    text: Text
    owner: str = ""
    status: str = "open"
    evidence: str | None = None
    reviewed_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class PathStep:
    """One of the five steps to production, as far as the charter speaks of it."""

    step: str  # hard_criteria, representative_data, integration_early, decision_on_data, redesigned_workflow
    text: str
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A version of the charter that took the place of a locked one; *entries* are names, values before and after."""

    version: int
    locked_on: date
    reason: str
    entries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The charter and its register, as the analysis needs them. Thresholds are shares between 0 and 1."""

    pilot: str
    title: str
    tool: str
    groups: tuple[Option, ...] = ()
    languages: tuple[str, ...] = ("en",)
    starts_on: date | None = None
    ends_on: date | None = None
    active_days: int = 3
    sustained_pulses: int = 2
    kpi: KpiTarget | None = None
    adoption_threshold: float = 0.70
    impact_threshold: float = 0.20
    impact_strong: float = 0.30
    pass_at: float = 0.90
    fail_at: float = 0.10
    minimum_response: float = 0.50
    reveal_minimum: int = 8
    group_minimum: int = 5
    comment_minimum: int = 10
    owners: tuple[Owner, ...] = ()
    readiness: tuple[ReadinessItem, ...] = ()
    path: tuple[PathStep, ...] = ()
    known_tools: tuple[Option, ...] = ()
    sanctioned_tools: tuple[str, ...] = ()
    tasks: tuple[Option, ...] = ()
    trustee: str = ""
    costs: Costs | None = None
    key_mode: str = ""  # file, passphrase; empty where no ballot box was used
    fingerprints: tuple[tuple[int, str], ...] = ()  # wave number, fingerprint of its public keys
    charter_hash: str = ""
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveCounts:
    """The counts of one wave that come from the roster and the box, not from answers."""

    number: int
    kind: str  # baseline, pulse, closing
    opened_on: date | None = None
    closed_on: date | None = None
    invited: int | None = None
    invited_by_group: tuple[tuple[str, int], ...] = ()
    joined_by_group: tuple[tuple[str, int], ...] = ()  # since the wave before
    left_by_group: tuple[tuple[str, int], ...] = ()
    issued: int | None = None
    cast: int | None = None
    spoiled: int = 0
    empty: int = 0
    questionnaire_hash: str = ""


@dataclass(frozen=True, slots=True)
class KpiPoint:
    """One measured value of the KPI: *period* before or after, *arm* pilot or comparison."""

    entity: str
    period: str
    arm: str
    day: date
    unit: str
    value: float


@dataclass(frozen=True, slots=True)
class KpiSeries:
    """All measured values that were imported, with the hash of what was imported."""

    points: tuple[KpiPoint, ...] = field(default=())
    sha256: str = ""
