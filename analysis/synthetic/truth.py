"""What is true of made-up people, and the dice that every answer is drawn with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.codebook import Option
from analysis.plan import Plan


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
class Person:
    """One made-up person in one wave."""

    group: str
    stage: str
    active: bool
    was_active: bool
    shadow: bool
    stuck: bool


@dataclass(frozen=True, slots=True)
class Setting:
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
