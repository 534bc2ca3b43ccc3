"""The report: everything that was released of a pilot, with gates, decision, next steps and limits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType

from analysis import comments
from analysis.catalogue import CATALOGUE
from analysis.codebook import Text
from analysis.comments import Voices, Written
from analysis.counting.tabulation import Wave
from analysis.gates import (
    Measured,
    adoption_gate,
    decide,
    impact_gate,
    kpi_gate,
    measured,
    owners_gate,
    readiness_gate,
)
from analysis.plan import KpiSeries, Plan
from analysis.released import ReleasedWave
from analysis.releasing import release
from analysis.results import GAP, Disclosure, Gate, Measure, PilotFacts, Provenance, Report, Row, Sentence
from analysis.telling import adoption, impact, limits, satisfaction, shadow, stuck, summary, waves
from analysis.voices import NO_LABEL, Approved, Heard

__all__ = ["ReleasedWave", "Wave", "build", "compose", "release"]

NO_SERIES = KpiSeries()
NONE_WRITTEN: Written = MappingProxyType({})
NONE_APPROVED: Mapping[int, Sequence[Approved]] = MappingProxyType({})


def build(
    plan: Plan,
    revealed: Sequence[Wave],
    *,
    as_of: date,
    kpi: KpiSeries = NO_SERIES,
    written: Written = NONE_WRITTEN,
    approved: Mapping[int, Sequence[Approved]] = NONE_APPROVED,
) -> Report:
    """Return the report of waves that are released now, for the first time."""
    held = [release(wave, plan) for wave in sorted(revealed, key=lambda wave: wave.number)]
    return compose(plan, held, as_of=as_of, kpi=kpi, written=written, approved=approved)


def compose(
    plan: Plan,
    held: Sequence[ReleasedWave],
    *,
    as_of: date,
    kpi: KpiSeries = NO_SERIES,
    written: Written = NONE_WRITTEN,
    approved: Mapping[int, Sequence[Approved]] = NONE_APPROVED,
) -> Report:
    """Return everything that is published of a pilot up to the last of its released waves, in their order.

    *written* are the numbers of comments by wave and question, *approved* the texts that the trustee let out; *as_of*
    is the day whose readiness and KPI values count.
    """
    values = measured(kpi, plan.kpi, starts_on=plan.starts_on, as_of=as_of) if plan.kpi is not None else Measured()
    gates = (
        kpi_gate(plan, values),
        adoption_gate(adoption.levels(held), plan),
        impact_gate(plan, values),
        readiness_gate(plan.readiness, as_of=as_of),
        owners_gate(plan.owners),
    )
    decision = decide(gates, plan.readiness)
    steps = summary.steps(held, plan, gates)
    measures = _measures(plan, held, values)
    voices = comments.voices(written, approved, plan)
    return Report(
        pilot=_pilot(plan, held),
        decision=decision,
        summary=summary.sentences(decision, gates, steps),
        coverage=summary.coverage(held),
        gates=gates,
        steps=steps,
        waves=tuple(wave.release.facts for wave in held),
        measures=measures,
        rows=_rows(plan, held, values, measures),
        findings=_findings(held, plan, gates, voices),
        limits=limits.limits(held, gates, plan.amendments),
        disclosure=_disclosure(plan, held),
        provenance=_provenance(plan, held, kpi),
        heard=tuple(replace(one, label=_question(held, one)) for one in voices.heard),
    )


def _question(held: Sequence[ReleasedWave], heard: Heard) -> Text:
    """Return the question that was asked for these comments."""
    items = (wave.codebook.item(heard.question) for wave in held if wave.number == heard.wave)
    return next((item.label for item in items if item is not None), NO_LABEL)


def _measures(plan: Plan, held: Sequence[ReleasedWave], values: Measured) -> tuple[Measure, ...]:
    """Return every measure once, as its latest wave has it: in the order of the catalogue, then as asked."""
    found: dict[str, Measure] = {}
    for wave in held:
        found |= {measure.id: measure for measure in wave.release.measures}
    found |= {measure.id: measure for measure in impact.kpi_measures(plan, values)}
    known = {name: place for place, name in enumerate(CATALOGUE)}

    def place(name: str) -> float:
        stem = name.removesuffix(".levels")
        return known.get(stem, len(known)) + (0.5 if stem != name and stem in known else 0.0)

    return tuple(found[name] for name in sorted(found, key=place))


def _rows(plan: Plan, held: Sequence[ReleasedWave], values: Measured, measures: Sequence[Measure]) -> tuple[Row, ...]:
    """Return all rows, measure by measure."""
    place = {measure.id: number for number, measure in enumerate(measures)}
    rows = [*impact.kpi_rows(plan, values), *(row for wave in held for row in wave.release.rows)]
    return tuple(sorted(rows, key=lambda row: place[row.measure]))


def _findings(
    held: Sequence[ReleasedWave], plan: Plan, gates: Sequence[Gate], voices: Voices
) -> tuple[tuple[str, tuple[Sentence, ...]], ...]:
    told = dict[str, tuple[Sentence, ...]](
        response=tuple(note for wave in held for note in wave.release.facts.notes),
        adoption=adoption.sentences(held, plan) + waves.sentences(held),
        stuck=stuck.sentences(held),
        voices=voices.sentences,
        impact=tuple(dict.fromkeys(s for gate in gates if gate.id in {"kpi", "impact"} for s in gate.sentences))
        + impact.sentences(held, plan),
        satisfaction=satisfaction.sentences(held),
        shadow=shadow.sentences(held),
        answers=waves.incomparable(held),
    )
    return tuple((section, sentences) for section, sentences in told.items() if sentences)


def _pilot(plan: Plan, held: Sequence[ReleasedWave]) -> PilotFacts:
    """Return the title facts; where no charter names teams, the teams of the answers."""
    named = plan.groups
    for wave in held:
        item = wave.item("group")
        if not named and item is not None:
            named = tuple(option for option in item.options if not option.refusal)
    return PilotFacts(
        slug=plan.pilot,
        title=plan.title,
        tool=plan.tool,
        languages=plan.languages,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        groups=named,
        owners=plan.owners,
        readiness=plan.readiness,
        path=plan.path,
        trustee=plan.trustee,
    )


def _disclosure(plan: Plan, held: Sequence[ReleasedWave]) -> Disclosure:
    releases = [wave.release for wave in held]
    return Disclosure(
        group_minimum=plan.group_minimum,
        reveal_minimum=plan.reveal_minimum,
        comment_minimum=plan.comment_minimum,
        hidden=sum(row.figure == GAP for one in releases for row in one.rows),
        dropped=tuple(dict.fromkeys(measure for one in releases for measure in one.dropped)),
    )


def _provenance(plan: Plan, held: Sequence[ReleasedWave], kpi: KpiSeries) -> Provenance:
    try:
        installed = version("surveyapp")
    except PackageNotFoundError:
        installed = ""
    return Provenance(
        version=installed,
        charter_hash=plan.charter_hash,
        questionnaire_hashes=tuple((wave.number, wave.counts.questionnaire_hash) for wave in held),
        kpi_hash=kpi.sha256,
        key_mode=plan.key_mode,
        fingerprints=plan.fingerprints,
        figures_hashes=tuple((wave.number, wave.release.sha256) for wave in held),
        amendments=plan.amendments,
    )
