"""One page per error: what happened and what to do, without a trace and without repeating what was sent."""

from collections.abc import Callable, Mapping

import structlog
from flask import Flask, request
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from surveyapp import templating
from surveyapp.errors import RefusedError
from surveyapp.web import assets
from surveyapp.web.notice import NoticePage

NOT_FOUND = 404
# Respondents know no overview.
FROM_THE_MAIL = "Check the address, or open the link in your mail again."
_SERVER_ERRORS = 500  # status codes from here on are not the sender's fault
_CHUNK = 65_536  # bytes
_DRAINED = 50_000_000  # bytes; whoever sends more gets a broken connection
_LOG = structlog.get_logger()

# English is the key of the catalogues too.
PAGES: Mapping[int, tuple[str, str]] = {
    400: ("This request cannot be read", "Go back, reload the page and try again."),
    403: ("You may not see this", "Ask the administrator for the role that you need."),
    404: ("There is nothing here", "Check the address, or start from the overview."),
    405: ("This cannot be done here", "Go back to the page you came from."),
    409: ("This cannot be done now", "Go back and see what has to come first."),
    413: ("Too much was sent", "Nothing was stored. Send a smaller file or a shorter text."),
    422: ("Something has to be corrected", "Go back and correct what is marked."),
    429: ("Too many attempts", "Wait a minute and try again."),
    500: ("Something went wrong on our side", "Nothing was stored by halves. Try again in a minute."),
    503: ("The service is resting", "Nothing was stored by halves. Try again in a minute."),
}


def install(app: Flask, language: Callable[[], str]) -> None:
    """Give every error of *app* its page in the *language* of the request."""

    def page(code: int | None) -> tuple[str, int]:
        return error_page(code, language())

    @app.errorhandler(HTTPException)
    def expected(error: HTTPException) -> tuple[str, int]:
        return page(error.code)

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
        _read_to_the_end()
        return page(413)

    # A database without its tables is as good as away, too.
    @app.errorhandler(OperationalError)
    @app.errorhandler(ProgrammingError)
    def database_away(error: DBAPIError) -> tuple[str, int]:
        _LOG.error("database away", error=error)
        return page(503)

    @app.errorhandler(TimeoutError)
    def too_slow(_error: TimeoutError) -> tuple[str, int]:
        # Of the sender's connection: the rest of the request did not come.
        return page(400)

    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> tuple[str, int]:
        _LOG.info("refused", error=error)
        return page(409)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[str, int]:
        _LOG.error("unexpected", error=error)
        return page(500)


def _read_to_the_end() -> None:
    """Take in and forget what is still arriving: an answer to a half-read request never reaches the sender."""
    body = request.environ["wsgi.input"]
    left = min(request.content_length or 0, _DRAINED)
    while left > 0 and (chunk := body.read(min(left, _CHUNK))):
        left -= len(chunk)


def language_in_address() -> str:
    """Return the language that the address asks for, as respondents' pages do."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in templating.LANGUAGE_NAMES else "en"


def error_page(code: int | None, language: str) -> tuple[str, int]:
    """Return the page of an error *code* and the code itself."""
    met = code or 500
    known = met if met in PAGES else 500 if met >= _SERVER_ERRORS else 400
    title, way_out = PAGES[known]
    staff = request.path.startswith("/staff")
    if known == NOT_FOUND and not staff:
        way_out = FROM_THE_MAIL
    say = templating.catalogue(language).gettext
    notice = NoticePage(say(title), language, tuple(templating.LANGUAGE_NAMES), (say(way_out),))
    template = templating.environment(language).get_template("errors/page.html")
    return template.render(page=notice, code=known, staff=staff, assets=assets.address), known
