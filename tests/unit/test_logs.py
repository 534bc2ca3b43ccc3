"""Only declared events with values of declared kinds are written; everything else is named or replaced."""

import ast
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from surveyapp import logs
from surveyapp.crypto import codes

ROOT = Path(__file__).parents[2]
CODE = "7K2M-9QXR-4HTP-ZW3B"
MARKER = "the-tool-invents-prices"
NONCE = "q3Zk0vXr8mYb2Tn7Lw5Hc9Jd4Fs6Gp1Aq0Ue3Ri8Oo"
UNFIT: tuple[object, ...] = (
    CODE,
    CODE.replace("-", ""),
    CODE.lower(),
    CODE.replace("-", " "),
    "7K2M9QXR 4HTPZW3B",
    "7k2m9qxr4htpzw3b.1",
    "p1@example.org",
    MARKER,
    NONCE,
    NONCE.encode(),
    -1,
    10**12,
    True,
    None,
    ["offers.1"],
    "offers.1\n",
)


class Log:
    """What this process wrote, line by line."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._capsys.readouterr().err.splitlines()]


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    logs.configure(quiet=False)
    yield Log(capsys)
    logs.configure(quiet=True)


def test_a_declared_event_is_written_with_its_values(log: Log) -> None:
    structlog.get_logger().info("wave started", wave="offers.1", invited=25)

    line = log.lines()[0]
    assert line.pop("timestamp")[-4:-3] == ":"
    assert line == {"event": "wave started", "wave": "offers.1", "invited": 25, "level": "info"}


def test_an_undeclared_value_is_named_and_left_out(log: Log) -> None:
    structlog.get_logger().info("wave started", wave="offers.1", code=CODE, answers={"q": MARKER})

    line = log.lines()[0]
    assert line["left_out"] == ["answers", "code"]
    assert CODE not in str(line)
    assert MARKER not in str(line)


@pytest.mark.parametrize("event", [f"code {CODE}", MARKER, "", "wave  started"])
def test_an_undeclared_event_loses_its_words_and_values(log: Log, event: str) -> None:
    structlog.get_logger().warning(event, wave="offers.1", kind=MARKER)

    assert log.lines()[0] | {"timestamp": ""} == {
        "event": "an event without name",
        "left_out": ["kind", "wave"],
        "level": "warning",
        "timestamp": "",
    }


def test_words_put_into_an_event_make_it_an_undeclared_one(log: Log) -> None:
    structlog.get_logger().info("wave started %s", CODE)

    assert log.lines()[0]["event"] == "an event without name"


@pytest.mark.parametrize("value", UNFIT, ids=repr)
@pytest.mark.parametrize(("event", "key"), [("wave closed", "wave"), ("mails", "sent"), ("library", "logger")])
def test_a_value_of_another_kind_is_kept_out(log: Log, event: str, key: str, value: object) -> None:
    structlog.get_logger().info(event, **{key: value})

    assert log.lines()[0][key] == logs.KEPT_OUT


def test_a_name_that_is_a_code_is_not_written_either(log: Log) -> None:
    structlog.get_logger().info("wave closed", **{CODE: 1, CODE.replace("-", "_"): 1, "X" + CODE.replace("-", ""): 1})

    assert CODE not in str(log.lines()[0])


def test_a_value_that_breaks_when_looked_at_is_kept_out(log: Log) -> None:
    class Hostile(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            raise ValueError(MARKER)

        __hash__ = str.__hash__

    structlog.get_logger().info("library", phrase=Hostile("Connection in use: %s"))

    assert log.lines()[0]["phrase"] == logs.KEPT_OUT


@pytest.mark.parametrize("secret", [CODE, "p1@example.org", NONCE])
def test_a_reason_is_written_unless_something_in_it_looks_secret(log: Log, secret: str) -> None:
    structlog.get_logger().warning("wave not started", wave="offers.1", why="the charter of offers is not locked\nx")
    structlog.get_logger().warning("wave not started", wave="offers.1", why=f"{secret} came too late")

    lines = log.lines()
    assert lines[0]["why"] == "the charter of offers is not locked"
    assert lines[1]["why"] == logs.KEPT_OUT


def test_an_error_is_written_as_kinds_and_places(log: Log) -> None:
    try:
        try:
            int(MARKER)
        except ValueError as error:
            raise RuntimeError(CODE) from error
    except RuntimeError as error:
        structlog.get_logger().error("unexpected", error=error)

    line = log.lines()[0]
    assert line["error"]["kinds"] == ["RuntimeError", "ValueError"]
    assert line["error"]["trail"][0].startswith("tests/unit/test_logs.py:")
    assert MARKER not in str(line)
    assert CODE not in str(line)


def test_an_error_that_is_being_handled_needs_no_naming(log: Log) -> None:
    try:
        int(MARKER)
    except ValueError:
        structlog.get_logger().exception("unexpected")

    assert log.lines()[0]["error"]["kinds"] == ["ValueError"]


@given(
    st.binary(min_size=codes.BYTES, max_size=codes.BYTES),
    st.sampled_from([1, 2, 4, 8, 16]),
    st.sampled_from(["", "-", " ", "\u2013", " - "]),
)
def test_every_code_is_recognised_in_any_grouping(drawn: bytes, size: int, between: str) -> None:
    letters = codes.draw(lambda _: drawn).replace("-", "")
    code = between.join(letters[start : start + size] for start in range(0, len(letters), size))

    assert logs._SECRET.search(f"x: {code}.")
    assert logs._SECRET.search(code.lower())


@pytest.mark.parametrize(
    "name", ["offers-with-assistant-x.1", "the charter of another is not locked", "gunicorn.error", "web/errors.py:61"]
)
def test_what_an_operator_needs_is_no_secret(name: str) -> None:
    assert not logs._SECRET.search(name)


# ----------------------------------------------------------------- a process that was taken over

LEAKS = f"""
import asyncio, logging, sqlalchemy, sys, threading, warnings, gc
if "quiet" in sys.argv:
    from surveyapp import logs
    logs.take_over()
