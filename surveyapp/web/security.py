"""The accounts of staff, and who may see what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Never

from flask import abort
from flask_security import auth_required, current_user
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from surveyapp.desk.accounts import Account, Membership, Role
from surveyapp.errors import RefusedError


class StaffRole(StrEnum):
    """What a member of staff is: administrators and auditors everywhere, the others pilot by pilot."""

    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    LEAD = "lead"
    HR = "hr"
    TRUSTEE = "trustee"


EVERYWHERE = frozenset({StaffRole.ADMINISTRATOR, StaffRole.AUDITOR})
OF_A_PILOT = frozenset(StaffRole) - EVERYWHERE


class RoleTakenError(RefusedError):
    """An account has one role in a pilot: who leads it cannot also hold its key."""

    def __init__(self, pilot: str, role: StaffRole) -> None:
        super().__init__(f"this account is {role} of {pilot} already: nobody has two roles in one pilot")
        self.role = role


class LastAdministratorError(RefusedError):
    """Without an administrator who can sign in nobody could make another."""

    def __init__(self) -> None:
        super().__init__("this is the last administrator: make another first")


class UnknownAccountError(RefusedError):
    """There is no such account."""

    def __init__(self) -> None:
        super().__init__("there is no such account")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made; *roles* maps pilots to roles. Without a password its owner chooses one by a link."""

    email: str
    name: str
    password: str | None = None
    administrator: bool = False
    roles: Mapping[str, StaffRole] | None = None
    language: str = "en"
    auditor: bool = False

    @property
    def everywhere(self) -> StaffRole | None:
        """The role for the whole installation."""
        return StaffRole.ADMINISTRATOR if self.administrator else StaffRole.AUDITOR if self.auditor else None


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """An account as the administrator sees it: how it signs in, and as what; no secret."""

    id: str
    email: str
    name: str
    language: str
    active: bool
    password: bool
    second_step: bool
    passkeys: int
    everywhere: StaffRole | None
    roles: Mapping[str, StaffRole]


