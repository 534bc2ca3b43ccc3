"""What a pilot agreed on before it began, as frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from analysis.codebook import Option, Text
from analysis.plan import Costs, KpiTarget, PathStep, ReadinessItem

SIDES: Final = ("business", "technical", "compliance")
AREAS: Final = (
    "security",
    "integration",
    "compliance",
    "representative_data",
    "training_and_support",
    "monitoring",
)
STATUSES: Final = ("open", "done", "failed", "waived")
PATH_STEPS: Final = (
    "hard_criteria",
    "representative_data",
    "integration_early",
    "decision_on_data",
    "redesigned_workflow",
)
WAVE_KINDS: Final = ("baseline", "pulse", "closing")
ADOPTION: Final = 0.70  # customary share of sustained use
KEY_MODES: Final = ("passphrase", "file")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a task in the pilot, by name."""

    name: str
    role: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who answers for the result, one person for each side."""

    business: Person
    technical: Person
    compliance: Person


@dataclass(frozen=True, slots=True)
class Use:
    """What active and sustained mean."""

    active_days_per_week: int = 3
    sustained_pulses: int = 2


@dataclass(frozen=True, slots=True)
class Impact:
    """Relative improvement of the KPI that passes, and the one that counts as strong."""

    threshold: float = 0.20
    strong: float = 0.30


@dataclass(frozen=True, slots=True)
class Gates:
    """What the decision depends on; shares between 0 and 1."""

    kpi: KpiTarget
    adoption: float = ADOPTION
    impact: Impact = Impact()
    readiness: tuple[ReadinessItem, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """Probabilities from which on a gate passes or fails, and the response without which it does neither."""

    pass_at: float = 0.90
    fail_at: float = 0.10
    minimum_response: float = 0.50


@dataclass(frozen=True, slots=True)
class Privacy:
    """Minimums below which nothing is shown, how long answers stay, and who holds the key of the box."""

    reveal_minimum: int = 8
    group_minimum: int = 5
    comment_minimum: int = 10
    retention_days: int = 365
    key: str = "passphrase"


@dataclass(frozen=True, slots=True)
class PlannedWave:
    """One survey of the pilot; times are local to the charter's time zone."""

    kind: str
    questionnaire: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Charter:
    """Everything that is agreed on. Readiness status, owners and wave dates change in the register only."""

    pilot: str
    title: str
    tool: str
    groups: tuple[Option, ...]
    starts_on: date
    ends_on: date
    owners: Owners
    gates: Gates
    languages: tuple[str, ...]
    time_zone: str
    trustee: Person
    contact: str
    primary_task: Text
    known_tools: tuple[Option, ...]
    sanctioned_tools: tuple[str, ...]
    waves: tuple[PlannedWave, ...]
    tasks: tuple[Option, ...] = ()
    use: Use = Use()
    decision: DecisionRule = DecisionRule()
    privacy: Privacy = Privacy()
    path: tuple[PathStep, ...] = ()
    privacy_notice_url: str = ""
    costs: Costs | None = None  # for the break-even line; moves no gate, so the lock leaves it alone

    def times(self, wave: PlannedWave) -> tuple[datetime, datetime]:
        """Return when *wave* opens and closes, with the charter's time zone."""
        zone = ZoneInfo(self.time_zone)
        return wave.opens_at.replace(tzinfo=zone), wave.closes_at.replace(tzinfo=zone)

    @property
    def own_tools(self) -> frozenset[str]:
        """The codes of the pilot's own tool: known tools of the same name."""
        return frozenset(
            tool.code for tool in self.known_tools if any(name == self.tool for _, name in tool.label.entries)
        )
