"""Sign-in of staff: Flask-Security with password, passkey, second step and recovery codes, and our limits around it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, Response, abort, redirect, request, session
from flask_security import Security, current_user, logout_user
from flask_security.forms import LoginForm, TwoFactorVerifyCodeForm
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.signals import (
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_failed_authn,
    wan_deleted,
    wan_registered,
)
from flask_wtf import CSRFProtect

from surveyapp.clock import Clock
from surveyapp.desk.accounts import Account, Passkey, Role
from surveyapp.desk.attempts import Attempts, minutes
from surveyapp.desk.sessions import SessionToken, StaffSessions, handle_of
from surveyapp.desk.store import Audited, Desk
from surveyapp.web import headers, oidc, pages
from surveyapp.web.agents import family
from surveyapp.web.security import Accounts
from surveyapp.web.sign_in_parts import AppForm, Codes, PasskeyForm, Passkeys, RescueForm, Store
from surveyapp.web.sign_in_settings import ACCOUNT, SIGN_IN, Secrets, written

_SESSION: Final = "sid"  # of the cookie: the token of this browser's session
# Whoever finds an unlocked browser must not give themselves a way in.
_FRESH: Final = timedelta(minutes=30)
_WAYS_IN: Final = tuple(f"{ACCOUNT}/{name}" for name in ("password", "app", "codes", "passkeys"))
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class SignIn:
    """What sign-in stands on."""

    accounts: Accounts
    sessions: StaffSessions
    attempts: Attempts
    desk: Desk
    clock: Clock

    def record(self, actor: str, action: str, detail: str = "") -> None:
        """Put into the audit log what an account did to itself."""
        self.desk.audit(Audited(self.clock(), actor, action, "", detail))


@dataclass(frozen=True, slots=True)
class WaitPage:
    """Too many wrong attempts for one address."""

    minutes: int


def install(
    app: Flask, staff: SignIn, secrets: Secrets, *, https: bool, provider: oidc.Provider | None = None
) -> CSRFProtect:
    """Add sign-in and sign-out below /staff/ to *app*, and return the protection of its forms."""
    app.config.update(written(secrets, staff.clock, https=https))
    if provider is not None:
        oidc.require_library()
        app.config.update(oidc.SETTINGS)
    protection = CSRFProtect(app)
    security = Security(
        app,
        Store(staff.accounts.session, Account, Role, Passkey),
        login_form=_sign_in_form(staff),
        two_factor_verify_code_form=_limited(TwoFactorVerifyCodeForm, staff),
        mf_recovery_form=_limited(MfRecoveryForm, staff),
        two_factor_setup_form=AppForm,
        two_factor_rescue_form=RescueForm,
        wan_register_form=PasskeyForm,
        totp_cls=Codes,
        webauthn_util_cls=Passkeys,
    )
    # Its views could answer in JSON too: nobody here asks for that.
    security.want_json(lambda _request: False)
    if provider is not None:
        oidc.add(app, security, provider)
    _keep_sessions(app, staff)
    _record(app, staff)
    _show_picture(app)

    @app.teardown_appcontext
    def end_session(_error: BaseException | None) -> None:
        staff.accounts.session.remove()

    return protection


def this_session() -> str:
    """Return the handle of the session of this browser."""
    return handle_of(SessionToken(session[_SESSION]))


def count_try(staff: SignIn, address: str) -> None:
    """Count a wrong try for *address* until it turns out right; answer 429 while it has to wait."""
    # What was read so far ends here: SQLite lets nobody write on from an old state.
    staff.accounts.session.commit()
    wait = staff.attempts.begin(address)
    if wait:
        page = Response(pages.render("staff/account_wait.html", WaitPage(minutes(wait))), _TOO_MANY)
        page.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
        abort(page)


def _sign_in_form(staff: SignIn) -> type[Any]:
    class SignInForm(LoginForm):
        # A browser stays signed in as long as its session is listed.
        remember = None  # type: ignore[assignment]  # takes the field away

        def validate(self, **kwargs: Any) -> bool:
            count_try(staff, self.email.data or "")
            return bool(super().validate(**kwargs))

    return SignInForm


def _limited(form: type[Any], staff: SignIn) -> type[Any]:
    class LimitedForm(form):  # type: ignore[misc]  # any form of the library
        def validate(self, **kwargs: Any) -> bool:
            # Who sets up an app is signed in already.
            if not getattr(self, "is_setup", False):
                count_try(staff, self.user.email)
            return bool(super().validate(**kwargs))

    return LimitedForm


def _keep_sessions(app: Flask, staff: SignIn) -> None:
    @app.before_request
    def end_what_is_over() -> Response | None:
        if not current_user.is_authenticated:
            return _to_sign_in() if request.path.startswith(_WAYS_IN) else None
        token = SessionToken(session.get(_SESSION, ""))
        if request.endpoint == "security.logout":
            staff.sessions.end(current_user.id, handle_of(token))
        elif not staff.sessions.alive(token, current_user.id):
            _sign_out()
        elif request.path.startswith(_WAYS_IN) and _age(staff.clock) > _FRESH:
            _sign_out()
            pages.tell("To change how you sign in, sign in again first.")
            return _to_sign_in()
        return None

    def begin(_app: Flask, user: Account, authn_via: list[str] | None = None, **_others: object) -> None:
        staff.accounts.session.commit()
        staff.attempts.forget(user.email)
        session[_SESSION] = staff.sessions.begin(user.id, family(request.user_agent.string))
        staff.record(user.email, "sign in", " ".join(authn_via or ("second step",)))

    user_authenticated.connect(begin, app, weak=False)


def _to_sign_in() -> Response:
    after = request.path if request.method == "GET" else ACCOUNT
    return redirect(f"{SIGN_IN}?next={quote(after)}")  # type: ignore[return-value]  # Flask's own, as the application says


def _sign_out() -> None:
    logout_user()
    session.pop(_SESSION, None)


def _age(clock: Clock) -> timedelta:
    return timedelta(seconds=clock().timestamp() - float(session.get("fs_paa", 0)))


def _record(app: Flask, staff: SignIn) -> None:
    """Let the audit log tell what the library does; of unknown addresses it says nothing, as they may be passwords."""

    def failed(_app: Flask, user: Account, auth_type: str, **_others: object) -> None:
        staff.accounts.session.commit()
        staff.record(user.email, "sign in failed", auth_type)

    def changed(action: str) -> Any:
        def entered(_app: Flask, user: Account, **_others: object) -> None:
            staff.accounts.session.commit()
            staff.record(user.email, action)

        return entered

    user_failed_authn.connect(failed, app, weak=False)
    for signal, action in (
        (tf_profile_changed, "second step on"),
        (tf_disabled, "second step off"),
        (wan_registered, "passkey added"),
        (wan_deleted, "passkey deleted"),
    ):
        signal.connect(changed(action), app, weak=False)


def _show_picture(app: Flask) -> None:
    @app.after_request
    def allow(response: Response) -> Response:
        if request.endpoint == "security.two_factor_setup":
            headers.allow_pictures_inside(response)
        return response
