"""Everything that can go wrong is forced on a real server; nothing that was sent may be found in what it wrote.

The search covers standard output and error, every file below the installation (databases, their logs, temporary files)
and the log of PostgreSQL. The same search must find what a leaky application writes.
"""

import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask, Request
from sqlalchemy import Engine, text

from surveyapp.app import web_application
from surveyapp.crypto import base64url, blind_rsa
from surveyapp.errors import EnvironmentProblemError
from surveyapp.web.bodies import InMemoryRequest
from tests import databases as real
from tests.databases import Databases
from tests.server import serving
from tests.story import RunningPilot, installed
from tests.wire import WireClient

SENDER = "203.0.113.77"


class Planted:
    """What must not be found, in every spelling that a program could write it in."""

    def __init__(self) -> None:
        self.answer = f"marker{secrets.token_hex(12)}"
        self.address = f"victim-{secrets.token_hex(6)}@planted.example"
        self._needles: set[bytes] = {self.answer.encode(), self.address.split("@")[0].encode(), SENDER.encode()}

    def code(self, code: str) -> str:
        plain = code.replace("-", "")
        self._needles |= {one.encode() for one in (code, plain, code.lower(), plain.lower(), code.replace("-", " "))}
        return code

    def binary(self, written: str) -> str:
        value = base64url.read(written)
        self._needles |= {written.encode(), value, value.hex().encode()}
        return written

    def found(self, content: bytes) -> set[bytes]:
        return {needle for needle in self._needles if needle in content}

    def found_below(self, *folders: Path) -> dict[str, set[bytes]]:
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return {str(path): found for path in files if (found := self.found(path.read_bytes()))}


class Reply:
    """An answer of the server, as the wire client wants it."""

    def __init__(self, status: int, data: bytes) -> None:
        self.status_code = status
        self.data = data
        self.text = data.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class Sender:
    """Sends over a real connection, with everything that could name the sender."""

    def __init__(self, base: str, planted: Planted) -> None:
        self.netloc = urlsplit(base).netloc
        self._planted = planted
        self._naming = {
            "User-Agent": planted.answer,
            "X-Forwarded-For": SENDER,
            "From": planted.address,
            "Referer": f"http://{SENDER}/{planted.answer}",
            "Cookie": f"staff={planted.answer}",
        }

    def get(self, path: str) -> Reply:
        return self._request("GET", path, b"", {})

    def post(self, path: str, *, json: object) -> Reply:  # as Flask's client calls it
        return self.body(path, _json(json), "application/json")

    def form(self, path: str, fields: dict[str, list[str]]) -> Reply:
        return self.body(path, urlencode(fields, doseq=True).encode(), "application/x-www-form-urlencoded")

    def body(self, path: str, body: bytes, kind: str) -> Reply:
        return self._request("POST", path, body, {"Content-Type": kind})

    def raw(self, content: bytes) -> bytes:
        """Send bytes, say that this was all, and return what comes back."""
        host, port = self.netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            return connection.recv(65536)

    def _request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        connection = http.client.HTTPConnection(self.netloc, timeout=20)
        connection.request(method, path, body, headers | self._naming)
        response = connection.getresponse()
        reply = Reply(response.status, response.read())
        connection.close()
        # The page of a form that must be corrected, and nothing else, repeats it to its sender.
        assert reply.status_code == 422 or not self._planted.found(reply.data), (path, reply.status_code)
        return reply


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


@contextmanager
def watched(folder: Path, databases: Databases | None = None, **options: Any) -> Iterator[tuple[str, int]]:
    """Serve with everything that the process writes below *folder*; yields the address and the process's id."""
    (folder / "tmp").mkdir(exist_ok=True)
    environment = {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "tmp")}
    if databases is not None:
        environment |= {f"SURVEYAPP_{name.upper()}_URL": url for name, url in databases.urls.items()}
    with (folder / "said").open("wb") as said:
        options |= {"env": environment, "stdout": said, "stderr": subprocess.STDOUT, "cwd": folder}
        with serving(folder / "var", 1, **options) as (base, process):
            yield base, process.pid


def said(folder: Path) -> list[dict[str, Any]]:
    """Every line of the log; beside it only the command itself speaks, once."""
    lines = (folder / "said").read_text().splitlines()
    return [json.loads(line) for line in lines if not line.startswith("serving http://127.0.0.1:")]


