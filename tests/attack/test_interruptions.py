"""The power, the line or the device goes between any two steps: one ballot, never none, never two.

The same in a real browser is in tests/e2e; the reveal, cut off after each of its steps, in tests/integration.
"""

import os
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from surveyapp.crypto.codes import Code
from tests.server import serving
from tests.story import RunningPilot
from tests.wire import Ballot, HttpClient, Slip, WireClient

ANSWERS = {"group": "sales", "any_days": 3}
PEOPLE = 64


class PatientVoter:
    """A browser that keeps what it needs and asks again, identically, until it has an answer."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._slip: Slip | None = None
        self._ballot: Ballot | None = None
        self.arrived = False

    def go_on(self, wire: WireClient) -> None:
        """Do what is left to do; whatever fails is left for the next time."""
        if self._slip is None:
            self._slip = wire.slip()
        if self._ballot is None:
            signature = wire.signed(self._code, self._slip)
            self._ballot = Ballot(self._slip.message, signature, wire.seal(ANSWERS))
        assert wire.cast(self._ballot).status_code in {200, 201}
        self.arrived = True


class ForgetfulVoter(PatientVoter):
    """A broken browser: it makes a new slip and seals anew whenever it starts again."""

    def go_on(self, wire: WireClient) -> None:
        self._slip = self._ballot = None
        super().go_on(wire)


class LossyClient:
    """A line that loses the answer to the request with a given number."""

    def __init__(self, client: object, lost: int) -> None:
        self._client = client
        self._left = lost

    def get(self, path: str) -> object:
        return self._client.get(path)  # type: ignore[attr-defined]

    def post(self, path: str, *, json: object) -> object:
        answer = self._client.post(path, json=json)  # type: ignore[attr-defined]
        self._left -= 1
        if self._left == 0:
            raise ConnectionError
        return answer


def voted(pilot: RunningPilot, voter: type[PatientVoter], lost: int) -> PatientVoter:
    pilot.people(9)
    person = voter(pilot.start()[0])
    try:
        person.go_on(WireClient(LossyClient(pilot.client, lost), str(pilot.key())))  # type: ignore[arg-type]
    except ConnectionError:
        person.go_on(WireClient(pilot.client, str(pilot.key())))
    return person


@pytest.mark.parametrize("lost", [1, 2, 3], ids=["issue", "cast", "nothing"])
def test_whichever_answer_is_lost_there_is_one_ballot(pilot: RunningPilot, lost: int) -> None:
    person = voted(pilot, PatientVoter, lost)

    turnout = pilot.house.box.turnout(pilot.key())
    assert person.arrived
    assert (turnout.issued, turnout.cast) == (1, 1)


@pytest.mark.parametrize("lost", [1, 2], ids=["issue", "cast"])
def test_a_browser_that_keeps_nothing_loses_its_way(pilot: RunningPilot, lost: int) -> None:
    with pytest.raises(AssertionError):
        voted(pilot, ForgetfulVoter, lost)

    assert pilot.house.box.turnout(pilot.key()).cast == lost - 1


class Crowd:
    """Eight voters at a time, until all have gone or the server is away."""

    def __init__(self, voters: list[PatientVoter]) -> None:
        self._voters = iter(voters)
        self._lock = threading.Lock()

    def vote(self, base: str, wave: str) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._all, args=(base, wave)) for _ in range(8)]
        for thread in threads:
            thread.start()
        return threads

    def _all(self, base: str, wave: str) -> None:
        while (voter := self._next()) is not None:
            try:
                voter.go_on(WireClient(HttpClient(base), wave))  # type: ignore[arg-type]
            except (OSError, AssertionError, ValueError):
                continue  # no answer, or half of one

    def _next(self) -> PatientVoter | None:
        with self._lock:
            return next(self._voters, None)


def all_at_once(base: str, wave: str, voters: list[PatientVoter], then: Callable[[], object]) -> None:
    threads = Crowd(voters).vote(base, wave)
    then()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("after", [0.3, 0.8])
def test_a_server_that_is_killed_loses_no_ballot_and_counts_none_twice(
    pilot: RunningPilot, tmp_path: Path, after: float
) -> None:
    pilot.people(PEOPLE)
    voters = [PatientVoter(code) for code in pilot.start()]
    secrets.SystemRandom().shuffle(voters)
    wave = str(pilot.key())

    with serving(tmp_path / "var") as (base, process):

        def power_cut() -> None:
            time.sleep(after)
            os.killpg(process.pid, signal.SIGKILL)

        all_at_once(base, wave, voters, power_cut)
    acknowledged = sum(voter.arrived for voter in voters)
    in_box = pilot.house.box.turnout(pilot.key()).cast
    with serving(tmp_path / "var") as (base, _):
        all_at_once(base, wave, [voter for voter in voters if not voter.arrived], lambda: None)

    assert acknowledged <= in_box
    assert Counter(voter.arrived for voter in voters) == {True: PEOPLE}
    revealed = pilot.close_and_reveal()
    assert (revealed.issued, revealed.cast, revealed.revealed, revealed.spoiled) == (PEOPLE, PEOPLE, PEOPLE, 0)
