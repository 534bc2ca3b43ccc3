"""Unknown, used and expired codes: the time that the refusal takes tells nothing about which it is.

Compared are the times of many refusals, taken in turn so that a busy machine slows all kinds alike. The measure is the
chance that a refusal of one kind takes longer than one of another: a half if the times tell nothing.
"""

import gc
import itertools
import secrets
import time
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from surveyapp.crypto import codes
from tests.story import RunningPilot
from tests.wire import WireClient

ROUNDS = 300
TELLS = 0.15  # away from a half: an attacker of one refusal is right in 65 of 100 cases


def advantage(left: list[float], right: list[float]) -> float:
    """Return how far from a half the chance lies that a time of *left* is longer than one of *right*."""
    return abs(mannwhitneyu(left, right).statistic / (len(left) * len(right)) - 0.5)


def times(kinds: Mapping[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Return how long each kind of request took, in seconds, in *ROUNDS* rounds of all kinds in random order."""
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    generator = np.random.default_rng(7)
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for kind in generator.permutation(list(kinds)):
                began = time.perf_counter()
                kinds[kind]()
                found[kind].append(time.perf_counter() - began)
    finally:
        gc.enable()
    return found


def worst(found: dict[str, list[float]]) -> float:
    return max(advantage(found[left], found[right]) for left, right in itertools.combinations(found, 2))


@pytest.fixture
def refused(pilot: RunningPilot) -> Mapping[str, str]:
    """A code of each kind that is refused, on a wave with a few hundred people."""
    pilot.people(300)
    mailed = pilot.start()
    WireClient(pilot.client, str(pilot.key())).vote(mailed[0], {"group": "sales", "any_days": 1})
    pilot.send(mailed[1], any_days=1)
    pilot.house.people.list_of(pilot.slug)
    return {"by script": mailed[0], "by form": mailed[1], "unknown": codes.draw(secrets.token_bytes)}


@pytest.mark.slow
def test_a_refused_slip_takes_as_long_for_every_code(
    pilot: RunningPilot, refused: Mapping[str, str], record_property: Callable[[str, object], None]
) -> None:
    wire = WireClient(pilot.client, str(pilot.key()))
    slip = wire.slip()

    found = times({kind: lambda code=code: wire.issue(code, slip) for kind, code in refused.items()})

    record_property("advantage", float(worst(found)))
    assert worst(found) < TELLS


@pytest.mark.slow
def test_a_refused_form_takes_as_long_for_every_code(
    pilot: RunningPilot, refused: Mapping[str, str], record_property: Callable[[str, object], None]
) -> None:
    found = times({kind: lambda code=code: pilot.send(code, any_days=1) for kind, code in refused.items()})

    record_property("advantage", float(worst(found)))
    assert worst(found) < TELLS


def test_a_check_that_looks_the_code_up_first_is_found_out(pilot: RunningPilot) -> None:
    """A server that signs only for codes it knows: three milliseconds tell them apart."""
    pilot.people(3)
    known = pilot.start()[0]
    wire = WireClient(pilot.client, str(pilot.key()))
    slip = wire.slip()

    def careless(code: str) -> None:
        if code == known:
            pilot.house.casting.issue(pilot.poll(), codes.parse(code), slip.blinding.blinded)

    found = times({"known": lambda: careless(known), "unknown": lambda: careless("0000-0000-0000-0000")})

    assert worst(found) > TELLS
