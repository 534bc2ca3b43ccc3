"""`surveyapp init`: databases, folders and the first administrator."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveyapp.cli import command


@dataclass(frozen=True, slots=True)
class InitServices:
    """What the command needs: to bring databases up to date, and an administrator's link if there was no account."""

    prepare: Callable[[], None]
    first_administrator: Callable[[str], str | None]


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
    link = services.first_administrator(arguments.administrator)
    if link is not None:
        print(
            f"administrator {arguments.administrator}: choose the password on this page, within seven days:\n  {link}"
        )
    else:
        print("there is an account already: none was made")
    print("next: surveyapp pilot create CHARTER.yaml")
    return 0
