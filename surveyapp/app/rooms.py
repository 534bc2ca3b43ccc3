"""The rooms of an installation: the only place where engines are made and rooms are joined."""

import secrets
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from surveyapp import canonical, resources, templating
from surveyapp.addressing import Addressing
from surveyapp.casting import Casting
from surveyapp.charter.model import Charter
from surveyapp.checklist import Checklist
from surveyapp.clock import Clock, utc_now
from surveyapp.comparing import Comparing
from surveyapp.crypto.keyring import Keyring
from surveyapp.crypto.private_file import write_once
from surveyapp.custody import Custody
from surveyapp.database import open_engine
from surveyapp.desk.attempts import Attempts
from surveyapp.desk.audit import AuditLog
from surveyapp.desk.charters import current_charter
from surveyapp.desk.drafts import Drafts
from surveyapp.desk.heartbeat import Heartbeat
from surveyapp.desk.links import AccountLinks, LinkToken
from surveyapp.desk.post import Post, StaffMail
from surveyapp.desk.sessions import StaffSessions
from surveyapp.desk.store import Desk
from surveyapp.desk.tables import DESK
from surveyapp.drafting import Drafting
from surveyapp.errors import EnvironmentProblemError, RefusedError
from surveyapp.fieldwork import Fieldwork
from surveyapp.locking import Locking
from surveyapp.measuring import Measuring
from surveyapp.office.box import BallotBox
from surveyapp.office.correcting import Correcting
from surveyapp.office.leaving import Leaving
from surveyapp.office.outbox import Outbox
from surveyapp.office.people import People
from surveyapp.office.rosters import Rosters
from surveyapp.office.slips import Slips
from surveyapp.office.slot import BallotSlot
from surveyapp.office.stopping import Stopping
from surveyapp.office.tables import OFFICE
from surveyapp.office.waves import Waves
from surveyapp.outlooks import Outlooks
from surveyapp.poll import Polls
from surveyapp.previewing import Previewing
from surveyapp.printing.pack import Packing
from surveyapp.registering import Registering
from surveyapp.reporting import Reporting
from surveyapp.results.requests import Requests
from surveyapp.results.review import Comments
from surveyapp.results.store import Results
from surveyapp.results.tables import RESULTS
from surveyapp.revealing import Revealing
from surveyapp.reviewing import Reviewing
from surveyapp.schema import DATABASES, bring_up_to_date
from surveyapp.settings import Settings
from surveyapp.starting import Starting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from surveyapp.backups import Backups
    from surveyapp.checks.finding import Finding
    from surveyapp.mail.bounces import Bounces
    from surveyapp.mail.message import Letters, StaffLetters
    from surveyapp.mail.sender import Sender
    from surveyapp.mail.watching import Watching
    from surveyapp.mail.worker import Worker
    from surveyapp.mailroom import Mailroom
    from surveyapp.web.security import AccountEntry, Accounts
    from surveyapp.web.signing_in import SignIn


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
    def post(self) -> Post:
        """The mails to staff."""
        return Post(self.engines["desk"], secrets.token_bytes)

    @cached_property
    def people(self) -> People:
        """Who may be asked."""
        return People(self.engines["office"], secrets.token_bytes)

    @cached_property
    def leaving(self) -> Leaving:
        """The way off the lists of people."""
        return Leaving(self.engines["office"], secrets.token_bytes)

    @cached_property
    def correcting(self) -> Correcting:
        """Changes of single entries of these lists."""
        return Correcting(self.engines["office"], self.waves)

    @cached_property
    def waves(self) -> Waves:
        """The started waves."""
        return Waves(self.engines["office"], secrets.token_bytes)

    @cached_property
    def rosters(self) -> Rosters:
        """The lists of people whom waves invite."""
        return Rosters(self.engines["office"])

    @cached_property
    def slips(self) -> Slips:
        """The people who get paper."""
        return Slips(self.engines["office"], secrets.token_bytes)

    @cached_property
    def box(self) -> BallotBox:
        """The sealed ballots."""
        return BallotBox(self.engines["office"])

    @cached_property
    def slot(self) -> BallotSlot:
        """The only way into the box."""
        return BallotSlot(self.engines["office"], secrets.token_bytes)

    @cached_property
    def stopping(self) -> Stopping:
        """The way out of reminders."""
        return Stopping(self.engines["office"])

    @cached_property
    def outbox(self) -> Outbox:
        """The mails to be sent."""
        return Outbox(self.engines["office"], secrets.token_bytes)

    @cached_property
    def results(self) -> Results:
        """The revealed answers."""
        return Results(self.engines["results"], secrets.token_bytes)

    @cached_property
    def comments(self) -> Comments:
        """The revealed comments."""
        return Comments(self.engines["results"])

    @cached_property
    def reviewing(self) -> Reviewing:
        """The trustee's reading of comments."""
        return Reviewing(results=self.results, comments=self.comments, clock=self.clock)

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
    def drafting(self) -> Drafting:
        """Charters on their way."""
        return Drafting(
            desk=self.desk,
            drafts=Drafts(self.engines["desk"]),
            started=lambda slug: bool(self.waves.of_pilot(slug)),
            clock=self.clock,
        )

    @cached_property
    def registering(self) -> Registering:
        """What goes on after the lock."""
        return Registering(
            desk=self.desk,
            started=lambda slug: frozenset(wave.key.number for wave in self.waves.of_pilot(slug)),
            clock=self.clock,
        )

    @cached_property
    def checklist(self) -> Checklist:
        """What has to be done in a pilot."""
        return Checklist(
            desk=self.desk,
            custody=self.custody,
            rosters=self.rosters,
            slips=self.slips,
            starting=self.starting,
            fieldwork=self.fieldwork,
            trustee_known=self._trustee_known,
        )

    def _trustee_known(self, slug: str) -> bool:
        from surveyapp.web.security import StaffRole

        return self.accounts.anybody(slug, StaffRole.TRUSTEE)

    @cached_property
    def outlooks(self) -> Outlooks:
        """What open waves could show."""
        return Outlooks(lambda slug: current_charter(self.desk, slug), lambda wave: self.rosters.seal(wave.key).invited)

    @cached_property
    def locking(self) -> Locking:
        """The lock of charters."""
        return Locking(desk=self.desk, before_lock=self.starting.before_lock, mail=self.post.plan, clock=self.clock)

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
    def packing(self) -> Packing:
        """The packs for works councils."""
        return Packing(
            desk=self.desk, waves=self.waves, custody=self.custody, questionnaires=resources.questionnaires()
        )

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
        return Reporting(
            desk=self.desk,
            results=self.results,
            comments=self.comments,
            templates=resources.templates(),
            clock=self.clock,
        )

    @cached_property
    def measuring(self) -> Measuring:
        """Measured values of the KPI."""
        return Measuring(self.desk, self.clock)

    @cached_property
    def requests(self) -> Requests:
        """The readouts that were asked for."""
        return Requests(self.engines["results"])

    @cached_property
    def comparing(self) -> Comparing:
        """From readouts to all pilots side by side."""
        return Comparing(
            desk=self.desk,
            results=self.results,
            plan=self.fieldwork.plan,
            templates=resources.templates(),
            clock=self.clock,
        )

    @cached_property
    def worker(self) -> "Worker":
        """The sender of mails."""
        from surveyapp.mail.worker import Tray, Worker

        letters = self.letters
        return Worker(
            (
                Tray(self.post, self.staff_letters.write),
                Tray(self.outbox, lambda mail: letters.write(self.addressing.address(mail))),
            ),
            self._sender(),
            turn_waves=self.fieldwork.turn_waves,
            beat=self.heartbeat.beat,
            monotonic=time.monotonic,
            per_minute=self.settings.mail_per_minute,
        )

    @cached_property
    def heartbeat(self) -> Heartbeat:
        """The worker's sign of life."""
        return Heartbeat(self.settings.var_dir, self.clock)

    @cached_property
    def watching(self) -> "Watching":
        """The look at the worker from beside the pages."""
        from surveyapp.mail.watching import Watching

        return Watching(self.heartbeat, self._administrators, self.staff_letters.write, self._sender)

    def _administrators(self) -> tuple[StaffMail, ...]:
        """Return a mail to each administrator that says that the worker is silent."""
        from surveyapp.web.security import StaffRole

        return tuple(
            StaffMail("worker_silent", account.email, account.name, account.language)
            for account in self.accounts.all()
            if account.active and account.everywhere is StaffRole.ADMINISTRATOR
        )

    @cached_property
    def staff_letters(self) -> "StaffLetters":
        """The words of mails to staff."""
        from surveyapp.mail.message import StaffLetters

        facts: dict[str, Callable[[StaffMail], Mapping[str, object]]] = {
            "account_invitation": self._invitation,
            "charter_locked": self._locked_charter,
            "worker_silent": lambda _: {"link": f"{self.settings.base_url}/staff/administration/checks"},
        }
        return StaffLetters(templating.environment, self.settings.mail_from, self.clock, facts)

    @cached_property
    def bounces(self) -> "Bounces | None":
        """The reader of delivery reports, if they come in anywhere."""
        from surveyapp.mail.bounces import Bounces
        from surveyapp.returning import mailbox_at

        place = self.settings.bounces.get_secret_value()
        return Bounces(lambda: mailbox_at(place), self.outbox.came_back, monotonic=time.monotonic) if place else None

    @cached_property
    def letters(self) -> "Letters":
        """The words of mails to people."""
        from surveyapp.mail.message import Letters

        return Letters(templating.environment, self.settings.mail_from, self.clock)

    def _sender(self) -> "Sender":
        """Return a way out for mails."""
        from surveyapp.mail.sender import FolderSender, SmtpSender

        smtp = self.settings.smtp_url.get_secret_value()
        return SmtpSender(smtp) if smtp else FolderSender(self._mails)

    @cached_property
    def mailroom(self) -> "Mailroom":
        """The mails as staff see them."""
        from surveyapp.mailroom import Mailroom

        return Mailroom(
            fieldwork=self.fieldwork,
            waves=self.waves,
            previewing=self.previewing,
            outbox=self.outbox,
            letters=self.letters,
            base_url=self.settings.base_url,
            sender=self._sender,
            random_bytes=secrets.token_bytes,
        )

    @cached_property
    def previewing(self) -> Previewing:
        """The waves before they start."""
        return Previewing(self.waves, self.starting)

    @cached_property
    def backups(self) -> "Backups":
        """Copies of the databases."""
        import surveyapp.desk.accounts  # noqa: F401  # its tables belong to the desk
        from surveyapp.backups import Backups

        return Backups(
            engines=lambda: self.engines,
            tables={"desk": DESK, "office": OFFICE, "results": RESULTS},
            keys=self.settings.keys,
            workspace=self.settings.var_dir,
            clock=self.clock,
        )

    @cached_property
    def accounts(self) -> "Accounts":
        """The accounts of staff."""
        from surveyapp.web.passwords import hashed
        from surveyapp.web.security import Accounts

        return Accounts(self.engines["desk"], hashed)

    @cached_property
    def links(self) -> AccountLinks:
        """The one-time links of accounts."""
        return AccountLinks(self.engines["desk"], lambda: secrets.token_urlsafe(24), self.clock)

    def welcome(self, token: LinkToken) -> str:
        """Return the address of the page on which the owner of an account chooses a password."""
        return f"{self.settings.base_url}/staff/welcome/{token}"

    @cached_property
    def audit_log(self) -> AuditLog:
        """What staff did."""
        return AuditLog(self.engines["desk"])

    def examined(self) -> "tuple[Finding, ...]":
        """Return what the doctor finds from inside the service."""
        from surveyapp.checks.finding import Installation
        from surveyapp.checks.promise import CHECKS, ELSEWHERE

        here = Installation(self.settings, self.engines, self.clock)
        return tuple(finding for check in CHECKS if check not in ELSEWHERE for finding in check(here))

    def invite(self, account: "AccountEntry") -> None:
        """Plan a mail with a one-time link for *account*."""
        self.post.plan(
            StaffMail("account_invitation", account.email, account.name, account.language, reference=account.id)
        )

    def _invitation(self, mail: StaffMail) -> dict[str, object]:
        """Return the link of an invitation, drawn in this moment: no queue holds it."""
        if not self.accounts.entry(mail.reference).active:
            raise RefusedError("this account is closed")
        return {"link": self.welcome(self.links.draw(mail.reference))}

    def _locked_charter(self, mail: StaffMail) -> dict[str, object]:
        """Return what the version of a charter says whose lock its owners are told of."""
        entry = next(one for one in self.desk.versions(mail.pilot) if str(one.version) == mail.reference)
        return {
            "charter": canonical.from_json(entry.charter, Charter),
            "version": entry.version,
            "reason": entry.reason,
            "sha256": entry.sha256,
            "link": f"{self.settings.base_url}/staff/pilots/{mail.pilot}/charter",
        }

    @cached_property
    def sign_in(self) -> "SignIn":
        """What sign-in of staff stands on."""
        from surveyapp.web.signing_in import SignIn

        return SignIn(
            accounts=self.accounts,
            sessions=StaffSessions(self.engines["desk"], lambda: secrets.token_urlsafe(24), self.clock),
            attempts=Attempts(self.engines["desk"], self.secret().encode(), self.clock),
            desk=self.desk,
            clock=self.clock,
        )

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
        return self._made_once("secret_key", self.settings.secret_key.get_secret_value())

    def second_step_key(self) -> str:
        """Return the key that encrypts secrets of second steps in the database, made once where none is set."""
        return self._made_once("second_step_key", self.settings.second_step_key.get_secret_value())

    def _made_once(self, name: str, given: str) -> str:
        if given:
            return given
        path = self.settings.var_dir / name
        if not path.exists():
            self.settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Server processes that start at once must end up with the same one.
            write_once(path, secrets.token_urlsafe(48).encode())
        return path.read_text()
