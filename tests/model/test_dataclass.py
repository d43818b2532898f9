"""Our dataclasses are the standard library's to everyone who uses them."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from typing import Any, ClassVar

import pytest

from lmawep_tui.model.dataclass import dataclass


def classes(decorate: Any) -> dict[str, type]:
    """The same classes, made by one decorator or the other."""

    @decorate(frozen=True, slots=True)
    class Ticket:
        """Has all kinds of fields."""

        kinds: ClassVar[int] = 3
        id: str
        title: str = "none"
        labels: tuple[str, ...] = ()
        notes: list[str] = field(default_factory=list)

        @property
        def short(self) -> str:
            return self.title[:3]

    @decorate(frozen=True, slots=True, kw_only=True)
    class Limits:
        most: int = 3
        least: int

        def __post_init__(self) -> None:
            if self.least > self.most:
                raise ValueError("least")

    @decorate(slots=True)
    class Count:
        value: int = 0

    @decorate(frozen=True)
    class Open:
        value: int

    @decorate(frozen=True, eq=False)
    class Itself:
        value: int

        def __repr__(self) -> str:
            return "me"

    @decorate(frozen=True, slots=True)
    class Nothing:
        """Has no fields."""

    @decorate(frozen=True, slots=True)
    class Dated(Open):
        day: str = "today"

    made = (Ticket, Limits, Count, Open, Itself, Nothing, Dated)
    return {cls.__name__: cls for cls in made}


OURS, THEIRS = classes(dataclass), classes(dataclasses.dataclass)
MADE = [
    ("Ticket", ("1",), {}),
    ("Ticket", ("1", "Door", ("a",)), {"notes": ["n"]}),
    ("Ticket", (), {"title": "Door", "id": "2"}),
    ("Limits", (), {"least": 2}),
    ("Limits", (), {"least": 2, "most": 2}),
    ("Count", (), {}),
    ("Count", (4,), {}),
    ("Open", (4,), {}),
    ("Itself", (4,), {}),
    ("Nothing", (), {}),
    ("Dated", (4,), {"day": "monday"}),
]
REFUSED = [("Ticket", (), {}), ("Ticket", ("1",), {"other": 1}), ("Limits", (1, 2), {}), ("Limits", (), {"least": 9})]


def outcome(made: dict[str, type], name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """What a value says of itself."""
    cls: Any = made[name]
    value, same = cls(*args, **kwargs), cls(*args, **kwargs)
    try:
        hashed: Any = hash(value) == hash(same)
    except TypeError as error:
        hashed = str(error)
    return [
        asdict(value),
        [(one.name, one.type, one.default, one.kw_only) for one in fields(value)],
        value == same,
        value != same,
        value == replace(same),
        value == asdict(value),
        hashed,
        repr(value).replace("classes.<locals>.", ""),
        cls.__match_args__,
        hasattr(value, "__dict__"),
        [(one.name, one.kind, one.annotation) for one in inspect.signature(cls).parameters.values()],
        copy.deepcopy(value) == value,
        asdict(copy.copy(value)),
    ]


@pytest.mark.parametrize(("name", "args", "kwargs"), MADE)
def test_a_value_is_what_the_standard_library_makes(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    assert outcome(OURS, name, args, kwargs) == outcome(THEIRS, name, args, kwargs)


@pytest.mark.parametrize(("name", "args", "kwargs"), REFUSED)
def test_what_the_standard_library_refuses_is_refused(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    refusals = []
    for made in (OURS, THEIRS):
        with pytest.raises((TypeError, ValueError)) as refused:
            made[name](*args, **kwargs)
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]


@pytest.mark.parametrize("name", ["Ticket", "Open", "Dated"])
def test_what_is_frozen_stays_as_it_is(name: str) -> None:
    for made in (OURS, THEIRS):
        value: Any = made[name]("1")
        with pytest.raises(FrozenInstanceError):
            setattr(value, fields(value)[0].name, "2")
        with pytest.raises(FrozenInstanceError):
            delattr(value, fields(value)[0].name)
        assert value == made[name]("1")


def test_values_of_other_fields_and_other_classes_differ() -> None:
    ticket, count = OURS["Ticket"], OURS["Count"]
    assert ticket("1") != ticket("2")
    assert hash(ticket("1", labels=("a",), notes=())) != hash(ticket("1", notes=()))
    assert OURS["Open"](1) != OURS["Dated"](1)
    one = count(1)
    one.value = 2
    assert one == count(2)


def test_each_value_has_its_own_list() -> None:
    first, second = OURS["Ticket"]("1"), OURS["Ticket"]("1")
    first.notes.append("mine")
    assert second.notes == []


@dataclass(frozen=True, slots=True)
class Sent:
    """Can be found by its name, which pickling needs."""

    words: tuple[str, ...]


def test_a_frozen_value_can_be_sent() -> None:
    assert pickle.loads(pickle.dumps(Sent(("a",)))) == Sent(("a",))
