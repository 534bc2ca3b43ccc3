"""Stuck-points in words: the stage that loses most people, what is named there, during what, and what came of it."""

from collections.abc import Sequence

from analysis.catalogue import STAGES
from analysis.losses import Loss, largest_loss
from analysis.released import ReleasedWave, use_waves
from analysis.results import Chance, Count, Sentence, Share, Words
from analysis.telling import drivers
from analysis.telling.lifts import lifts

CLEAR = 0.8  # below this probability the largest loss is not told apart from the next one
BY_CHANCE = 0.05  # up to this adjusted probability a lift is called clear
MOST_LIFTS = 3
LEFT = ("other_tool", "gave_up")  # what people do who are lost to the tool, at least this time

Ranked = tuple[str, Words, int, int]  # code, label, people, all who answered


def loss(wave: ReleasedWave) -> Loss | None:
    """Return the stage that loses most in a wave, if its losses are published and there are any."""
    stopped = {row.option: row.figure.count or 0 for row in wave.rows("stuck_stage")}
    return largest_loss(stopped) if stopped else None


def sentences(waves: Sequence[ReleasedWave]) -> tuple[Sentence, ...]:
    """Return what the latest wave says about stuck points."""
    known = [(wave, worst) for wave in use_waves(waves) if (worst := loss(wave)) is not None]
    if not known:
        return drivers.sentences(waves)
    wave, worst = known[-1]
    named = (*_most_named(waves), *_tasks(waves), *_reactions(waves))
    return (*_lost(worst), *_lifted(wave), *named, *drivers.sentences(waves))


def _lost(worst: Loss) -> list[Sentence]:
    """Return the largest loss, and whether it can be told apart from the next one."""
    labels = dict(STAGES)
    values = (("probability", Chance(worst.probability)), ("other", labels[worst.next_stage]))
    found = [
        Sentence(
            'Most people stop before the stage "%(stage)s": %(lost)s of %(known)s whose way is known (%(share)s).',
            (
                ("stage", labels[worst.stage]),
                ("lost", Count(worst.lost)),
                ("known", Count(worst.known)),
                ("share", Share(worst.lost / worst.known, worst.known)),
            ),
        )
    ]
    if worst.probability >= CLEAR:
        found.append(Sentence("Probability that this stage truly loses most: %(probability)s.", (values[0],)))
    else:
        found.append(
            Sentence(
                'This is not distinguishable from "%(other)s" (probability that it truly loses most: %(probability)s).',
                values,
            )
        )
    return found


# --------------------------------------------------------------------------- stuck against passed


def _lifted(wave: ReleasedWave) -> list[Sentence]:
    """Return what those who stopped name clearly more often than those who went on, most people first."""
    item = wave.item("stuck_where")
    if item is None:
        return []
    labels = {option.code: option.label for option in item.options if not option.exclusive}
    compared = [lift for lift in lifts(wave.release.rows) if lift.code in labels]
    clear = [lift for lift in compared if lift.limits.low > 0 and lift.adjusted <= BY_CHANCE]
    if compared and not clear:
        return [
            Sentence(
                "Stuck points that are shown both of those who stopped and of those who went on: %(count)s. None of "
                "them is named clearly more often by those who stopped.",
                (("count", Count(len(compared))),),
            )
        ]
    return [
        Sentence(
            '"%(barrier)s" is named by %(stuck)s of those who stopped there and by %(passed)s of those who went on: '
            "%(low)s to %(high)s more (95 %% interval; by chance alone, all stuck points together: %(chance)s).",
            (
                ("barrier", labels[lift.code]),
                ("stuck", Share(lift.stuck_share)),
                ("passed", Share(lift.passed_share)),
                ("low", Share(lift.limits.low)),
                ("high", Share(lift.limits.high)),
                ("chance", Chance(lift.adjusted)),
            ),
        )
        for lift in clear[:MOST_LIFTS]
    ]


# --------------------------------------------------------------------------- by people affected


def barriers(waves: Sequence[ReleasedWave]) -> list[Ranked]:
    """Return the stuck points named in the latest wave that asked, most people first."""
    return ranked(waves, "stuck_where")


def ranked(waves: Sequence[ReleasedWave], measure: str) -> list[Ranked]:
    """Return what people chose in the latest use wave that asked for *measure*, most people first.

    Options that nobody chose, that are not shown or that stand for nothing ("I did not get stuck") are left out.
    """
    for wave in reversed(use_waves(waves)):
        item = wave.item(measure)
        if item is None:
            continue
        named = []
        for option in item.options:
            figure = wave.figure(measure, option.code)
            if option.exclusive or option.refusal or figure is None or not figure.count or figure.base is None:
                continue
            named.append((option.code, option.label, figure.count, figure.base))
        return sorted(named, key=lambda one: -one[2])
    return []


def left(waves: Sequence[ReleasedWave]) -> tuple[int, int, int] | None:
    """Return who went to another tool, who gave up and all who told what they did; none if it is not published."""
    asked = [wave for wave in use_waves(waves) if wave.item("stuck_reaction") is not None]
    if not asked:
        return None
    other, gave_up = (asked[-1].figure("stuck_reaction", code) for code in LEFT)
    if other is None or gave_up is None or other.count is None or gave_up.count is None or not other.base:
        return None
    return other.count, gave_up.count, other.base


def _most_named(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    return [
        Sentence(
            'The stuck point named most is "%(barrier)s" (%(people)s of %(base)s).',
            (("barrier", label), ("people", Count(people)), ("base", Count(base))),
        )
        for _, label, people, base in barriers(waves)[:1]
    ]


def _tasks(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    return [
        Sentence(
            'People were stuck most often during "%(task)s" (%(people)s of %(base)s who told the task).',
            (("task", label), ("people", Count(people)), ("base", Count(base))),
        )
        for _, label, people, base in ranked(waves, "stuck_task")[:1]
    ]


def _reactions(waves: Sequence[ReleasedWave]) -> list[Sentence]:
    """Return what most people did when stuck, and how many turned away from the tool."""
    found = [
        Sentence(
            'What most people did then: "%(reaction)s" (%(people)s of %(base)s).',
            (("reaction", label), ("people", Count(people)), ("base", Count(base))),
        )
        for _, label, people, base in ranked(waves, "stuck_reaction")[:1]
    ]
    gone = left(waves)
    if gone is not None:
        other, gave_up, base = gone
        found.append(
            Sentence(
                "%(share)s of the people who were stuck went to another tool (%(other)s) or gave up (%(gave_up)s).",
                (
                    ("share", Share((other + gave_up) / base, base)),
                    ("other", Count(other)),
                    ("gave_up", Count(gave_up)),
                ),
            )
        )
    return found
