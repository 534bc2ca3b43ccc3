"""What each command of the command line gets: a builder of services for each class of services."""

import secrets
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError, ProgrammingError

from surveyapp import logs
from surveyapp.app.applications import create_app, served_application, web_application
from surveyapp.app.rooms import House
from surveyapp.desk.store import Audited
from surveyapp.errors import EnvironmentProblemError, InputError, SurveyError
from surveyapp.settings import Settings, read_settings
from surveyapp.wave import WaveKey

if TYPE_CHECKING:
    from surveyapp.cli.demo import Installation

_PAUSE = 15  # seconds between two rounds of the worker


def run(command: Callable[..., int], arguments: Namespace, needed: type) -> int:
    """Return what *command* returns, given services of the class *needed* for the installation of the environment.

    Raises:
        EnvironmentProblemError: the environment is wrong, or a database is away or not prepared.
    """
    house = House(read_settings())
    # Commands tell people what they do; only the two long-running ones log.
    logs.configure(quiet=needed.__name__ not in {"ServeServices", "WorkerServices"})
    try:
        return command(arguments, BUILDERS[needed.__name__](house))
    except (OperationalError, ProgrammingError) as error:
        kind = type(error.orig).__name__
        raise EnvironmentProblemError(
            f"a database cannot be used ({kind})", "surveyapp init, surveyapp doctor"
        ) from None
    finally:
        house.close()


def _pilot(house: House) -> Any:
    from surveyapp.cli.pilot import PilotServices

    return PilotServices(house.desk, house.drafting, house.locking, house.fieldwork, house.outbox, house.clock)


def _people(house: House) -> Any:
    from surveyapp.cli.people import PeopleServices

    return PeopleServices(house.desk, house.people, house.leaving, house.clock)


def _wave(house: House) -> Any:
    from surveyapp.cli.wave import WaveServices

    return WaveServices(house.desk, house.starting, house.fieldwork, house.clock)


def _reveal(house: House) -> Any:
    from surveyapp.cli.reveal import RevealServices

    return RevealServices(house.desk, house.revealing, house.clock)


def _kpi(house: House) -> Any:
    from surveyapp.cli.kpi import KpiServices

    return KpiServices(house.measuring)


def _report(house: House) -> Any:
    from surveyapp.cli.report import ReportServices

    return ReportServices(house.reporting)


def _compare(house: House) -> Any:
    from surveyapp.cli.compare import CompareServices

    return CompareServices(house.comparing, tuple(house.settings.languages.split(",")))


def _init(house: House) -> Any:
    from surveyapp.cli.init import InitServices

    def first_administrator(email: str) -> str | None:
        from surveyapp.web.security import NewAccount

        if house.accounts.any():
            return None
        account = house.accounts.add(NewAccount(email, "Administrator", administrator=True))
        house.desk.audit(Audited(house.clock(), "command line", "account add", "", f"{email} administrator"))
        return _link(house, account)

    return InitServices(house.prepare, first_administrator)


def _account(house: House) -> Any:
    from surveyapp.cli.account import AccountRequest, AccountServices
    from surveyapp.web.security import NewAccount, StaffRole

    def add(wanted: AccountRequest) -> str | None:
        roles = {wanted.pilot: StaffRole(wanted.role)} if wanted.pilot and wanted.role else {}
        if not house.accounts.enter(NewAccount(wanted.email, wanted.name, roles=roles)):
            return None
        return link(wanted.email)

    def link(email: str) -> str:
        known = house.accounts.at_address(email)
        if known is None:
            raise InputError("there is no account with this address")
        house.links.withdraw(known.id)
        return _link(house, known.id)

    return AccountServices(house.desk, add, link, house.clock)


def _link(house: House, account: str) -> str:
    return house.welcome(house.links.draw(account))


def _audit(house: House) -> Any:
    from surveyapp.cli.audit import AuditServices

    return AuditServices(house.audit_log)


def _keys(house: House) -> Any:
    from surveyapp.cli.keys import KeysServices

    return KeysServices(house.custody, house.desk, house.clock, secrets.token_bytes)


