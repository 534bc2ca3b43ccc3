"""Values to canonical JSON and back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import pytest

from surveyapp import canonical
from surveyapp.canonical import RecordError


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Leaf:
    number: int


@dataclass(frozen=True, slots=True)
class Branch:
    parts: tuple["Leaf | Branch", ...]


@dataclass(frozen=True, slots=True)
class Everything:
    day: date
    moment: datetime
    colour: Colour
    tree: Leaf | Branch
    pairs: tuple[tuple[str, float], ...] = ()
    perhaps: Leaf | None = None
    mixed: str | int | bool | None = None


SAMPLE = Everything(
    date(2027, 1, 2),
    datetime(2027, 1, 2, 8, 0),  # noqa: DTZ001  # local times are kept local
    Colour.RED,
    Branch((Leaf(1), Branch((Leaf(2),)))),
    (("ä", 1.5),),
    Leaf(3),
    7,
)


def test_a_value_comes_back_as_it_was() -> None:
    assert canonical.from_json(canonical.to_json(SAMPLE), Everything) == SAMPLE


def test_the_text_is_sorted_and_leaves_out_defaults() -> None:
    small = Everything(date(2027, 1, 2), datetime(2027, 1, 2, 8, 0), Colour.RED, Leaf(1))  # noqa: DTZ001

    assert canonical.to_json(small) == (
        '{"colour":"red","day":"2027-01-02","moment":"2027-01-02T08:00:00","tree":{"is":"Leaf","number":1}}'
    )


@pytest.mark.parametrize(
    "text", ["", "[]", "null", '{"number":1,"other":2}', "{}", '{"day":1}', '{"tree":{"is":"Stone"}}']
)
def test_a_text_that_was_not_written_here_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(RecordError) as raised:
        canonical.from_json(text, Everything)

    assert str(raised.value) == "the stored Everything cannot be read"
