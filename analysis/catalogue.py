"""Every measure that the analysis knows: where it belongs, its title and the definition that is printed under it."""

from collections.abc import Mapping
from types import MappingProxyType

from analysis.results import Measure, Sentence, Words

ANY = "any"  # tool that the company does not provide
PRIVATE = "private"  # account of the person's own, paid or not
ONLY_ORDINARY = "ordinary"  # public or internal information and no other
SENSITIVE = "sensitive"  # information of any class that is more than public or internal
STAGES: tuple[tuple[str, Words], ...] = (
    ("invited", Sentence("invited")),
    ("responded", Sentence("answered")),
    ("aware", Sentence("have heard of it")),
    ("access", Sentence("have access")),
    ("tried", Sentence("have tried it")),
    ("active", Sentence("are active")),
)

STOPPED: Mapping[str, Words] = MappingProxyType(
    {
        "aware": Sentence("never heard of it"),
        "access": Sentence("no access"),
        "tried": Sentence("access, never tried"),
        "active": Sentence("tried, not active"),
        "passed": Sentence("active"),
    }
)
RECALLED: tuple[tuple[str, Words], ...] = (
    ("yes_active", Sentence("remember it, and are active")),
    ("yes_inactive", Sentence("remember it, and are not active any more")),
    ("no_active", Sentence("were not active then, and are now")),
    ("no_inactive", Sentence("were not active then, and are not now")),
)
AMONG_ANSWERS = Sentence("Share of the people who answered this question.")
SEVERAL = Sentence("Share of the people who answered this question; several answers were possible.")
AGREEMENT = Sentence("Answers on a labelled scale, as a share of the people who answered this question.")
MINUTES = Sentence("Answers in bands, as told by the people themselves; a band is an interval, never its middle.")
OTHERS = Sentence("AI tools the company does not provide. People who preferred not to say count as silent.")


def _known(*measures: Measure) -> Mapping[str, Measure]:
    return MappingProxyType({measure.id: measure for measure in measures})


def _measure(
    name: str, section: str, title: Sentence, definition: Sentence, *, unit: str = "share", sensitive: bool = False
) -> Measure:
    return Measure(name, section, title, definition, (), unit, sensitive)


