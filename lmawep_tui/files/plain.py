"""Dataclasses to plain data and back, for files the program writes itself.

People's files are validated by pydantic (yaml_io). These are our own, read by every command: reading them must not
cost an import of pydantic, so this small codec knows just the shapes the model uses.
"""

from __future__ import annotations

import contextlib
import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dataclasses, enums, tuples and mappings as dicts, strings and lists; fields at their default are kept."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return value


def from_plain(cls: type[T], data: Any) -> T:
    """`data` as a `cls`; unknown keys are dropped. Raises ValueError that names the field when a type is wrong."""
    return typing.cast(T, _reader(typing.cast(Any, cls))(data))


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    if isinstance(hint, typing.NewType):
        return _reader(hint.__supertype__)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        readers = [_reader(arg) for arg in args if arg is not type(None)]
        inner = readers[0] if len(readers) == 1 else _first_that_fits(readers)
        return _optional(inner) if type(None) in args else inner
    if origin is tuple:
        return _sequence(_reader(args[0]))
    if origin in (dict, Mapping):
        return _mapping(_reader(args[0]), _reader(args[1]))
    if dataclasses.is_dataclass(hint):
        return _dataclass(typing.cast(type, hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if hint is float:
        return _scalar((int, float), float)
    if hint in (int, str, bool):
        return _scalar((hint,), hint)
    return lambda data: data


def _scalar(accepts: tuple[type, ...], make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(data: Any) -> Any:
        if type(data) not in accepts:
            raise ValueError(f"{data!r} is not {' or '.join(t.__name__ for t in accepts)}")
        return make(data)

    return read


def _optional(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda data: None if data is None else inner(data)


def _first_that_fits(readers: list[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def read(data: Any) -> Any:
        for reader in readers:
            with contextlib.suppress(ValueError, TypeError):
                return reader(data)
        raise ValueError(f"{data!r} is none of what it may be")

    return read


def _sequence(inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(data: Any) -> Any:
        if not isinstance(data, list):
            raise ValueError(f"{data!r} is not a list")
        return tuple(inner(item) for item in data)

    return read


def _mapping(key: Callable[[Any], Any], inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValueError(f"{data!r} is not a mapping")
        return {_key(key, k): inner(v) for k, v in data.items()}

    return read


def _key(read: Callable[[Any], Any], key: Any) -> Any:
    """JSON turns number keys into strings; take either."""
    try:
        return read(key)
    except ValueError:
        if isinstance(key, str) and key.isascii() and key.isdigit():
            return read(int(key))
        raise


def _dataclass(cls: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(cls)
    readers = [(f.name, _reader(hints[f.name])) for f in dataclasses.fields(cls)]

    def read(data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValueError(f"{data!r} is not a mapping ({cls.__name__})")
        values: dict[str, Any] = {}
        for name, reader in readers:
            if name in data:
                try:
                    values[name] = reader(data[name])
                except (ValueError, TypeError) as error:
                    raise ValueError(f"{name}: {error}") from None
        try:
            return cls(**values)
        except TypeError as error:
            raise ValueError(str(error)) from None

    return read
