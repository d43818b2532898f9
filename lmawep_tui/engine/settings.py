"""The settings one by one: what they are, where they come from, and setting them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.config_edit import drop_value, put_value, value_at, with_value
from lmawep_tui.files.config_file import parse_config
from lmawep_tui.files.lock import hold
from lmawep_tui.files.plain import to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.files.yaml_io import Document, dump, flow, parse_mapping
from lmawep_tui.model.config import Config
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError, Refused, UsageError
from lmawep_tui.model.setting_shape import Shape, Where, shape_of

_WAIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as a person reads it."""

    where: Where
    shape: Shape
    value: str
    default: str
    line: int | None = None
    """Its line in the config; None where it is at its default."""

    @property
    def key(self) -> str:
        return ".".join(self.where)

    @property
    def is_set(self) -> bool:
        return self.line is not None


def rows(ws: Workspace) -> list[Row]:
    """Every setting, in the order of the documentation; raises BadFile when the config cannot be read."""
    text = config_text(ws)
    config = parse_config(text, ws.layout.config)
    document = parse_mapping(text, ws.layout.config)
    return list(_rows(config, Config(), (), document))


def config_text(ws: Workspace) -> str:
    """The config file; empty when there is none."""
    try:
        return read_text(ws.layout.config)
    except FileNotFoundError:
        return ""


def _rows(config: Any, default: Any, above: Where, document: Document) -> Iterator[Row]:
    for field in dataclasses.fields(config):
        where = (*above, field.name)
        value, standard = getattr(config, field.name), getattr(default, field.name)
        if dataclasses.is_dataclass(value):
            yield from _rows(value, standard, where, document)
        elif isinstance(value, Mapping):
            yield from _table_rows(value, where, document)
        else:
            yield _row(where, value, standard, document)


def _table_rows(table: Mapping[str, Any], where: Where, document: Document) -> Iterator[Row]:
    shape = shape_of(where)
    line = document.lines.get(".".join(where))
    yield Row(where, shape, ", ".join(clean_line(str(name)) for name in table) or "none", "none", line)
    for name, value in table.items():
        below = (*where, str(name))
        if not dataclasses.is_dataclass(value):
            yield _row(below, value, None, document)
            continue
        said = _raw(document, below)
        yield Row(below, shape_of(below), ", ".join(map(str, said)) if isinstance(said, dict) else "", "",
                  document.lines.get(".".join(below)))  # fmt: skip
        for field in dataclasses.fields(value):
            if isinstance(said, dict) and field.name in said:
                yield _row((*below, field.name), getattr(value, field.name), None, document)


def _row(where: Where, value: Any, default: Any, document: Document) -> Row:
    shape, line = shape_of(where), document.lines.get(".".join(where))
    shown = _shown(_raw(document, where) if line is not None else to_plain(value), shape.unit)
    return Row(where, shape, shown, _shown(to_plain(default), shape.unit), line)


def _raw(document: Document, where: Where) -> Any:
    try:
        return value_at(document.data, where)
    except KeyError:
        return None


