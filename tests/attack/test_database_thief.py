"""Whoever holds every database, snapshots around each submission and the mail log names nobody better than by guessing.

The score of an attack is the number of persons whose very ballot it names. Chance level is the number of teams whose
members the attacker knows; over 50 runs the mean must stay within three standard errors of it.
"""

from collections.abc import Callable, Mapping
from math import sqrt
from pathlib import Path
from statistics import mean

import pytest

from tests.attack.election import (
    Leak,
    Loot,
    by_arrival_and_id,
    by_arrival_and_place,
    by_the_box,
    by_the_mails,
    play,
)

Attack = Callable[[Loot], Mapping[bytes, bytes]]
RUNS = 50
ONE_TEAM, TWO_TEAMS = ("sales",), ("sales", "support")
# Every attack with the leak on which it must succeed.
CONTROLS: Mapping[Attack, Leak] = {
    by_arrival_and_place: Leak(box_ids=True, one_by_one=True, unshuffled=True),
    by_arrival_and_id: Leak(box_ids=True, answer_ids=True, unshuffled=True),
    by_the_box: Leak(answer_ids=True, unshuffled=True),
    by_the_mails: Leak(box_ids=True, one_by_one=True, unshuffled=True, prompt=True),
}


@pytest.mark.slow
@pytest.mark.parametrize("teams", [ONE_TEAM, TWO_TEAMS], ids=["alone", "teams"])
@pytest.mark.parametrize("people", [25, 40])
def test_no_attack_links_better_than_chance(
    tmp_path: Path, people: int, teams: tuple[str, ...], record_property: Callable[[str, object], None]
) -> None:
    scores: dict[Attack, list[int]] = {attack: [] for attack in CONTROLS}
    for seed in range(RUNS):
        (tmp_path / str(seed)).mkdir()
        loot = play(tmp_path / str(seed), seed, people, teams)
        assert len(loot.truth) == len(loot.rows) == people
        for attack, found in scores.items():
            found.append(loot.score(attack(loot)))

    bound = len(teams) + 3 * sqrt(len(teams) / RUNS)
    means = {attack.__name__: mean(found) for attack, found in scores.items()}
    record_property("linking", f"{people} people, {len(teams)} teams, bound {bound:.2f}: {means}")
    assert max(means.values()) <= bound, means


@pytest.mark.parametrize("attack", CONTROLS, ids=lambda attack: attack.__name__)
@pytest.mark.parametrize("teams", [ONE_TEAM, TWO_TEAMS], ids=["alone", "teams"])
def test_on_a_leaky_variant_the_same_attack_succeeds(tmp_path: Path, attack: Attack, teams: tuple[str, ...]) -> None:
    loot = play(tmp_path, 1, 25, teams, CONTROLS[attack])

    assert loot.score(attack(loot)) > 15


def test_one_leak_alone_gives_no_order_away(tmp_path: Path) -> None:
    """The shuffle and the random ids each hold by themselves."""
    leaks = (Leak(box_ids=True), Leak(answer_ids=True), Leak(one_by_one=True), Leak(unshuffled=True, box_ids=True))
    for number, leak in enumerate(leaks):
        (tmp_path / str(number)).mkdir()
        loot = play(tmp_path / str(number), 2, 25, ONE_TEAM, leak)

        assert max(loot.score(attack(loot)) for attack in CONTROLS) <= 5
