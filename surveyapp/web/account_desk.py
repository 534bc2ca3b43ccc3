"""The accounts as the administrator keeps them: invited, given roles, closed, and helped when something is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.desk.charters import current_charter
from surveyapp.desk.links import AccountLinks, LinkToken
from surveyapp.desk.store import Audited, Desk, PilotEntry, UnknownPilotError
from surveyapp.drafting import Drafting
from surveyapp.templating import LANGUAGE_NAMES
from surveyapp.web.account_forms import Invitation, Problem, invitation
from surveyapp.web.administration import ADMINISTRATION
from surveyapp.web.pages import render, tell
from surveyapp.web.security import (
    EVERYWHERE,
    OF_A_PILOT,
    AccountEntry,
    Guard,
    LastAdministratorError,
    NewAccount,
    RoleTakenError,
    StaffRole,
    UnknownAccountError,
    signed_in,
)
from surveyapp.web.sign_in_settings import say
from surveyapp.web.signing_in import SignIn

Refused = Callable[[str, str, str], tuple[str, int]]  # account, field and words to the page with that problem
_PAGES = f"{ADMINISTRATION}/accounts"
_UNPROCESSABLE = 422
_ONE_ROLE = say("This account has another role in this pilot, or one for the whole installation. Take that away first.")
_LAST = say("This is the last administrator. Make another one first.")
_YOURSELF = say("You cannot close your own account.")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a charter names as trustee, and the account with that address if there is one."""

    pilot: PilotEntry
    name: str
    email: str
    account: AccountEntry | None

    @property
    def ready(self) -> bool:
        """Whether that account is trustee of the pilot."""
        return self.account is not None and self.account.roles.get(self.pilot.slug) is StaffRole.TRUSTEE


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """All accounts, those who have not chosen a password yet, and who is named in charters without an account."""

    accounts: tuple[AccountEntry, ...]
    waiting: frozenset[str]
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """The form of an invitation."""

    invitation: Invitation
    pilots: tuple[PilotEntry, ...]
    problems: tuple[Problem, ...] = ()
    languages: Mapping[str, str] = field(default_factory=lambda: LANGUAGE_NAMES)
    everywhere: tuple[StaffRole, ...] = tuple(sorted(EVERYWHERE))
    of_a_pilot: tuple[StaffRole, ...] = tuple(sorted(OF_A_PILOT))


@dataclass(frozen=True, slots=True)
class LinkPage:
    """A one-time link, shown once."""

    account: AccountEntry
    link: str


@dataclass(frozen=True, slots=True)
class AccountDeskPage:
    """One account."""

    account: AccountEntry
    waiting: bool
    sessions: int
    yourself: bool
    pilots: tuple[PilotEntry, ...]
    problems: tuple[Problem, ...] = ()
    everywhere: tuple[StaffRole, ...] = tuple(sorted(EVERYWHERE))
    of_a_pilot: tuple[StaffRole, ...] = tuple(sorted(OF_A_PILOT))


@dataclass(frozen=True, slots=True)
class Invited:
    """How the owner of an account gets a link: *link* writes its address, *mail* plans a mail with one of its own."""

    links: AccountLinks
    link: Callable[[LinkToken], str]
    mail: Callable[[AccountEntry], None]

    def anew(self, account: AccountEntry) -> str:
        """Return a link to be handed over, and mail another; older ones are void."""
        self.links.withdraw(account.id)
        self.mail(account)
        return self.link(self.links.draw(account.id))


def make_blueprint(staff: SignIn, desk: Desk, drafting: Drafting, invited: Invited, guard: Guard) -> Blueprint:
    """Return the routes of the administrator's accounts."""
    blueprint = Blueprint("account_desk", __name__, url_prefix=_PAGES)
    blueprint.before_request(signed_in(guard.require_administrator))
    _add_list(blueprint, staff, desk, drafting, invited)

    def refused(account: str, name: str, words: str) -> tuple[str, int]:
        page = _page(staff, drafting, invited, account, (Problem(name, words),))
        return render("staff/account_one.html", page), _UNPROCESSABLE

    _add_roles(blueprint, staff, drafting, refused, invited)
    _add_states(blueprint, staff, refused, invited)
    _add_help(blueprint, staff, invited)
    return blueprint


def _record(staff: SignIn, action: str, detail: str, pilot: str = "") -> None:
    staff.desk.audit(Audited(staff.clock(), current_user.email, action, pilot, detail))


def _add_list(blueprint: Blueprint, staff: SignIn, desk: Desk, drafting: Drafting, invited: Invited) -> None:
    @blueprint.get("")
    def accounts() -> str:
        known = staff.accounts.all()
        page = AccountsPage(known, invited.links.waiting(), tuple(_named(desk, known)))
        return render("staff/account_list.html", page)

    @blueprint.get("/new")
    def new() -> str:
        asked = Invitation.of(request.args)
        return render("staff/account_new.html", InvitationPage(asked, drafting.pilots()))

    @blueprint.post("")
    def invite() -> Response | str | tuple[str, int]:
        asked = Invitation.of(request.form)
        pilots = drafting.pilots()
        wanted = invitation(asked, frozenset(pilot.slug for pilot in pilots))
        if not isinstance(wanted, NewAccount):
            return render("staff/account_new.html", InvitationPage(asked, pilots, wanted)), _UNPROCESSABLE
        try:
            new = staff.accounts.enter(wanted)
        except RoleTakenError:
            problems = (Problem("role", _ONE_ROLE),)
            return render("staff/account_new.html", InvitationPage(asked, pilots, problems)), _UNPROCESSABLE
        account = next(entry for entry in staff.accounts.all() if entry.email == wanted.email.lower())
        _record(staff, "account invited" if new else "account role", f"{account.email} {asked.role}", asked.pilot)
        if not new:
            tell("%(address)s had an account already and has the role now.", address=account.email)
            return redirect(f"{_PAGES}/{account.id}")
        # Not after a redirect: a link that opens an account must not lie in a cookie.
        return render("staff/account_link.html", LinkPage(account, invited.anew(account)))


