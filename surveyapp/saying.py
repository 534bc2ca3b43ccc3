"""Words for people that are translated where they are shown: a phrase of the catalogue and its values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """*phrase* with %(values)s."""

    phrase: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """Return the words in English."""
        return self.phrase % dict(self.values) if self.values else self.phrase


def said(phrase: str, **values: object) -> Said:
    """Return *phrase* with its *values*."""
    return Said(phrase, tuple(values.items()))
