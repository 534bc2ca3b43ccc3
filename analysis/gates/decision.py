"""What all gates together say."""

from collections.abc import Sequence

from analysis.plan import ReadinessItem
from analysis.results import Decision, Gate, Verdict

MEASURED = {"A", "B"}


def decide(gates: Sequence[Gate], readiness: Sequence[ReadinessItem] = ()) -> Decision:
    """Return GO if all pass; NO-GO if a measured KPI or impact fails or a failed item has no owner; else FIX."""
    if gates and all(gate.verdict is Verdict.PASS for gate in gates):
        return Decision.GO
    failed = any(
        gate.id in {"kpi", "impact"} and gate.verdict is Verdict.FAIL and gate.grade in MEASURED for gate in gates
    )
    orphaned = any(item.status == "failed" and not item.owner.strip() for item in readiness)
    return Decision.NO_GO if failed or orphaned else Decision.FIX
