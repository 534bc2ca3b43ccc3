"""Frozen dataclasses to canonical JSON and back: one text per value, so that a hash means the same for years.

Fields that have their default are left out, so that a field added later changes no old hash; in return a default must
never change.
"""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Callable, Hashable
from datetime import date, datetime
from enum import Enum
from functools import cache

from surveyapp.errors import SurveyError

T = typing.TypeVar("T")
_Convert = Callable[[typing.Any], typing.Any]
_TAG = "is"  # names the class where a field allows several


class RecordError(SurveyError):
    """A stored text is not what this program once wrote."""


def to_json(value: object) -> str:
    """Return the one JSON text of the frozen dataclass *value*: sorted keys, no spaces."""
    plain = _codec(type(value))[0](value)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_json(text: str, kind: type[T]) -> T:
    """Return the *kind* that `to_json` wrote.

    Raises:
        RecordError: it did not.
    """
    try:
        value = _codec(kind)[1](json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RecordError(f"the stored {kind.__name__} cannot be read") from None
    if not isinstance(value, kind):
        raise RecordError(f"the stored {kind.__name__} cannot be read")
    return value


def sha256(text: str | bytes) -> str:
    """Return the SHA-256 of *text* in hexadecimal."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def _same(value: typing.Any) -> typing.Any:
    return value


def _codec(kind: typing.Any) -> tuple[_Convert, _Convert]:
    """Return how values of the annotation *kind* are written and read."""
    return _built(kind)


@cache
def _built(kind: Hashable) -> tuple[_Convert, _Convert]:
    origin = typing.get_origin(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _of_dataclass(kind)
    if origin is tuple:
        return _of_tuple(typing.get_args(kind))
    if origin in (types.UnionType, typing.Union):
        return _of_union(typing.get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return (lambda value: value.value), kind
    if kind in (date, datetime):
        return (lambda value: value.isoformat()), kind.fromisoformat
    return _same, _same


def _of_dataclass(kind: type) -> tuple[_Convert, _Convert]:
    hints = typing.get_type_hints(kind)
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    codecs: dict[str, tuple[_Convert, _Convert]] = {}

    def codec(name: str) -> tuple[_Convert, _Convert]:
        # Built at the first use: a condition holds conditions.
        if name not in codecs:
            codecs[name] = _codec(hints[name])
        return codecs[name]

    def write(value: typing.Any) -> dict[str, typing.Any]:
        parts = ((name, default, getattr(value, name)) for name, default in defaults.items())
        return {name: codec(name)[0](part) for name, default, part in parts if part != default}

    def read(plain: typing.Any) -> object:
        return kind(**{name: codec(name)[1](part) for name, part in plain.items() if name != _TAG})

    return write, read


def _of_tuple(arguments: tuple[typing.Any, ...]) -> tuple[_Convert, _Convert]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:  # noqa: PLR2004  # tuple[X, ...]
        write, read = _codec(arguments[0])
        return (lambda value: [write(part) for part in value]), (lambda plain: tuple(map(read, plain)))
    codecs = [_codec(argument) for argument in arguments]
    return (
        lambda value: [write(part) for (write, _), part in zip(codecs, value, strict=True)],
        lambda plain: tuple(read(part) for (_, read), part in zip(codecs, plain, strict=True)),
    )


def _of_union(arguments: tuple[typing.Any, ...]) -> tuple[_Convert, _Convert]:
    kinds: dict[str, typing.Any] = {
        argument.__name__: argument
        for argument in arguments
        if isinstance(argument, type) and dataclasses.is_dataclass(argument)
    }
    others = [argument for argument in arguments if argument not in (*kinds.values(), types.NoneType)]
    simple = _codec(others[0]) if len(others) == 1 else (_same, _same)

    codecs: dict[str, tuple[_Convert, _Convert]] = {}

    def codec(name: str) -> tuple[_Convert, _Convert]:
        if name not in codecs:
            codecs[name] = _codec(kinds[name])
        return codecs[name]

    def write(value: typing.Any) -> typing.Any:
        name = type(value).__name__
        if name in kinds:
            return ({_TAG: name} if len(kinds) > 1 else {}) | codec(name)[0](value)
        return None if value is None else simple[0](value)

    def read(plain: typing.Any) -> typing.Any:
        if isinstance(plain, dict) and kinds:
            return codec(plain[_TAG] if len(kinds) > 1 else next(iter(kinds)))[1](plain)
        return None if plain is None else simple[1](plain)

    return write, read