class Accounts:
    """The accounts on the desk database; *hashed* turns a password into what is stored."""

    def __init__(self, engine: Engine, hashed: Callable[[str], str]) -> None:
        self.session: scoped_session[Session] = scoped_session(sessionmaker(engine, expire_on_commit=False))
        self._hashed = hashed

    def add(self, new: NewAccount) -> str:
        """Make an account, or give a known one (found by its address) these roles and this password; return its id."""
        session = self.session
        account = session.execute(select(Account).where(_email(new.email))).scalar_one_or_none()
        if account is None:
            account = Account(email=new.email.lower(), name=new.name, language=new.language)
            session.add(account)
        account.name = new.name
        if new.password is not None:
            account.password, account.password_mixed = self._hashed(new.password), False
        if new.everywhere is not None:
            account.roles = [self._role(new.everywhere)]
        session.flush()
        for pilot, pilot_role in (new.roles or {}).items():
            session.merge(Membership(pilot_id=pilot, account_id=account.id, role=pilot_role))
        made = account.id
        self._settle()
        return made

    def enter(self, new: NewAccount) -> bool:
        """Make an account, or give a known one these roles beside those it has; true if it is new.

        Raises:
            RoleTakenError: it has another role in one of the pilots, or everywhere; nothing was changed.
        """
        known = self.at_address(new.email)
        if known is None:
            self.add(new)
            return True
        for pilot, role in (new.roles or {}).items():
            held = known.everywhere or known.roles.get(pilot, role)
            if held != role:
                raise RoleTakenError(pilot, held)
        if new.everywhere is not None:
            self.appoint(known.id, new.everywhere)
        for pilot, role in (new.roles or {}).items():
            self.session.merge(Membership(pilot_id=pilot, account_id=known.id, role=role))
        self._settle()
        return False

    def any(self) -> bool:
        """Return whether there is an account."""
        found = self.session.execute(select(Account).limit(1)).first() is not None
        self._settle()
        return found

    def all(self) -> tuple[AccountEntry, ...]:
        """Return all accounts by address."""
        accounts = self.session.execute(select(Account).order_by(Account.email)).scalars().unique().all()
        entries = tuple(self._entry(account) for account in accounts)
        self._settle()
        return entries

    def entry(self, account: str) -> AccountEntry:
        """Return one account.

        Raises:
            UnknownAccountError: there is none of this id.
        """
        entry = self._entry(self._account(account))
        self._settle()
        return entry

    def at_address(self, email: str) -> AccountEntry | None:
        """Return the account with an address, if there is one."""
        account = self.session.execute(select(Account).where(_email(email))).scalar_one_or_none()
        entry = None if account is None else self._entry(account)
        self._settle()
        return entry

    def roles_of(self, account: Account) -> Mapping[str, StaffRole]:
        """Return the pilots of *account* with its role in each."""
        columns = Membership.__table__.c  # type: ignore[attr-defined]  # set by the table class
        rows = self.session.execute(select(columns.pilot_id, columns.role).where(columns.account_id == account.id))
        return {row.pilot_id: StaffRole(row.role) for row in rows}

    def anybody(self, pilot: str, role: StaffRole) -> bool:
        """Return whether an account that may sign in is *role* in a pilot."""
        found = any(entry.active and entry.roles.get(pilot) is role for entry in self.all())
        self._settle()
        return found

    def assign(self, account: str, pilot: str, role: StaffRole | None) -> None:
        """Let an account be *role* in a pilot instead of what it was there; None: nothing any more.

        Raises:
            RoleTakenError: it has a role for the whole installation.
            UnknownAccountError: there is none of this id.
        """
        everywhere = self.entry(account).everywhere
        if everywhere is not None and role is not None:
            raise RoleTakenError(pilot, everywhere)
        if role is None:
            columns = Membership.__table__.c  # type: ignore[attr-defined]  # set by the table class
            self.session.execute(delete(Membership).where(columns.account_id == account, columns.pilot_id == pilot))
        else:
            self.session.merge(Membership(pilot_id=pilot, account_id=account, role=role))
        self._settle()

    def appoint(self, account: str, everywhere: StaffRole | None) -> None:
        """Let an account be administrator or auditor, or neither any more.

        Raises:
            RoleTakenError: it has a role in a pilot, which comes first.
            LastAdministratorError: there is no other.
            UnknownAccountError: there is none of this id.
        """
        known = self.entry(account)
        for pilot, role in known.roles.items():
            if everywhere is not None:
                raise RoleTakenError(pilot, role)
        if everywhere is not StaffRole.ADMINISTRATOR:
            self._keep_one_administrator_beside(known)
        self._account(account).roles = [] if everywhere is None else [self._role(everywhere)]
        self._settle()

    def activate(self, account: str, *, active: bool) -> None:
        """Let an account sign in again, or no longer.

        Raises:
            LastAdministratorError: there is no other.
            UnknownAccountError: there is none of this id.
        """
        if not active:
            self._keep_one_administrator_beside(self.entry(account))
        self._account(account).active = active
        self._settle()

    def set_password(self, account: str, password: str) -> None:
        """Let *password* be the one of an account; whether it is good enough was judged before.

        Raises:
            UnknownAccountError: there is none of this id.
        """
        found = self._account(account)
        found.password, found.password_mixed = self._hashed(password), False
        self._settle()

    def drop_second_step(self, account: str) -> None:
        """Let an account sign in by password alone: its owner lost app and codes.

        Raises:
            UnknownAccountError: there is none of this id.
        """
        found = self._account(account)
        found.tf_primary_method = found.tf_totp_secret = found.mf_recovery_codes = None
        self._settle()

    def _settle(self) -> None:
        self.session.commit()
        self.session.remove()

    def _account(self, account: str) -> Account:
        found = self.session.get(Account, account)
        if found is None:
            self.session.remove()
            raise UnknownAccountError
        return found

    def _role(self, role: StaffRole) -> Role:
        found = self.session.execute(select(Role).where(_name(role))).scalar_one_or_none()
        return found or Role(name=role)

    def _entry(self, account: Account) -> AccountEntry:
        everywhere = next((StaffRole(role.name) for role in account.roles if role.name in EVERYWHERE), None)
        return AccountEntry(
            id=account.id,
            email=account.email,
            name=account.name,
            language=account.language,
            active=account.active,
            password=account.password is not None,
            second_step=account.tf_totp_secret is not None,
            passkeys=len(account.webauthn),
            everywhere=everywhere,
            roles=self.roles_of(account),
        )

    def _keep_one_administrator_beside(self, account: AccountEntry) -> None:
        others = (entry for entry in self.all() if entry.id != account.id and entry.active)
        if account.everywhere is StaffRole.ADMINISTRATOR and not any(
            entry.everywhere is StaffRole.ADMINISTRATOR for entry in others
        ):
            raise LastAdministratorError


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

    def everywhere(self, *roles: StaffRole) -> bool:
        """Return whether the signed-in account has one of *roles* for the whole installation."""
        return any(current_user.has_role(role) for role in roles)

    def require_everywhere(self, *roles: StaffRole) -> None:
        """Answer 404 unless the signed-in account has one of *roles* for the whole installation."""
        if not self.everywhere(*roles):
            self.refuse()

    def require(self, pilot: str, *roles: StaffRole) -> StaffRole:
        """Return the role that lets the account in; otherwise answer 404, which says nothing about the pilot."""
        mine = self.pilots()
        role = StaffRole.ADMINISTRATOR if mine is None else mine.get(pilot)
        if role is None or role not in roles:
            self.refuse()
        return role

    def require_administrator(self) -> None:
        """Let administrators in, and answer 404 to everybody else."""
        self.require_everywhere(StaffRole.ADMINISTRATOR)

    def refuse(self) -> Never:
        """Answer 404: a member of staff learns nothing about what is not theirs."""
        abort(404)


signed_in = auth_required("session")


def _email(email: str) -> Any:
    return Account.__table__.c.email == email.strip().lower()  # type: ignore[attr-defined]  # set by the table class


def _name(role: StaffRole) -> Any:
    return Role.__table__.c.name == role  # type: ignore[attr-defined]  # set by the table class
