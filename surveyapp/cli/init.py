"""`surveyapp init`: databases, folders and the first administrator."""

import secrets
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveyapp.cli import command


@dataclass(frozen=True, slots=True)
class InitServices:
    """What the command needs: to bring databases up to date, and to make an administrator if there is none."""

    prepare: Callable[[], None]
    first_administrator: Callable[[str, str], bool]


def add_commands(commands: Any) -> None:
    """Declare the command."""
    parser = command.add(
        commands,
        "init",
        "make databases, keys and the first administrator",
        example="init --administrator admin@example.org",
        run=init,
        needs=InitServices,
    )
    parser.add_argument("--administrator", default="admin@localhost", help="address of the first administrator")


def init(arguments: Namespace, services: InitServices) -> int:
    """Prepare an installation; again is harmless."""
    services.prepare()
    print("databases are up to date")
    password = secrets.token_urlsafe(12)
    if services.first_administrator(arguments.administrator, password):
        print(f"administrator {arguments.administrator}, password {password} (shown once)")
    else:
        print("there is an account already: none was made")
    print("next: surveyapp pilot create CHARTER.yaml")
    return 0
