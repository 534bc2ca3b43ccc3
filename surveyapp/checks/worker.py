"""Whether the worker lives."""

from collections.abc import Iterator

from surveyapp.checks.finding import Finding, Installation, ok, warn
from surveyapp.desk.heartbeat import Heartbeat


def heard(here: Installation) -> Iterator[Finding]:
    """Look whether the worker has been heard of."""
    heartbeat = Heartbeat(here.settings.var_dir, here.clock)
    if heartbeat.silent:
        yield warn(
            "the worker has been silent for half an hour: no mails leave, no waves open or close by themselves",
            "look at the log of surveyapp worker, and start it again",
        )
    elif heartbeat.heard_at() is None:
        yield ok("no worker has run yet: surveyapp serve starts it")
    else:
        yield ok("the worker was heard of within half an hour")
