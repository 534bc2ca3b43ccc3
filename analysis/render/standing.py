"""How verdicts and decisions look, and the facts behind a gate in a few words each."""

from collections.abc import Iterator

from analysis.charts.gates import number, span
from analysis.results import Decision, Gate, Robustness, Verdict
from analysis.wording import Wording

# Signs and words carry the meaning; the colour of their class only repeats it.
SIGNS = {
    Verdict.PASS: ("pass", "\N{HEAVY CHECK MARK}"),
    Verdict.FAIL: ("fail", "\N{HEAVY BALLOT X}"),
    Verdict.NOT_YET_PROVEN: ("open", "\N{CIRCLE WITH RIGHT HALF BLACK}"),
    Verdict.NO_EVIDENCE: ("none", "\N{WHITE CIRCLE}"),
}
DECISIONS = {Decision.GO: "pass", Decision.FIX: "open", Decision.NO_GO: "fail"}
_ROBUSTNESS = {
    Robustness.PROVEN: "proven whatever the silent do",
    Robustness.ROBUST: "robust",
    Robustness.FRAGILE: "fragile",
}


def facts(gate: Gate, words: Wording) -> Iterator[str]:
    """Yield what was measured and what is needed, the interval, the probability, and how firmly the verdict stands."""
    if gate.estimate is not None and gate.threshold is not None:
        yield words.phrase(
            "%(value)s measured, %(threshold)s needed",
            value=number(gate, gate.estimate, words),
            threshold=number(gate, gate.threshold, words),
        )
    if span(gate, words):
        yield span(gate, words)
    if gate.probability is not None:
        yield words.phrase("probability %(chance)s", chance=words.chance(gate.probability))
    if gate.robustness is not None:
        yield words.phrase(_ROBUSTNESS[gate.robustness])
    if gate.grade:
        yield words.phrase("evidence grade %(grade)s", grade=gate.grade)
    if gate.answers_needed:
        yield words.phrase("%(count)s more answers needed", count=words.count(gate.answers_needed))
