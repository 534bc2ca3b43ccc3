import ast
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from surveyapp.office.box import Turnout
from tests.server import serving
from tests.story import RunningPilot

EXAMPLES = Path(__file__).parents[2] / "examples"
PARTS = ("cast_ballot", "fit_answers", "seal_ballot")
ANSWERS = {"group": "sales", "any_days": 7}
OTHERS = 9


class Foreigner:
    """The sample program with one code of a running wave, as somebody else would call it."""

    def __init__(self, pilot: RunningPilot, base: str, code: str, folder: Path) -> None:
        self.pilot = pilot
        self.code = code
        self.state = folder / "state.json"
        self.base = base

    def run(self, answers: object = ANSWERS, *options: str, through: str = "") -> "subprocess.CompletedProcess[str]":
        """Run the program; *through* is the address of a line that stands for the server."""
        link = f"{through or self.base}/s/{self.pilot.key()}?lang=en#{self.code}"
        words = [sys.executable, str(EXAMPLES / "cast_ballot.py"), "-", "-", *options]
        text = f"{link}\n{json.dumps(answers)}"
        return subprocess.run(words, input=text, capture_output=True, text=True, check=False, timeout=90)

    @property
    def turnout(self) -> Turnout:
        return self.pilot.house.box.turnout(self.pilot.key())


@pytest.fixture
def foreigner(pilot: RunningPilot, tmp_path: Path) -> Iterator[Foreigner]:
    pilot.people(OTHERS + 1)
    code, *others = pilot.start()
    for other in others:
        assert pilot.send(other, any_days=1).status_code == 303
    with serving(tmp_path / "var", 1) as (base, _):
        yield Foreigner(pilot, base, code, tmp_path)


