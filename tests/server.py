"""A real server process on an installation."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def serving(
    var: Path, workers: int = 2, *, program: Sequence[str] = ("-m", "surveyapp"), **process_options: Any
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the installation in *var* and yield its address and process; *program* is what Python is told to run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--no-worker", "--port", str(port), "--workers", str(workers)]
    options = {"env": {}} | process_options
    options["env"] = os.environ | {"SURVEYAPP_VAR_DIR": str(var)} | options["env"]  # noqa: TID251  # for the child
    process = subprocess.Popen([sys.executable, *program, *words], start_new_session=True, **options)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base, process
    finally:
        process.terminate()
        process.wait(15)


def _wait(base: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{base}/s/nothing.1")  # noqa: S310  # our own server
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
