"""What may stand under a key of the config: found in the settings classes, so that no list of keys grows old."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, Literal

from lmawep_tui.model.config import Config
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import UsageError

Where = tuple[str, ...]
"""A key by its parts: `("roles", "task", "timeout")`. A part may hold a dot: the name of a model, an action's id."""

Kind = Literal["choice", "number", "text", "list", "table", "file"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a setting is typed: one of a few, a number, text, a list of texts, a table of names, or only by hand."""

    kind: Kind
    doc: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    """Whether it may be unset, as null."""
    unit: str = ""
    names: Any = None
    """Of a table: what stands under each of its names, as a type."""


def shape_of(where: Where) -> Shape:
    """The shape of a setting; raises UsageError, with what may have been meant, when there is no such key."""
    shape = _find(Config, where, "")
    if shape is None:
        name = ".".join(where)
        near = get_close_matches(name, [".".join(each) for each in known()], n=1, cutoff=0.6)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise UsageError(f"There is no setting {name!r:.80}.{meant}", "`lmawep config` lists every setting.")
    return shape


def split_key(key: str) -> Where:
    """`keys.pod.merge` as its parts; raises UsageError when there is no such key.

    A name in a table takes as many of the dotted words as make sense of the rest: `prices.gpt-5.1.input`.
    """
    words = key.split(".")
    found = next(iter(_splits(Config, words)), None)
    if found is None or not all(found):
        shape_of(tuple(words))
        raise UsageError(f"There is no setting {key!r:.80}.", "`lmawep config` lists every setting.")
    return found


@cache
def known() -> tuple[Where, ...]:
    """Every key that does not depend on names that the person chooses."""
    return tuple(_known(Config, ()))


def fields_of(kind: type) -> Mapping[str, Shape]:
    """The settings of a class by name, such as those of an agent profile."""
    hints = typing.get_type_hints(kind)
    return {field.name: _shape(hints[field.name], field.metadata) for field in dataclasses.fields(kind)}


def _known(kind: type, above: Where) -> Iterator[Where]:
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        yield (*above, field.name)
        if dataclasses.is_dataclass(hints[field.name]):
            yield from _known(typing.cast(type, hints[field.name]), (*above, field.name))


def _splits(hint: Any, words: list[str]) -> Iterator[Where]:
    if not words:
        yield ()
    elif dataclasses.is_dataclass(hint):
        below = typing.get_type_hints(hint).get(words[0])
        if below is not None:
            yield from ((words[0], *rest) for rest in _splits(_bare(below), words[1:]))
    elif _is_table(hint):
        inner = _bare(typing.get_args(hint)[1])
        for count in range(1, len(words) + 1):
            if count == len(words) or dataclasses.is_dataclass(inner) or _is_table(inner):
                yield from ((".".join(words[:count]), *rest) for rest in _splits(inner, words[count:]))


def _find(hint: Any, where: Where, doc: str, metadata: Mapping[str, Any] = types.MappingProxyType({})) -> Shape | None:
    if not where:
        return _shape(hint, metadata or {"doc": doc})
    bare = _bare(hint)
    if dataclasses.is_dataclass(bare):
        field = bare.__dataclass_fields__.get(where[0])
        if field is None:
            return None
        return _find(typing.get_type_hints(bare)[where[0]], where[1:], "", field.metadata)
    if _is_table(bare):
        unit = str(metadata.get("unit", "")).removesuffix(" by name")
        unit = "command" if unit == "commands" else unit
        return _find(typing.get_args(bare)[1], where[1:], "", {"doc": metadata.get("doc", ""), "unit": unit})
    return None


def _shape(hint: Any, metadata: Mapping[str, Any]) -> Shape:
    doc, unit = str(metadata.get("doc", "")), str(metadata.get("unit", ""))
    optional = type(None) in typing.get_args(hint)
    bare = _bare(hint)
    if dataclasses.is_dataclass(bare):
        return Shape("table", doc or (bare.__doc__ or "").partition("\n")[0], names=bare)
    if _is_table(bare):
        return Shape("table", doc, optional=optional, unit=unit, names=bare)
    if bare is bool:
        return Shape("choice", doc, ("true", "false"), optional)
    if typing.get_origin(bare) is Literal:
        return Shape("choice", doc, tuple(str(value) for value in typing.get_args(bare)), optional)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return Shape("choice", doc, tuple(str(value.value) for value in bare), optional)
    if bare in (int, float):
        return Shape("number", doc, (), optional, unit)
    if typing.get_origin(bare) is tuple:
        inner = typing.get_args(bare)[0]
        return Shape("list" if inner is str else "file", doc, (), optional, unit)
    return Shape("text", doc, (), optional, unit)


def _bare(hint: Any) -> Any:
    """A type without its `| None`; a command, which is a line or a list of words, is a line here."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        return rest[0]
    return hint


def _is_table(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping)
