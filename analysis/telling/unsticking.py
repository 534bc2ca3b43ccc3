"""What to do about stuck points and about other tools: a smallest step with its owner and the people it is for."""

from collections.abc import Mapping, Sequence

from analysis.catalogue import ANY
from analysis.plan import Plan
from analysis.released import ReleasedWave
from analysis.results import Sentence, Step
from analysis.telling.gap import lacking, latest
from analysis.telling.stuck import barriers, left

MOST_BARRIERS = 3
Action = tuple[Sentence, str]  # what to do, and whose side it is

BY_POINT: Mapping[str, Action] = {
    "no_idea": (Sentence("Show each team two of its own tasks with the tool."), "business"),
    "no_answer": (
        Sentence("Collect five such questions, and show how they are asked or what is missing."),
        "technical",
    ),
    "wrong_answer": (
        Sentence("Collect five wrong answers, find out why, and say what the tool must not be used for."),
        "technical",
    ),
    "correcting": (
        Sentence("Time the correcting in one task, and leave the tool out of it if it does not pay."),
        "business",
    ),
    "data_missing": (Sentence("Connect the data and files that people name, or say which ones stay out."), "technical"),
    "not_allowed": (Sentence("Say in writing which tools and which information are allowed."), "compliance"),
    "not_in_program": (Sentence("Put the tool where people work, or show the shortest way to it."), "technical"),
    "slow": (Sentence("Find out when the tool is slow or down, and have it fixed or announced."), "technical"),
    "reaction": (Sentence("Have managers show their own teams what they use the tool for."), "business"),
}
BY_STAGE: Mapping[str, Action] = {
    "access": (Sentence("Repair access and sign-in for the people who are locked out."), "technical"),
    "tried": (Sentence("Say in writing what is allowed, and show what the tool is good for."), "compliance"),
    "active": (
        Sentence("Collect five examples of this and have them solved or explained within two weeks."),
        "technical",
    ),
}


def stuck_steps(waves: Sequence[ReleasedWave], plan: Plan, *, besides: str) -> list[Step]:
    """Return what to do about the stuck points named most, then about people who turn to other tools, by people.

    Lost access is left out where the stage *besides* already says it. All of it moves the adoption gate.
    """
    turned = sorted([*_left(waves, plan), *_gap(waves, plan)], key=lambda step: -(step.people or 0))
    return [*_barriers(waves, plan, besides=besides), *turned]


def _barriers(waves: Sequence[ReleasedWave], plan: Plan, *, besides: str) -> list[Step]:
    stages = {
        option.code: option.stage or "active"
        for wave in waves
        if (item := wave.item("stuck_where")) is not None
        for option in item.options
    }
    found = []
    for code, label, people, _ in barriers(waves):
        stage = stages.get(code, "active")
        if besides == "access" == stage:
            continue
        action, side = BY_POINT.get(code) or BY_STAGE.get(stage, BY_STAGE["active"])
        problem = Sentence("People got stuck: %(barrier)s", (("barrier", label),))
        found.append(Step(problem, people, owner(plan, side), action, "adoption"))
    return found[:MOST_BARRIERS]


def _left(waves: Sequence[ReleasedWave], plan: Plan) -> list[Step]:
    """Return what to do for people who, when stuck, went to another tool or gave up."""
    gone = left(waves)
    if gone is None or gone[0] + gone[1] == 0:
        return []
    return [
        Step(
            Sentence("People who got stuck went to another tool or gave up"),
            gone[0] + gone[1],
            owner(plan, "business"),
            Sentence("Name one person in each team who helps on the same day."),
            "adoption",
        )
    ]


def _gap(waves: Sequence[ReleasedWave], plan: Plan) -> list[Step]:
    """Return what to do for people who use other tools for want of something: by reason, else who is not active."""
    without = lacking(waves)
    if without is not None and without[0]:
        problem = Sentence("People use other tools because they lack something here")
        action = Sentence("Give what they lack: the function, the access, or the rules in one page.")
        return [Step(problem, without[0], owner(plan, "technical"), action, "adoption")]
    wave = latest(waves, "other_tools")
    leaking = wave.figure("leakage", "leakage") if wave is not None else None
    if wave is None or leaking is None or not leaking.count or wave.figure("other_tools", ANY) is None:
        return []
    problem = Sentence("People use another tool instead of this one")
    action = Sentence("Ask what the other tool gives them, and give it here or allow it with rules.")
    return [Step(problem, leaking.count, owner(plan, "compliance"), action, "adoption")]


def owner(plan: Plan, side: str) -> str:
    """Return who answers for a side, empty where nobody was named."""
    return next((one.name for one in plan.owners if one.side == side), "")
