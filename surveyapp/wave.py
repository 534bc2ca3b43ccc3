"""What names a wave everywhere: its pilot and its number, and the words for its kinds and states."""

import re
from dataclasses import dataclass
from enum import StrEnum

_KEY = re.compile(r"([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.([1-9][0-9]{0,2})", re.ASCII)


class BadWaveKeyError(ValueError):
    """The text names no wave."""


@dataclass(frozen=True, slots=True, order=True)
class WaveKey:
    """A wave of a pilot; as text, and in addresses, `<pilot>.<number>`."""

    pilot: str
    number: int

    @classmethod
    def parse(cls, text: str) -> "WaveKey":
        """Return the key that *text* spells.

        Raises:
            BadWaveKeyError: it spells none.
        """
        match = _KEY.fullmatch(text)
        if match is None:
            raise BadWaveKeyError
        return cls(match[1], int(match[2]))

    def __str__(self) -> str:
        return f"{self.pilot}.{self.number}"


class WaveKind(StrEnum):
    """When in the pilot a wave asks."""

    BASELINE = "baseline"
    PULSE = "pulse"
    CLOSING = "closing"


class WaveState(StrEnum):
    """How far a wave is. Destroying means: the box is fixed, and its last trace is not yet gone."""

    PLANNED = "planned"
    STARTED = "started"
    CLOSED = "closed"
    DESTROYING = "destroying"
    REVEALED = "revealed"
    CANCELLED = "cancelled"
