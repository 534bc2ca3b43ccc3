"""How long a report takes in a process of its own, from the stored answers to readout and exports.

The answers are those of made-up people; for a million the same ten thousand are stored a hundred times. What may fail
is the ratio of a million answers to ten thousand; seconds and megabytes are printed.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pikepdf

from analysis.codebook import Option, Text
from analysis.packing import pack
from analysis.synthetic import Truth, ballots
from surveyapp import canonical, resources
from surveyapp.app import House
from surveyapp.asking import setting_of
from surveyapp.charter import loader
from surveyapp.charter.lock import locked_hash
from surveyapp.charter.model import Charter
from surveyapp.charter.plan import plan_of
from surveyapp.questionnaire import loader as questionnaires
from surveyapp.questionnaire.columns import codebook
from surveyapp.questionnaire.record import to_json
from surveyapp.questionnaire.settling import settle
from surveyapp.results.store import RevealedBallot, RevealedWave
from surveyapp.wave import WaveKey
from tests.benchmarks.machine import described
from tests.story import settings_in
from tests.tagged import pictures

ROOT = Path(__file__).parents[2]
GROUPS = 10
MOST_RATIO = 2.0
_KEEN = Truth(active=(0.6, 0.7, 0.75), response=0.9)
_HEAD = ("answers", "waves", "released", "pages", "charts", "seconds", "CPU s", "MB")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one report took: wall clock and processor in seconds, memory at its peak in MB."""

    seconds: float
    processor: float
    memory: float
    pages: int
    charts: int


def measure(answers: int, waves: int, *, copies: int = 1, released: int = 0) -> Cost:
    """Make a report over *answers* answers in *waves* waves, each made-up answer stored *copies* times.

    Of *released* waves a readout was made before, as it is in a pilot that makes one after every wave.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: what this one holds would be counted as the report's.
        preparing = get_context("spawn").Process(target=_prepare, args=(folder, answers, waves, copies))
        preparing.start()
        preparing.join()
        if preparing.exitcode:
            raise SystemExit("the answers could not be made")
        if released:
            _reported(folder, "--wave", str(released))
        began = time.perf_counter()
        used = _reported(folder)
        seconds = time.perf_counter() - began
        with pikepdf.open(io.BytesIO((folder / "out" / "readout.pdf").read_bytes())) as pdf:
            size, charts = len(pdf.pages), len(pictures(pdf))
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, size, charts)


def _reported(folder: Path, *more: str) -> resource.struct_rusage:
    """Make a readout in a process of its own and return what that used."""
    words = [sys.executable, "-m", "surveyapp", "report", "bench", "--lang", "en", "--out", str(folder / "out"), *more]
    environment = os.environ | {"SURVEYAPP_VAR_DIR": str(folder / "var")}  # noqa: TID251  # for the child
    process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("the report failed")
    return used


def _prepare(folder: Path, answers: int, waves: int, copies: int) -> None:
    house = House(settings_in(folder))
    try:
        charter = _charter(waves)
        house.desk.create("bench", charter.title, canonical.to_json(charter), locked_hash(charter))
        house.desk.lock("bench", house.clock())
        for number in range(1, waves + 1):
            _reveal(house, charter, number, answers // waves // copies, copies)
    finally:
        house.close()


def _charter(waves: int) -> Charter:
    """Return the example's charter with ten groups and so many waves, two weeks apart."""
    charter = loader.load(ROOT / "examples" / "charter.yaml")
    first, pulse, *_, last = charter.waves
    planned = [first, *(pulse for _ in range(waves - 2)), last][:waves]
    return replace(
        charter,
        groups=tuple(Option(f"team{number}", Text.plain(f"Team {number}")) for number in range(GROUPS)),
        waves=tuple(
            replace(one, opens_at=first.opens_at + shift, closes_at=first.closes_at + shift)
            for number, one in enumerate(planned)
            for shift in (timedelta(weeks=2 * number),)
        ),
    )


def _reveal(house: House, charter: Charter, number: int, people: int, copies: int) -> None:
    planned = charter.waves[number - 1]
    groups = [group.code for group in charter.groups]
    asked = settle(
        questionnaires.load(resources.questionnaires() / f"{planned.questionnaire}.yaml"),
        setting_of(charter, number, groups),
    )
    book = codebook(asked)
    invited = round(people / _KEEN.response)
    made = ballots(
        book,
        plan_of(charter),
        _KEEN,
        people=[groups[place % GROUPS] for place in range(invited)],
        kind=planned.kind,
        number=number,
        seed=3,
    )
    answered = [RevealedBallot(values, pack(book, values)) for values in made if values is not None]
    text, agreed = to_json(asked), canonical.to_json(charter)
    house.results.reveal(
        RevealedWave(
            key=WaveKey("bench", number),
            kind=planned.kind,
            opened_on=planned.opens_at.date(),
            closed_on=planned.closes_at.date(),
            questionnaire=text,
            questionnaire_sha256=canonical.sha256(text),
            charter=agreed,
            charter_sha256=locked_hash(charter),
            key_mode="file",
            fingerprint="0" * 20,
            invited_by_group={group: copies * len(range(place, invited, GROUPS)) for place, group in enumerate(groups)},
            joined_by_group={},
            left_by_group={},
            groups={group: group for group in groups},
            issued=copies * len(answered),
            cast=copies * len(answered),
            spoiled=0,
            empty=0,
            revealed=copies * len(answered),
            destroyed_unread=False,
        ),
        answered * copies,
        [],
    )


def main(words: Sequence[str]) -> int:
    """Measure, print one line each, and return 1 if a million answers cost more than twice ten thousand."""
    del words
    print(described())
    print("".join(f"{head:>10}" for head in _HEAD))
    costs = {}
    for answers, waves, released in ((10_000, 1, 0), (10_000, 4, 0), (10_000, 6, 5), (10_000, 6, 0), (1_000_000, 4, 0)):
        copies = max(1, answers // 10_000)
        cost = costs[answers, waves] = measure(answers, waves, copies=copies, released=released)
        numbers = (answers, waves, released, cost.pages, cost.charts)
        print(
            "".join(f"{number:>10,}" for number in numbers)
            + f"{cost.seconds:>10.1f}{cost.processor:>10.1f}{cost.memory:>10.0f}",
            flush=True,
        )
    ratio = costs[1_000_000, 4].processor / costs[10_000, 4].processor
    print(f"a million answers cost {ratio:.2f} times ten thousand (at most {MOST_RATIO})")
    return int(ratio > MOST_RATIO)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
