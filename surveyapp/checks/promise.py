"""Which check stands behind which sentence of the promise to employees."""

from collections.abc import Mapping

from surveyapp.checks import databases, files, postgresql, reports, serving, worker
from surveyapp.checks.finding import Check

# In the order in which they are made and told.
CHECKS: tuple[Check, ...] = (
    databases.usable,
    databases.statements,
    databases.wave_keys,
    databases.left_over,
    databases.clock,
    databases.audit_log,
    postgresql.statement_logs,
    postgresql.copies,
    postgresql.roles,
    files.embedded,
    files.copies,
    files.keys,
    files.backups,
    files.memory,
    serving.mail,
    reports.readable,
    worker.heard,
    serving.address,
    serving.debugging,
    serving.proxy,
    serving.libraries,
    files.space,
)

# These ask this very service, or load what its processes should not carry: the command line makes them.
ELSEWHERE: tuple[Check, ...] = (serving.proxy, serving.libraries, reports.readable)

_TRAVEL: tuple[Check, ...] = (serving.address, serving.debugging)

# Sentence as in templates/respondent/ -> what must hold here, or why no program on this machine can tell.
BEHIND: Mapping[str, tuple[Check, ...] | str] = {
    "Your code only lets you put one ballot into the box.": (databases.usable, serving.mail),
    "Your answers are sealed in your browser before they are sent.": _TRAVEL,
    "Your answers are sealed by the server as soon as they arrive.": (*_TRAVEL, files.memory),
    "Your answers are sealed in your browser before they are sent, or, if it runs no scripts, by the server as soon as "
    "they arrive; the page says which.": (*_TRAVEL, files.memory),
    "Only {{ trustee }} can open the box, and not before {{ date }}.": (databases.wave_keys, databases.clock),
    "Only {{ trustee }} can open the box.": (databases.wave_keys,),
    "Only {{ trustee }} or their deputy can open the box.": (databases.wave_keys,),
    "Only {{ trustee }} or their deputy can open the box, and not before {{ date }}.": (
        databases.wave_keys,
        databases.clock,
    ),
    "The ballots are encrypted; the key is kept apart from the database.": (files.keys, files.backups),
    "This is a demonstration: its box may be closed and opened at any time.": "it takes back, and promises nothing",
    "This software does not use the key before {{ date }}.": (databases.clock,),
    "Whoever controls the server could.": "it warns, and promises nothing",
    "All ballots are revealed together, shuffled, and the list of codes is destroyed.": (
        databases.left_over,
        postgresql.copies,
        files.copies,
    ),
    "If fewer than {{ minimum }} people answer, if the survey is cancelled or its key lost, all ballots are destroyed "
    "without anybody reading them.": (databases.left_over, files.backups),
    "We can see that you took a ballot, not what is in it.": (
        databases.statements,
        postgresql.statement_logs,
        postgresql.copies,
        postgresql.roles,
        files.embedded,
        files.copies,
        serving.proxy,
    ),
    "No result is shown for fewer than {{ minimum }} people.": "the code holds it for every charter; tests prove it",
    "Comments are read by {{ trustee }} first.": "a person does it or does not",
    "We cannot protect you from software on your work computer, from what you write about yourself in comments, or "
    "from an operator who secretly changes this page.": "it warns, and promises nothing",
}


def sentences_behind(check: Check) -> tuple[str, ...]:
    """Return the sentences that are not true where *check* fails."""
    return tuple(sentence for sentence, checks in BEHIND.items() if not isinstance(checks, str) and check in checks)
