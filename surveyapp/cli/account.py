"""`surveyapp account`: who of the staff may sign in, and as what."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.store import Audited, Desk
from surveyapp.errors import InputError

ROLES = ("lead", "hr", "trustee")


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """An account that is wanted, with its role in a pilot if there is one."""

    email: str
    name: str
    pilot: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class AccountServices:
    """What the command needs. *add* returns the one-time link of an account that is new; *link* makes a newer one.

    *link* raises an InputError where no account has the address.
    """

    desk: Desk
    add: Callable[[AccountRequest], str | None]
    link: Callable[[str], str]
    clock: Clock


def add_commands(commands: Any) -> None:
    """Declare the command."""
    account = command.group(commands, "account", "who of the staff may sign in")
    adding = command.add(
        account,
        "add",
        "make an account, or give a known one a role in a pilot",
        example='account add ruth@example.org --name "Ruth Adler" --pilot SLUG --role trustee',
        run=add_account,
        needs=AccountServices,
    )
    adding.add_argument("email")
    adding.add_argument("--name", required=True)
    adding.add_argument("--pilot", metavar="SLUG")
    adding.add_argument("--role", choices=ROLES)
    linking = command.add(
        account,
        "link",
        "make a one-time link with which somebody chooses a new password",
        example="account link ruth@example.org",
        run=make_link,
        needs=AccountServices,
    )
    linking.add_argument("email")


def add_account(arguments: Namespace, services: AccountServices) -> int:
    """Make an account, or give it a role."""
    if (arguments.pilot is None) != (arguments.role is None):
        raise InputError("--pilot and --role belong together")
    if not _is_address(arguments.email):
        raise InputError("this is no e-mail address")
    if arguments.pilot is not None:
        services.desk.pilot(arguments.pilot)
    link = services.add(AccountRequest(arguments.email, arguments.name, arguments.pilot, arguments.role))
    detail = f"{arguments.email} {arguments.role or ''}".strip()
    services.desk.audit(Audited(services.clock(), "command line", "account add", arguments.pilot or "", detail))
    if link is None:
        print(f"account {arguments.email} was there already and keeps its password")
    else:
        print(f"account {arguments.email}: the password is chosen on this page, within seven days:\n  {link}")
    if arguments.role:
        print(f"{arguments.email} is {arguments.role} of {arguments.pilot}")
    return 0


def make_link(arguments: Namespace, services: AccountServices) -> int:
    """Make a one-time link; older ones are void."""
    link = services.link(arguments.email)
    services.desk.audit(Audited(services.clock(), "command line", "account link", "", arguments.email))
    print(f"the password of {arguments.email} is chosen on this page, within seven days:\n  {link}")
    return 0


def _is_address(text: str) -> bool:
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and not any(letter.isspace() for letter in text)
