"""gunicorn, configured here and not by files or the environment."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.sync import SyncWorker

from surveyapp import logs

_PATIENCE = 20.0  # seconds of silence in the middle of a request


class Sifted(Logger):  # type: ignore[misc]  # untyped library
    """The library's log, which on its own prints addresses and texts of errors."""

    def setup(self, cfg: Any) -> None:
        """Take its own ways out away."""
        super().setup(cfg)
        logs.sift("gunicorn.error")
        logs.sift("gunicorn.access")


class Impatient(SyncWorker):  # type: ignore[misc]  # untyped library
    """Waits for the rest of a request only so long: a few that hang would keep everybody else out."""

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Handle one connection."""
        client.settimeout(_PATIENCE)
        super().handle(listener, client, addr)


class Server(BaseApplication):  # type: ignore[misc]  # untyped library
    """Serves what *make_app* makes in each of its processes."""

    def __init__(self, make_app: Callable[[], Flask], bind: str, workers: int) -> None:
        self._make_app = make_app
        self._bind = bind
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Synchronous workers of one thread; no access log, ever."""
        self.cfg.set("bind", self._bind)
        self.cfg.set("workers", self._workers)
        self.cfg.set("worker_class", Impatient)
        # The trustee opens a box in one request: ten minutes are enough for a million ballots.
        self.cfg.set("timeout", 600)
        self.cfg.set("accesslog", None)
        self.cfg.set("logger_class", Sifted)
        self.cfg.set("loglevel", "error")
        # It would tell whoever may open it how many requests each process has had, as often as they ask.
        self.cfg.set("control_socket_disable", "true")
        self.cfg.set("proc_name", "surveyapp")

    def load(self) -> Flask:
        """Make the application."""
        return self._make_app()
