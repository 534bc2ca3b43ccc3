"""How a command is declared: its words, an example, what it runs and which services that needs."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from typing import Any


def group(commands: Any, name: str, purpose: str) -> Any:
    """Return the sub-commands of *name*, made at the first call."""
    known = commands.choices.get(name)
    if known is None:
        known = commands.add_parser(name, help=purpose, description=purpose)
        known.set_defaults(run=None, needs=None, usage=known.print_help)
        known.sub = known.add_subparsers(metavar="COMMAND", title="commands")
    return known.sub


def add(
    commands: Any,
    name: str,
    purpose: str,
    *,
    example: str,
    run: Callable[..., int],
    needs: type | None = None,
) -> ArgumentParser:
    """Declare a command. *run* gets the arguments and, if *needs* is a class, services of that class."""
    parser: ArgumentParser = commands.add_parser(
        name,
        help=purpose,
        description=purpose,
        epilog=f"example:\n  surveyapp {example}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run, needs=needs)
    return parser
