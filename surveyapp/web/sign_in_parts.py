"""What is ours inside Flask-Security: second steps that are used once, and passkeys that are two steps in one."""

from typing import Any

import segno
from flask_security import SQLAlchemySessionUserDatastore, Totp, WebauthnUtil
from flask_security.forms import TwoFactorRescueForm, TwoFactorSetupForm
from flask_security.webauthn import WebAuthnRegisterForm
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from wtforms import HiddenField, RadioField


class Store(SQLAlchemySessionUserDatastore):
    """Accounts, roles and passkeys as the library asks for them."""

    def tf_reset(self, user: Any) -> None:
        """Switch off the second step; there are no telephone numbers here."""
        user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
        self.put(user)  # type: ignore[no-untyped-call]


class Codes(Totp):
    """Codes of an app; none is taken twice."""

    def get_last_counter(self, user: Any) -> int | None:
        """Return the place in time of the last code that was taken."""
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember the place in time of a code, so that nobody takes it again."""
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Return the picture for the app, as an address of its own."""
        picture: str = segno.make(self.get_totp_uri(username, totp)).svg_data_uri(scale=4, light="white")
        return picture


class Passkeys(WebauthnUtil):
    """What passkeys must be."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """Return what a passkey must be: found without typing an address, and guarded by a finger, a face or a PIN."""
        del user, usage
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        """Return that whoever holds the device has to show who they are: so it counts as two steps."""
        del user, usage
        return UserVerificationRequirement.REQUIRED


# The library's forms choose among radio buttons, in a way that the library of forms calls outdated. Here is no choice.
class PasskeyForm(WebAuthnRegisterForm):
    """The name of a new passkey; every passkey signs in by itself."""

    usage = HiddenField()  # type: ignore[assignment]  # one value, set below

    def validate(self, **kwargs: Any) -> bool:
        """Return whether the name is good."""
        self.usage.data = "first"
        valid: bool = super().validate(**kwargs)
        return valid


class AppForm(TwoFactorSetupForm):
    """Whether an app is set up or the second step switched off."""

    setup = HiddenField()  # type: ignore[assignment]  # set by the button


class RescueForm(TwoFactorRescueForm):
    """What to do without the app: there are recovery codes, and a page of their own."""

    help_setup = RadioField(choices=[])
