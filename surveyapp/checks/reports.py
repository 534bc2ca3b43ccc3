"""Whether delivery reports can be read."""

from collections.abc import Iterator

from surveyapp.checks.finding import Finding, Installation, ok, warn
from surveyapp.errors import EnvironmentProblemError
from surveyapp.returning import ReportsAwayError, mailbox_at


def readable(here: Installation) -> Iterator[Finding]:
    """Look whether mails that come back are noticed."""
    place = here.settings.bounces.get_secret_value()
    if not place:
        yield ok("delivery reports are not read: SURVEYAPP_BOUNCES is not set")
        return
    try:
        mailbox_at(place).try_out()
    except EnvironmentProblemError as error:
        yield warn(str(error).split("\n", maxsplit=1)[0], error.fix)
    except ReportsAwayError as error:
        yield warn(str(error), "look at SURVEYAPP_BOUNCES, and at the rights of the user of the service there")
    else:
        yield ok("delivery reports can be read")
