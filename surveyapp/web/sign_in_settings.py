"""How Flask-Security is set: addresses, templates, cookies, and its messages in our words."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from surveyapp.clock import Clock

SIGN_IN: Final = "/staff/sign-in"
ACCOUNT: Final = "/staff/account"
LONGEST_NAME: Final = 64  # characters of a passkey's name


def say(phrase: str) -> str:
    """Mark *phrase* for the catalogues; it is translated where it is shown."""
    return phrase


_DONE, _WRONG = "info", "error"
_MESSAGES: Final = {
    "UNAUTHENTICATED": (say("Sign in to see this page."), _DONE),
    "TWO_FACTOR_INVALID_TOKEN": (say("This code is not right, or was used before. Wait for the next one."), _WRONG),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (say("From now on signing in asks for a code of your app."), _DONE),
    "TWO_FACTOR_DISABLED": (say("Signing in no longer asks for a code."), _DONE),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (say("You are signed in."), _DONE),
    "TWO_FACTOR_PERMISSION_DENIED": (say("Sign in again from the beginning."), _WRONG),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (say("Sign in again from the beginning."), _WRONG),
    "TWO_FACTOR_SETUP_EXPIRED": (say("This took too long. Begin again."), _WRONG),
    "INVALID_RECOVERY_CODE": (say("This recovery code is not right, or was used before."), _WRONG),
    "WEBAUTHN_EXPIRED": (say("This took too long. Begin again."), _WRONG),
    "WEBAUTHN_NAME_REQUIRED": (say("Give the passkey a name."), _WRONG),
    "WEBAUTHN_NAME_INUSE": (say("One of your passkeys has this name already."), _WRONG),
    "WEBAUTHN_NAME_NOT_FOUND": (say("You have no passkey of this name."), _WRONG),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (say("A name has letters, numbers, spaces and hyphens."), _WRONG),
    "INVALID_INPUT_LENGTH": (say("This name is too long."), _WRONG),
    "INVALID_INPUT": (say("This name cannot be used."), _WRONG),
    "WEBAUTHN_CREDENTIAL_DELETED": (say("The passkey is gone. Delete it on your device, too."), _DONE),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (say("The passkey is ready. You can sign in with it from now on."), _DONE),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (say("This device has a passkey for this account already."), _WRONG),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (say("No account here has this passkey."), _WRONG),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (say("No account here has this passkey."), _WRONG),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (say("No account here has this passkey."), _WRONG),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (say("No account here has this passkey."), _WRONG),
    "WEBAUTHN_NO_VERIFY": (say("The passkey was not accepted. Begin again."), _WRONG),
    "API_ERROR": (say("The passkey was not accepted. Begin again."), _WRONG),
    "DISABLED_ACCOUNT": (say("This account is closed. Ask the administrator."), _WRONG),
    "OAUTH_HANDSHAKE_ERROR": (say("The sign-in there did not come to its end. Try again."), _WRONG),
    "IDENTITY_NOT_REGISTERED": (
        say("No account has the address of that sign-in. Ask the administrator to invite you."),
        _WRONG,
    ),
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """What signs cookies, and what encrypts secrets of second steps at rest."""

    cookies: str
    second_step: str


def written(secrets: Secrets, clock: Clock, *, https: bool) -> dict[str, Any]:
    """Return the configuration of an application on which staff sign in."""
    recovery = hashlib.sha256(b"recovery codes " + secrets.second_step.encode()).digest()
    return {
        "SECRET_KEY": secrets.cookies,
        # Argon2 salts every password itself. The other salt only reads what was stored before 0.3.0.
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_SALT": hashlib.sha256(b"password salt " + secrets.cookies.encode()).hexdigest(),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_LOGIN_URL": SIGN_IN,
        "SECURITY_LOGOUT_URL": "/staff/sign-out",
        "SECURITY_POST_LOGIN_VIEW": "/staff/",
        "SECURITY_POST_LOGOUT_VIEW": SIGN_IN,
        "SECURITY_LOGIN_USER_TEMPLATE": "staff/sign_in.html",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_FRESHNESS": timedelta(-1),  # our own rule: surveyapp.web.signing_in
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _as_typed, "case_insensitive": True}}],
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds before and after
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_SETUP_URL": f"{ACCOUNT}/app",
        "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "staff/account_app.html",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": ACCOUNT,
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": f"{SIGN_IN}/code",
        "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "staff/account_code.html",
        "SECURITY_TWO_FACTOR_RESCUE_URL": f"{SIGN_IN}/no-code",
        "SECURITY_TWO_FACTOR_SELECT_URL": f"{SIGN_IN}/step",
        "SECURITY_TOTP_SECRETS": {"1": secrets.second_step},
        "SECURITY_TOTP_ISSUER": "AI pilot surveys",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(recovery)],
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": f"{ACCOUNT}/codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "staff/account_codes.html",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": f"{SIGN_IN}/recovery",
        "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "staff/account_recovery.html",
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "AI pilot surveys",
        "SECURITY_WAN_ALLOW_USER_HINTS": False,  # would tell whether an address has an account
        "SECURITY_WAN_REGISTER_URL": f"{ACCOUNT}/passkeys",
        "SECURITY_WAN_REGISTER_TEMPLATE": "staff/account_passkeys.html",
        "SECURITY_WAN_POST_REGISTER_VIEW": f"{ACCOUNT}/passkeys",
        "SECURITY_WAN_DELETE_URL": f"{ACCOUNT}/passkeys/delete",
        "SECURITY_WAN_SIGNIN_URL": f"{SIGN_IN}/passkey",
        "SECURITY_WAN_SIGNIN_TEMPLATE": "staff/account_passkey.html",
        "SECURITY_WAN_NAME_MAX_LENGTH": LONGEST_NAME,
        "SECURITY_DATETIME_FACTORY": clock,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        **{f"SECURITY_MSG_{name}": phrase for name, phrase in _MESSAGES.items()},
        "SESSION_COOKIE_NAME": "staff",
        "SESSION_COOKIE_PATH": "/staff",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "REMEMBER_COOKIE_PATH": "/staff",
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _as_typed(identity: str) -> str:
    return identity.strip().lower()
