"""`surveyapp doctor`: is this installation what the promise says it is."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from surveyapp.checks.finding import Finding, Health, Installation, fail
from surveyapp.checks.promise import CHECKS, sentences_behind
from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.errors import EnvironmentProblemError
from surveyapp.settings import Settings


@dataclass(frozen=True, slots=True)
class DoctorServices:
    """What the command needs."""

    settings: Settings
    engines: Callable[[], Mapping[str, Engine]]
    clock: Clock


def add_commands(commands: Any) -> None:
    """Declare the command."""
    command.add(
        commands,
        "doctor",
        "check databases, keys, mail and everything the promise depends on",
        example="doctor",
        run=doctor,
        needs=DoctorServices,
    )


def doctor(_arguments: Namespace, services: DoctorServices) -> int:
    """Print every finding, and which sentences of the promise are not true; 3 if one of them fails."""
    failed = 0
    engines: Mapping[str, Engine] = {}
    try:
        engines = services.engines()
    except EnvironmentProblemError as error:
        failed += 1
        _tell(fail(str(error).split("\n", maxsplit=1)[0], error.fix))
    here = Installation(services.settings, engines, services.clock)
    broken: list[str] = []
    for check in CHECKS:
        found = list(check(here))
        for finding in found:
            _tell(finding)
        failures = [finding for finding in found if finding.health == Health.FAIL]
        failed += len(failures)
        if failures:
            broken.extend(sentence for sentence in sentences_behind(check) if sentence not in broken)
    if broken:
        print("\nUntil then these sentences of the promise are not true, or cannot be kept:")
        for sentence in broken:
            print(f"  - {sentence}")
    return 3 if failed else 0


def _tell(finding: Finding) -> None:
    print(f"{finding.health:4} {finding.subject}" + (f"\n     fix: {finding.fix}" if finding.fix else ""))
