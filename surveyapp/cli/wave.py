"""`surveyapp wave`: the life of a wave up to its close."""

from argparse import Namespace
from dataclasses import dataclass
from typing import Any

from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.fieldwork import Fieldwork
from surveyapp.wave import WaveKey


@dataclass(frozen=True, slots=True)
class WaveServices:
    """What these commands need."""

    desk: Desk
    fieldwork: Fieldwork
    clock: Clock


def add_commands(commands: Any) -> None:
    """Declare the commands."""
    wave = command.group(commands, "wave", "start, remind, close and reveal a wave")
    for name, purpose, run in (
        ("start", "freeze the list of people and plan the invitations", start),
        ("remind", "plan a reminder to everybody; at most two, three days apart", remind),
        ("close", "stop new ballots", close),
    ):
        parser = command.add(wave, name, purpose, example=f"wave {name} SLUG 1", run=run, needs=WaveServices)
        parser.add_argument("slug")
        parser.add_argument("number", type=int)


def start(arguments: Namespace, services: WaveServices) -> int:
    """Start a wave."""
    key = WaveKey(arguments.slug, arguments.number)
    invited = services.fieldwork.start(key)
    _audit(services, "wave start", key, f"{invited} invited")
    merged = {code: into for code, into in services.fieldwork.groups_after_merging(key.pilot).items() if code != into}
    for code, into in merged.items():
        print(f"group {code} is too small to be shown: it counts as {into}")
    print(f"wave {key} is open, {invited} people are invited")
    print("next: surveyapp worker --once sends the mails (surveyapp serve does so by itself)")
    return 0


def remind(arguments: Namespace, services: WaveServices) -> int:
    """Plan reminders."""
    key = WaveKey(arguments.slug, arguments.number)
    planned = services.fieldwork.remind(key)
    _audit(services, "wave remind", key, "everybody")
    print(f"{planned} reminders are planned, to everybody on the list")
    return 0


def close(arguments: Namespace, services: WaveServices) -> int:
    """Close a wave."""
    key = WaveKey(arguments.slug, arguments.number)
    if services.fieldwork.close(key):
        _audit(services, "wave close", key, "")
        print(f"wave {key} is closed\nnext: surveyapp wave reveal {key.pilot} {key.number}")
    else:
        print(f"wave {key} was closed before")
    return 0


def _audit(services: WaveServices, action: str, key: WaveKey, detail: str) -> None:
    services.desk.audit(Audited(services.clock(), "command line", action, key.pilot, f"{key} {detail}".strip()))
