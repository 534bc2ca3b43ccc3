"""What did not come along when a questionnaire changed its format: element, place and reason, for a person."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SHOWN: Final = 160  # characters of an element; a whole text would hide the reason
REASON_LIMIT: Final = 2_000


class What(StrEnum):
    """What happened to the element."""

    REFUSED = "refused"  # it would tell who somebody is
    LEFT_OUT = "left out"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Loss:
    """One *element* at *place* of a file, and why it is not what it was."""

    what: What
    place: str
    element: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what}: {self.place}: {self.element}: {self.reason}"


class Losses:
    """The losses of one file so far, each once, in the order found."""

    def __init__(self) -> None:
        self._found: dict[Loss, None] = {}

    @property
    def found(self) -> tuple[Loss, ...]:
        """All of them; what was refused comes first, then what was left out."""
        order = list(What)
        return tuple(sorted(self._found, key=lambda loss: order.index(loss.what)))

    def refused(self, place: str, element: str, reason: str) -> None:
        """Note something that would tell who somebody is."""
        self._add(What.REFUSED, place, element, reason)

    def left_out(self, place: str, element: str, reason: str) -> None:
        """Note something that is not there any more."""
        self._add(What.LEFT_OUT, place, element, reason)

    def changed(self, place: str, element: str, reason: str) -> None:
        """Note something that is there, but not as it was."""
        self._add(What.CHANGED, place, element, reason)

    def _add(self, what: What, place: str, element: str, reason: str) -> None:
        self._found[Loss(what, one_line(place), one_line(element), one_line(reason, limit=REASON_LIMIT))] = None


def one_line(text: str, limit: int = SHOWN) -> str:
    """Return *text* in one line that can be printed, cut to *limit* characters: it ends up in comments."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