def answer_all_ways(pilot: RunningPilot, sender: Sender, codes: list[str], planted: Planted) -> None:
    """Vote by form and by wire, and get every kind of refusal."""
    wave = f"/s/{pilot.key()}"
    fields = pilot.fields(codes[0], any_days=2) | {"q_change": [planted.answer + " " + planted.address]}
    assert sender.form(wave, fields).status_code == 303
    assert sender.form(wave, fields).status_code == 422
    assert sender.form(wave, fields | {"code": [planted.address]}).status_code == 422
    assert (
        sender.form(f"{wave}?lang={planted.answer}&code={codes[0]}", fields | {"q_any_days": ["x"]}).status_code == 422
    )

    wire = WireClient(sender, str(pilot.key()))  # type: ignore[arg-type]  # a client that goes over the wire
    slip, other = wire.slip(), wire.slip()
    planted.binary(base64url.write(slip.blinding.blinded))
    signature = wire.signed(codes[1], slip)
    answers = {"group": "sales", "any_days": 2, "change": planted.answer}
    body = {"message": slip.message, "signature": signature, "sealed": wire.seal(answers)}
    written = {key: base64url.write(value) for key, value in body.items()}
    for key in ("message", "signature"):
        planted.binary(written[key])
    planted.binary(base64url.write(slip.message[32:]))
    assert wire.post("cast", written).status_code == 201
    assert wire.post("cast", written).status_code == 200
    assert wire.post("cast", written | {"sealed": base64url.write(wire.seal(answers))}).status_code == 409
    assert wire.post("cast", written | {"signature": written["signature"][:-2] + "AA"}).status_code == 400
    assert wire.post("cast", written | {"code": codes[1]}).status_code == 400
    assert wire.issue(codes[1], other).status_code == 403
    assert wire.issue(planted.answer, other).status_code == 403


def break_every_rule(pilot: RunningPilot, sender: Sender, code: str, planted: Planted) -> None:
    """Send what no browser sends."""
    wave = f"/s/{pilot.key()}"
    secret = f"code={code}&q_change={planted.answer}&x={planted.address}".encode()
    for route in (wave, f"{wave}/issue", f"{wave}/cast"):
        sender.body(route, b'{"code": "' + secret, "application/json")
        sender.body(route, secret + b"\xff\xfe", "application/x-www-form-urlencoded")
        sender.body(route, b"[" * 100_000 + secret, "application/json")
        assert sender.body(route, secret + b"x" * 2_000_000, "application/x-www-form-urlencoded").status_code == 413
        sender.body(route, b"--b\r\n" + secret, "multipart/form-data; boundary=b")
        sender.body(route, upload(secret), "multipart/form-data; boundary=b")
        head = f"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        sender.raw(f"{head}Content-Length: 5000\r\n\r\n".encode() + secret)
        sender.raw(f"{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode() + secret)
        sender.raw(f"{head}{code}\r\n{planted.answer}: {planted.address}\r\n\r\n".encode())
        sender.raw(f"{head}X: {'y' * 20_000}{planted.answer}\r\n\r\n".encode())
    sender.raw(b"GET " + secret + b" " + secret + b" HTTP/9.9\r\n\r\n")
    sender.raw(secret)
    sender.get(f"/s/{planted.answer}?{secret.decode()}")
    sender.get(f"/{code}")


def upload(secret: bytes) -> bytes:
    """A form with a file in it, large enough for a library to put it on disk."""
    head = b'--b\r\nContent-Disposition: form-data; name="q_change"; filename="a"\r\n\r\n'
    return head + secret + b"y" * 700_000 + b"\r\n--b--\r\n"


def kinds(lines: list[dict[str, Any]], event: str) -> set[str]:
    return {line["error"]["kinds"][0] for line in lines if line["event"] == event and "error" in line}


def test_whatever_is_sent_and_refused_leaves_no_trace(pilot: RunningPilot, tmp_path: Path) -> None:
    planted = Planted()
    pilot.people(6)
    codes = [planted.code(code) for code in pilot.start()]

    with watched(tmp_path) as (base, _):
        sender = Sender(base, planted)
        answer_all_ways(pilot, sender, codes, planted)
        break_every_rule(pilot, sender, codes[2], planted)
        running = planted.found_below(tmp_path)

    assert running == {}
    assert planted.found_below(tmp_path) == {}
    assert pilot.house.box.turnout(pilot.key()).cast == 2
    # A body whose pieces do not fit is the only one that surprises the server.
    assert {line["event"] for line in said(tmp_path)} == {"unexpected"}
    assert kinds(said(tmp_path), "unexpected") == {"InvalidChunkSize"}


TABLES = ("ledger", "spent", "box", "access", "wave")


class Ballots:
    """Requests that a server without this or that table cannot answer, one per way into the box."""

    def __init__(self, pilot: RunningPilot, codes: list[str], planted: Planted) -> None:
        self._wave = f"/s/{pilot.key()}"
        self._form = pilot.fields(codes[0], any_days=2) | {"q_change": [planted.answer]}
        wire = WireClient(pilot.client, str(pilot.key()))
        slip = wire.slip()
        key = pilot.house.keyring.signing_key(str(pilot.key()))
        signed = blind_rsa.sign_blinded(key, slip.blinding.blinded, secrets.token_bytes)
        signature = blind_rsa.finalize(key.public_key(), slip.message, signed, slip.blinding.inverse)
        self._issue = {"code": codes[1], "blinded": planted.binary(base64url.write(slip.blinding.blinded))}
        self._cast = {
            "message": planted.binary(base64url.write(slip.message)),
            "signature": planted.binary(base64url.write(signature)),
            "sealed": base64url.write(wire.seal({"group": "sales"})),
        }

    def send(self, sender: Sender) -> set[int]:
        return {
            sender.form(self._wave, self._form).status_code,
            sender.post(f"{self._wave}/issue", json=self._issue).status_code,
            sender.post(f"{self._wave}/cast", json=self._cast).status_code,
        }


def send_without_each_table(ballots: Ballots, sender: Sender, office: Engine) -> None:
    for table in TABLES:
        with office.begin() as connection:
            connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
        assert 503 in ballots.send(sender), table
        with office.begin() as connection:
            connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))


