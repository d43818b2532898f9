"""The standard library's `@dataclass`, with methods that are made when they are first needed.

Before Python 3.13, `dataclasses` writes and compiles half a dozen functions for every class when it is imported: half a
millisecond each, and a first picture needs a hundred classes, of which most are never made, compared or printed in
that run. Here each is compiled by its first call, and what is known of the fields is put together when it is asked
for. To everything else (`fields`, `replace`, `is_dataclass`, the type checker) the classes are what they were.

The idea is David Beazley's, in `cluegen`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from dataclasses import dataclass as _described
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, kw_only=False, eq=True):
        """As `dataclasses.dataclass`, of which it knows what is used here."""

        def make(cls: type) -> type:
            own, names = vars(cls), [name for name, hint in cls.__annotations__.items() if "ClassVar" not in hint]
            known = _Fields(cls, names, kw_only)
            made = _slotted(cls, names) if slots else _without(cls, names)
            made.__dataclass_fields__ = known
            made.__match_args__ = (*getattr(made, "__match_args__", ()), *(() if kw_only else names))
            made.__init__ = _Later(made, _init)
            if "__repr__" not in own:
                made.__repr__ = _printed
            if eq and "__eq__" not in own:
                made.__eq__ = _Later(made, _same)
                made.__hash__ = _Later(made, _hashed) if frozen else None
            if frozen:
                made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
                if slots:
                    made.__getstate__, made.__setstate__ = _state, _restore
            return made

        return make if cls is None else make(cls)


class _Fields:
    """Stands for what the standard library knows of the fields until somebody asks for it."""

    __slots__ = ("_cls", "_kw_only", "_own")

    def __init__(self, cls: type, names: list[str], kw_only: bool) -> None:
        self._cls, self._kw_only = cls, kw_only
        self._own = {name: value for name, value in vars(cls).items() if name in names}

    def __get__(self, made: object, owner: type) -> dict[str, Field[Any]]:
        cls = self._cls
        found: dict[str, Field[Any]] = {}
        for base in reversed(owner.__mro__[1:]):
            found |= getattr(base, "__dataclass_fields__", {})
        like = {**self._own, "__annotations__": cls.__annotations__, "__module__": cls.__module__, "__doc__": "Alike."}
        alike: Any = type(cls.__name__, (), like)
        found |= _described(init=False, repr=False, eq=False, kw_only=self._kw_only)(alike).__dataclass_fields__
        owner.__dataclass_fields__ = found  # type: ignore[attr-defined]
        return found


def _slotted(cls: type, names: list[str]) -> type:
    """Return the class again, with a slot for each field instead of a dictionary."""
    inherited = {slot for base in cls.__mro__[1:] for slot in getattr(base, "__slots__", ())}
    body = {name: value for name, value in vars(cls).items() if name not in (*names, "__dict__", "__weakref__")}
    body["__slots__"] = tuple(name for name in names if name not in inherited)
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _without(cls: type, names: list[str]) -> type:
    """Return the class without the descriptions of its fields, which are no values."""
    for name in names:
        if isinstance(vars(cls).get(name), Field):
            delattr(cls, name)
    return cls


class _Later:
    """Stands for a method until somebody wants it, and then puts the real one in its place."""

    __slots__ = ("_cls", "_make")

    def __init__(self, cls: type, make: Callable[[type], Callable[..., Any]]) -> None:
        self._cls, self._make = cls, make

    def __get__(self, made: object, owner: type) -> Any:
        method = self._make(self._cls)
        setattr(self._cls, method.__name__, method)
        return method.__get__(made, owner)


def _init(cls: type) -> Callable[..., None]:
    """Return `__init__`; it sets a frozen field by its slot, which nobody forbids and which is quickest."""
    frozen = vars(cls).get("__setattr__") is _refuse_to_set
    placed, named, lines = ["self"], list[str](), list[str]()
    known: dict[str, Any] = {"MISSING": MISSING, "set": object.__setattr__}
    for field in fields(cls):
        name = field.name
        (named if field.kw_only else placed).append(_parameter(field, known))
        value = name if field.default_factory is MISSING else f"new_{name}() if {name} is MISSING else {name}"
        slot = getattr(cls.__dict__.get(name), "__set__", None)
        if not frozen:
            lines.append(f"self.{name} = {value}")
        elif slot is None:
            lines.append(f"set(self, {name!r}, {value})")
        else:
            known[f"set_{name}"] = slot
            lines.append(f"set_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join(placed + (["*", *named] if named else []))
    init = _compiled(cls, f"__init__({parameters})", lines or ["pass"], known)
    init.__annotations__ = {field.name: field.type for field in fields(cls)} | {"return": None}
    return init


def _parameter(field: Field[Any], known: dict[str, Any]) -> str:
    if field.default_factory is not MISSING:
        known[f"new_{field.name}"] = field.default_factory
        return f"{field.name}=MISSING"
    if field.default is MISSING:
        return field.name
    known[f"default_{field.name}"] = field.default
    return f"{field.name}=default_{field.name}"


def _same(cls: type) -> Callable[..., bool]:
    """Return `__eq__`: of the same class, and the same values."""
    lines = [
        "if other.__class__ is not self.__class__: return NotImplemented",
        f"return {_values(cls, 'self')} == {_values(cls, 'other')}",
    ]
    return _compiled(cls, "__eq__(self, other)", lines, {})


def _hashed(cls: type) -> Callable[..., int]:
    return _compiled(cls, "__hash__(self)", [f"return hash({_values(cls, 'self')})"], {})


def _values(cls: type, whose: str) -> str:
    return "(" + "".join(f"{whose}.{field.name}, " for field in fields(cls)) + ")"


def _compiled(cls: type, signature: str, lines: list[str], known: dict[str, Any]) -> Callable[..., Any]:
    """Return a method of a class; `known` are the names that its lines use."""
    name = signature.partition("(")[0]
    body = "\n  ".join(lines)
    text = f"def made({', '.join(known)}):\n def {signature}:\n  {body}\n return {name}"
    made: dict[str, Any] = {}
    exec(text, vars(sys.modules[cls.__module__]), made)
    method: Callable[..., Any] = made["made"](**known)
    method.__qualname__ = f"{cls.__qualname__}.{name}"
    return method


def _printed(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
    return f"{type(self).__qualname__}({shown})"


def _refuse_to_set(self: object, name: str, _: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    """What copying takes along; Python's own way sets the fields of the copy, which a frozen one refuses."""
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
