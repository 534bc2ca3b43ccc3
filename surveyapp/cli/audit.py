"""`surveyapp audit`: what staff did, as a table."""

import sys
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp.cli import command
from surveyapp.desk.audit import AuditLog, Wanted


@dataclass(frozen=True, slots=True)
class AuditServices:
    """What the command needs."""

    log: AuditLog


def add_commands(commands: Any) -> None:
    """Declare the command."""
    audit = command.group(commands, "audit", "what staff did")
    export = command.add(
        audit,
        "export",
        "write the audit log as CSV, and print the hash over all of it",
        example="audit export --to audit.csv",
        run=export_log,
        needs=AuditServices,
    )
    export.add_argument("--to", metavar="FILE", type=Path, help="where to write it (default: standard output)")
    export.add_argument("--pilot", metavar="SLUG", default="", help="only what happened in one pilot")


def export_log(arguments: Namespace, services: AuditServices) -> int:
    """Write the log, and tell its length and hash: kept elsewhere they prove later that nothing is missing."""
    table = services.log.csv(Wanted(pilot=arguments.pilot))
    head = services.log.head()
    if arguments.to is None:
        sys.stdout.write(table)
    else:
        arguments.to.write_bytes(table.encode())
    print(f"{head.length} entries in all, sha256 {head.digest.hex()}", file=sys.stderr)
    return 0
