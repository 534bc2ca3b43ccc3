"""The report: all chapters, published together, with gates, decision, next steps and limits."""

from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from analysis import adoption, answers, comments, impact, shadow, stuck, summary, waves
from analysis.disclosure import Exact, Published, publish
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
from analysis.results import Disclosure, Gate, Measure, PilotFacts, Provenance, Report, Row, Sentence
from analysis.tabulation import Chapter, Wave, attendance, rules_of

__all__ = ["Wave", "build"]

SEED = 20_270_111  # any fixed number: the same answers give the same report
NO_SERIES = KpiSeries()


def build(
    plan: Plan,
    revealed: Sequence[Wave],
    *,
    as_of: date,
    kpi: KpiSeries = NO_SERIES,
    comment_counts: Mapping[int, int] | None = None,
    seed: int = SEED,
) -> Report:
    """Return everything that is published of a pilot up to its last revealed wave.

    *comment_counts* is the number of comments by wave; *as_of* the day whose readiness and KPI values count.
    """
    held = sorted(revealed, key=lambda wave: wave.number)
    values = measured(kpi, plan.kpi, starts_on=plan.starts_on, as_of=as_of) if plan.kpi is not None else Measured()
    chapters = (
        adoption.chapter(held, plan),
        stuck.chapter(held, plan, seed=seed),
        shadow.chapter(held, plan),
        impact.chapter(held, plan, values),
        answers.chapter(held),
    )
    exact: list[Exact] = [one for chapter in chapters for one in chapter.exact]
    published = publish(exact, [attendance(wave) for wave in held], rules_of(plan))
    gates = (
        kpi_gate(plan, values),
        adoption_gate(adoption.levels(held, plan), plan),
        impact_gate(plan, values),
        readiness_gate(plan.readiness, as_of=as_of),
        owners_gate(plan.owners),
    )
    decision = decide(gates, plan.readiness)
    steps = summary.steps(held, plan, published, gates, seed=seed)
    return Report(
        pilot=_pilot(plan, held),
        decision=decision,
        summary=summary.sentences(decision, gates, steps),
        coverage=summary.coverage(held),
        gates=gates,
        steps=steps,
        waves=tuple(waves.facts(wave, plan) for wave in held),
        measures=_measures(chapters, published.rows),
        rows=published.rows,
        findings=_findings(held, plan, published, gates, comment_counts or {}, seed=seed),
        limits=summary.limits(held, plan, gates),
        disclosure=_disclosure(plan, published),
        provenance=_provenance(plan, held, kpi),
    )


def _measures(chapters: Sequence[Chapter], rows: Sequence[Row]) -> tuple[Measure, ...]:
    """Return the measures that have rows, each once, the ones with own rules first."""
    shown = {row.measure for row in rows}
    found = {"response": adoption.response_measure()}
    for chapter in chapters:
        for measure in chapter.measures:
            found.setdefault(measure.id, measure)
    return tuple(measure for name, measure in found.items() if name in shown)


def _findings(
    held: Sequence[Wave],
    plan: Plan,
    published: Published,
    gates: Sequence[Gate],
    comment_counts: Mapping[int, int],
    *,
    seed: int,
) -> tuple[tuple[str, tuple[Sentence, ...]], ...]:
    told = dict[str, tuple[Sentence, ...]](
        response=tuple(note for wave in held for note in waves.facts(wave, plan).notes),
        adoption=adoption.sentences(held, published, plan) + waves.sentences(held, plan),
        stuck=stuck.sentences(held, plan, published, seed=seed),
        voices=comments.sentences(comment_counts, plan),
        impact=tuple(dict.fromkeys(s for gate in gates if gate.id in {"kpi", "impact"} for s in gate.sentences))
        + impact.sentences(held, published),
        shadow=shadow.sentences(held, published),
        answers=waves.incomparable(held),
    )
    return tuple((section, sentences) for section, sentences in told.items() if sentences)


def _pilot(plan: Plan, held: Sequence[Wave]) -> PilotFacts:
    """Return the title facts; where no charter names teams, the teams of the answers."""
    named = plan.groups
    for wave in held:
        if not named and wave.frame.group is not None:
            named = tuple(option for option in wave.frame.group.options if not option.refusal)
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


def _disclosure(plan: Plan, published: Published) -> Disclosure:
    return Disclosure(
        group_minimum=plan.group_minimum,
        reveal_minimum=plan.reveal_minimum,
        comment_minimum=plan.comment_minimum,
        primary=published.primary,
        secondary=published.secondary,
        dropped=published.dropped,
        audit="",
    )


def _provenance(plan: Plan, held: Sequence[Wave], kpi: KpiSeries) -> Provenance:
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
    )
