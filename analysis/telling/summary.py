"""What a steering meeting reads first: three sentences, who answered, what to do next, and what is not known."""

from collections.abc import Mapping, Sequence

from analysis.losses import Loss
from analysis.plan import Plan
from analysis.released import ReleasedWave, use_waves
from analysis.results import Count, Decision, Gate, Sentence, Share, Step, Verdict
from analysis.telling.stuck import loss
from analysis.telling.unsticking import owner, stuck_steps

MOST_STEPS = 3

# --------------------------------------------------------------------------- first page

DECISIONS: Mapping[Decision, Sentence] = {
    Decision.GO: Sentence("GO: every gate passes."),
    Decision.FIX: Sentence("FIX AND RE-RUN: not every gate passes yet."),
    Decision.NO_GO: Sentence("NO-GO: the measured result fails, or a failed item has no owner."),
}
OPEN_GATES: Mapping[str, Mapping[Verdict, Sentence]] = {
    "kpi": {
        Verdict.FAIL: Sentence("The primary KPI misses its target."),
        Verdict.NOT_YET_PROVEN: Sentence("The primary KPI is not proven to meet its target."),
        Verdict.NO_EVIDENCE: Sentence("The primary KPI has not been measured."),
    },
    "adoption": {
        Verdict.FAIL: Sentence("Too few of the invited people are active."),
        Verdict.NOT_YET_PROVEN: Sentence("Adoption is not proven yet."),
        Verdict.NO_EVIDENCE: Sentence("There is no evidence of adoption."),
    },
    "impact": {
        Verdict.FAIL: Sentence("The improvement is smaller than the gate asks for."),
        Verdict.NOT_YET_PROVEN: Sentence("The improvement is not proven yet."),
        Verdict.NO_EVIDENCE: Sentence("There is no evidence of impact against a baseline."),
    },
    "readiness": {
        Verdict.FAIL: Sentence("Production readiness has failed or waived items."),
        Verdict.NO_EVIDENCE: Sentence("Production readiness has open items."),
    },
    "owners": {Verdict.FAIL: Sentence("Not every owner is named.")},
}


def sentences(decision: Decision, gates: Sequence[Gate], steps: Sequence[Step]) -> tuple[Sentence, ...]:
    """Return the three sentences of the first page: the decision, what decides it, what comes first."""
    open_gates = [gate for gate in gates if gate.verdict is not Verdict.PASS]
    # What failed comes before what is only unknown.
    open_gates.sort(key=lambda gate: list(Verdict).index(gate.verdict))
    why = next((gate.sentences[0] for gate in gates if gate.id == "adoption" and gate.sentences), None)
    if open_gates:
        why = OPEN_GATES[open_gates[0].id][open_gates[0].verdict]
    follow = Sentence("The gates below say what is missing.")
    if decision is Decision.GO:
        follow = Sentence("Production can be planned with the three owners.")
    elif steps:
        follow = Sentence("First step: %(action)s", (("action", steps[0].action),))
    return (DECISIONS[decision], *([why] if why is not None else []), follow)


def coverage(waves: Sequence[ReleasedWave]) -> Sentence:
    """Return who answered the latest wave, and how many waves there are."""
    if not waves:
        return Sentence("No wave has been revealed yet.")
    last = waves[-1]
    values = (
        ("answers", Count(last.ballots)),
        ("wave", Count(last.number)),
        ("waves", Count(len(waves))),
    )
    if last.invited is None:
        return Sentence("%(answers)s answers in wave %(wave)s. Waves so far: %(waves)s.", values)
    return Sentence(
        "%(answers)s of %(invited)s invited people answered wave %(wave)s (%(share)s). Waves so far: %(waves)s.",
        (*values, ("invited", Count(last.invited)), ("share", Share(last.ballots / max(1, last.invited)))),
    )


# --------------------------------------------------------------------------- next steps

STAGE_STEPS: Mapping[str, tuple[Sentence, Sentence, str]] = {
    "aware": (
        Sentence("People have not heard of the tool"),
        Sentence("Tell every team in its own meeting what the tool is for and who helps."),
        "business",
    ),
    "access": (
        Sentence("People know the tool but have no access"),
        Sentence("Give access to everybody on the list, and check that signing in works."),
        "technical",
    ),
    "tried": (
        Sentence("People have access but have never tried the tool"),
        Sentence("Show each team two of its own tasks with the tool, and give an hour to try them."),
        "business",
    ),
    "active": (
        Sentence("People tried the tool but do not use it regularly"),
        Sentence("Sit with people who stopped, and remove what stopped them before the next wave."),
        "business",
    ),
}
GATE_STEPS: Mapping[str, tuple[Sentence, Sentence, str]] = {
    "kpi": (
        Sentence("The primary KPI is not measured well enough"),
        Sentence("Export the KPI for at least five teams, desks or weeks after the start, and import it."),
        "business",
    ),
    "impact": (
        Sentence("The improvement is not proven against a baseline"),
        Sentence("Import the KPI from before the pilot, and of a comparable team without the tool."),
        "business",
    ),
    "readiness": (
        Sentence("Production readiness is not complete"),
        Sentence("Close the open items of the register with evidence, or name who will and until when."),
        "technical",
    ),
    "owners": (
        Sentence("An owner is missing"),
        Sentence("Name the business, technical and compliance owners."),
        "business",
    ),
}


def steps(waves: Sequence[ReleasedWave], plan: Plan, gates: Sequence[Gate]) -> tuple[Step, ...]:
    """Return the top three things to do: what loses most people while adoption is open, open gates, stuck points."""
    verdicts = {gate.id: gate.verdict for gate in gates}
    worst = _worst(waves)
    named = stuck_steps(waves, plan, besides=worst.stage if worst is not None else "")
    found: list[Step] = []
    if worst is not None and verdicts.get("adoption") is not Verdict.PASS:
        problem, action, side = STAGE_STEPS[worst.stage]
        found += [Step(problem, worst.lost, owner(plan, side), action, "adoption"), *named[:1]]
    for gate in gates:
        if gate.verdict is not Verdict.PASS and gate.id in GATE_STEPS:
            problem, action, side = GATE_STEPS[gate.id]
            found.append(Step(problem, None, owner(plan, side), action, gate.id))
    found += [step for step in named if step not in found]
    return tuple(found[:MOST_STEPS])


def _worst(waves: Sequence[ReleasedWave]) -> Loss | None:
    """Return the stage that loses most in the latest wave that tells."""
    return next((worst for wave in reversed(use_waves(waves)) if (worst := loss(wave)) is not None), None)
