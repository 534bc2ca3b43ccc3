"""Accounts of staff, on Flask-Security's mixins; imported by the sign-in and the composition root only."""

from datetime import datetime
from uuid import uuid4

from flask_security import AsaList, hash_password
from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from flask_security.utils import get_hmac
from sqlalchemy import Column, false
from sqlalchemy.ext.mutable import MutableList
from sqlmodel import Field, Relationship

from surveyapp.database import UtcDateTime
from surveyapp.desk.tables import Desk


def _new_id() -> str:
    return uuid4().hex


class AccountRole(Desk, table=True):
    """Which account has which role for the whole installation."""

    __tablename__ = "account_role"

    account_id: str = Field(foreign_key="account.id", primary_key=True)
    role_id: str = Field(foreign_key="role.id", primary_key=True)


class Role(Desk, RoleMixin, table=True):
    """A role for the whole installation: administrator or auditor."""

    __tablename__ = "role"

    id: str = Field(default_factory=_new_id, primary_key=True)  # type: ignore[assignment]  # no serials here
    name: str = Field(unique=True)
    description: str = ""

    def __hash__(self) -> int:
        return hash(self.name)


class Passkey(Desk, WebAuthnMixin, table=True):
    """A passkey of an account: its public half, and a name that the account's owner gave it."""

    __tablename__ = "passkey"

    id: str = Field(default_factory=_new_id, primary_key=True)  # type: ignore[assignment]  # no serials here
    account_id: str = Field(foreign_key="account.id", index=True)
    name: str
    credential_id: bytes = Field(unique=True)
    public_key: bytes
    sign_count: int
    transports: list[str] | None = Field(
        default=None, sa_column=Column(MutableList.as_mutable(AsaList()), nullable=True)
    )
    backup_state: bool = False
    device_type: str = ""
    extensions: str | None = None
    usage: str
    lastuse_datetime: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))

    def get_user_mapping(self) -> dict[str, str]:
        """Return how the library finds the account of this passkey."""
        return {"id": self.account_id}


class Account(Desk, UserMixin, table=True):
    """Somebody of the staff who can sign in; without a password by a passkey, another provider or not yet."""

    __tablename__ = "account"

    id: str = Field(default_factory=_new_id, primary_key=True)  # type: ignore[assignment]  # no serials here
    email: str = Field(unique=True)
    name: str = ""
    language: str = Field(default="en", sa_column_kwargs={"server_default": "en"})  # of mails to it
    password: str | None = None
    # Hashed before 0.3.0, with the secret that signs sessions mixed in.
    password_mixed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    active: bool = True
    fs_uniquifier: str = Field(default_factory=_new_id, unique=True)
    fs_webauthn_user_handle: str | None = None  # type: ignore[assignment]  # until the first passkey
    tf_primary_method: str | None = None
    tf_totp_secret: str | None = None  # encrypted
    tf_last_counter: int | None = None  # of the last code that was taken: none is taken twice
    mf_recovery_codes: list[str] | None = Field(  # encrypted
        default=None, sa_column=Column(MutableList.as_mutable(AsaList()), nullable=True)
    )
    roles: list[Role] = Relationship(link_model=AccountRole)  # type: ignore[assignment]  # narrower than the mixin
    webauthn: list[Passkey] = Relationship(  # type: ignore[assignment]  # narrower than the mixin
        sa_relationship_kwargs={"cascade": "all, delete-orphan"}
    )

    def verify_and_update_password(self, password: str) -> bool:
        """Return whether *password* is right; one that was stored before 0.3.0 is stored anew, without the secret."""
        if not self.password_mixed:
            return bool(super().verify_and_update_password(password))
        right = bool(super().verify_and_update_password(get_hmac(password).decode("ascii")))
        if right:
            self.password, self.password_mixed = hash_password(password), False
        return right


class Membership(Desk, table=True):
    """Which account has which role in one pilot."""

    __tablename__ = "membership"

    pilot_id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", primary_key=True)
    role: str