def _shown(value: Any, unit: str) -> str:
    """A plain value as a person would type it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if unit == "s" and isinstance(value, int | float):
        return _duration(value)
    if unit == "B" and isinstance(value, int):
        return _size(value)
    if isinstance(value, str):
        return clean_line(value) if value else "''"
    if isinstance(value, float):
        return f"{value:g}"
    return clean_line(flow(value))


def _duration(seconds: float) -> str:
    for size, sign in ((86_400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{int(seconds // size)}{sign}"
    return f"{seconds:g}s"


def _size(number: int) -> str:
    for size, sign in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if number and number % size == 0:
            return f"{number // size}{sign}"
    return str(number)


# -- what a person types --------------------------------------------------------------------------------------------


def typed(where: Where, text: str) -> Any:
    """What a person typed as it goes into the file; raises UsageError for what cannot be read at all."""
    shape, line = shape_of(where), text.strip()
    if shape.optional and line in ("", "null", "—"):
        return None
    if shape.kind == "choice":
        return _choice(where, shape, line)
    if shape.kind == "number":
        return _number(line)
    if shape.kind == "list":
        return _list(where, text)
    if shape.kind in ("table", "file"):
        return _yaml(where, text)
    if shape.unit in ("command", "line", "words") and line.startswith("["):
        return _yaml(where, line)
    return line


def _choice(where: Where, shape: Shape, text: str) -> Any:
    if "true" in shape.choices:
        truth = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(text.lower())
        if truth is not None:
            return truth
    if text not in shape.choices:
        raise UsageError(f"`{'.'.join(where)}` is one of {', '.join(shape.choices)}, not {text!r:.40}.")
    return int(text) if all(choice.isdigit() for choice in shape.choices) else text


def _number(text: str) -> Any:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text  # with a unit, such as 15m: the model knows


def _list(where: Where, text: str) -> list[str]:
    if text.strip().startswith("["):
        found = _yaml(where, text)
        return found if isinstance(found, list) else [str(found)]
    parts = text.split("\n") if "\n" in text.strip() else text.split(",")
    return [part.strip() for part in parts if part.strip()]


def _yaml(where: Where, text: str) -> Any:
    try:
        return parse_mapping(f"value: {text}" if "\n" not in text.strip() else f"value:\n{_indented(text)}",
                             ".".join(where)).data["value"]  # fmt: skip
    except BadFile as error:
        raise UsageError(f"`{'.'.join(where)}` {error.reason}.") from None


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def check(ws: Workspace, text: str, where: Where, said: str) -> str:
    """What is wrong with typing `said` for a setting of the config `text`, in words; empty when it is right.

    Judged by the model that reads the file; quick enough for every key that is pressed.
    """
    return wrong_with(text, ws.layout.config, where, said)


def wrong_with(text: str, path: Path, where: Where, said: str) -> str:
    """As check, for a config that may not be there yet."""
    try:
        data = with_value(parse_mapping(text, path).data, where, typed(where, said))
        _judge(parse_config(dump(data), path), where)
    except BadFile as error:
        return _sentence(error.reason)
    except LmawepError as error:
        return _sentence(error.message)
    return ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?')) else '.'}"


def _judge(config: Config, where: Where) -> None:
    """Raises LmawepError for what the model takes and nothing could work with: an agent that does not exist."""
    from lmawep_tui.agents.profile_file import load_profile

    if where == ("agent",):
        load_profile(config.agent, config)
    elif where[0] == "roles" and where[-1] == "agent" and (name := config.role(where[1]).agent):
        load_profile(name, config)
    elif where[0] == "agents" and len(where) > 1 and where[1] in config.agents:
        load_profile(where[1], config)


# -- setting it -----------------------------------------------------------------------------------------------------


def put(ws: Workspace, where: Where, said: str) -> Row:
    """Sets a key to what was typed; comments and everything else in the file stay. Counts at once.

    Raises UsageError or BadFile when the result would not be a config that can be read.
    """
    value = typed(where, said)
    if where == ("main",) and value is not None:
        _branch_must_exist(ws, str(value))
    _write(ws, where, lambda text, path: put_value(text, path, where, value))
    ws.journal("setting", key=".".join(where), value=to_plain(value))
    return next(row for row in rows(ws) if row.where == where)


def unset(ws: Workspace, where: Where) -> None:
    """Takes a key out of the config, back to its default; one that is not in it stays so."""
    shape_of(where)
    _write(ws, where, lambda text, path: drop_value(text, path, where))
    ws.journal("setting", key=".".join(where), value=None)


def _write(ws: Workspace, where: Where, change: Any) -> None:
    path = ws.layout.config
    ws.layout.refuse_links()
    with hold(ws.layout.lock("state"), what="lmawep", timeout_s=_WAIT_S, doing="config set"):
        old = config_text(ws)
        new = change(old, path)
        _judge(parse_config(new, path), where)
        if new != old:
            write_text(path, new, mode=0o644)


def replace_config(ws: Workspace, was: str, text: str) -> None:
    """Stores a config that a person edited; raises BadFile when it is none, Refused when it changed meanwhile."""
    path = ws.layout.config
    with hold(ws.layout.lock("state"), what="lmawep", timeout_s=_WAIT_S, doing="config edit"):
        if config_text(ws) != was:
            raise Refused(f"{path.name} was changed by somebody else meanwhile.", "Edit it again.")
        parse_config(text, path)
        if text != was:
            write_text(path, text, mode=0o644)
    ws.journal("config edited")


def _branch_must_exist(ws: Workspace, name: str) -> None:
    from lmawep_tui.vcs.repo import branch_ref, commit_of

    if commit_of(ws.git, branch_ref(name)) is None:
        raise UsageError(f"There is no branch {name!r:.80}.", "Make it first, or name another.")
