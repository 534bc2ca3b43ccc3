"""How respondents reach the service, and what stands between."""

import ssl
import urllib.request
from collections.abc import Iterator, Mapping
from urllib.error import HTTPError, URLError

from surveyapp.checks.finding import Finding, Installation, fail, ok, warn

_PATIENCE = 5  # seconds
MARK, NO_LOG = "Survey-Log", "none"  # set by the sample configurations of proxies, in the block that switches logs off


def mail(here: Installation) -> Iterator[Finding]:
    """Look whether mails, with codes in them, leave this machine."""
    settings = here.settings
    if settings.smtp_url.get_secret_value():
        yield ok("mails go to a mail server")
    elif _is_local(settings.base_url):
        yield ok(f"mails become files in {settings.mails}")
    else:
        yield fail(
            "mails with codes become files although the address is public",
            "set SURVEYAPP_SMTP_URL=smtp://user:password@host:587",
        )


def address(here: Installation) -> Iterator[Finding]:
    """Look whether answers travel encrypted."""
    base = here.settings.base_url
    if base.startswith("https://") or _is_local(base):
        yield ok(f"address {base}")
    else:
        yield fail(
            "answers travel unencrypted: the address begins with http://",
            "put a proxy with a certificate in front and set SURVEYAPP_BASE_URL=https://...",
        )


def debugging(_here: Installation) -> Iterator[Finding]:
    """Look whether errors would show what was sent."""
    from flask.helpers import get_debug_flag

    if get_debug_flag():
        yield fail("debugging is on: errors would show answers and codes", "unset FLASK_DEBUG")
    else:
        yield ok("debugging is off")


def proxy(here: Installation) -> Iterator[Finding]:
    """Look at the service as respondents see it; what a proxy logs cannot be seen, only what it says of itself."""
    base = here.settings.base_url
    if _is_local(base):
        yield ok("nothing but this machine can reach the address")
        return
    if not base.startswith("https://"):
        return
    try:
        headers = _answer(f"{base}/s/doctor.1")
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, ssl.SSLError):
            yield fail("the certificate of the address does not hold", f"look at it: curl -v {base}/")
        else:
            yield warn("the address cannot be reached from here, so its proxy was not looked at", f"curl -sI {base}/")
        return
    yield from said_by_proxy(headers)


def said_by_proxy(headers: Mapping[str, str]) -> Iterator[Finding]:
    """Judge the *headers* of an answer to a respondent."""
    if headers.get(MARK, "").strip() == NO_LOG:
        yield ok("the proxy says that it logs nothing about respondents")
    else:
        yield warn(
            "the proxy does not say that it logs nothing about respondents",
            "take deploy/nginx/surveyapp.conf or deploy/caddy/Caddyfile; look for logs there, in front and behind",
        )
    if not headers.get("Strict-Transport-Security"):
        yield warn(
            "browsers are not told to come over https only", "add Strict-Transport-Security: max-age=31536000 there"
        )


def libraries(_here: Installation) -> Iterator[Finding]:
    """Look whether readouts can be made."""
    try:
        import weasyprint  # noqa: F401  # loading it is the check
    except OSError:
        yield fail("PDF libraries are missing", "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
    else:
        yield ok("PDF libraries")


def _answer(url: str) -> Mapping[str, str]:
    request = urllib.request.Request(url)  # noqa: S310  # our own address, https as checked
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310  # the same
            return dict(answer.headers)
    except HTTPError as refusal:
        # There is no such wave: the answer is a page all the same.
        with refusal:
            return dict(refusal.headers)


def _is_local(base: str) -> bool:
    host = base.split("://", 1)[1].split("/", maxsplit=1)[0].rsplit(":", 1)[0]
    return host in {"127.0.0.1", "localhost", "[::1]"}