def test_a_table_that_goes_under_a_running_server_leaves_no_trace(pilot: RunningPilot, tmp_path: Path) -> None:
    planted = Planted()
    pilot.people(6)
    codes = [planted.code(code) for code in pilot.start()]
    ballots = Ballots(pilot, codes, planted)

    with watched(tmp_path) as (base, _):
        send_without_each_table(ballots, Sender(base, planted), pilot.house.engines["office"])

    assert planted.found_below(tmp_path) == {}
    assert kinds(said(tmp_path), "database away") == {"OperationalError"}


def test_a_database_file_that_is_garbage_leaves_no_trace(pilot: RunningPilot, tmp_path: Path) -> None:
    planted = Planted()
    pilot.people(6)
    codes = [planted.code(code) for code in pilot.start()]
    pilot.house.close()

    with watched(tmp_path) as (base, _):
        sender = Sender(base, planted)
        sender.get(f"/s/{pilot.key()}")
        for path in (tmp_path / "var").glob("office.sqlite*"):
            path.write_bytes(secrets.token_bytes(path.stat().st_size))
        fields = pilot_fields_without_database(codes[0], planted)
        statuses = {sender.form(f"/s/{pilot.key()}", fields).status_code for _ in range(3)}

    assert statuses <= {500, 503}
    assert planted.found_below(tmp_path) == {}
    assert kinds(said(tmp_path), "unexpected") | kinds(said(tmp_path), "database away")


def pilot_fields_without_database(code: str, planted: Planted) -> dict[str, list[str]]:
    return {"code": [code], "q_group": ["sales"], "q_any_days": ["2"], "q_change": [planted.answer]}


def test_keys_that_are_gone_leave_no_trace(pilot: RunningPilot, tmp_path: Path) -> None:
    planted = Planted()
    pilot.people(6)
    codes = [planted.code(code) for code in pilot.start()]
    blinded = planted.binary(base64url.write(WireClient(pilot.client, str(pilot.key())).slip().blinding.blinded))

    with watched(tmp_path) as (base, _):
        for path in (tmp_path / "var" / "keys").glob("*.pem"):
            path.unlink()
        reply = Sender(base, planted).post(f"/s/{pilot.key()}/issue", json={"code": codes[0], "blinded": blinded})

    assert reply.status_code == 500
    assert planted.found_below(tmp_path) == {}
    assert kinds(said(tmp_path), "unexpected") == {"KeyMissingError"}


