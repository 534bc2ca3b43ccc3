"""What two versions of a charter say differently."""

from collections.abc import Iterator
from dataclasses import dataclass

from surveyapp.charter.model import Charter
from surveyapp.charter.writing import Plain, entries_of

# What employees were promised with their mails; it holds until the end of the pilot.
_PROMISED = ("privacy", "groups", "trustee", "time_zone")


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry, by its keys from the top, as it was *before* and is *after*; an empty text: it was not there."""

    path: str
    before: str
    after: str

    @property
    def promised(self) -> bool:
        """Whether employees were promised it."""
        return self.path.partition(".")[0] in _PROMISED


def differences(before: Charter, after: Charter) -> tuple[Difference, ...]:
    """Return what *after* says differently, in the order of a charter file."""
    old, new = dict(_flat(entries_of(before), "")), dict(_flat(entries_of(after), ""))
    return tuple(
        Difference(path, old.get(path, ""), new.get(path, ""))
        for path in dict.fromkeys((*old, *new))
        if old.get(path, "") != new.get(path, "")
    )


def _flat(value: Plain, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value, 1):
            yield from _flat(inner, f"{path}.{_named(inner) or index}")
    elif value is not None:
        yield path, str(value)


def _named(entry: Plain) -> str:
    """Return what names an entry of a list whatever its position is, if anything does."""
    return (
        str(next((entry[key] for key in ("code", "id", "step") if key in entry), "")) if isinstance(entry, dict) else ""
    )
