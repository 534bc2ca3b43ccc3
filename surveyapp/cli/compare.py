"""`surveyapp compare`: all pilots side by side on one page."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp.cli import analysing, command
from surveyapp.cli.files import write_files
from surveyapp.comparing import Comparing


@dataclass(frozen=True, slots=True)
class CompareServices:
    """What the command needs; *languages* are those offered to staff, the first is the default."""

    comparing: Comparing
    languages: tuple[str, ...]


def add_commands(commands: Any) -> None:
    """Declare the command."""
    parser = command.add(
        commands,
        "compare",
        "put decisions, gates and waves of all pilots side by side: comparison.pdf and comparison.csv",
        example="compare --lang en,de --out out",
        run=compare,
        needs=CompareServices,
    )
    parser.add_argument("--lang", default="", help="languages, the first is the main one (default: those of staff)")
    parser.add_argument("--out", type=Path, default=Path("out"), help="write the files here (default out)")


def compare(arguments: Namespace, services: CompareServices) -> int:
    """Write the files from the newest readout of every pilot."""
    languages = tuple(language.strip() for language in arguments.lang.split(",") if language.strip())
    with analysing.told():
        files = services.comparing.files(languages or services.languages)
    write_files(arguments.out, files)
    print(f"files in {arguments.out}: " + ", ".join(files))
    return 0