CATALOGUE = _known(
    _measure(
        "response",
        "response",
        Sentence("Who answered"),
        Sentence("Revealed ballots as a share of the people invited to the wave."),
    ),
    _measure(
        "reach",
        "adoption",
        Sentence("How far people came with the tool"),
        AMONG_ANSWERS,
    ),
    _measure(
        "funnel",
        "adoption",
        Sentence("From the invitation to active use"),
        Sentence("Every stage counts only people who passed all stages before it; shares are of the first stage."),
    ),
    _measure(
        "funnel_answered",
        "adoption",
        Sentence("Stages on the way to active use, of the people who answered"),
        Sentence("Every stage counts only people who passed all stages before it; shares are of all who answered."),
    ),
    _measure(
        "conversion",
        "adoption",
        Sentence("From one stage to the next"),
        Sentence("People who reached a stage, as a share of those who reached the stage before."),
    ),
    _measure(
        "active",
        "adoption",
        Sentence("Active use"),
        Sentence(
            "Used the tool on at least the agreed number of the last 7 days, among those who answered; never tried "
            "counts as 0 days. The interval is for the share of all invited people."
        ),
    ),
    _measure(
        "active_invited",
        "adoption",
        Sentence("Active use, estimate for all invited people"),
        Sentence("Weighted by team where every team's count may be shown, otherwise as among those who answered."),
    ),
    _measure(
        "sustained_recall",
        "adoption",
        Sentence("Active in the wave before, as remembered"),
        Sentence("A memory, shown beside the measured level; it decides nothing."),
    ),
    _measure(
        "recall_by_use",
        "adoption",
        Sentence("Active in the wave before, as remembered, and active now"),
        Sentence(
            "Among those who answered both; people who have never tried the tool were not active then. A memory: it "
            "decides nothing."
        ),
    ),
    _measure(
        "intensity",
        "adoption",
        Sentence("Days with the tool, in groups"),
        Sentence("Share of the people who answered; never tried counts as 0 days."),
    ),
    _measure(
        "breadth",
        "adoption",
        Sentence("Number of tasks done with an AI tool"),
        Sentence("Share of the people who answered; whoever used no AI tool does no task with one."),
    ),
    _measure("tool_days", "adoption", Sentence("Days of the last 7 with the tool"), AMONG_ANSWERS),
    _measure("any_days", "adoption", Sentence("Days of the last 7 with any AI tool"), AMONG_ANSWERS),
    _measure("tasks", "adoption", Sentence("Tasks done with an AI tool"), SEVERAL),
    _measure(
        "stuck_stage",
        "stuck",
        Sentence("Where people stopped on the way to active use"),
        Sentence("The first stage that was not reached, among those whose way is known."),
    ),
    _measure("stuck_where", "stuck", Sentence("Where people last got stuck"), AMONG_ANSWERS),
    _measure(
        "barriers_stuck",
        "stuck",
        Sentence("Last stuck point of those who stopped"),
        Sentence("Among the people who stopped at the stage that loses most."),
    ),
    _measure(
        "barriers_passed",
        "stuck",
        Sentence("Last stuck point of those who went on"),
        Sentence("Among the people who passed the stage that loses most."),
    ),
    _measure(
        "barrier_lift",
        "stuck",
        Sentence("What stuck people name more often than those who went on"),
        Sentence(
            "Percentage points: the share among those who stopped less the share among those who went on, with its "
            "95 %% interval; only stuck points that are shown of both."
        ),
        unit="points",
    ),
    _measure(
        "barrier_chance",
        "stuck",
        Sentence("How probable such a difference is by chance"),
        Sentence(
            "Exact test of each stuck point, adjusted for all of them together; it says what is worth a question, not "
            "what causes anything."
        ),
    ),
    _measure(
        "drivers",
        "stuck",
        Sentence("What goes along with active use"),
        Sentence(
            "Points of 100 of the differences between people in active use that go along with each answer (averaged "
            "over all orders: Lindeman, Merenda and Gold), with the limits of 95 %% of resamples. Associated with "
            "active use, never its cause."
        ),
        unit="points",
    ),
    _measure(
        "drivers_direction",
        "stuck",
        Sentence("Direction of what goes along with active use"),
        Sentence("1: more of it is associated with more active use; -1: with less; 0: not clear."),
        unit="count",
    ),
    _measure("stuck_reaction", "stuck", Sentence("What people did when they were stuck"), AMONG_ANSWERS),
    _measure("stuck_task", "stuck", Sentence("During which task people were stuck"), AMONG_ANSWERS),
    _measure(
        "barriers",
        "stuck",
        Sentence("What keeps people from using the tool more"),
        Sentence("Named among the three most important reasons, as a share of the people who answered."),
    ),
    _measure("other_tools", "shadow", Sentence("Use of other AI tools"), OTHERS, sensitive=True),
    _measure("other_account", "shadow", Sentence("Accounts used with other tools"), OTHERS, sensitive=True),
    _measure("data_entered", "shadow", Sentence("Information entered into other tools"), OTHERS, sensitive=True),
    _measure(
        "tool_by_data",
        "shadow",
        Sentence("Which information goes with which tool"),
        Sentence(
            "Among the users of each tool: the most sensitive kind of information that they entered into any of these."
        ),
        sensitive=True,
    ),
    _measure("other_reason", "shadow", Sentence("Main reason for another tool"), OTHERS, sensitive=True),
    _measure(
        "colleagues_other",
        "shadow",
        Sentence("Other tools, as seen in colleagues"),
        Sentence("What people see around them; asked separately from their own use."),
        sensitive=True,
    ),
    _measure(
        "leakage",
        "shadow",
        Sentence("Another tool instead of this one"),
        Sentence("Uses an AI tool the company does not provide and is not active in the pilot's tool."),
        sensitive=True,
    ),
    _measure(
        "exposure",
        "shadow",
        Sentence("Shadow-AI index"),
        Sentence(
            "0 to 100: how many of three steps people took, each weighing the same: use of a tool that the company "
            "does not provide, a private account, sensitive information. The limits are what people without an answer "
            "could change. It compares waves, has no threshold and moves no gate."
        ),
        unit="points",
        sensitive=True,
    ),
    _measure(
        "exposure_weights",
        "shadow",
        Sentence("Shadow-AI index with other weights"),
        Sentence("The index if one of its steps weighs half as much, and half as much again."),
        unit="points",
        sensitive=True,
    ),
    _measure("minutes_saved", "impact", Sentence("Working time saved last week"), MINUTES),
    _measure("minutes_lost", "impact", Sentence("Working time lost to checking and correcting"), MINUTES),
    _measure(
        "net_minutes",
        "impact",
        Sentence("Net working time per week"),
        Sentence(
            "Minutes saved minus minutes lost. Median and mean lie between these limits, which come from the lower "
            "and upper edges of the bands; an open band has no upper edge."
        ),
        unit="minutes",
    ),
    _measure("expected_minutes", "impact", Sentence("Working time that people expected to save"), MINUTES),
    _measure("kpi_minutes", "impact", Sentence("Time for the primary task, as told by people"), MINUTES),
    _measure(
        "kpi_measured",
        "impact",
        Sentence("Primary KPI, measured"),
        Sentence("Mean of the entities' means with its 80 % interval; before is the charter's baseline."),
    ),
    _measure(
        "kpi_effect",
        "impact",
        Sentence("Improvement of the primary KPI"),
        Sentence(
            "Percent of the value before, above 0 for the better, with the 80 % interval between entities. The "
            "comparison group is taken off as a ratio of ratios."
        ),
        unit="percent",
    ),
    _measure("pace", "impact", Sentence("Pace of work with the tool"), AGREEMENT),
    _measure("reinvested", "impact", Sentence("Where the saved time went"), SEVERAL),
    _measure("effort", "impact", Sentence("Mental effort of work"), AGREEMENT),
    _measure("capability", "satisfaction", Sentence("The tool can do what is needed"), AGREEMENT),
    _measure("ease", "satisfaction", Sentence("The tool is easy to use"), AGREEMENT),
    _measure("trust", "satisfaction", Sentence("Trust in what the tool produces"), AGREEMENT),
    _measure("checking", "satisfaction", Sentence("How often results are checked"), AGREEMENT),
    _measure("continue", "satisfaction", Sentence("Wants to keep the tool"), AGREEMENT),
    _measure("recommend", "satisfaction", Sentence("Would recommend the tool"), AMONG_ANSWERS),
    _measure("trust_survey", "response", Sentence("Trust in the anonymity of this survey"), AGREEMENT),
    _measure("confidence", "readiness", Sentence("Confidence in the own skill with AI tools"), AGREEMENT),
    _measure("training", "readiness", Sentence("Help with AI tools that people have had"), SEVERAL),
    _measure("policy_tools", "readiness", Sentence("Clarity about which tools may be used"), AGREEMENT),
    _measure("policy_how", "readiness", Sentence("Clarity about which information may be entered"), AGREEMENT),
)
