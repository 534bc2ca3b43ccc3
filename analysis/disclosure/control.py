"""Publishing with its audit: whatever still leaks is dropped whole, and nothing goes out that was not checked."""

from collections.abc import Sequence

from analysis.disclosure.audit import Leak, audit
from analysis.disclosure.exact import Attendance, Exact, Rules
from analysis.disclosure.publishing import Published, publish
from analysis.results import AnalysisError


class DisclosureError(AnalysisError):
    """The audit does not pass whatever is dropped: nothing of the wave may be released."""


def control(exact: Sequence[Exact], attendance: Attendance, rules: Rules) -> Published:
    """Return the rows of *exact* that pass the audit; leaking tables are closed, all at a time, in the order published.

    Raises:
        DisclosureError: it never passes. Nothing may be released.
    """
    closed: tuple[Leak, ...] = ()
    while True:
        try:
            published = publish(exact, attendance, rules, closed={(leak.measure, leak.question) for leak in closed})
            found = audit(published.rows, exact, attendance)
        except ArithmeticError as error:
            raise DisclosureError(f"wave {attendance.wave}: {error}; nothing of it is released") from error
        if not found.leaks:
            return published
        if set(found.leaks) <= set(closed):
            raise DisclosureError(
                f"wave {attendance.wave}: even without its breakdowns small numbers of people can be told; "
                "nothing of it is released"
            )
        closed = tuple(dict.fromkeys([*closed, *found.leaks]))
