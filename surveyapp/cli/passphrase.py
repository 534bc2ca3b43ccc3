"""Asking for a passphrase: at the terminal without showing it, or from a file."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import Final

from surveyapp.errors import InputError

SHORTEST: Final = 14  # characters


def add_argument(parser: ArgumentParser) -> None:
    """Declare the file that a passphrase may come from."""
    parser.add_argument("--passphrase-file", type=Path, help="read the passphrase from this file instead of asking")


def new_passphrase(arguments: Namespace, ask: Callable[[str], str] = getpass) -> str:
    """Return a passphrase to lock something with, asked for twice.

    Raises:
        InputError: it is too short, was typed differently, or there is nobody to ask.
    """
    typed = _asked(arguments, "new passphrase: ", ask)
    if len(typed) < SHORTEST:
        raise InputError(f"the passphrase is too short: at least {SHORTEST} characters")
    if arguments.passphrase_file is None and ask("the same again: ") != typed:
        raise InputError("the two passphrases differ: nothing was written")
    return typed


def known_passphrase(arguments: Namespace, ask: Callable[[str], str] = getpass) -> str:
    """Return the passphrase that something was locked with.

    Raises:
        InputError: there is nobody to ask.
    """
    return _asked(arguments, "passphrase: ", ask)


def _asked(arguments: Namespace, prompt: str, ask: Callable[[str], str]) -> str:
    path: Path | None = arguments.passphrase_file
    if path is not None:
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise InputError(f"{path} cannot be read as text") from None
    if not sys.stdin.isatty():
        # Asked here, it would be shown on the screen or taken from who knows where.
        raise InputError("there is no terminal to ask for the passphrase: use --passphrase-file FILE")
    return ask(prompt)
