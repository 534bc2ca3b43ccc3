"""The charter as a form: which fields stand in which section, and what they ask; the rules are those of the file."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from surveyapp.charter.model import AREAS, KEY_MODES, PATH_STEPS, STATUSES, WAVE_KINDS

Path = tuple[str, ...]


class Control(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    AREA = "area"
    EMAIL = "email"
    WHOLE = "whole"
    NUMBER = "number"
    PERCENT = "percent"  # shown as 70, kept as .7
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    WORDS = "words"  # one line for each language of the pilot
    TICK = "tick"
    LANGUAGES = "languages"  # a tick for each
    CODE = "code"  # made from the words beside it, never asked


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked; *choices* are values and their words in English."""

    path: Path
    label: str
    control: Control = Control.LINE
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of which each entry has the same *fields*; *spare* empty ones stand at its end."""

    path: Path
    label: str
    one: str
    fields: tuple[Field, ...]
    hint: str = ""
    spare: int = 2


Part = Field | Rows


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form. *frozen*: what the lock freezes stands here."""

    id: str
    title: str
    lead: str
    parts: tuple[Part, ...]
    frozen: bool = False


# What may be left out altogether.
OPTIONAL: Final = frozenset({"costs"})


def _choices(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return pairs


BETTER: Final = _choices(("lower", "lower is better"), ("higher", "higher is better"))
AREA_WORDS: Final = {
    "security": "Security",
    "integration": "Integration",
    "compliance": "Compliance",
    "representative_data": "Representative data",
    "training_and_support": "Training and support",
    "monitoring": "Monitoring",
}
STATUS_WORDS: Final = {
    "open": "open",
    "done": "done",
    "failed": "failed",
    "waived": "waived (fails the gate)",
}
STEP_WORDS: Final = {
    "hard_criteria": "Hard criteria",
    "representative_data": "Representative data",
    "integration_early": "Integration planned early",
    "decision_on_data": "Decision on data",
    "redesigned_workflow": "Redesigned workflow",
}
KIND_WORDS: Final = {"baseline": "baseline", "pulse": "pulse", "closing": "closing"}
KEY_WORDS: Final = {
    "passphrase": "the trustee, with a passphrase that never leaves the browser",
    "file": "a file on the server",
}


def _person(side: str, label: str) -> tuple[Field, ...]:
    path = ("trustee",) if side == "trustee" else ("owners", side)
    return (
        Field((*path, "name"), f"{label}: name"),
        Field((*path, "role"), f"{label}: role in the company"),
        Field((*path, "email"), f"{label}: e-mail address", Control.EMAIL),
    )


SECTIONS: Final = (
    Section(
        "basics",
        "The pilot",
        "What is tried, by whom to ask, and when.",
        (
            Field(("title",), "Title", hint="As employees will read it in their mail."),
            Field(("tool",), "AI tool that is tried"),
            Field(("languages",), "Languages", Control.LANGUAGES, "Every text below is asked for in each of them."),
            Field(("starts_on",), "First day with the tool", Control.DAY),
            Field(("ends_on",), "Last day of the pilot", Control.DAY),
            Field(
                ("primary_task",),
                "The task that the tool is meant for",
                Control.WORDS,
                "As in: minutes spent on … writing an offer.",
            ),
            Field(("contact",), "Whom employees may ask", hint="A name and a telephone number or address."),
            Field(("privacy_notice_url",), "Address of your privacy notice", hint="Optional; begins with https://"),
            Field(("time_zone",), "Time zone", hint="Like Europe/Vienna; all times of the pilot are local to it."),
        ),
    ),
    Section(
        "responsible",
        "Who answers for it",
        "Three people answer for the result, one for each side. The trustee keeps the key of the ballot box and reads "
        "comments first: a works council, an ombudsperson, a data protection officer; never the lead of the pilot.",
        (
            *_person("business", "Business"),
            *_person("technical", "Technology"),
            *_person("compliance", "Compliance"),
            *_person("trustee", "Trustee"),
        ),
    ),
    Section(
        "teams",
        "Teams, tasks and tools",
        "The lists that employees choose from. Empty a row to remove it.",
        (
            Rows(
                ("groups",),
                "Teams",
                "Team",
                (Field(("code",), "", Control.CODE), Field(("label",), "Name", Control.WORDS)),
                "Results are shown by team where a team is large enough. The lock freezes this list.",
            ),
            Rows(
                ("tasks",),
                "Tasks",
                "Task",
                (Field(("code",), "", Control.CODE), Field(("label",), "Name", Control.WORDS)),
                "What the tool may help with; up to ten.",
            ),
            Rows(
                ("known_tools",),
                "AI tools that people may know",
                "Tool",
                (
                    Field(("code",), "", Control.CODE),
                    Field(("label",), "Name"),
                    Field(("sanctioned",), "Provided by the company", Control.TICK),
                ),
                "Also those that the company does not provide: otherwise nobody can say that they use them.",
            ),
        ),
        frozen=True,
    ),
    Section(
        "gates",
        "Gates",
        "What the decision depends on, fixed before anybody is asked. Customary values stand here; they are yours to "
        "change before the lock.",
        (
            Field(("gates", "kpi", "name"), "Primary KPI", hint="One number that shows whether the work got better."),
            Field(("gates", "kpi", "unit"), "Unit", hint="Like minutes, offers per day."),
            Field(("gates", "kpi", "better"), "Direction", Control.CHOICE, choices=BETTER),
            Field(
                ("gates", "kpi", "baseline"),
                "Value before the pilot",
                Control.NUMBER,
                "Without it nothing can be compared: no wave starts.",
            ),
            Field(("gates", "kpi", "target"), "Value to reach", Control.NUMBER),
            Field(("gates", "kpi", "source"), "Where the values come from", hint="A system or report, not a survey."),
            Field(
                ("gates", "adoption", "threshold"),
                "Adoption: share of the invited who keep using the tool, in percent",
                Control.PERCENT,
                "Customary: 70.",
            ),
            Field(
                ("gates", "impact", "threshold"),
                "Impact: improvement of the KPI that passes, in percent",
                Control.PERCENT,
                "Customary: 20.",
            ),
            Field(
                ("gates", "impact", "strong"),
                "Impact: improvement that counts as strong, in percent",
                Control.PERCENT,
                "Customary: 30.",
            ),
            Field(("use", "active_days_per_week"), "Active use: days of the last seven, at least", Control.WHOLE),
            Field(("use", "sustained_pulses"), "Sustained use: held in this many last waves", Control.WHOLE),
            Field(
                ("decision", "pass_at"),
                "A gate passes from this probability on, in percent",
                Control.PERCENT,
                "Customary: 90.",
            ),
            Field(
                ("decision", "fail_at"),
                "A gate fails up to this probability, in percent",
                Control.PERCENT,
                "Customary: 10.",
            ),
            Field(
                ("decision", "minimum_response"),
                "Response below which no gate is decided, in percent",
                Control.PERCENT,
                "Customary: 50.",
            ),
        ),
        frozen=True,
    ),
    Section(
        "readiness",
        "Readiness",
        "What production needs beside use and effect: at least one item for each of the six areas. The lock freezes "
        "the list; status, evidence and dates go on.",
        (
            Rows(
                ("gates", "readiness"),
                "Items",
                "Item",
                (
                    Field(("id",), "", Control.CODE),
                    Field(("area",), "Area", Control.CHOICE, choices=tuple((area, AREA_WORDS[area]) for area in AREAS)),
                    Field(("text",), "What has to be there", Control.WORDS),
                    Field(("owner",), "Who sees to it"),
                    Field(
                        ("status",),
                        "Status",
                        Control.CHOICE,
                        choices=tuple((status, STATUS_WORDS[status]) for status in STATUSES),
                    ),
                    Field(("evidence",), "Evidence", hint="A link or a document's name."),
                    Field(("reviewed_on",), "Reviewed on", Control.DAY),
                    Field(("expires_on",), "Valid until", Control.DAY),
                ),
            ),
        ),
        frozen=True,
    ),
    Section(
        "privacy",
        "Privacy",
        "What employees are promised. These numbers stand in every mail; they cannot change once a wave has started.",
        (
            Field(
                ("privacy", "key"),
                "Who can open the ballot box",
                Control.CHOICE,
                "With a passphrase not even the administrator of the server can.",
                tuple((mode, KEY_WORDS[mode]) for mode in KEY_MODES),
            ),
            Field(
                ("privacy", "reveal_minimum"),
                "Ballots without which a wave is destroyed unread",
                Control.WHOLE,
                "At least 5; customary: 8.",
            ),
            Field(
                ("privacy", "group_minimum"),
                "People without whom nothing is shown of a team",
                Control.WHOLE,
                "At least 5.",
            ),
            Field(
                ("privacy", "comment_minimum"),
                "Answers without which no comment is shown",
                Control.WHOLE,
                "At least 5; customary: 10.",
            ),
            Field(("privacy", "retention_days"), "Days that answers are kept after the pilot", Control.WHOLE),
        ),
        frozen=True,
    ),
    Section(
        "path",
        "Path to production",
        "Five steps that pilots which became production had in common. What is planned for each?",
        (
            Rows(
                ("path",),
                "Steps",
                "Step",
                (
                    Field(
                        ("step",),
                        "Step",
                        Control.CHOICE,
                        choices=tuple((step, STEP_WORDS[step]) for step in PATH_STEPS),
                    ),
                    Field(("text",), "What is planned"),
                    Field(("evidence",), "Evidence", hint="A link or a document's name."),
                ),
                spare=5,
            ),
        ),
    ),
    Section(
        "waves",
        "Waves",
        "One baseline before the tool arrives, a few pulses, one closing wave; four weeks apart, open for a week.",
        (
            Rows(
                ("waves",),
                "Waves",
                "Wave",
                (
                    Field(
                        ("kind",),
                        "Kind",
                        Control.CHOICE,
                        choices=tuple((kind, KIND_WORDS[kind]) for kind in WAVE_KINDS),
                    ),
                    Field(
                        ("questionnaire",),
                        "Questionnaire",
                        Control.CHOICE,
                        choices=tuple((kind, KIND_WORDS[kind]) for kind in WAVE_KINDS),
                    ),
                    Field(("opens_at",), "Opens", Control.MOMENT),
                    Field(("closes_at",), "Closes", Control.MOMENT),
                ),
            ),
        ),
    ),
    Section(
        "costs",
        "Costs",
        "Optional: how much time the tool has to save to pay for itself. Moves no gate.",
        (
            Field(("costs", "hourly"), "What one hour of a person costs", Control.NUMBER),
            Field(("costs", "monthly_per_person"), "What the tool costs for a person and month", Control.NUMBER),
            Field(("costs", "currency"), "Currency", hint="Like EUR."),
        ),
    ),
)
