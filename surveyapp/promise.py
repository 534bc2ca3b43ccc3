"""The promise to employees, said from the running configuration: page, mail and readout say the same words."""

from dataclasses import dataclass
from datetime import datetime

from surveyapp import templating


@dataclass(frozen=True, slots=True)
class Promise:
    """What the promise depends on. *promised_at* is local time, None in a demo whose box may be opened at any time."""

    reveal_minimum: int
    group_minimum: int
    trustee: str
    key_mode: str
    promised_at: datetime | None
    sealed_in_browser: bool

    def sentences(self, language: str) -> tuple[str, ...]:
        """Return the promise in *language*, sentence by sentence."""
        text = templating.environment(language).get_template("respondent/promise.txt").render(promise=self)
        return tuple(line.strip() for line in text.splitlines() if line.strip())
