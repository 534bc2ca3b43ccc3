"""Sign-in of staff, and who may see what."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Never

from flask import Flask, abort
from flask_security import Security, SQLAlchemySessionUserDatastore, auth_required, current_user, hash_password
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from surveyapp.desk.accounts import Account, Membership, Role
from surveyapp.errors import RefusedError


class StaffRole(StrEnum):
    """What a member of staff is: administrators everywhere, the others pilot by pilot."""

    ADMINISTRATOR = "administrator"
    LEAD = "lead"
    HR = "hr"
    TRUSTEE = "trustee"


class RoleTakenError(RefusedError):
    """An account has one role in a pilot: who leads it cannot also hold its key."""

    def __init__(self, pilot: str, role: StaffRole) -> None:
        super().__init__(f"this account is {role} of {pilot} already: nobody has two roles in one pilot")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made; *roles* maps pilots to roles."""

    email: str
    name: str
    password: str
    administrator: bool = False
    roles: Mapping[str, StaffRole] | None = None


class Accounts:
    """The accounts on the desk database."""

    def __init__(self, engine: Engine) -> None:
        self.session: scoped_session[Session] = scoped_session(sessionmaker(engine, expire_on_commit=False))

    def add(self, new: NewAccount) -> None:
        """Make an account, or give a known one (found by its address) these roles and this password."""
        session = self.session
        account = session.execute(select(Account).where(_email(new.email))).scalar_one_or_none()
        if account is None:
            account = Account(email=new.email.lower(), name=new.name)
            session.add(account)
        account.name = new.name
        account.password = hash_password(new.password)
        if new.administrator:
            role = session.execute(select(Role).where(_name(StaffRole.ADMINISTRATOR))).scalar_one_or_none()
            account.roles = [role or Role(name=StaffRole.ADMINISTRATOR)]
        session.flush()
        for pilot, pilot_role in (new.roles or {}).items():
            session.merge(Membership(pilot_id=pilot, account_id=account.id, role=pilot_role))
        session.commit()
        session.remove()

    def enter(self, new: NewAccount) -> bool:
        """Make an account, or give a known one these roles beside those it has; true if it is new.

        Raises:
            RoleTakenError: it has another role in one of the pilots, or everywhere; nothing was changed.
        """
        session = self.session
        account = session.execute(select(Account).where(_email(new.email))).scalar_one_or_none()
        if account is None:
            self.add(new)
            return True
        everywhere = {role.name for role in account.roles}
        mine = self.roles_of(account)
        for pilot, role in (new.roles or {}).items():
            held = StaffRole.ADMINISTRATOR if StaffRole.ADMINISTRATOR in everywhere else mine.get(pilot, role)
            if held != role:
                session.remove()
                raise RoleTakenError(pilot, held)
        for pilot, role in (new.roles or {}).items():
            session.merge(Membership(pilot_id=pilot, account_id=account.id, role=role))
        session.commit()
        session.remove()
        return False

    def any(self) -> bool:
        """Return whether there is an account."""
        found = self.session.execute(select(Account).limit(1)).first() is not None
        self.session.remove()
        return found

    def roles_of(self, account: Account) -> Mapping[str, StaffRole]:
        """Return the pilots of *account* with its role in each."""
        columns = Membership.__table__.c  # type: ignore[attr-defined]  # set by the table class
        rows = self.session.execute(select(columns.pilot_id, columns.role).where(columns.account_id == account.id))
        return {row.pilot_id: StaffRole(row.role) for row in rows}


class Guard:
    """Tells who is signed in and refuses what the role does not allow."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def pilots(self) -> Mapping[str, StaffRole] | None:
        """Return the signed-in account's pilots and roles; None: an administrator, who sees all."""
        if current_user.has_role(StaffRole.ADMINISTRATOR):
            return None
        return self._accounts.roles_of(current_user)

    def pilots_as(self, role: StaffRole) -> frozenset[str] | None:
        """Return the pilots in which the signed-in account has *role*; None: an administrator, who sees all."""
        mine = self.pilots()
        return None if mine is None else frozenset(pilot for pilot, held in mine.items() if held == role)

    def require(self, pilot: str, *roles: StaffRole) -> StaffRole:
        """Return the role that lets the account in; otherwise answer 404, which says nothing about the pilot."""
        mine = self.pilots()
        role = StaffRole.ADMINISTRATOR if mine is None else mine.get(pilot)
        if role is None or role not in roles:
            self.refuse()
        return role

    def require_administrator(self) -> None:
        """Let administrators in, and answer 404 to everybody else."""
        if self.pilots() is not None:
            self.refuse()

    def refuse(self) -> Never:
        """Answer 404: a member of staff learns nothing about what is not theirs."""
        abort(404)


signed_in = auth_required("session")


def install(app: Flask, accounts: Accounts, secret: str, *, https: bool) -> CSRFProtect:
    """Add sign-in and sign-out below /staff/ to *app*, and return the protection of its forms."""
    app.config.update(
        SECRET_KEY=secret,
        SECURITY_PASSWORD_SALT=hashlib.sha256(b"password salt " + secret.encode()).hexdigest(),
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of a method
        SECURITY_LOGIN_URL="/staff/sign-in",
        SECURITY_LOGOUT_URL="/staff/sign-out",
        SECURITY_POST_LOGIN_VIEW="/staff/",
        SECURITY_POST_LOGOUT_VIEW="/staff/sign-in",
        SECURITY_LOGIN_USER_TEMPLATE="staff/sign_in.html",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_FRESHNESS=timedelta(-1),  # no page asks for the password again, so there is no page for it
        SECURITY_STATIC_FOLDER=None,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"email": {"mapper": _as_typed, "case_insensitive": True}}],
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SESSION_COOKIE_NAME="staff",
        SESSION_COOKIE_PATH="/staff",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        REMEMBER_COOKIE_PATH="/staff",
        SECURITY_DEFAULT_REMEMBER_ME=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    datastore = SQLAlchemySessionUserDatastore(accounts.session, Account, Role)
    Security(app, datastore)

    @app.teardown_appcontext
    def end_session(_error: BaseException | None) -> None:
        accounts.session.remove()

    return CSRFProtect(app)


def _as_typed(identity: str) -> str:
    return identity.strip().lower()


def _email(email: str) -> Any:
    return Account.__table__.c.email == email.lower()  # type: ignore[attr-defined]  # set by the table class


def _name(role: StaffRole) -> Any:
    return Role.__table__.c.name == role  # type: ignore[attr-defined]  # set by the table class
