"""`.lmawep/config.yaml`: read, checked and explained."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lmawep_tui.files.read import read_text
from lmawep_tui.files.yaml_io import Document, parse_mapping
from lmawep_tui.model.budget_config import token_count
from lmawep_tui.model.command import check_command, split_command
from lmawep_tui.model.config import Config, byte_count, inside, seconds
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.placeholder import check_arguments, check_line
from lmawep_tui.model.profile_config import ProfileConfig, variables

T = TypeVar("T")

_UNITS: dict[str, Callable[[str], Any]] = {"s": seconds, "B": byte_count, "command": check_command,
                                            "words": split_command, "inside": inside,
                                            "tokens": token_count}  # fmt: skip
_CHECKS: dict[str, Callable[[Any], Any]] = {"line": check_line, "arguments": check_arguments, "env": variables}
"""As units, for settings that are looked at also when they are lists or mappings."""
_BY_NAME = {"arguments by name": "arguments", "commands by name": "command"}
_VERBS = ("command", "words", "line", "arguments")
"""Their sentences go on after the name of the setting."""


def read_config(path: Path) -> Config:
    """The settings in `path`; a missing file means all defaults. Raises BadFile that names the key and line."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        return Config()
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """As read_config, from text."""
    return _parse(Config, text, path)


def parse_profile(text: str, path: Path) -> ProfileConfig:
    """An agent profile in a file of its own; raises BadFile that names the key and line."""
    return _parse(ProfileConfig, text, path)


def _parse(cls: type[T], text: str, path: Path) -> T:
    from pydantic import ValidationError

    document = parse_mapping(text, path)
    data = _with_units(cls, document.data, path, document, "")
    try:
        return typing.cast(T, _adapter(typing.cast(Any, cls)).validate_python(data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"] if not _is_alternative(part))
        unknown = first["type"] in ("unexpected_keyword_argument", "extra_forbidden")
        reason = "is not a setting" if unknown else _lower(str(first["msg"]).removeprefix("Value error, "))
        reason = reason.replace("a valid tuple", "a list").replace("a valid dictionary", "`key: value` lines")
        raise BadFile(path, f"`{where}` {reason}" if unknown else f"`{where}`: {reason}", document.lines.get(where),
                      hint="`lmawep config` lists every setting.") from None  # fmt: skip


def _is_alternative(part: Any) -> bool:
    """Whether pydantic names a type here that it tried, not a key of the file."""
    return part in ("str", "[key]") or str(part).startswith("tuple[")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


@cache
def _adapter(cls: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(cls)


def _with_units(cls: type, data: Any, path: Path, document: Document, where: str) -> Any:
    """`15m` and `100MB` as numbers, wherever the setting has a unit."""
    if not isinstance(data, dict):
        return data
    hints = typing.get_type_hints(cls)
    result: dict[str, Any] = {}
    for key, value in data.items():
        field = cls.__dataclass_fields__.get(str(key))  # type: ignore[attr-defined]
        name = f"{where}{key}"
        if field is None:
            result[key] = value
            continue
        value = _checked(field.metadata.get("unit") or "", value, path, document, name)
        result[key] = _nested(hints[str(key)], value, path, document, name)
    return result


def _checked(unit: str, value: Any, path: Path, document: Document, name: str) -> Any:
    """The value as its unit has it; None is left to be judged by its type."""
    if unit in _BY_NAME:
        if not isinstance(value, dict):
            return value
        return {key: _checked(_BY_NAME[unit], item, path, document, f"{name}.{key}") for key, item in value.items()}
    check = _CHECKS.get(unit) if value is not None else None
    if check is None and isinstance(value, str):
        check = _UNITS.get(unit)
    try:
        return value if check is None else check(value)
    except ValueError as error:
        joint = " " if unit in _VERBS else ": "
        raise BadFile(path, f"`{name}`{joint}{error}", document.lines.get(name)) from None


def _nested(hint: Any, value: Any, path: Path, document: Document, name: str) -> Any:
    if dataclasses.is_dataclass(hint):
        default_by_role = {"timeout": 600.0} if name == "roles.review" else {}
        nested = _with_units(typing.cast(type, hint), value, path, document, f"{name}.")
        return {**default_by_role, **nested} if isinstance(nested, dict) else {} if nested is None else nested
    if typing.get_origin(hint) is tuple and isinstance(value, list):
        inner = typing.get_args(hint)[0]
        if dataclasses.is_dataclass(inner):
            return [
                _with_units(typing.cast(type, inner), item, path, document, f"{name}.{index}.")
                for index, item in enumerate(value)
            ]
        return value
    if typing.get_origin(hint) is Mapping or "Mapping" in str(typing.get_origin(hint)):
        inner = typing.get_args(hint)[1]
        if dataclasses.is_dataclass(inner) and isinstance(value, dict):
            return {
                key: _with_units(typing.cast(type, inner), item, path, document, f"{name}.{key}.")
                for key, item in value.items()
            }
        return {} if value is None else value
    return value


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the config as `lmawep config` shows it."""

    key: str
    value: Any
    default: Any
    doc: str


def explain(config: Config) -> list[Setting]:
    """Every setting with its value, default and sentence, in the order of the file."""
    return list(_explain(config, Config(), ""))


def _explain(config: Any, default: Any, where: str) -> typing.Iterator[Setting]:
    for field in dataclasses.fields(config):
        value, standard = getattr(config, field.name), getattr(default, field.name)
        if dataclasses.is_dataclass(value):
            yield from _explain(value, standard, f"{where}{field.name}.")
        else:
            yield Setting(f"{where}{field.name}", value, standard, field.metadata.get("doc", ""))
            if field.name == "agents":
                yield from _explain(ProfileConfig(), ProfileConfig(), f"{where}agents.NAME.")