logger = logging.getLogger("sqlalchemy.pool")
logger.error("Connection in use: %s", {CODE!r})
logger.warning("somebody sent %s", {MARKER!r})
logging.getLogger({CODE!r}).error("x")
logging.getLogger("asyncio").error("%d", {MARKER!r})
warnings.warn({MARKER!r})
class Lost:
    def __del__(self):
        raise ValueError({MARKER!r})
Lost()
def fail():
    raise ValueError({CODE!r})
thread = threading.Thread(target=fail); thread.start(); thread.join()
answers = {{"q": {MARKER!r}}}
answers[{CODE!r}]
"""


def written(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", LEAKS, *words], capture_output=True, text=True, check=False, cwd=ROOT)


def test_a_process_that_was_taken_over_says_that_something_happened_and_not_what() -> None:
    ended = written("quiet")

    assert ended.returncode == 1
    assert CODE not in ended.stderr + ended.stdout
    assert MARKER not in ended.stderr + ended.stdout
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line.get("logger") for line in lines if line["event"] == "library"] == [
        "sqlalchemy.pool",
        "sqlalchemy.pool",
        logs.KEPT_OUT,
        "asyncio",
        "py.warnings",
    ]
    assert lines[0]["phrase"] == "the port is taken by another program"
    assert [line["error"]["kinds"] for line in lines if line["event"] == "unexpected"] == [
        ["ValueError"],
        ["ValueError"],
        ["KeyError"],
    ]


def test_the_same_process_tells_everything_when_it_is_not() -> None:
    ended = written()

    assert ended.stderr.count(CODE) >= 3
    assert ended.stderr.count(MARKER) >= 4


def test_a_process_that_was_taken_over_leaves_no_dump() -> None:
    look = (
        "import resource; from surveyapp import logs; logs.take_over(); print(resource.getrlimit(resource.RLIMIT_CORE))"
    )

    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert said == "(0, 0)\n"


# ----------------------------------------------------------------- the code


def logged() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "surveyapp").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "_LOG"
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def problem(call: ast.Call) -> str:
    event = call.args[-1] if call.args else None
    if not isinstance(event, ast.Constant) or event.value not in logs.EVENTS:
        return "the event is not declared"
    keys = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    return f"not declared: {keys - logs.EVENTS[event.value].keys()}" if keys - logs.EVENTS[event.value].keys() else ""


def test_everything_that_the_code_logs_is_declared() -> None:
    found = {place: problem(call) for place, call in logged()}

    assert len(found) >= 8
    assert {place: what for place, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "bad", ['_LOG.info("sent", code=code)', '_LOG.info(f"wave {code}")', '_LOG.info("mails", code=1)']
)
def test_an_undeclared_call_would_be_found(bad: str) -> None:
    call = ast.parse(bad, mode="eval").body

    assert isinstance(call, ast.Call)
    assert problem(call)


def test_logging_by_another_way_is_not_there() -> None:
    others = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "surveyapp").rglob("*.py")
        if "logging." in (text := path.read_text("utf-8")) or "print_exc" in text or "app.logger" in text
    }

    assert others <= {"surveyapp/logs.py", "surveyapp/database.py"}  # the latter only looks whether others do
    assert logging.getLogger("surveyapp").handlers == []
