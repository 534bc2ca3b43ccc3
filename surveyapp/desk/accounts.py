"""Accounts of staff, on Flask-Security's mixins; imported by the sign-in and the composition root only."""

from uuid import uuid4

from flask_security.core import RoleMixin, UserMixin
from sqlmodel import Field, Relationship

from surveyapp.desk.tables import Desk


def _new_id() -> str:
    return uuid4().hex


class AccountRole(Desk, table=True):
    """Which account has which role for the whole installation."""

    __tablename__ = "account_role"

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    role_id: str = Field(foreign_key="role.id", primary_key=True)


class Role(Desk, RoleMixin, table=True):
    """A role: administrator, lead, hr or trustee."""

    __tablename__ = "role"

    id: str = Field(default_factory=_new_id, primary_key=True)  # type: ignore[assignment]  # no serials here
    name: str = Field(unique=True)
    description: str = ""

    def __hash__(self) -> int:
        return hash(self.name)


class Account(Desk, UserMixin, table=True):
    """Somebody of the staff who can sign in."""

    __tablename__ = "account"

    id: str = Field(default_factory=_new_id, primary_key=True)  # type: ignore[assignment]  # no serials here
    email: str = Field(unique=True)
    name: str = ""
    password: str | None = None
    active: bool = True
    fs_uniquifier: str = Field(default_factory=_new_id, unique=True)
    roles: list[Role] = Relationship(link_model=AccountRole)  # type: ignore[assignment]  # narrower than the mixin


class Membership(Desk, table=True):
    """Which account has which role in one pilot."""

    __tablename__ = "membership"

    pilot_id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", primary_key=True)
    role: str
