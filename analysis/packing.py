"""One ballot as a fixed number of bytes, one position for each question, option or matrix row; 0 is not answered.

Light on purpose: what reveals a box needs it, and needs no analysis.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.codebook import Codebook, Item, Kind, Value, Values
from analysis.results import AnalysisError

UNCHOSEN = 1  # an option of an answered question that was not chosen or not ranked
CHOSEN = 2


class PackingError(AnalysisError):
    """An answer that its question does not offer; the message names the question, never the answer."""

    def __init__(self, question: str) -> None:
        super().__init__(f"question {question}: an answer that is not among its options")
        self.question = question


@dataclass(frozen=True, slots=True)
class Field:
    """Where one position lies: *part* is the option or row it belongs to, empty for a whole question."""

    item: Item
    part: str
    start: int
    size: int  # bytes, the highest first


def points(item: Item) -> tuple[int, ...]:
    """Return the numbers that can be answered to a scale, a matrix row or a number, lowest first."""
    if item.kind is Kind.NUMBER or not item.options:
        return tuple(range(item.minimum, item.maximum + 1))
    return tuple(int(option.code) for option in item.options)


def _parts(item: Item) -> tuple[str, ...]:
    if item.kind in {Kind.MULTIPLE, Kind.RANK}:
        return tuple(option.code for option in item.options)
    if item.kind is Kind.MATRIX:
        return tuple(row.code for row in item.rows)
    return () if item.kind is Kind.TEXT else ("",)


def _values(item: Item) -> int:
    """Return how many different values one position of *item* can hold, besides not answered."""
    if item.kind in {Kind.MULTIPLE, Kind.RANK}:
        return max(CHOSEN, 1 + len(item.options))
    if item.kind in {Kind.SINGLE, Kind.BAND}:
        return len(item.options)
    return len(points(item))


def fields(codebook: Codebook) -> tuple[Field, ...]:
    """Return all positions of a packed ballot, in the order of the codebook."""
    return tuple(_laid_out(codebook))


def _laid_out(codebook: Codebook) -> Iterator[Field]:
    start = 0
    for item in codebook.items:
        size = max(1, (_values(item).bit_length() + 7) // 8)
        for part in _parts(item):
            yield Field(item, part, start, size)
            start += size


def width(codebook: Codebook) -> int:
    """Return the number of bytes of every packed ballot."""
    return sum(field.size for field in fields(codebook))


def pack(codebook: Codebook, values: Values) -> bytes:
    """Return one ballot as bytes of fixed width; words of comments are left out.

    Raises:
        PackingError: an answer that its question does not offer.
    """
    packed = bytearray(width(codebook))
    for field in fields(codebook):
        value = values.get(field.item.id)
        if value is not None:
            number = _position(field.item, field.part, value)
            packed[field.start : field.start + field.size] = number.to_bytes(field.size, "big")
    return bytes(packed)


def _position(item: Item, part: str, value: Value) -> int:
    """Return what stands at one position for the answer *value* to *item*."""
    if item.kind in {Kind.MULTIPLE, Kind.RANK}:
        return _option(item, part, value)
    if item.kind is Kind.MATRIX:
        if not isinstance(value, Mapping) or not set(value) <= {row.code for row in item.rows}:
            raise PackingError(item.id)
        return _point(item, value[part]) if part in value else 0
    if item.kind in {Kind.SINGLE, Kind.BAND}:
        codes = [option.code for option in item.options]
        if value not in codes:
            raise PackingError(item.id)
        return codes.index(str(value)) + 1
    return _point(item, value)


def _point(item: Item, value: object) -> int:
    known = points(item)
    if not isinstance(value, int) or isinstance(value, bool) or value not in known:
        raise PackingError(item.id)
    return known.index(value) + 1


def _option(item: Item, part: str, value: Value) -> int:
    """Return 0 for nothing chosen at all, UNCHOSEN, or CHOSEN; ranks count on from CHOSEN."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise PackingError(item.id)
    if len(set(value)) < len(value) or not set(value) <= {option.code for option in item.options}:
        raise PackingError(item.id)
    if not value:
        return 0
    if part not in value:
        return UNCHOSEN
    return CHOSEN + (value.index(part) if item.kind is Kind.RANK else 0)