@contextmanager
def losing(base: str, step: str, times: int) -> Iterator[str]:
    """A line to the server that carries every request there, and loses the first answers to *step*."""
    lost: list[str] = []

    class Line(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._carry(None)

        def do_POST(self) -> None:
            self._carry(self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            pass

        def _carry(self, body: bytes | None) -> None:
            with closing(HTTPConnection(urlsplit(base).netloc, timeout=30)) as connection:
                connection.request(self.command, self.path, body)
                response = connection.getresponse()
                content = response.read()
            if f"/{step}?" in self.path and len(lost) < times:
                lost.append(step)
                return
            self.send_response(response.status)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(lost) == times, "nothing was lost, so nothing is proved"


def revealed(pilot: RunningPilot) -> list[Mapping[str, object]]:
    """Open the box, and return what the others did not answer."""
    wave = pilot.close_and_reveal()
    assert (wave.spoiled, wave.revealed) == (0, OTHERS + 1)
    return [record for record in pilot.house.results.records(pilot.key()) if record.get("any_days") != 1]


def test_what_a_program_of_somebody_else_casts_is_in_the_results(foreigner: Foreigner) -> None:
    answers = ANSWERS | {"tasks": ["research", "drafting"], "confidence": 4, "trust_survey": 2}

    done = foreigner.run(answers, "--state", str(foreigner.state))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("the ballot is in the box\n")
    assert foreigner.pilot.poll().fingerprint in done.stdout
    assert not foreigner.state.exists()
    (found,) = revealed(foreigner.pilot)
    assert {name: found[name] for name in answers} == answers | {"tasks": found["tasks"]}
    assert sorted(found["tasks"]) == ["drafting", "research"]  # type: ignore[call-overload]


def test_a_used_code_ends_with_the_words_of_the_server_and_without_the_code(foreigner: Foreigner) -> None:
    assert foreigner.pilot.send(foreigner.code, any_days=1).status_code == 303

    done = foreigner.run(ANSWERS, "--state", str(foreigner.state))

    assert done.returncode == 1
    assert "This code cannot be used." in done.stderr
    assert foreigner.code not in done.stdout + done.stderr
    assert not foreigner.state.exists()


WRONG: tuple[tuple[object, str], ...] = (
    ({"any_days": 3}, "group: must be answered"),
    ({"group": "nobody"}, "group: must be one of"),
    (ANSWERS | {"any_days": 8}, "any_days: must be a whole number from 0 to 7"),
    (ANSWERS | {"any_days": 3.0}, "any_days: must be"),
    (ANSWERS | {"any_days": True}, "any_days: must be"),
    (ANSWERS | {"any_days": None}, "any_days: must be"),
    (ANSWERS | {"tasks": ["none", "research"]}, "tasks: must be a list"),
    (ANSWERS | {"tasks": ["research", "research"]}, "tasks: must be a list"),
    (ANSWERS | {"confidence": 6}, "confidence: must be"),
    (ANSWERS | {"any_days": 0, "tasks": ["research"]}, "tasks: is not asked"),
    (ANSWERS | {"shoe_size": 44}, "'shoe_size': there is no such question"),
    ([], "must be an object"),
)


def test_answers_that_do_not_fit_are_named_and_nothing_is_stored(foreigner: Foreigner) -> None:
    before = foreigner.turnout

    done = [(foreigner.run(answers, "--state", str(foreigner.state)), named) for answers, named in WRONG]

    assert [named for ended, named in done if ended.returncode != 1 or named not in ended.stderr] == []
    assert foreigner.turnout == before
    assert not foreigner.state.exists()


def test_other_keys_than_those_of_the_mail_get_no_ballot(foreigner: Foreigner) -> None:
    fingerprint = foreigner.pilot.poll().fingerprint
    before = foreigner.turnout

    refused = foreigner.run(ANSWERS, "--fingerprint", fingerprint[::-1])
    kept = foreigner.turnout
    taken = foreigner.run(ANSWERS, "--fingerprint", fingerprint)

    assert (refused.returncode, kept) == (1, before)
    assert taken.returncode == 0


@pytest.mark.parametrize("step", ["ballot.json", "issue", "cast"])
def test_a_lost_answer_is_asked_for_again_and_ends_in_one_ballot(foreigner: Foreigner, step: str) -> None:
    with losing(foreigner.base, step, 1) as line:
        done = foreigner.run(through=line)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"{step}: no answer" in done.stdout
    assert foreigner.turnout == Turnout(OTHERS + 1, OTHERS + 1)
    (found,) = revealed(foreigner.pilot)
    assert found["any_days"] == 7


@pytest.mark.parametrize("step", ["issue", "cast"])
def test_a_program_that_gave_up_goes_on_from_its_state_file(foreigner: Foreigner, step: str) -> None:
    options = ("--state", str(foreigner.state), "--patience", "0")

    with losing(foreigner.base, step, 1) as line:
        given_up = foreigner.run(ANSWERS, *options, through=line)
        mode = foreigner.state.stat().st_mode & 0o777
        kept = foreigner.state.read_text()
        done = foreigner.run({"group": "never read"}, *options, through=line)

    assert (given_up.returncode, done.returncode) == (3, 0)
    assert mode == 0o600
    assert foreigner.code not in kept
    assert not foreigner.state.exists()
    (found,) = revealed(foreigner.pilot)
    assert found["any_days"] == 7


def test_without_its_state_file_a_ballot_that_was_given_up_is_lost(foreigner: Foreigner) -> None:
    with losing(foreigner.base, "issue", 1) as line:
        given_up = foreigner.run(ANSWERS, "--patience", "0", through=line)
        again = foreigner.run(through=line)

    assert (given_up.returncode, again.returncode) == (3, 1)
    assert foreigner.turnout == Turnout(OTHERS + 1, OTHERS)


@pytest.mark.parametrize(
    "link",
    [
        "http://survey.example.org/s/offers.1#{code}",
        "ftp://127.0.0.1/s/offers.1#{code}",
        "http://127.0.0.1@survey.example.org/s/offers.1#{code}",
        "https://survey.example.org/s/offers#{code}",
        "https://survey.example.org/s/offers.1#{code}A",
        "https://survey.example.org/s/offers.1",
        "https://[survey.example.org/s/offers.1#{code}",
    ],
)
def test_a_link_that_was_never_mailed_is_refused_without_repeating_it(link: str) -> None:
    code = "ABCD-EFGH-JKMN-PQRS"
    words = [sys.executable, str(EXAMPLES / "cast_ballot.py"), link.format(code=code), "-", "--patience", "0"]

    done = subprocess.run(words, input="{}", capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == 1
    assert "survey.example.org" not in done.stderr
    assert "ABCD" not in done.stderr


def test_the_program_needs_nothing_but_the_standard_library_and_cryptography() -> None:
    imported = set()
    for part in PARTS:
        for node in ast.walk(ast.parse((EXAMPLES / f"{part}.py").read_text())):
            if isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
            elif isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}

    assert imported - set(sys.stdlib_module_names) - set(PARTS) == {"cryptography"}
