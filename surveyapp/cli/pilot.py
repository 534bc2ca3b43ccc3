"""`surveyapp pilot`: charter in, copy, list, status, lock."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp import canonical
from surveyapp.charter import loader
from surveyapp.charter.lock import locked_hash
from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.drafting import Drafting
from surveyapp.fieldwork import Fieldwork
from surveyapp.locking import Locking
from surveyapp.office.outbox import Outbox


@dataclass(frozen=True, slots=True)
class PilotServices:
    """What these commands need."""

    desk: Desk
    drafting: Drafting
    locking: Locking
    fieldwork: Fieldwork
    outbox: Outbox
    clock: Clock


def add_commands(commands: Any) -> None:
    """Declare the commands."""
    pilot = command.group(commands, "pilot", "set up pilots and see how far they are")
    create = command.add(
        pilot,
        "create",
        "read a charter; before the lock also to replace it",
        example="pilot create examples/charter.yaml",
        run=create_pilot,
        needs=PilotServices,
    )
    create.add_argument("charter", type=Path)
    create.add_argument("--demo", action="store_true", help="waves may be closed and revealed at any time, and say so")
    copy = command.add(
        pilot,
        "copy",
        "begin a pilot with the charter of another, without its dates, sign-offs and evidence",
        example="pilot copy offers offers-north",
        run=copy_pilot,
        needs=PilotServices,
    )
    copy.add_argument("slug", help="the pilot that is copied")
    copy.add_argument("name", help="how the new one is called in addresses")
    command.add(pilot, "list", "list all pilots", example="pilot list", run=list_pilots, needs=PilotServices)
    for name, purpose, run in (
        ("status", "show waves, people and mails of a pilot", show_status),
        ("lock", "freeze gates, groups and privacy before the first wave", lock_pilot),
    ):
        command.add(pilot, name, purpose, example=f"pilot {name} SLUG", run=run, needs=PilotServices).add_argument(
            "slug"
        )


def create_pilot(arguments: Namespace, services: PilotServices) -> int:
    """Store a charter."""
    charter = loader.load(arguments.charter)
    services.desk.create(
        charter.pilot, charter.title, canonical.to_json(charter), locked_hash(charter), demo=arguments.demo
    )
    services.desk.audit(
        Audited(services.clock(), "command line", "pilot create", charter.pilot, f"charter {locked_hash(charter)[:12]}")
    )
    print(f"pilot {charter.pilot} is set up with {len(charter.waves)} waves")
    print(f"next: surveyapp people import {charter.pilot} FILE")
    return 0


def copy_pilot(arguments: Namespace, services: PilotServices) -> int:
    """Begin a pilot like another."""
    services.drafting.copy(arguments.slug, arguments.name, actor="command line")
    print(f"{arguments.name} is begun; its dates and owners are filled in on /staff/pilots/{arguments.name}/charter")
    return 0


def list_pilots(_arguments: Namespace, services: PilotServices) -> int:
    """Print one line per pilot."""
    pilots, charters = services.drafting.pilots(), {pilot.slug for pilot in services.desk.pilots()}
    for pilot in pilots:
        views = services.fieldwork.plan(pilot.slug) if pilot.slug in charters else ()
        states = " ".join(str(view.state) for view in views) or "charter begun"
        print(f"{pilot.slug}\t{pilot.title}\t{states}{'	demo' if pilot.demo else ''}")
    if not pilots:
        print("no pilots yet: surveyapp pilot create CHARTER.yaml")
    return 0


def show_status(arguments: Namespace, services: PilotServices) -> int:
    """Print how far a pilot is."""
    entry = services.desk.charter(arguments.slug)
    locked = f"locked on {entry.locked_at:%Y-%m-%d}" if entry.locked_at else "not locked"
    print(f"charter version {entry.version}, {locked}, sha256 {entry.sha256}")
    for view in services.fieldwork.plan(arguments.slug):
        mails = services.outbox.counts(view.key)
        counted = ", ".join(f"{count} {state}" for state, count in sorted(mails.items()))
        print(
            f"wave {view.key.number}\t{view.kind}\t{view.state}\t{view.opens_at:%Y-%m-%d %H:%M} to "
            f"{view.closes_at:%Y-%m-%d %H:%M}" + (f"\tmails: {counted}" if counted else "")
        )
    return 0


def lock_pilot(arguments: Namespace, services: PilotServices) -> int:
    """Freeze a charter."""
    entry = services.desk.charter(arguments.slug)
    locked, lacking = services.locking.lock(arguments.slug, actor="command line")
    if not locked:
        print(f"the charter of {arguments.slug} was locked before")
        return 0
    print(f"the charter of {arguments.slug} is locked, sha256 {entry.sha256}")
    for sentence in lacking:
        print(f"note: {sentence}")
    print(f"next: surveyapp wave start {arguments.slug} 1")
    return 0
