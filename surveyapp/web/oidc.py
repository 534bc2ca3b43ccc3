"""Sign-in at another provider by OpenID Connect: code flow with PKCE, state and nonce, for accounts that exist already.

An account is found by the e-mail address that the provider has verified; none is ever made. Nothing of the provider is
kept: no token, no name.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request
from flask_security import FsOAuthProvider, Security

from surveyapp.errors import EnvironmentProblemError
from surveyapp.web import headers, pages
from surveyapp.web.sign_in_settings import SIGN_IN, say

_NAME: Final = "provider"
_PATIENCE: Final = 10  # seconds for one answer of the provider
_UNVERIFIED: Final = "unverified"
_NOT_VERIFIED: Final = say("That sign-in does not confirm your e-mail address. Ask whoever keeps it to do so.")
_BROKEN: Final = say("The sign-in there did not come to its end. Try again.")
_AWAY: Final = say("That sign-in cannot be reached now. Try again, or use your password or passkey.")
SETTINGS: Final = {
    "SECURITY_OAUTH_ENABLE": True,
    "SECURITY_OAUTH_BUILTIN_PROVIDERS": [],
    "SECURITY_OAUTH_START_URL": f"{SIGN_IN}/with",
    "SECURITY_OAUTH_RESPONSE_URL": f"{SIGN_IN}/from",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """Who else may say who somebody is."""

    issuer: str
    client_id: str
    client_secret: str

    @property
    def origin(self) -> str:
        """Where its pages are, as far as its issuer tells."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


def require_library() -> None:
    """Make sure that the library is there.

    Raises:
        EnvironmentProblemError: it is not.
    """
    if find_spec("authlib") is None:
        raise EnvironmentProblemError("sign-in by OIDC needs more packages", "pip install 'surveyapp[oidc]'")


def add(app: Flask, security: Security, provider: Provider) -> None:
    """Let staff sign in at *provider*."""
    from joserfc.errors import JoseError
    from requests import RequestException

    glue: Any = security.oauthglue
    glue.register_provider_ext(_registered(provider))

    @app.errorhandler(RequestException)
    def away(_error: Exception) -> Any:
        pages.complain(_AWAY)
        return redirect(SIGN_IN)

    # Not signed by the provider, for somebody else, too old, or not the answer to what this browser asked.
    @app.errorhandler(JoseError)
    def not_believed(_error: Exception) -> Any:
        pages.complain(_BROKEN)
        return redirect(SIGN_IN)

    @app.after_request
    def let_the_form_lead_there(response: Response) -> Response:
        # Browsers hold redirects after a form to the same rule.
        if request.endpoint == "security.login":
            headers.allow_forms_to(response, provider.origin)
        return response


def _registered(provider: Provider) -> FsOAuthProvider:
    from authlib.integrations.base_client.errors import OAuthError

    class Registered(FsOAuthProvider):
        def authlib_config(self) -> dict[str, Any]:
            """Return what the library asks: where the provider describes itself, and how it is spoken to."""
            return {
                "server_metadata_url": f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
                "client_id": provider.client_id,
                "client_secret": provider.client_secret,
                "client_kwargs": {
                    "scope": "openid email",
                    "code_challenge_method": "S256",
                    "default_timeout": _PATIENCE,
                },
            }

        def fetch_identity_cb(self, oauth: Any, token: dict[str, Any]) -> tuple[str, str]:
            """Return the verified address of who signed in there."""
            claims = token.get("userinfo") or {}
            if "email" not in claims:
                said = getattr(oauth, _NAME).userinfo(token=token)
                claims = said if said.get("sub") == claims.get("sub") else {}
            if claims.get("email_verified") is not True or not claims.get("email"):
                raise OAuthError(error=_UNVERIFIED)
            return "email", str(claims["email"])

        def oauth_response_failure(self, error_view: str, error: Any) -> Any:
            """Lead back to our sign-in, and say why."""
            if error.error == _UNVERIFIED:
                pages.complain(_NOT_VERIFIED)
                return redirect(SIGN_IN)
            return super().oauth_response_failure(error_view, error)

    return Registered(_NAME)
