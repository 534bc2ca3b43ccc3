"""The people of a wave and their ballots: as many active ones and as many answers as the truth says."""

from collections.abc import Sequence

import numpy as np

from analysis.codebook import Codebook, Kind, Value, Values
from analysis.frame import from_packed
from analysis.packing import pack
from analysis.plan import Plan
from analysis.synthetic.answers import BY_KIND, BY_MEASURE
from analysis.synthetic.truth import Person, Setting, Truth

STAGES = ("not_heard", "no_access", "not_tried", "tried", "use")


def ballots(
    codebook: Codebook,
    plan: Plan,
    truth: Truth,
    *,
    people: Sequence[str],
    kind: str,
    number: int,
    seed: int,
) -> list[Values | None]:
    """Return the answers of *people* (their group codes) to one wave, None for those who do not answer.

    *number* counts the waves from 1; in a pilot with a baseline wave 2 is the first that measures use.
    """
    setting = Setting(truth, plan, np.random.default_rng([seed, number]))
    persons = _persons(people, truth, kind, number, np.random.default_rng(seed), setting)
    answering = set(_picked(len(people), truth.response, setting.draw))
    answers = [_answered(codebook, person, setting) for person in persons]
    # Who did not see a question cannot have answered it: the frame knows, all at once.
    frame = from_packed(codebook, [pack(codebook, values) for values in answers])
    return [
        {
            question: value
            for question, value in values.items()
            if question not in frame.shown or frame.shown[question][place]
        }
        if place in answering
        else None
        for place, values in enumerate(answers)
    ]


def _picked(size: int, share: float, draw: np.random.Generator) -> list[int]:
    """Return a fixed number of places, so that the truth is met exactly."""
    return [int(place) for place in draw.permutation(size)[: round(share * size)]]


def _persons(
    people: Sequence[str], truth: Truth, kind: str, number: int, fixed: np.random.Generator, setting: Setting
) -> list[Person]:
    """Return the people of one wave; who is keen and who uses other tools stays the same over the waves."""
    keen = [int(place) for place in fixed.permutation(len(people))]
    others = set(_picked(len(people), truth.shadow, fixed))
    step = max(0, number - 2)
    level = _level(truth, step) if kind != "baseline" else 0.0
    active = set(keen[: round(level * len(people))])
    before = set(keen[: round(_level(truth, step - 1) * len(people))]) if step else set()
    return [
        Person(
            group,
            "use" if place in active else _stage(setting),
            place in active,
            place in before,
            place in others,
            setting.chance(truth.stuck),
        )
        for place, group in enumerate(people)
    ]


def _level(truth: Truth, step: int) -> float:
    return truth.active[min(step, len(truth.active) - 1)] if truth.active else 0.0


def _stage(setting: Setting) -> str:
    truth = setting.truth
    shares = [truth.not_heard, truth.no_access, truth.not_tried]
    shares.append(max(0.0, 1 - sum(shares)))
    return STAGES[int(setting.draw.choice(4, p=np.array(shares) / sum(shares)))]


def _answered(codebook: Codebook, person: Person, setting: Setting) -> dict[str, Value]:
    """Return answers to all questions, as if all were shown."""
    answers: dict[str, Value] = {}
    for item in codebook.items:
        if item.measure != "group" and setting.chance(setting.truth.silence):
            continue
        answer = BY_MEASURE.get(item.measure or "", BY_KIND[item.kind])
        refusals = [option.code for option in item.options if option.refusal]
        if refusals and setting.chance(setting.truth.refusal):
            answers[item.id] = refusals[:1] if item.kind in {Kind.MULTIPLE, Kind.RANK} else refusals[0]
        else:
            answers[item.id] = answer(item, person, setting)
    return answers
