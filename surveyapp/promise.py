"""The promise to employees, said from the running configuration: page, mail and readout say the same words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from surveyapp import templating


class Sealing(StrEnum):
    """Where answers are sealed: known on a page once its script runs, and open when the mail is written."""

    BROWSER = "browser"
    SERVER = "server"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Promise:
    """What the promise depends on. *promised_at* is local time, None in a demo whose box may be opened at any time."""

    reveal_minimum: int
    group_minimum: int
    trustee: str
    key_mode: str
    deputy: bool
    promised_at: datetime | None

    def sentences(self, language: str) -> tuple[str, ...]:
        """Return in *language*, sentence by sentence, what holds wherever the answers are sealed."""
        text = templating.environment(language).get_template("respondent/promise.txt").render(promise=self)
        return tuple(line.strip() for line in text.splitlines() if line.strip())


def sealing_sentence(sealing: Sealing, language: str) -> str:
    """Return in *language* what the promise says on where answers are sealed."""
    text = templating.environment(language).get_template("respondent/sealing.txt").render(sealing=sealing)
    return " ".join(text.split())
