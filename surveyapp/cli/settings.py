"""`surveyapp settings`: every setting, as this installation reads it."""

from argparse import Namespace
from typing import Any

from surveyapp.cli import command
from surveyapp.settings import described, read_settings


def add_commands(commands: Any) -> None:
    """Declare the command."""
    command.add(commands, "settings", "show every setting with its value and meaning", example="settings", run=show)


def show(_arguments: Namespace) -> int:
    """Print all settings; secrets only as set or not set."""
    for name, value, meaning in described(read_settings()):
        print(f"{name} = {value}\n    {meaning}")
    return 0
