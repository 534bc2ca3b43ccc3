"""`surveyapp report`: make the readout and the export of a pilot."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp.cli import analysing, command
from surveyapp.cli.files import write_files
from surveyapp.reporting import Reporting


@dataclass(frozen=True, slots=True)
class ReportServices:
    """What the command needs."""

    reporting: Reporting


def add_commands(commands: Any) -> None:
    """Declare the command."""
    parser = command.add(
        commands,
        "report",
        "make readout.pdf and export.zip from everything revealed so far",
        example="report SLUG --lang en,de --out out/SLUG",
        run=report,
        needs=ReportServices,
    )
    parser.add_argument("slug")
    parser.add_argument("--wave", type=int, help="up to this wave (default: the last revealed one)")
    parser.add_argument("--lang", default="", help="languages, the first is the main one (default: the charter's)")
    parser.add_argument("--out", type=Path, help="write the files here (default out/SLUG)")
    parser.add_argument("--no-files", action="store_true", help="keep it for the pages only")


def report(arguments: Namespace, services: ReportServices) -> int:
    """Make a readout, or find the one that is there already, and write its files."""
    languages = tuple(language.strip() for language in arguments.lang.split(",") if language.strip())
    with analysing.told():
        made = services.reporting.report(arguments.slug, wave=arguments.wave, languages=languages)
    print(f"readout {made.entry.number} of {arguments.slug}: {made.decision}")
    for gate in made.gates:
        print(f"  {gate}")
    if arguments.no_files:
        return 0
    out = arguments.out or Path("out") / arguments.slug
    write_files(out, {name: services.reporting.document(made.entry, name) for name in made.names})
    print(f"files in {out}: " + ", ".join(made.names))
    return 0
