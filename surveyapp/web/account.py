"""One's own account: the first password by a one-time link, ways to sign in, and where one is signed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask_security import current_user
from werkzeug.wrappers import Response

from surveyapp.desk.links import AccountLinks, LinkToken
from surveyapp.desk.sessions import SessionEntry
from surveyapp.web import pages, passwords
from surveyapp.web.account_forms import Problem
from surveyapp.web.security import AccountEntry, UnknownAccountError, signed_in
from surveyapp.web.sign_in_settings import ACCOUNT, SIGN_IN, say
from surveyapp.web.signing_in import SignIn, count_try, this_session

_NOT_FOUND, _UNPROCESSABLE = 404, 422
_DIFFER = say("The two passwords differ.")
_NOT_YOURS = say("This is not your password.")


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account."""

    account: AccountEntry
    sessions: tuple[SessionEntry, ...]
    here: str
    codes_left: int


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """The form of a new password; *token* is that of the link it is chosen by, or empty for who is signed in."""

    account: AccountEntry
    token: str
    problems: tuple[Problem, ...]


def make_blueprint(staff: SignIn, links: AccountLinks) -> Blueprint:
    """Return the routes of one's own account."""
    blueprint = Blueprint("account", __name__)
    _add_overview(blueprint, staff)
    _add_password(blueprint, staff)
    _add_welcome(blueprint, staff, links)
    return blueprint


def _add_overview(blueprint: Blueprint, staff: SignIn) -> None:
    @blueprint.get(ACCOUNT)
    @signed_in
    def overview() -> str:
        codes_left = len(current_user.mf_recovery_codes or ())
        account, sessions = staff.accounts.entry(current_user.id), staff.sessions.of(current_user.id)
        return pages.render("staff/account.html", AccountPage(account, sessions, this_session(), codes_left))

    @blueprint.post(f"{ACCOUNT}/sessions")
    @signed_in
    def end_other_sessions() -> Response:
        staff.sessions.end_all(current_user.id, but=this_session())
        staff.record(current_user.email, "sessions ended", "all others")
        pages.tell("You are signed out everywhere else.")
        return redirect(ACCOUNT)

    @blueprint.post(f"{ACCOUNT}/sessions/<handle>")
    @signed_in
    def end_session(handle: str) -> Response:
        if staff.sessions.end(current_user.id, handle):
            staff.record(current_user.email, "sessions ended", "one")
            pages.tell("You are signed out there.")
        return redirect(ACCOUNT)


def _add_password(blueprint: Blueprint, staff: SignIn) -> None:
    def page(problems: tuple[Problem, ...] = ()) -> str:
        account = staff.accounts.entry(current_user.id)
        return pages.render("staff/account_password.html", PasswordPage(account, "", problems))

    @blueprint.get(f"{ACCOUNT}/password")
    @signed_in
    def password() -> str:
        return page()

    @blueprint.post(f"{ACCOUNT}/password")
    @signed_in
    def change_password() -> Response | tuple[str, int]:
        account = staff.accounts.entry(current_user.id)
        problems = _problems(request.form, account)
        if account.password:
            count_try(staff, account.email)
            if not current_user.verify_and_update_password(request.form.get("now", "")):
                problems = (Problem("now", _NOT_YOURS), *problems)
            else:
                staff.attempts.forget(account.email)
        if problems:
            return page(problems), _UNPROCESSABLE
        staff.accounts.set_password(account.id, request.form["password"])
        staff.sessions.end_all(account.id, but=this_session())
        staff.record(account.email, "password changed")
        pages.tell("Your password is changed, and you are signed out everywhere else.")
        return redirect(ACCOUNT)


def _add_welcome(blueprint: Blueprint, staff: SignIn, links: AccountLinks) -> None:
    def invited(token: str) -> AccountEntry | None:
        account = links.account_of(LinkToken(token))
        try:
            entry = None if account is None else staff.accounts.entry(account)
        except UnknownAccountError:
            return None
        return entry if entry is not None and entry.active else None

    def over() -> tuple[str, int]:
        return pages.render("staff/account_welcome_over.html", None), _NOT_FOUND

    @blueprint.get("/staff/welcome/<token>")
    def welcome(token: str) -> str | tuple[str, int]:
        entry = invited(token)
        return over() if entry is None else pages.render("staff/account_welcome.html", PasswordPage(entry, token, ()))

    @blueprint.post("/staff/welcome/<token>")
    def choose_password(token: str) -> Response | tuple[str, int]:
        entry = invited(token)
        if entry is None:
            return over()
        problems = _problems(request.form, entry)
        if problems:
            page = PasswordPage(entry, token, problems)
            return pages.render("staff/account_welcome.html", page), _UNPROCESSABLE
        if not links.use(LinkToken(token)):
            return over()
        staff.accounts.set_password(entry.id, request.form["password"])
        staff.sessions.end_all(entry.id)
        staff.attempts.forget(entry.email)
        staff.record(entry.email, "password chosen", "by one-time link")
        pages.tell("Your password is set. Sign in with it.")
        return redirect(SIGN_IN)


def _problems(form: Mapping[str, str], account: AccountEntry) -> tuple[Problem, ...]:
    password, known = form.get("password", ""), _known(account)
    if words := passwords.problem(password, known):
        return (Problem("password", words),)
    return (Problem("again", _DIFFER),) if form.get("again", "") != password else ()


def _known(account: AccountEntry) -> Sequence[str]:
    return (account.email, *account.name.split(), "surveyapp", "survey", "umfrage")
