"""The closed list of measures: what the analysis understands, and what a question must offer to be connected to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analysis.codebook import Kind


@dataclass(frozen=True, slots=True)
class Measure:
    """What a question with this measure needs; *codes* must be among its options, all of them if *closed*."""

    meaning: str
    kinds: tuple[Kind, ...]
    codes: tuple[str, ...] = ()
    closed: bool = False
    lists: str = ""  # options_from must name this list of the charter
    stages: tuple[str, ...] = ()  # every option but exclusive and refusing ones carries one of these stages
    edges: bool = False  # at least two options carry edges
    points: int = 0  # a scale of so many points
    span: tuple[int, int] | None = None  # smallest and largest number


FUNNEL_STAGES: Final = ("access", "tried", "active")
ADKAR_STAGES: Final = ("awareness", "desire", "knowledge", "ability", "reinforcement")
DAYS: Final = (0, 7)

MEASURES: Final[Mapping[str, Measure]] = {
    "group": Measure("the team of the respondent, as in the charter", (Kind.SINGLE,), lists="groups"),
    "any_days": Measure("days of the last 7 with any AI tool", (Kind.NUMBER,), span=DAYS),
    "reach": Measure(
        "how far the respondent came with the pilot's tool",
        (Kind.SINGLE,),
        ("not_heard", "no_access", "not_tried", "tried", "use"),
        closed=True,
    ),
    "tool_days": Measure("days of the last 7 with the pilot's tool", (Kind.NUMBER,), span=DAYS),
    "sustained_recall": Measure(
        "whether the respondent was active in the wave before",
        (Kind.SINGLE,),
        ("yes", "no", "unknown", "no_access"),
        closed=True,
    ),
    "tasks": Measure("tasks done with AI", (Kind.MULTIPLE,), ("none",), lists="tasks"),
    "expected_minutes": Measure(
        "minutes a week that the tool is expected to save", (Kind.SINGLE, Kind.BAND), ("costs",), edges=True
    ),
    "kpi_minutes": Measure("minutes the primary task took", (Kind.BAND,), ("not_mine",), edges=True),
    "minutes_saved": Measure("minutes saved last week", (Kind.BAND,), edges=True),
    "minutes_lost": Measure("minutes lost to checking and correcting last week", (Kind.BAND,), edges=True),
    "pace": Measure("how much slower or faster the work was", (Kind.SCALE,), points=7),
    "reinvested": Measure("where the saved time went", (Kind.MULTIPLE,)),
    "capability": Measure("the tool can do what is needed", (Kind.SCALE,), points=7),
    "ease": Measure("the tool is easy to use", (Kind.SCALE,), points=7),
    "trust": Measure("trust in what the tool produces", (Kind.SCALE,), points=5),
    "checking": Measure("how often results are checked", (Kind.SCALE,), points=5),
    "confidence": Measure("confidence in the own skill", (Kind.SCALE,), points=5),
    "training": Measure("kinds of help received", (Kind.MULTIPLE,), ("none",)),
    "policy_tools": Measure("clarity about which tools are allowed", (Kind.SCALE,), points=5),
    "policy_how": Measure("clarity about which information may be entered", (Kind.SCALE,), points=5),
    "stuck_where": Measure("where the respondent last got stuck", (Kind.SINGLE,), ("not_stuck",), stages=FUNNEL_STAGES),
    "stuck_task": Measure("the task of the last stuck moment", (Kind.SINGLE,), ("other",), lists="tasks"),
    "stuck_reaction": Measure(
        "what the respondent did when stuck",
        (Kind.SINGLE,),
        ("worked_out", "asked", "without_ai", "other_tool", "gave_up"),
        closed=True,
    ),
    "barriers": Measure("what keeps from using the tool more", (Kind.RANK,), ("nothing",), stages=ADKAR_STAGES),
    "other_tools": Measure(
        "other AI tools used for work in 30 days", (Kind.MULTIPLE,), ("other", "none"), lists="known_tools"
    ),
    "other_account": Measure(
        "the accounts used with other tools",
        (Kind.MULTIPLE,),
        ("company", "own_free", "own_paid", "built_in"),
        closed=True,
    ),
    "data_entered": Measure(
        "kinds of information entered into tools that the company does not provide",
        (Kind.MULTIPLE,),
        ("public", "internal", "personal", "source_code", "contracts", "financial", "secrets", "none"),
        closed=True,
    ),
    "other_reason": Measure(
        "the main reason for another tool",
        (Kind.SINGLE,),
        ("better", "faster", "ours_cannot", "no_access", "habit", "unknown_rules"),
        closed=True,
    ),
    "colleagues_other": Measure(
        "colleagues who use tools that the company does not provide",
        (Kind.SINGLE,),
        ("none", "few", "half", "most", "unknown"),
        closed=True,
    ),
    "effort": Measure("mental effort against before the pilot", (Kind.SCALE,), points=7),
    "continue": Measure("wants to keep using the tool", (Kind.SCALE,), points=5),
    "recommend": Measure("would recommend the tool", (Kind.NUMBER,), span=(0, 10)),
    "trust_survey": Measure("trusts that answers cannot be traced back", (Kind.SCALE,), points=5),
    "comment": Measure("own words, reviewed before anyone reads them", (Kind.TEXT,)),
}


def table() -> str:
    """Return all measures as the Markdown table of `docs/questionnaire-format.md`."""
    rows = [
        f"| `{name}` | {measure.meaning} | {', '.join(measure.kinds)} | {_needs(measure)} |"
        for name, measure in MEASURES.items()
    ]
    return "\n".join(["| measure | means | kind | needs |", "|---|---|---|---|", *rows])


def _needs(measure: Measure) -> str:
    codes = ", ".join(f"`{code}`" for code in measure.codes)
    needs = [
        f"`options_from: {measure.lists}`, or its options written out" if measure.lists else "",
        f"{'only ' if measure.closed else ''}codes {codes}" if codes else "",
        f"stage {', '.join(f'`{stage}`' for stage in measure.stages)} on every other option" if measure.stages else "",
        "options with `low` and `high`" if measure.edges else "",
        f"{measure.points} points" if measure.points else "",
        f"{measure.span[0]} to {measure.span[1]}" if measure.span else "",
    ]
    return "; ".join(filter(None, needs)) or "-"