@pytest.mark.parametrize("ending", [signal.SIGABRT, signal.SIGKILL])
def test_a_server_process_that_ends_over_a_half_read_ballot_leaves_no_trace(
    pilot: RunningPilot, tmp_path: Path, ending: signal.Signals
) -> None:
    planted = Planted()
    pilot.people(6)
    code = planted.code(pilot.start()[0])
    half = f"POST /s/{pilot.key()} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"

    with watched(tmp_path) as (base, process):
        host, port = urlsplit(base).netloc.split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(f"{half}Content-Length: 900\r\n\r\ncode={code}&q_change={planted.answer}".encode())
            time.sleep(0.5)
            # As the server itself ends a process that hangs, and as the system ends one.
            os.kill(child(process), ending)
            time.sleep(1)
        running = planted.found_below(tmp_path)

    assert running == {}
    assert planted.found_below(tmp_path) == {}
    assert "phrase" in str(said(tmp_path))


@pytest.mark.slow
def test_connections_that_hang_keep_nobody_out_for_long_and_leave_no_trace(pilot: RunningPilot, tmp_path: Path) -> None:
    planted = Planted()
    pilot.people(6)
    code = planted.code(pilot.start()[0])
    form = f"POST /s/{pilot.key()} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    body = f"Content-Length: 900\r\n\r\ncode={code}&q_change={planted.answer}"

    with watched(tmp_path) as (base, _):
        host, port = urlsplit(base).netloc.split(":")
        hanging = [socket.create_connection((host, int(port))) for _ in range(2)]
        hanging[0].sendall((form + body).encode())
        hanging[1].sendall((form + f"X: {planted.answer}").encode())
        time.sleep(0.5)
        with urllib.request.urlopen(f"{base}/s/{pilot.key()}", timeout=60) as answer:  # noqa: S310  # our own server
            status = answer.status
        ends = [connection.recv(65536) for connection in hanging]
        for connection in hanging:
            connection.close()

    assert status == 200
    assert ends[0].startswith(b"HTTP/1.1 400")
    assert not planted.found(b"".join(ends))
    assert planted.found_below(tmp_path) == {}
    assert "unexpected" not in str(said(tmp_path))


def child(process: int) -> int:
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])


def test_a_server_process_leaves_no_dump(pilot: RunningPilot, tmp_path: Path) -> None:
    pilot.people(6)

    with watched(tmp_path) as (_, process):
        limits = Path(f"/proc/{child(process)}/limits").read_text()

    assert re.search(r"Max core file size +0 +0 ", limits)


def test_errors_of_postgresql_leave_no_trace_in_our_log_or_in_its_own(tmp_path: Path) -> None:
    planted = Planted()
    with (
        real.postgresql() as databases,
        installed(tmp_path, **{f"{name}_url": url for name, url in databases.urls.items()}) as (house, client),
    ):
        pilot = RunningPilot(house, client)
        pilot.people(6)
        codes = [planted.code(code) for code in pilot.start()]
        ballots = Ballots(pilot, codes[2:], planted)
        with watched(tmp_path, databases) as (base, _):
            sender = Sender(base, planted)
            answer_all_ways(pilot, sender, codes, planted)
            send_without_each_table(ballots, sender, databases.office)
        with databases.office.connect() as connection:
            log = Path(str(connection.execute(text("SHOW data_directory")).scalar_one())) / "log"

    assert 'relation "ledger" does not exist' in log.read_text()
    assert planted.found(log.read_bytes()) == set()
    assert planted.found_below(tmp_path) == {}
    assert kinds(said(tmp_path), "database away") == {"ProgrammingError"}


