"""YAML in: fast, and safe against hostile files. YAML out, for people's files: one field changed, the rest kept."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 40
MAX_DIGITS = 18
_DEEP_INDENT = re.compile(r"^ {40}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its top-level mapping, and the line on which each key stands."""

    data: dict[str, Any]
    lines: Mapping[str, int]
    """1-based line by dotted path: `roles.task.timeout`."""


def parse_mapping(text: str, path: Path | str) -> Document:
    """The top-level mapping in `text`; an empty file is an empty mapping.

    Raises BadFile with the line for broken YAML, and for what a hostile file is made of (safety T3): aliases, merge
    keys, duplicate keys, tags, giant integers, nesting deeper than 40.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(text, path, loader)
        node = yaml.compose(text, Loader=loader)
        if node is None:
            return Document({}, {})
        lines: dict[str, int] = {}
        _check(node, path, lines, "", set())
        data = _construct(node, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        reason = f"is not valid YAML ({error.problem or error.context or 'cannot be read'})"
        raise BadFile(path, reason, mark.line + 1 if mark else None) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else "cannot be read"
        raise BadFile(path, f"is not valid YAML ({reason})") from None
    if not isinstance(data, dict):
        raise BadFile(path, "must hold `key: value` lines", 1)
    return Document(data, lines)


def _check_depth(text: str, path: Path | str, loader: Any) -> None:
    """The C composer recurses without a limit, so depth is counted on events before it runs.

    Nesting needs brackets, dashes or indentation; a file with few of them needs no counting.
    """
    import yaml

    openers = sum(text.count(sign) for sign in ("[", "{", "- ", "-\t", "-\n", "? ", "?\n", "?\t"))
    if openers < MAX_DEPTH and not _DEEP_INDENT.search(text):
        return
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else None
                raise BadFile(path, f"nests deeper than {MAX_DEPTH} levels", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _check(node: yaml.Node, path: Path | str, lines: dict[str, int], where: str, seen: set[int]) -> None:
    import yaml

    line = node.start_mark.line + 1
    if id(node) in seen:
        raise BadFile(path, "uses a YAML alias, which lmawep does not read", line)
    seen.add(id(node))
    if not str(node.tag).startswith("tag:yaml.org,2002:") or node.tag.endswith((":binary", ":set", ":omap", ":pairs")):
        raise BadFile(path, f"uses the YAML tag {node.tag!r}, which lmawep does not read", line)
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            at = key.start_mark.line + 1
            if key.tag == "tag:yaml.org,2002:merge":
                raise BadFile(path, "uses a YAML merge key, which lmawep does not read", at)
            if key.tag == "tag:yaml.org,2002:bool":  # `on:` is a key like any other, whatever YAML 1.1 makes of it
                key.tag = "tag:yaml.org,2002:str"
            if not isinstance(key, yaml.ScalarNode):
                raise BadFile(path, "has a key that is not plain text", at)
            if key.value in keys:
                raise BadFile(path, f"has the key {key.value!r} twice", at)
            keys.add(key.value)
            name = f"{where}.{key.value}" if where else str(key.value)
            lines[name] = at
            _check(value, path, lines, name, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[f"{where}.{index}"] = item.start_mark.line + 1
            _check(item, path, lines, f"{where}.{index}", seen)
    elif node.tag == "tag:yaml.org,2002:int" and len(node.value) > MAX_DIGITS:
        raise BadFile(path, f"has an integer of more than {MAX_DIGITS} digits", line)


def _construct(node: yaml.Node, loader: Any) -> Any:
    """Plain data; times stay the text they were written as."""
    constructor = loader("")
    constructor.yaml_constructors = {**loader.yaml_constructors}
    constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = lambda _self, item: item.value
    try:
        return constructor.construct_document(node)
    finally:
        constructor.dispose()


def change_fields(text: str, path: Path | str, changes: Mapping[str, Any]) -> str:
    """`text` with the top-level fields in `changes` set; comments, order, quoting and unknown keys stay.

    Raises BadFile rather than change anything else: the result is read back and compared.
    """
    expected = {**parse_mapping(text, path).data, **changes}
    quick = _change_lines(text, changes)
    if quick is not None:
        with contextlib.suppress(BadFile):
            if parse_mapping(quick, path).data == expected:
                return quick
    return _change_with_ruamel(text, path, changes, expected)


# A value that ends on its own line: quoted, a flow list, or plain text without signs that mean something in YAML.
_DOUBLE, _SINGLE, _LIST = r'"(?:[^"\\\n]|\\.)*"', r"'[^'\n]*'", r"\[[^\]\n#]*\]"
_PLAIN = r"""[^\s#"'\[\]{{}}|>&*!%@`][^\n#]*?"""
_TAIL = r"(?P<tail>[ \t]*(?:[ \t]#[^\n]*)?)$"
_ONE_LINE = rf"^(?P<key>{{key}}:)[ \t]+(?:{_DOUBLE}|{_SINGLE}|{_LIST}|{_PLAIN}){_TAIL}"


def _change_lines(text: str, changes: Mapping[str, Any]) -> str | None:
    """The common case without a YAML editor: each field stands on one line of its own, and only its value changes.

    None when it is not so. The caller reads the result back, so this may be simple and need not be clever.
    """
    for key, value in changes.items():
        if not isinstance(value, str | int | list | None):
            return None
        pattern = re.compile(_ONE_LINE.format(key=re.escape(key)), re.MULTILINE)
        if len(pattern.findall(text)) != 1:
            return None
        bare = isinstance(value, str) and re.fullmatch(r"[a-z]+(-[0-9]+)?", value) and value not in _YAML_WORDS
        new = value if bare else json.dumps(value, ensure_ascii=False)
        text = pattern.sub(lambda m, new=new: f"{m['key']} {new}{m['tail']}", text)  # type: ignore[misc]
    return text


_YAML_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def _change_with_ruamel(text: str, path: Path | str, changes: Mapping[str, Any], expected: dict[str, Any]) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    editor = YAML(typ="rt")
    editor.preserve_quotes = True
    editor.width = 1_000_000
    editor.allow_unicode = True
    indented = re.search(r"^( +)- ", text, re.MULTILINE)
    if indented and not re.search(r"^- ", text, re.MULTILINE):
        editor.indent(mapping=2, sequence=len(indented[1]) + 2, offset=len(indented[1]))
    try:
        data = editor.load(text)
        if data is None:
            data = {}
        for key, value in changes.items():
            _set(data, key, value)
        out = io.StringIO()
        editor.dump(data, out)
    except (YAMLError, ValueError, AttributeError) as error:
        raise BadFile(path, f"cannot be changed without loss ({str(error).splitlines()[0]})") from None
    result = out.getvalue()
    if parse_mapping(result, path).data != expected:
        raise BadFile(path, "cannot be changed without loss", hint="Edit it by hand.")
    return result


def _set(data: Any, key: str, value: Any) -> None:
    """Sets a field; a list is changed item by item, so that comments on the items that stay, stay too."""
    old = data.get(key)
    if not (isinstance(old, list) and isinstance(value, list)):
        data[key] = value
        return
    for index in reversed(range(len(old))):
        if old[index] not in value:
            del old[index]
    for item in value:
        if item not in old:
            old.append(item)
    if list(old) != value:
        data[key] = value


def dump(data: Mapping[str, Any], header: str = "") -> str:
    """Plain data as YAML for files of our own; `header` becomes comment lines."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text = yaml.dump(dict(data), Dumper=dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    comment = "".join(f"# {line}\n" for line in header.splitlines())
    return comment + str(text)


def flow(value: Any) -> str:
    """A plain value on one line of YAML, as it could stand in a file: `null`, `[a, b]`, `{a: 1}`."""
    import yaml

    text = yaml.safe_dump(value, default_flow_style=True, width=float("inf"), allow_unicode=True, sort_keys=False)
    return text.strip().removesuffix("...").strip()
