"""`surveyapp wave`: the life of a wave up to its reveal."""

from argparse import Namespace
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import RefusedError
from surveyapp.fieldwork import SILENT_FROM, Fieldwork
from surveyapp.starting import Starting
from surveyapp.wave import WaveKey


@dataclass(frozen=True, slots=True)
class WaveServices:
    """What these commands need."""

    desk: Desk
    starting: Starting
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
        if name == "remind":
            parser.add_argument(
                "--silent",
                action="store_true",
                help=f"only to those without a ballot, from {SILENT_FROM} invited on; nobody is told how many",
            )
    later = command.add(
        wave,
        "extend",
        "let a wave close later, once, by at most 14 days, with a mail to all",
        example="wave extend SLUG 1 --until 2027-01-15T18:00",
        run=extend,
        needs=WaveServices,
    )
    later.add_argument("slug")
    later.add_argument("number", type=int)
    later.add_argument("--until", type=_local_moment, required=True, help="local time of the pilot")
    never = command.add(
        wave,
        "cancel",
        "destroy the ballots of a wave unread, with a mail to all",
        example="wave cancel SLUG 1 --destroy",
        run=cancel,
        needs=WaveServices,
    )
    never.add_argument("slug")
    never.add_argument("number", type=int)
    never.add_argument("--destroy", action="store_true", help="confirm that all ballots are destroyed unread")


def start(arguments: Namespace, services: WaveServices) -> int:
    """Start a wave."""
    key = WaveKey(arguments.slug, arguments.number)
    invited = services.starting.start(key)
    _audit(services, "wave start", key, f"{invited} invited")
    merged = {code: into for code, into in services.starting.groups_after_merging(key.pilot).items() if code != into}
    for code, into in merged.items():
        print(f"group {code} is too small to be shown: it counts as {into}")
    print(f"wave {key} is open, {invited} people are invited")
    print("next: surveyapp worker --once sends the mails (surveyapp serve does so by itself)")
    return 0


def remind(arguments: Namespace, services: WaveServices) -> int:
    """Plan reminders."""
    key = WaveKey(arguments.slug, arguments.number)
    planned = services.fieldwork.remind(key, silent=arguments.silent)
    _audit(services, "wave remind", key, "the silent" if arguments.silent else "everybody")
    if arguments.silent:
        print("reminders are planned; who gets one is found out as each is sent, and told to nobody")
    else:
        print(f"{planned} reminders are planned, to everybody on the list")
    return 0


def close(arguments: Namespace, services: WaveServices) -> int:
    """Close a wave."""
    key = WaveKey(arguments.slug, arguments.number)
    if services.fieldwork.close(key):
        _audit(services, "wave close", key, "")
        print(f"wave {key} is closed\nnext: {services.fieldwork.who_reveals(key)}")
    else:
        print(f"wave {key} was closed before")
    return 0


def extend(arguments: Namespace, services: WaveServices) -> int:
    """Let a wave close later."""
    key = WaveKey(arguments.slug, arguments.number)
    told = services.fieldwork.extend(key, arguments.until)
    _audit(services, "wave extend", key, f"{arguments.until:%Y-%m-%d %H:%M}")
    print(f"wave {key} closes on {arguments.until:%Y-%m-%d %H:%M}; {told} mails that say so are planned")
    return 0


def cancel(arguments: Namespace, services: WaveServices) -> int:
    """Destroy the ballots of a wave unread."""
    key = WaveKey(arguments.slug, arguments.number)
    if not arguments.destroy:
        raise RefusedError(
            f"cancelling wave {key} destroys its ballots, codes and keys for good, and nobody will have read them. "
            "Confirm with --destroy."
        )
    told = services.fieldwork.cancel(key)
    _audit(services, "wave cancel", key, "")
    print(f"wave {key} is cancelled, all ballots are destroyed unread; {told} mails that say so are planned")
    return 0


def _local_moment(text: str) -> datetime:
    """Return the moment in *text*, without a zone; argparse tells the person if it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError("a zone")
    return moment


def _audit(services: WaveServices, action: str, key: WaveKey, detail: str) -> None:
    services.desk.audit(Audited(services.clock(), "command line", action, key.pilot, f"{key} {detail}".strip()))