def under_gunicorn(pilot: RunningPilot, folder: Path, application: str) -> dict[str, set[bytes]]:
    """Serve *application* with gunicorn's own command, told to log all it can."""
    planted = Planted()
    pilot.people(6)
    code = planted.code(pilot.start()[0])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [application, "--bind", f"127.0.0.1:{port}", "--access-logfile", "-", "--log-level", "debug"]
    environment = {**os.environ, "SURVEYAPP_VAR_DIR": str(folder / "var"), "PYTHONPATH": f"{folder}:."}  # noqa: TID251
    with (folder / "said").open("wb") as file:
        command = [sys.executable, "-m", "gunicorn", *words]
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
        try:
            wait_for(port)
            sender = Sender(f"http://127.0.0.1:{port}", planted)
            sender.get(f"/s/{pilot.key()}?code={code}")
            break_every_rule(pilot, sender, code, planted)
        finally:
            process.terminate()
            process.wait(15)
    return planted.found_below(folder)


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def test_gunicorn_by_itself_logs_nobody_even_if_it_is_told_to(pilot: RunningPilot, tmp_path: Path) -> None:
    assert under_gunicorn(pilot, tmp_path, "surveyapp.wsgi:app") == {}


def test_gunicorn_logs_them_where_nothing_holds_it_back(pilot: RunningPilot, tmp_path: Path) -> None:
    (tmp_path / "careless.py").write_text(
        "from surveyapp.app import create_app\nfrom surveyapp.settings import read_settings\n"
        "app = create_app(read_settings())\n"
    )

    assert under_gunicorn(pilot, tmp_path, "careless:app")


def test_statements_that_are_logged_stop_the_server_before_anybody_can_answer(pilot: RunningPilot) -> None:
    pilot.house.engines["office"].echo = True

    with pytest.raises(EnvironmentProblemError, match="SQL statements"):
        web_application(pilot.house)

    pilot.house.engines["office"].echo = False
    assert web_application(pilot.house)


def test_debugging_stops_the_server_before_anybody_can_answer(
    pilot: RunningPilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(EnvironmentProblemError, match="debugging"):
        web_application(pilot.house)


def test_what_is_uploaded_stays_in_memory() -> None:
    app = Flask("uploads")
    large = upload(b"x" * 10)

    def stream(kind: type[Request]) -> object:
        app.request_class = kind
        with app.test_request_context(
            method="POST", data=large, content_type="multipart/form-data; boundary=b"
        ) as context:
            return context.request.files["q_change"].stream

    assert isinstance(stream(InMemoryRequest), BytesIO)
    assert not isinstance(stream(Request), BytesIO)


# ----------------------------------------------------------------- the search finds what is there

LEAKY = """
import logging, sys, tempfile
from flask import request
from surveyapp import logs, __main__
from surveyapp.app import commands
way = sys.argv.pop(1)
if way != "log through the sieve":
    logs.take_over = lambda: None
    logs.sift = lambda name: None
careful = commands.served_application
def leaky(settings):
    made = careful(settings)
    def leak():
        body = request.get_data().decode("utf-8", "replace")
        if not body:
            return
        if way == "print":
            print(body, flush=True)
        elif way == "file":
            with tempfile.NamedTemporaryFile("w", delete=False) as file:
                file.write(body)
        elif way == "error":
            raise ValueError(body)
        else:
            logging.getLogger("surveyapp").error("got %s", body)
    respondents = made.extensions["respondents"]
    respondents.before_request_funcs.setdefault(None, []).insert(0, leak)
    if way == "error":
        respondents.error_handler_spec[None][None].clear()
    return made
commands.served_application = leaky
sys.exit(__main__.main())
"""


@pytest.mark.parametrize("way", ["print", "file", "error", "log"])
def test_the_search_finds_what_a_leaky_application_writes(pilot: RunningPilot, tmp_path: Path, way: str) -> None:
    found = leaked(pilot, tmp_path, way)

    assert any(planted in str(needles) for needles in found.values() for planted in ("marker", "victim")), found


def test_the_sieve_keeps_out_what_a_careless_line_logs(pilot: RunningPilot, tmp_path: Path) -> None:
    assert leaked(pilot, tmp_path, "log through the sieve") == {}
    assert {line["logger"] for line in said(tmp_path)} == {"surveyapp"}


def leaked(pilot: RunningPilot, tmp_path: Path, way: str) -> dict[str, set[bytes]]:
    planted = Planted()
    pilot.people(6)
    code = planted.code(pilot.start()[0])
    with watched(tmp_path, program=("-c", LEAKY, way)) as (base, _):
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
        body = f"code={code}&q_change={planted.answer}{planted.address}"
        connection.request("POST", f"/s/{pilot.key()}", body, {"Content-Type": "application/x-www-form-urlencoded"})
        connection.getresponse().read()
        connection.close()
    return planted.found_below(tmp_path)
