"""Made-up respondents with a known truth, seeded: for demonstrations, rehearsals and tests of the verdicts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.codebook import Codebook, Item, Kind, Option, Value, Values
from analysis.frame import from_packed
from analysis.packing import pack, points
from analysis.plan import Plan

STAGES = ("not_heard", "no_access", "not_tried", "tried", "use")
SENTENCES = (
    "More examples from our own work would help.",
    "Access for everybody in the team.",
    "Shorter ways from our files into the tool.",
    "Clear rules about what may be entered.",
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of the people; shares between 0 and 1.

    Attributes:
        response: who answers a wave.
        active: who is truly active among all people, by use wave from the first on; the last one goes on.
        not_heard: who has never heard of the tool, among people who are not active.
        no_access: who has no access, among people who are not active.
        not_tried: who has access and never tried, among people who are not active.
        barriers: codes of stuck points with their weights, among people who got stuck.
        stuck: who got stuck at all, among people who have heard of the tool.
        shadow: who uses AI tools that the company does not provide.
        refusal: who prefers not to say where that is offered.
        liking: how far up a scale people answer about the tool, 0 lowest to 1 highest.
        trust: the same for trust in the survey.
        silence: who leaves a question empty.
    """

    response: float = 0.8
    active: tuple[float, ...] = (0.6, 0.7, 0.75)
    not_heard: float = 0.1
    no_access: float = 0.2
    not_tried: float = 0.2
    barriers: tuple[tuple[str, float], ...] = ()
    stuck: float = 0.5
    shadow: float = 0.4
    refusal: float = 0.04
    liking: float = 0.7
    trust: float = 0.75
    silence: float = 0.01


@dataclass(frozen=True, slots=True)
class _Person:
    """One made-up person in one wave."""

    group: str
    stage: str
    active: bool
    was_active: bool
    shadow: bool
    stuck: bool