def _backup(house: House) -> Any:
    from surveyapp.cli.backup import BackupServices

    def audit(action: str, detail: str) -> None:
        house.desk.audit(Audited(house.clock(), "command line", action, "", detail))

    return BackupServices(house.backups, house.custody.without_key, audit)


def _doctor(house: House) -> Any:
    from surveyapp.cli.doctor import DoctorServices

    return DoctorServices(house.settings, lambda: house.engines, house.clock)


def _serve(house: House) -> Any:
    from surveyapp.cli.serve import ServeServices

    # Imported before the fork: the server processes share the memory and start at once.
    from surveyapp.web import ballot_wire, comparison, opening, pilots, respondent, results, signing_in, trustee  # noqa: F401

    house.prepare()
    house.close()
    # Each server process opens its own databases: connections do not survive a fork.
    return ServeServices(lambda: served_application(house.settings))


def _worker(house: House) -> Any:
    from surveyapp.cli.serve import WorkerServices
    from surveyapp.mail.worker import only_worker
    from surveyapp.making import Making

    return WorkerServices(
        house.worker.work,
        Making(house.requests, _made_apart).work,
        house.bounces.read if house.bounces else lambda: 0,
        lambda: house.outbox.doubt_the_unsettled() + house.post.doubt_the_unsettled(),
        lambda: time.sleep(_PAUSE),
        lambda: only_worker(house.settings.var_dir / "worker.lock"),
    )


def _made_apart(key: WaveKey) -> None:
    """Make a readout in a process of its own: the libraries that it needs take more room than the worker."""
    words = [sys.executable, "-m", "surveyapp", "report", key.pilot, "--wave", str(key.number), "--no-files"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  # our own program
    if done.returncode:
        raise SurveyError(done.stderr.strip() or f"the program that makes readouts ended with {done.returncode}")


def _demo(_house: House) -> Any:
    from surveyapp.cli.demo import DemoServices

    return DemoServices(_install_demo)


def _install_demo(out: Path, address: str) -> "Installation":
    from werkzeug.datastructures import MultiDict

    from surveyapp.cli.demo import Installation
    from surveyapp.cli.serve import ServeServices, serve_pages
    from surveyapp.web.security import NewAccount, StaffRole

    settings = Settings(var_dir=out / "var", base_url=address)
    mails = out / "mail"
    house = House(settings, mails)
    house.prepare()
    web = web_application(house)
    client = web.test_client()

    def submit(key: WaveKey, fields: dict[str, list[str]]) -> int:
        return client.post(f"/s/{key}", data=MultiDict(fields)).status_code

    def add_account(email: str, name: str, password: str, role: str) -> None:
        administrator = role == StaffRole.ADMINISTRATOR
        roles = {} if administrator else {pilot.slug: StaffRole(role) for pilot in house.desk.pilots()}
        house.accounts.add(NewAccount(email, name, password, administrator=administrator, roles=roles))

    def serve(arguments: Namespace) -> int:
        logs.configure(quiet=False)
        house.close()
        return serve_pages(arguments, ServeServices(lambda: create_app(settings)))

    return Installation(
        desk=house.desk,
        people=house.people,
        waves=house.waves,
        starting=house.starting,
        fieldwork=house.fieldwork,
        revealing=house.revealing,
        reporting=house.reporting,
        comparing=house.comparing,
        send_mails=lambda: house.worker.work(lambda _: None).sent,
        submit=submit,
        add_account=add_account,
        serve=serve,
        mails=mails,
        clock=house.clock,
    )


BUILDERS: Mapping[str, Callable[[House], Any]] = {
    "PilotServices": _pilot,
    "PeopleServices": _people,
    "WaveServices": _wave,
    "RevealServices": _reveal,
    "KpiServices": _kpi,
    "ReportServices": _report,
    "CompareServices": _compare,
    "InitServices": _init,
    "AccountServices": _account,
    "AuditServices": _audit,
    "KeysServices": _keys,
    "BackupServices": _backup,
    "DoctorServices": _doctor,
    "ServeServices": _serve,
    "WorkerServices": _worker,
    "DemoServices": _demo,
}
