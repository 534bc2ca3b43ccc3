"""`surveyapp kpi`: measured values of the primary KPI."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp.cli import command
from surveyapp.errors import InputError
from surveyapp.measuring import Measuring


@dataclass(frozen=True, slots=True)
class KpiServices:
    """What the command needs."""

    measuring: Measuring


def add_commands(commands: Any) -> None:
    """Declare the command."""
    kpi = command.group(commands, "kpi", "measured values of the primary KPI")
    importing = command.add(
        kpi,
        "import",
        "read a measured series: entity, period, arm, date, unit, value",
        example="kpi import SLUG minutes-per-offer.csv",
        run=import_series,
        needs=KpiServices,
    )
    importing.add_argument("slug")
    importing.add_argument("file", type=Path)


def import_series(arguments: Namespace, services: KpiServices) -> int:
    """Let a series count from now on."""
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise InputError(f"{arguments.file} cannot be read: {error.strerror}") from None
    values, sha256 = services.measuring.take(arguments.slug, data, arguments.file.name, actor="command line")
    print(f"{values} measured values are imported, sha256 {sha256}")
    return 0
