"""`surveyapp kpi`: measured values of the primary KPI."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveyapp import canonical
from surveyapp.charter.model import Charter
from surveyapp.cli import command
from surveyapp.clock import Clock
from surveyapp.desk.series import read_series
from surveyapp.desk.store import Audited, Desk, KpiEntry
from surveyapp.errors import InputError


@dataclass(frozen=True, slots=True)
class KpiServices:
    """What the command needs."""

    desk: Desk
    clock: Clock


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
    charter = canonical.from_json(services.desk.charter(arguments.slug).charter, Charter)
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise InputError(f"{arguments.file} cannot be read: {error.strerror}") from None
    series = read_series(data, arguments.file.name, charter.gates.kpi.unit)
    services.desk.import_kpi(arguments.slug, KpiEntry(data.decode("utf-8-sig"), series.sha256, services.clock()))
    services.desk.audit(
        Audited(services.clock(), "command line", "kpi import", arguments.slug, f"sha256 {series.sha256[:12]}")
    )
    print(f"{len(series.points)} measured values are imported, sha256 {series.sha256}")
    return 0
