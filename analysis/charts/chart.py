"""A finished picture; reading one needs no drawing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, its size in points, and the words that stand for it, numbers included."""

    svg: str
    alt: str
    width: float
    height: float
