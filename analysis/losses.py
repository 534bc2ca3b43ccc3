"""The stage that loses most people, and how probable it is that it truly does."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

LOSSES = ("aware", "access", "tried", "active")
DRAWS = 4_000
SEED = 20_270_111  # any fixed number: the same answers give the same report


@dataclass(frozen=True, slots=True)
class Loss:
    """The stage that loses most people, with the probability that it truly does, and the runner-up."""

    stage: str
    lost: int
    known: int
    probability: float
    next_stage: str


def largest_loss(stopped: Mapping[str, int], *, seed: int = SEED) -> Loss | None:
    """Return the stage with the largest loss; its probability from seeded Dirichlet draws (uniform prior).

    *stopped* holds how many people stopped before each stage, in the order of the stages, and how many "passed" all.
    None where nobody stopped.
    """
    counts = np.array([*(stopped[stage] for stage in LOSSES), stopped["passed"]])
    if counts[:-1].sum() == 0:
        return None
    draws = np.random.default_rng(seed).dirichlet(counts + 1, size=DRAWS)[:, :-1]
    order = np.argsort(-counts[:-1], kind="stable")
    largest, second = int(order[0]), int(order[1])
    return Loss(
        LOSSES[largest],
        int(counts[largest]),
        int(counts.sum()),
        float((draws.argmax(axis=1) == largest).mean()),
        LOSSES[second],
    )
