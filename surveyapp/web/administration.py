"""The administrator's page: settings as they were read, backups, and what the doctor finds from inside the service."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint

from surveyapp.backups import Backup, found
from surveyapp.checks.finding import Finding
from surveyapp.web.pages import render
from surveyapp.web.security import Guard, StaffRole, signed_in

ADMINISTRATION = "/staff/administration"


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting: its variable, its value as used (secrets: whether it is set), and what it means."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class AdministrationPage:
    """The settings, and the backups in the folders that are known; for an administrator or an auditor."""

    settings: tuple[SettingLine, ...]
    folders: tuple[Path, ...]
    backups: tuple[Backup, ...]
    administrator: bool


@dataclass(frozen=True, slots=True)
class ChecksPage:
    """What was found when the page was asked for."""

    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> int:
        """How many findings need somebody."""
        return sum(bool(finding.fix) for finding in self.findings)


def make_blueprint(
    settings: Callable[[], tuple[tuple[str, str, str], ...]],
    folders: tuple[Path, ...],
    examine: Callable[[], tuple[Finding, ...]],
    guard: Guard,
) -> Blueprint:
    """Return the routes of the administrator's page.

    Backups lie in *folders*; *examine* makes the checks of the doctor that can be made here.
    """
    blueprint = Blueprint("administration", __name__, url_prefix=ADMINISTRATION)

    @blueprint.get("")
    @signed_in
    def overview() -> str:
        guard.require_everywhere(StaffRole.ADMINISTRATOR, StaffRole.AUDITOR)
        lines = tuple(SettingLine(*line) for line in settings())
        administrator = guard.everywhere(StaffRole.ADMINISTRATOR)
        page = AdministrationPage(lines, folders, found(folders), administrator=administrator)
        return render("staff/administration.html", page)

    @blueprint.get("/checks")
    @signed_in
    def checks() -> str:
        guard.require_administrator()
        return render("staff/administration_checks.html", ChecksPage(examine()))

    return blueprint
