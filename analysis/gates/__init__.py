"""Gates: posterior probabilities, verdicts, what the silent could change, and the decision they add up to."""

from analysis.gates.decision import decide
from analysis.gates.level import Level, adoption_gate
from analysis.gates.measured import Measured, entity_mean, impact_gate, kpi_gate, measured
from analysis.gates.posterior import answers_needed, probability_at_least, stratified_probability, verdict
from analysis.gates.readiness import owners_gate, readiness_gate
from analysis.gates.robustness import capped, robustness
from analysis.results import Decision, Gate, Robustness, Verdict

__all__ = [
    "Decision",
    "Gate",
    "Level",
    "Measured",
    "Robustness",
    "Verdict",
    "adoption_gate",
    "answers_needed",
    "capped",
    "decide",
    "entity_mean",
    "impact_gate",
    "kpi_gate",
    "measured",
    "owners_gate",
    "probability_at_least",
    "readiness_gate",
    "robustness",
    "stratified_probability",
    "verdict",
]