def _named(desk: Desk, accounts: tuple[AccountEntry, ...]) -> "list[Named]":
    at = {account.email: account for account in accounts}
    named = []
    for pilot in desk.pilots():
        trustee = current_charter(desk, pilot.slug).trustee
        named.append(Named(pilot, trustee.name, trustee.email, at.get(trustee.email.lower())))
    return [one for one in named if not one.ready]


def _page(
    staff: SignIn, drafting: Drafting, invited: Invited, account: str, problems: tuple[Problem, ...] = ()
) -> AccountDeskPage:
    entry = staff.accounts.entry(account)
    return AccountDeskPage(
        account=entry,
        waiting=account in invited.links.waiting(),
        sessions=len(staff.sessions.of(account)),
        yourself=account == current_user.id,
        pilots=drafting.pilots(),
        problems=problems,
    )


def _slug(drafting: Drafting, asked: str) -> str:
    """Return the name of a pilot that is there, also if it is only begun.

    Raises:
        UnknownPilotError: there is none of this name.
    """
    if asked not in {pilot.slug for pilot in drafting.pilots()}:
        raise UnknownPilotError
    return asked


def _add_roles(blueprint: Blueprint, staff: SignIn, drafting: Drafting, refused: Refused, invited: Invited) -> None:
    @blueprint.errorhandler(UnknownAccountError)
    def unknown(_error: UnknownAccountError) -> Response:
        tell("There is no such account.")
        return redirect(_PAGES)

    @blueprint.get("/<account>")
    def one(account: str) -> str:
        return render("staff/account_one.html", _page(staff, drafting, invited, account))

    @blueprint.post("/<account>/roles")
    def assign(account: str) -> Response | tuple[str, int]:
        pilot = _slug(drafting, request.form.get("pilot", ""))
        role = _role(request.form.get("role", ""), OF_A_PILOT)
        try:
            staff.accounts.assign(account, pilot, role)
        except RoleTakenError:
            return refused(account, "pilot", _ONE_ROLE)
        address = staff.accounts.entry(account).email
        _record(staff, "account role", f"{address} {role or 'none'}", pilot)
        tell("The roles of %(address)s are changed.", address=address)
        return redirect(f"{_PAGES}/{account}")


def _add_states(blueprint: Blueprint, staff: SignIn, refused: Refused, invited: Invited) -> None:
    @blueprint.post("/<account>/everywhere")
    def appoint(account: str) -> Response | tuple[str, int]:
        role = _role(request.form.get("everywhere", ""), EVERYWHERE)
        try:
            staff.accounts.appoint(account, role)
        except RoleTakenError:
            return refused(account, "everywhere", _ONE_ROLE)
        except LastAdministratorError:
            return refused(account, "everywhere", _LAST)
        address = staff.accounts.entry(account).email
        _record(staff, "account role", f"{address} {role or 'none'}")
        tell("The roles of %(address)s are changed.", address=address)
        return redirect(f"{_PAGES}/{account}")

    @blueprint.post("/<account>/active")
    def activate(account: str) -> Response | tuple[str, int]:
        active = request.form.get("active") == "yes"
        if not active and account == current_user.id:
            return refused(account, "active", _YOURSELF)
        try:
            staff.accounts.activate(account, active=active)
        except LastAdministratorError:
            return refused(account, "active", _LAST)
        if not active:
            staff.sessions.end_all(account)
            invited.links.withdraw(account)
        address = staff.accounts.entry(account).email
        _record(staff, "account opened" if active else "account closed", address)
        if active:
            tell("%(address)s can sign in again.", address=address)
        else:
            tell("%(address)s is signed out and can no longer sign in.", address=address)
        return redirect(f"{_PAGES}/{account}")


def _add_help(blueprint: Blueprint, staff: SignIn, invited: Invited) -> None:
    @blueprint.post("/<account>/link")
    def link(account: str) -> str:
        entry = staff.accounts.entry(account)
        _record(staff, "account link", entry.email)
        return render("staff/account_link.html", LinkPage(entry, invited.anew(entry)))

    @blueprint.post("/<account>/second-step")
    def second_step(account: str) -> Response:
        staff.accounts.drop_second_step(account)
        address = staff.accounts.entry(account).email
        _record(staff, "second step off", address)
        tell("%(address)s signs in without a code now.", address=address)
        return redirect(f"{_PAGES}/{account}")

    @blueprint.post("/<account>/sessions")
    def sessions(account: str) -> Response:
        entry = staff.accounts.entry(account)
        staff.sessions.end_all(account)
        _record(staff, "sessions ended", entry.email)
        tell("%(address)s is signed out everywhere.", address=entry.email)
        return redirect(f"{_PAGES}/{account}")


def _role(text: str, allowed: frozenset[StaffRole]) -> StaffRole | None:
    return StaffRole(text) if text in allowed else None
