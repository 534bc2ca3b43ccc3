"""Two addresses for machines that watch the service: whether it answers, and whether it can do its work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.desk.heartbeat import Heartbeat
from surveyapp.schema import pending


@dataclass(frozen=True, slots=True)
class Part:
    """A part that must be there: its name, the word that says it is not, and how to see."""

    name: str
    missing: str
    there: Callable[[], bool]


class Current:
    """Whether all databases have the tables of this program; what is current stays so while it runs."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = engines
        self._known = False

    def __call__(self) -> bool:
        """Look, until the answer is yes."""
        if not self._known:
            self._known = reachable(self._engines) and not any(
                pending(engine, name) for name, engine in self._engines.items()
            )
        return self._known


def reachable(engines: Mapping[str, Engine]) -> bool:
    """Return whether all databases answer."""
    try:
        for engine in engines.values():
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError:
        return False
    return True


def make_blueprint(engines: Mapping[str, Engine], heartbeat: Heartbeat) -> Blueprint:
    """Return both routes. They tell one word per part: nothing about pilots, people or times."""
    blueprint = Blueprint("health", __name__)
    parts = (
        Part("databases", "away", lambda: reachable(engines)),
        Part("migrations", "pending", Current(engines)),
        Part("worker", "silent", lambda: heartbeat.heard_at() is not None and not heartbeat.silent),
    )

    @blueprint.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}

    @blueprint.get("/readyz")
    def readyz() -> ResponseReturnValue:
        found = {part.name: "ok" if part.there() else part.missing for part in parts}
        return found, 200 if set(found.values()) == {"ok"} else 503

    return blueprint
