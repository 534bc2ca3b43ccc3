"""`surveyapp serve` and `surveyapp worker`: the two processes of an installation."""

import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask

from surveyapp.cli import command
from surveyapp.mail.worker import Round

_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ServeServices:
    """What serving needs: the maker of the web application, called in each server process."""

    make_app: Callable[[], Flask]


@dataclass(frozen=True, slots=True)
class WorkerServices:
    """What the worker needs: a round of work that is told its progress, a pause between rounds, a lock to be alone.

    *make_readouts* makes those that were asked for; *read_reports* reads what came back of mails.
    """

    work: Callable[[Callable[[int], None]], Round]
    make_readouts: Callable[[], int]
    read_reports: Callable[[], int]
    doubt_the_unsettled: Callable[[], int]
    pause: Callable[[], None]
    alone: Callable[[], AbstractContextManager[None]]


def add_commands(commands: Any) -> None:
    """Declare both commands."""
    serve = command.add(
        commands,
        "serve",
        "serve the pages, with the background worker beside them",
        example="serve --host 127.0.0.1 --port 8000",
        run=serve_pages,
        needs=ServeServices,
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=2, help="server processes (default 2)")
    serve.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere")
    worker = command.add(
        commands,
        "worker",
        "send mails, start and close waves at their times",
        example="worker --once",
        run=work,
        needs=WorkerServices,
    )
    worker.add_argument("--once", action="store_true", help="do what is due and end")


def serve_pages(arguments: Namespace, services: ServeServices) -> int:
    """Serve until interrupted."""
    from surveyapp.cli.server import Server

    print(f"serving http://{arguments.host}:{arguments.port}/staff/ for staff; Ctrl-C ends it", flush=True)
    server = Server(services.make_app, f"{arguments.host}:{arguments.port}", arguments.workers)
    if arguments.no_worker:
        server.run()
        return 0
    worker = subprocess.Popen([sys.executable, "-m", "surveyapp", "worker"])
    try:
        server.run()
    finally:
        worker.terminate()
        worker.wait()
    return 0


def work(arguments: Namespace, services: WorkerServices) -> int:
    """Work off what is due, once or until interrupted."""
    with services.alone():
        if arguments.once:
            _round(services)
            return 0
        while True:
            try:
                _round(services)
            except Exception as error:  # noqa: BLE001  # one bad round, a database away, must not end all rounds
                _LOG.error("round of the worker failed", error=error)
            services.pause()


def _round(services: WorkerServices) -> None:
    # No other worker runs: what is still being sent was left so by one that ended.
    doubtful = services.doubt_the_unsettled()
    if doubtful:
        print(f"{doubtful} mails may have been sent when the last worker ended: they stay in doubt", flush=True)
    done = services.work(_progress)
    if done != Round():
        print(
            f"mails: {done.sent} sent, {done.failed} failed, {done.in_doubt} in doubt, {done.postponed} later",
            flush=True,
        )
    if done.limited:
        print("the mails of this minute are sent: the others follow in the next rounds", flush=True)
    if reports := services.read_reports():
        print(f"delivery reports read: {reports}", flush=True)
    if made := services.make_readouts():
        print(f"readouts made: {made}", flush=True)


def _progress(sent: int) -> None:
    if sent and sent % 100 == 0:
        print(f"{sent} mails sent", flush=True)