@dataclass(frozen=True, slots=True)
class _Setting:
    """What every answer depends on beside the person."""

    truth: Truth
    plan: Plan
    draw: np.random.Generator

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return bool(self.draw.random() < share)

    def one(self, options: Sequence[Option], weights: Mapping[str, float] = MappingProxyType({})) -> str:
        """Return the code of one option, drawn by weight; 1 where none is given."""
        chances = np.array([weights.get(option.code, 0.0 if weights else 1.0) for option in options])
        if chances.sum() <= 0:
            chances = np.ones(len(options))
        return options[int(self.draw.choice(len(options), p=chances / chances.sum()))].code

    def some(self, options: Sequence[Option], share: float) -> list[str]:
        """Return codes in the order shown, each with this probability, at least one."""
        chosen = [option.code for option in options if self.chance(share)]
        return chosen or [self.one(options)]

    def height(self, length: int, level: float) -> int:
        """Return a place from 0 to length - 1 around a *level* between 0 and 1."""
        return int(self.draw.binomial(length - 1, min(1.0, max(0.0, level))))


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
    setting = _Setting(truth, plan, np.random.default_rng([seed, number]))
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
    people: Sequence[str], truth: Truth, kind: str, number: int, fixed: np.random.Generator, setting: _Setting
) -> list[_Person]:
    """Return the people of one wave; who is keen and who uses other tools stays the same over the waves."""
    keen = [int(place) for place in fixed.permutation(len(people))]
    others = set(_picked(len(people), truth.shadow, fixed))
    step = max(0, number - 2)
    level = _level(truth, step) if kind != "baseline" else 0.0
    active = set(keen[: round(level * len(people))])
    before = set(keen[: round(_level(truth, step - 1) * len(people))]) if step else set()
    return [
        _Person(
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


def _stage(setting: _Setting) -> str:
    truth = setting.truth
    shares = [truth.not_heard, truth.no_access, truth.not_tried]
    shares.append(max(0.0, 1 - sum(shares)))
    return STAGES[int(setting.draw.choice(4, p=np.array(shares) / sum(shares)))]


def _answered(codebook: Codebook, person: _Person, setting: _Setting) -> dict[str, Value]:
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


# --------------------------------------------------------------------------- answers by measure

Answer = Callable[[Item, _Person, _Setting], Value]


def _plain(item: Item) -> list[Option]:
    """Return the options that are neither a refusal nor exclusive, or all where nothing else is left."""
    return [option for option in item.options if not option.refusal and not option.exclusive] or list(item.options)


def _exclusive(item: Item) -> str | None:
    return next((option.code for option in item.options if option.exclusive and not option.refusal), None)


def _group(item: Item, person: _Person, setting: _Setting) -> Value:
    codes = [option.code for option in item.options]
    return person.group if person.group in codes else setting.one(_plain(item))


def _reach(item: Item, person: _Person, setting: _Setting) -> Value:
    codes = [option.code for option in item.options]
    return person.stage if person.stage in codes else setting.one(_plain(item))


def _tool_days(item: Item, person: _Person, setting: _Setting) -> Value:
    least = setting.plan.active_days
    low, high = (least, item.maximum) if person.active else (item.minimum, least - 1)
    return int(setting.draw.integers(low, high + 1))


def _recall(item: Item, person: _Person, setting: _Setting) -> Value:
    answer = "yes" if person.was_active else "no"
    return answer if answer in {option.code for option in item.options} else setting.one(_plain(item))


def _stuck_where(item: Item, person: _Person, setting: _Setting) -> Value:
    free = _exclusive(item) or next((o.code for o in item.options if o.code == "not_stuck"), None)
    if person.stage == "no_access":
        locked_out = [option for option in item.options if option.stage == "access"]
        return setting.one(locked_out or _plain(item))
    if free is not None and not person.stuck:
        return free
    return setting.one([o for o in _plain(item) if o.code != free], dict(setting.truth.barriers))


def _other_tools(item: Item, person: _Person, setting: _Setting) -> Value:
    others = [option for option in _plain(item) if option.code not in setting.plan.sanctioned_tools]
    none = _exclusive(item)
    if person.shadow or none is None:
        return setting.some(others or _plain(item), 0.35)
    return [none]


def _liking(item: Item, _: _Person, setting: _Setting) -> Value:
    known = points(item)
    return known[setting.height(len(known), setting.truth.liking)]


def _trust(item: Item, _: _Person, setting: _Setting) -> Value:
    known = points(item)
    return known[setting.height(len(known), setting.truth.trust)]


def _minutes(level: float) -> Answer:
    def answer(item: Item, _: _Person, setting: _Setting) -> Value:
        bands = [option for option in _plain(item) if option.low is not None or option.high is not None]
        known = bands or _plain(item)
        return known[setting.height(len(known), level * (0.5 + setting.truth.liking / 2))].code

    return answer


# --------------------------------------------------------------------------- answers by kind


def _single(item: Item, _: _Person, setting: _Setting) -> Value:
    return setting.one([option for option in item.options if not option.refusal] or item.options)


def _multiple(item: Item, _: _Person, setting: _Setting) -> Value:
    none = _exclusive(item)
    chosen = [none] if none is not None and setting.chance(0.2) else setting.some(_plain(item), 0.35)
    return chosen[: item.maximum] if item.maximum else chosen


def _number(item: Item, _: _Person, setting: _Setting) -> Value:
    return int(setting.draw.integers(item.minimum, item.maximum + 1))


def _matrix(item: Item, _: _Person, setting: _Setting) -> Value:
    known = points(item)
    return {row.code: known[setting.height(len(known), setting.truth.liking)] for row in item.rows}


def _rank(item: Item, _: _Person, setting: _Setting) -> Value:
    none = _exclusive(item)
    if none is not None and setting.chance(0.15):
        return [none]
    codes = [option.code for option in _plain(item)]
    most = min(item.maximum or 3, len(codes))
    return [codes[place] for place in setting.draw.permutation(len(codes))[: setting.draw.integers(1, most + 1)]]


def _text(_: Item, __: _Person, setting: _Setting) -> Value:
    return SENTENCES[int(setting.draw.integers(len(SENTENCES)))]


BY_KIND: Mapping[Kind, Answer] = MappingProxyType(
    {
        Kind.SINGLE: _single,
        Kind.BAND: _single,
        Kind.MULTIPLE: _multiple,
        Kind.NUMBER: _number,
        Kind.SCALE: _liking,
        Kind.MATRIX: _matrix,
        Kind.RANK: _rank,
        Kind.TEXT: _text,
    }
)
BY_MEASURE: Mapping[str, Answer] = MappingProxyType(
    {
        "group": _group,
        "reach": _reach,
        "tool_days": _tool_days,
        "sustained_recall": _recall,
        "stuck_where": _stuck_where,
        "other_tools": _other_tools,
        "trust_survey": _trust,
        "minutes_saved": _minutes(0.7),
        "minutes_lost": _minutes(0.25),
        "expected_minutes": _minutes(0.6),
    }
)
