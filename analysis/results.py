"""What a reader may see: published figures and sentences, frozen; the only thing that charts and renderers know."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analysis.codebook import Option, Text
from analysis.plan import Amendment, Owner, PathStep, ReadinessItem
from analysis.voices import Heard


class AnalysisError(Exception):
    """Something that stops an analysis or a document; the message is for people and holds no answer."""


class NoEvidenceError(AnalysisError):
    """There are too few answers or measured values for a figure; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A lower and an upper limit, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its standard error, where there is one, and its limits; *note* names the method where it varies."""

    value: float
    standard_error: float | None
    low: float
    high: float
    note: str = ""


# --------------------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class Share:
    """A share between 0 and 1, written as a percentage: one decimal from a *base* of 200 on, else whole."""

    value: float
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How far a share moved, between -1 and 1, written as whole percentage points with its sign, without the unit."""

    value: float


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability between 0 and 1, as a whole percentage that never overstates it: 0.896 is 89 %, never 90 %."""

    value: float


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people or things."""

    value: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A measured amount with its unit, for instance 33.4 minutes."""

    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""

    value: date


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in English with %(name)s places, also its key in the catalogues, and what fills the places."""

    message: str
    values: tuple[tuple[str, "Share | Change | Chance | Count | Amount | Day | Text | Sentence | str"], ...] = ()


Words = Text | Sentence


# --------------------------------------------------------------------------- figures


class Status(StrEnum):
    """Whether a figure is shown, hidden, or shown as part of a merged group."""

    PUBLISHED = "published"
    SUPPRESSED = "suppressed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number or gap: *count* of *base*, *share* and its limits; amounts have a *value* and no share."""

    status: Status = Status.PUBLISHED
    count: int | None = None
    base: int | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    value: float | None = None


GAP = Figure(status=Status.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its place: *wave* 0 is the whole pilot, *group* "" everyone, *option* a code of the measure."""

    wave: int
    group: str
    measure: str
    question: str
    option: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Measure:
    """What the rows of a measure mean: title, definition printed under it, options in order, unit of its figures."""

    id: str
    section: str  # adoption, stuck, shadow, impact, response, readiness, satisfaction, answers
    title: Words
    definition: Words
    options: tuple[tuple[str, Words], ...]
    unit: str = "share"  # share, minutes, points, count
    sensitive: bool = False


# --------------------------------------------------------------------------- gates and decision


class Verdict(StrEnum):
    """What a gate says."""

    PASS = "PASS"  # noqa: S105 (a verdict)
    FAIL = "FAIL"
    NOT_YET_PROVEN = "NOT YET PROVEN"
    NO_EVIDENCE = "NO EVIDENCE"


class Robustness(StrEnum):
    """What the silent people could change."""

    PROVEN = "proven"
    ROBUST = "robust"
    FRAGILE = "fragile"


class Decision(StrEnum):
    """What the gates together say."""

    GO = "GO"
    FIX = "FIX AND RE-RUN"
    NO_GO = "NO-GO"


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a gate says under one assumption: the *value* in the gate's unit, the probability where there is one."""

    words: Words
    value: float | None
    probability: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: its verdict, the numbers behind it and the sentences that say it. *unit* is share or the KPI's unit."""

    id: str  # kpi, adoption, impact, readiness, owners
    title: Words
    verdict: Verdict
    threshold: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    robustness: Robustness | None = None
    answers_needed: int | None = None
    unit: str = "share"
    grade: str = ""  # A, B, C for KPI and impact
    sentences: tuple[Sentence, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next: what is stuck, how many are affected, who owns it, which gate it moves."""

    problem: Words
    people: int | None
    owner: str
    action: Words
    gate: str


# --------------------------------------------------------------------------- the whole


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """Who was asked and who answered in one wave: invited >= issued >= cast = revealed + spoiled + empty."""

    number: int
    kind: str
    opened_on: date | None
    closed_on: date | None
    invited: int | None
    issued: int | None
    cast: int | None
    revealed: int
    spoiled: int
    empty: int
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class PilotFacts:
    """What is on the title of the readout."""

    slug: str
    title: str
    tool: str
    languages: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    groups: tuple[Option, ...]
    owners: tuple[Owner, ...]
    readiness: tuple[ReadinessItem, ...]
    path: tuple[PathStep, ...]
    trustee: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What disclosure control did."""

    group_minimum: int
    reveal_minimum: int
    comment_minimum: int
    hidden: int  # figures that are gaps; how many of them are small themselves would tell which
    dropped: tuple[str, ...]  # breakdowns left out altogether, by measure


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where every figure comes from, so that it can be checked later."""

    version: str
    charter_hash: str
    questionnaire_hashes: tuple[tuple[int, str], ...]
    kpi_hash: str
    key_mode: str
    fingerprints: tuple[tuple[int, str], ...]
    figures_hashes: tuple[tuple[int, str], ...] = ()  # wave number, hash of its survey figures as released
    amendments: tuple[Amendment, ...] = ()  # versions of the charter after the first


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is published of one pilot up to one wave."""

    pilot: PilotFacts
    decision: Decision
    summary: tuple[Sentence, ...]  # the three sentences of the first page
    coverage: Sentence
    gates: tuple[Gate, ...]
    steps: tuple[Step, ...]
    waves: tuple[WaveFacts, ...]
    measures: tuple[Measure, ...]
    rows: tuple[Row, ...]
    findings: tuple[tuple[str, tuple[Sentence, ...]], ...]  # section to sentences
    limits: tuple[Sentence, ...]
    disclosure: Disclosure
    provenance: Provenance
    changes: tuple[Sentence, ...] = ()  # since the readout before
    heard: tuple[Heard, ...] = ()  # comments that the trustee let out

    def select(self, measure: str, *, wave: int | None = None, group: str | None = None) -> tuple[Row, ...]:
        """Return the rows of *measure*, of one wave and of one group where these are given."""
        return tuple(
            row
            for row in self.rows
            if row.measure == measure and (wave is None or row.wave == wave) and (group is None or row.group == group)
        )

    def measure(self, name: str) -> Measure | None:
        """Return what is known of a measure, if the report has it."""
        return next((measure for measure in self.measures if measure.id == name), None)

    def said(self, section: str) -> tuple[Sentence, ...]:
        """Return the sentences of a section."""
        return dict(self.findings).get(section, ())
