"""The composition root: the only place where engines are made and rooms are joined."""

import secrets
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from surveyapp import logs, resources, templating
from surveyapp.addressing import Addressing
from surveyapp.casting import Casting
from surveyapp.clock import Clock, utc_now
from surveyapp.crypto.keyring import Keyring
from surveyapp.crypto.private_file import write_once
from surveyapp.custody import Custody
from surveyapp.database import open_engine, says_its_statements
from surveyapp.desk.store import Desk
from surveyapp.errors import EnvironmentProblemError
from surveyapp.fieldwork import Fieldwork
from surveyapp.office.box import BallotBox
from surveyapp.office.outbox import Outbox
from surveyapp.office.people import People
from surveyapp.office.rosters import Rosters
from surveyapp.office.slot import BallotSlot
from surveyapp.office.tables import OFFICE
from surveyapp.office.waves import Waves
from surveyapp.poll import Polls
from surveyapp.reporting import Reporting
from surveyapp.results.store import Results
from surveyapp.results.tables import RESULTS
from surveyapp.revealing import Revealing
from surveyapp.schema import DATABASES, bring_up_to_date
from surveyapp.settings import Settings, read_settings
from surveyapp.starting import Starting
from surveyapp.wave import WaveKey

if TYPE_CHECKING:
    from flask import Flask

    from surveyapp.cli.demo import Installation
    from surveyapp.mail.worker import Worker
    from surveyapp.web.security import Accounts

_PAUSE = 15  # seconds between two rounds of the worker
_BODY_LIMIT = 1_000_000  # bytes; a full ballot form has a hundredth of it


