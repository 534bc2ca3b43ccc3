"""The power goes at any moment: what was acknowledged is there, once, and nothing else."""

import http.client
import os
import secrets
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from tests.server import serving
from tests.story import Fields, RunningPilot

if TYPE_CHECKING:
    import subprocess

    from surveyapp.crypto.codes import Code

PEOPLE = 120


class Senders:
    """Eight people at once press Send, one after the other; remembers what the server acknowledged."""

    def __init__(self, base: str, forms: list[Fields]) -> None:
        self._address = urlsplit(base).netloc
        self._forms = iter(forms)
        self._lock = threading.Lock()
        self.acknowledged = 0
        self.unanswered: list[Fields] = []
        self._threads = [threading.Thread(target=self._send_all) for _ in range(8)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _send_all(self) -> None:
        while (form := self._next()) is not None:
            status = post(self._address, form)
            with self._lock:
                self.acknowledged += status == 303
                if status is None:
                    self.unanswered.append(form)

    def _next(self) -> Fields | None:
        with self._lock:
            return next(self._forms, None)


def post(address: str, form: Fields) -> int | None:
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/s/offers.1?lang=en", urlencode(form, doseq=True), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the server and all its workers at once, without a chance to tidy up."""
    os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    "after", [0.05, pytest.param(0.2, marks=pytest.mark.slow), pytest.param(0.4, marks=pytest.mark.slow)]
)
def test_a_killed_server_loses_no_acknowledged_ballot_and_counts_none_twice(
    pilot: RunningPilot, tmp_path: Path, after: float
) -> None:
    pilot.people(PEOPLE)
    forms = [pilot.fields(code, any_days=secrets.randbelow(8)) for code in pilot.start()]

    with serving(tmp_path / "var") as (base, process):
        senders = Senders(base, forms)
        senders.start()
        time.sleep(after)
        kill(process)
        senders.join()
    kept = pilot.house.box.turnout(pilot.key())
    with serving(tmp_path / "var") as (base, _):
        again = [post(urlsplit(base).netloc, form) for form in senders.unanswered]

    # A ballot may be stored although its answer never arrived; then its code is used, and nothing is sent twice.
    assert senders.acknowledged <= kept.cast <= senders.acknowledged + len(senders.unanswered)
    assert kept.issued == kept.cast
    assert set(again) <= {303, 422}
    after_all = pilot.house.box.turnout(pilot.key())
    assert after_all.cast == after_all.issued == PEOPLE
    assert pilot.close_and_reveal().revealed == PEOPLE


def test_ten_megabytes_over_the_wire_get_an_answer(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)
    code: Code = pilot.start()[0]
    form = pilot.fields(code) | {"q_change": ["x" * 10_000_000]}

    with serving(tmp_path / "var") as (base, _):
        status = post(urlsplit(base).netloc, form)

    assert status == 413
    assert pilot.house.box.turnout(pilot.key()).issued == 0
