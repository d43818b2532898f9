"""One key of the config set or taken out; comments, order and everything else in the file stay."""

from __future__ import annotations

import copy
import io
import re
from pathlib import Path
from typing import Any

from lmawep_tui.files.yaml_io import dump, flow, parse_mapping
from lmawep_tui.model.errors import BadFile

Where = tuple[str, ...]


def value_at(data: Any, where: Where) -> Any:
    """What stands there; raises KeyError when nothing does."""
    for part in where:
        if not isinstance(data, dict):
            raise KeyError(part)
        data = data[_key(data, part)]
    return data


def with_value(data: dict[str, Any], where: Where, value: Any) -> dict[str, Any]:
    """The mapping with another value there; the one that is given stays as it is."""
    result = copy.deepcopy(data)
    place = result
    for part in where[:-1]:
        below = place.get(_key(place, part))
        if not isinstance(below, dict):
            below = {}
        place[_key(place, part)] = below
        place = below
    place[_key(place, where[-1])] = value
    return result


def without(data: dict[str, Any], where: Where) -> dict[str, Any]:
    """The mapping without that key, and without the tables that are empty then."""
    result = copy.deepcopy(data)
    _drop(result, where)
    return result


def put_value(text: str, path: Path, where: Where, value: Any) -> str:
    """The file's text with that key set; raises BadFile when it cannot be done without loss."""
    document = parse_mapping(text, path)
    data = document.data
    expected = with_value(data, where, value)
    if expected == data:
        return text
    if not data:
        joint = "" if not text or text.endswith("\n") else "\n"
        return _checked(f"{text}{joint}{_line(where, value)}", path, expected)
    if where[0] not in data:
        joint = "" if text.endswith("\n") else "\n"
        try:
            return _checked(f"{text}{joint}{_line(where, value)}", path, expected)
        except BadFile:
            pass  # a file that is one flow mapping, or ends in one
    line = document.lines.get(".".join(where))
    if line is not None and not isinstance(value, dict | list):
        try:
            return _checked(_with_line(text, line, where[-1], value), path, expected)
        except BadFile:
            pass  # its value goes on, or it shares the line with others
    return _with_ruamel(text, path, expected, lambda tree: _put(tree, where, value))


_VALUE = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s#"'\[\]{}|>&*!%@`][^\n#]*?)"""


def _with_line(text: str, line: int, name: str, value: Any) -> str:
    """The commonest case, `name: value  # comment` on a line of its own: nothing but the value changes."""
    lines = text.splitlines(keepends=True)
    pattern = rf"^(\s*{re.escape(name)}:[ \t]+){_VALUE}([ \t]*(?:[ \t]#[^\n]*)?\r?\n?)$"
    lines[line - 1] = re.sub(pattern, lambda match: f"{match[1]}{flow(value)}{match[2]}", lines[line - 1])
    return "".join(lines)


def drop_value(text: str, path: Path, where: Where) -> str:
    """The file's text without that key; raises BadFile when it cannot be done without loss."""
    document = parse_mapping(text, path)
    try:
        value_at(document.data, where)
    except KeyError:
        return text
    expected = without(document.data, where)
    line = document.lines.get(".".join(where))
    if line is not None:
        lines = text.splitlines(keepends=True)
        quick = "".join([*lines[: line - 1], *lines[line:]])
        try:
            return _checked(quick, path, expected)
        except BadFile:
            pass  # it goes on for several lines, or shares its own
    return _with_ruamel(text, path, expected, lambda tree: _drop(tree, where))


def _line(where: Where, value: Any) -> str:
    """A top-level key, with what is below it on one line."""
    for part in reversed(where[1:]):
        value = {part: value}
    if isinstance(value, dict):
        return f"{flow(where[0])}: {flow(value)}\n"
    return dump({where[0]: value})


def _checked(text: str, path: Path, expected: dict[str, Any]) -> str:
    if parse_mapping(text, path).data != expected:
        raise BadFile(path, "cannot be changed without loss", hint="Edit it by hand.")
    return text


def _with_ruamel(text: str, path: Path, expected: dict[str, Any], change: Any) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    editor = YAML(typ="rt")
    editor.preserve_quotes = True
    editor.width = 1_000_000
    editor.allow_unicode = True
    lists = re.search(r"^( *)[^\s#-][^\n]*:[^\n]*\n(?: *#[^\n]*\n)*( *)- ", text, re.MULTILINE)
    if lists and (offset := len(lists[2]) - len(lists[1])) > 0:
        editor.indent(mapping=2, sequence=offset + 2, offset=offset)
    try:
        tree = editor.load(text)
        change(tree)
        out = io.StringIO()
        editor.dump(tree, out)
    except (YAMLError, ValueError, AttributeError, KeyError, TypeError) as error:
        words = str(error).splitlines()[:1]
        raise BadFile(path, f"cannot be changed without loss ({''.join(words)})", hint="Edit it by hand.") from None
    return _checked(out.getvalue(), path, expected)


def _put(tree: Any, where: Where, value: Any) -> None:
    place = tree
    for part in where[:-1]:
        key = _key(place, part)
        if not isinstance(place.get(key), dict):
            place[key] = {}
        place = place[key]
    key = _key(place, where[-1])
    old = place.get(key)
    if isinstance(old, list) and isinstance(value, list):
        for index in reversed(range(len(old))):
            if old[index] not in value:
                del old[index]
        for item in value:
            if item not in old:
                old.append(item)
        if list(old) == value:
            return
    place[key] = value


def _drop(tree: Any, where: Where) -> None:
    places = [tree]
    for part in where[:-1]:
        places.append(places[-1][_key(places[-1], part)])
    for place, part in zip(reversed(places), reversed(where), strict=True):
        del place[_key(place, part)]
        if place or place is tree:
            return


def _key(place: Any, part: str) -> Any:
    """The key as it stands in the file: a number there is written as one."""
    if part not in place and part.isascii() and part.isdigit() and int(part) in place:
        return int(part)
    return part