class House:
    """Every room of one installation, made when it is first entered."""

    def __init__(self, settings: Settings, mails: Path | None = None) -> None:
        self.settings = settings
        self._mails = mails or settings.mails

    @cached_property
    def engines(self) -> dict[str, Engine]:
        """The three databases."""
        addresses = {name: self.settings.database_url(name) for name in DATABASES}
        if len(set(addresses.values())) < len(addresses):
            raise EnvironmentProblemError("two databases are the same", "give desk, office and results a database each")
        self.settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {name: open_engine(address) for name, address in addresses.items()}

    @cached_property
    def desk(self) -> Desk:
        """Staff's side: pilots and charters."""
        return Desk(self.engines["desk"], secrets.token_bytes)

    @cached_property
    def people(self) -> People:
        """Who may be asked."""
        return People(self.engines["office"], secrets.token_bytes)

    @cached_property
    def waves(self) -> Waves:
        """The started waves."""
        return Waves(self.engines["office"], secrets.token_bytes)

    @cached_property
    def rosters(self) -> Rosters:
        """The lists of people whom waves invite."""
        return Rosters(self.engines["office"])

    @cached_property
    def box(self) -> BallotBox:
        """The sealed ballots."""
        return BallotBox(self.engines["office"])

    @cached_property
    def slot(self) -> BallotSlot:
        """The only way into the box."""
        return BallotSlot(self.engines["office"], secrets.token_bytes)

    @cached_property
    def outbox(self) -> Outbox:
        """The mails to be sent."""
        return Outbox(self.engines["office"], secrets.token_bytes)

    @cached_property
    def results(self) -> Results:
        """The revealed answers."""
        return Results(self.engines["results"], secrets.token_bytes)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of the boxes."""
        return Keyring(self.settings.keys, self.settings.backups)

    @cached_property
    def polls(self) -> Polls:
        """The waves as respondents know them."""
        return Polls(self.waves.find)

    @cached_property
    def casting(self) -> Casting:
        """The way into the box."""
        return Casting(self.slot, self.keyring, clock=self.clock, random_bytes=secrets.token_bytes)

    @cached_property
    def starting(self) -> Starting:
        """The start of waves."""
        return Starting(
            desk=self.desk,
            waves=self.waves,
            rosters=self.rosters,
            keyring=self.keyring,
            questionnaires=resources.questionnaires(),
            clock=self.clock,
        )

    @cached_property
    def fieldwork(self) -> Fieldwork:
        """The life of waves."""
        return Fieldwork(
            desk=self.desk,
            waves=self.waves,
            box=self.box,
            keyring=self.keyring,
            start=self.starting.start,
            clock=self.clock,
        )

    @cached_property
    def addressing(self) -> Addressing:
        """The way from a mail to its letter."""
        return Addressing(self.polls, self.settings.base_url)

    @cached_property
    def custody(self) -> Custody:
        """The keys of the boxes as their trustees see them."""
        return Custody(desk=self.desk, waves=self.waves, rosters=self.rosters, keyring=self.keyring, clock=self.clock)

    @cached_property
    def revealing(self) -> Revealing:
        """The way out of the box."""
        return Revealing(
            waves=self.waves,
            rosters=self.rosters,
            box=self.box,
            people=self.people,
            results=self.results,
            keyring=self.keyring,
            shuffle=secrets.SystemRandom().shuffle,
            clock=self.clock,
        )

    @cached_property
    def reporting(self) -> Reporting:
        """From answers to a readout."""
        return Reporting(desk=self.desk, results=self.results, templates=resources.templates(), clock=self.clock)

    @cached_property
    def worker(self) -> "Worker":
        """The sender of mails."""
        from surveyapp.mail.message import Letters
        from surveyapp.mail.sender import FolderSender, SmtpSender
        from surveyapp.mail.worker import Worker

        smtp = self.settings.smtp_url.get_secret_value()
        return Worker(
            self.outbox,
            Letters(templating.environment, self.settings.mail_from, self.clock),
            SmtpSender(smtp) if smtp else FolderSender(self._mails),
            address=self.addressing.address,
            turn_waves=self.fieldwork.turn_waves,
            monotonic=time.monotonic,
        )

    @cached_property
    def accounts(self) -> "Accounts":
        """The accounts of staff."""
        from surveyapp.web.security import Accounts

        return Accounts(self.engines["desk"])

    @property
    def clock(self) -> Clock:
        """The time."""
        return utc_now

    def close(self) -> None:
        """Let go of all connections; of databases that nobody has asked for there are none."""
        for engine in vars(self).get("engines", {}).values():
            engine.dispose()

    def prepare(self) -> None:
        """Bring all databases up to date."""
        for name, engine in self.engines.items():
            bring_up_to_date(engine, name)

    def secret(self) -> str:
        """Return the secret that signs staff sessions, made once where none is set."""
        given = self.settings.secret_key.get_secret_value()
        if given:
            return given
        path = self.settings.var_dir / "secret_key"
        if not path.exists():
            self.settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Server processes that start at once must end up with the same one.
            write_once(path, secrets.token_urlsafe(48).encode())
        return path.read_text()


def create_app(settings: Settings) -> "Flask":
    """Return the web application of an installation."""
    return web_application(House(settings))


def web_application(house: House) -> "Flask":
    """Return the web application on the rooms of *house*."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from surveyapp.web import (
        assets,
        ballot_wire,
        errors,
        headers,
        opening,
        pages,
        pilots,
        promise_page,
        respondent,
        results,
        security,
        trustee,
    )
    from surveyapp.web.bodies import InMemoryRequest

    settings = house.settings
    made = Flask("surveyapp", template_folder=str(resources.templates()), static_folder=None)
    if made.debug:
        raise EnvironmentProblemError(
            "debugging shows answers and codes to whoever causes an error", "unset FLASK_DEBUG"
        )
    if any(says_its_statements(engine) for engine in house.engines.values()):
        raise EnvironmentProblemError(
            "the log of SQL statements would tell when each ballot came", "set the logger sqlalchemy.engine to WARNING"
        )
    made.request_class = InMemoryRequest
    made.config.update(MAX_CONTENT_LENGTH=_BODY_LIMIT, MAX_FORM_MEMORY_SIZE=_BODY_LIMIT)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        made.wsgi_app = ProxyFix(made.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # First of all, so that even the page of a refused form knows its language.
    pages.install(made, tuple(settings.languages.split(",")))
    csrf = security.install(made, house.accounts, house.secret(), https=settings.base_url.startswith("https://"))
    errors.install(made)
    headers.install(made)
    guard = security.Guard(house.accounts)
    made.register_blueprint(assets.make_blueprint())
    ballots = respondent.Pages(house.polls, time.monotonic)
    for routes in (respondent, ballot_wire):
        made_for = routes.make_blueprint(ballots, house.polls, house.casting)
        # Respondents carry no cookie, so nothing of theirs can be abused; a token would make their pages differ.
        csrf.exempt(made_for)
        made.register_blueprint(made_for)
    tables = (*OFFICE.tables.values(), *RESULTS.tables.values())
    made.register_blueprint(
        promise_page.make_blueprint(ballots, house.polls, {table.name: table.columns.keys() for table in tables})
    )
    made.register_blueprint(pilots.make_blueprint(house.desk, house.fieldwork, guard))
    made.register_blueprint(results.make_blueprint(house.reporting, guard))
    made.register_blueprint(
        trustee.make_blueprint(custody=house.custody, guard=guard, clock=house.clock, base_url=settings.base_url)
    )
    made.register_blueprint(opening.make_blueprint(house.revealing, house.desk, guard, house.clock))
    return made


# ----------------------------------------------------------------- the command line


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

    return PilotServices(house.desk, house.starting, house.fieldwork, house.outbox, house.clock)


def _people(house: House) -> Any:
    from surveyapp.cli.people import PeopleServices

    return PeopleServices(house.desk, house.people, house.clock)


def _wave(house: House) -> Any:
    from surveyapp.cli.wave import WaveServices

    return WaveServices(house.desk, house.starting, house.fieldwork, house.clock)


def _reveal(house: House) -> Any:
    from surveyapp.cli.reveal import RevealServices

    return RevealServices(house.desk, house.revealing, house.clock)


def _kpi(house: House) -> Any:
    from surveyapp.cli.kpi import KpiServices

    return KpiServices(house.desk, house.clock)


def _report(house: House) -> Any:
    from surveyapp.cli.report import ReportServices

    return ReportServices(house.reporting)


def _init(house: House) -> Any:
    from surveyapp.cli.init import InitServices

    def first_administrator(email: str, password: str) -> bool:
        from surveyapp.web.security import NewAccount

        with web_application(house).app_context():
            if house.accounts.any():
                return False
            house.accounts.add(NewAccount(email, "Administrator", password, administrator=True))
            return True

    return InitServices(house.prepare, first_administrator)


def _account(house: House) -> Any:
    from surveyapp.cli.account import AccountRequest, AccountServices
    from surveyapp.web.security import NewAccount, StaffRole

    def add(wanted: AccountRequest) -> bool:
        roles = {wanted.pilot: StaffRole(wanted.role)} if wanted.pilot and wanted.role else {}
        with web_application(house).app_context():
            return house.accounts.enter(NewAccount(wanted.email, wanted.name, wanted.password, roles=roles))

    return AccountServices(house.desk, add, house.clock)


def _keys(house: House) -> Any:
    from surveyapp.cli.keys import KeysServices

    return KeysServices(house.custody, house.desk, house.clock, secrets.token_bytes)


def _doctor(house: House) -> Any:
    from surveyapp.cli.doctor import DoctorServices

    return DoctorServices(house.settings, lambda: house.engines, house.clock)


def _serve(house: House) -> Any:
    from surveyapp.cli.serve import ServeServices

    # Imported before the fork: the server processes share the memory and start at once.
    from surveyapp.web import ballot_wire, opening, pilots, respondent, results, security, trustee  # noqa: F401

    house.prepare()
    house.close()
    # Each server process opens its own databases: connections do not survive a fork.
    return ServeServices(lambda: create_app(house.settings))


def _worker(house: House) -> Any:
    from surveyapp.cli.serve import WorkerServices
    from surveyapp.mail.worker import only_worker

    return WorkerServices(
        house.worker.work,
        house.outbox.doubt_the_unsettled,
        lambda: time.sleep(_PAUSE),
        lambda: only_worker(house.settings.var_dir / "worker.lock"),
    )


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
        with web.app_context():
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
    "InitServices": _init,
    "AccountServices": _account,
    "KeysServices": _keys,
    "DoctorServices": _doctor,
    "ServeServices": _serve,
    "WorkerServices": _worker,
    "DemoServices": _demo,
}
