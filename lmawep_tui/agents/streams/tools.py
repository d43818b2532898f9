"""The tools of all programs in a person's words: what a tool does, to what, and how many lines it changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Final

from lmawep_tui.agents.streams.record import items, mapping, text
from lmawep_tui.model.event import ToolKind

_NAMES: Final = {
    ToolKind.READ: "read readfile readfiles readmanyfiles view viewimage cat open notebookread",
    ToolKind.EDIT: "edit editor multiedit write writefile writetofile createfile replace replaceinfile strreplace"
                   " strreplaceeditor strreplacebasededittool applypatch patch filechange notebookedit delete move",
    ToolKind.COMMAND: "bash shell exec execute command terminal runcommand runcommands executecommand"
                      " runshellcommand commandexecution powershell python",
    ToolKind.SEARCH: "search grep glob find ls list listdir listfiles listdirectory ripgrep searchfiles searchcodebase"
                     " grepsearch searchfilecontent codesearch",
    ToolKind.FETCH: "fetch webfetch fetchwebcontent websearch googlewebsearch browser url",
    ToolKind.PLAN: "plan todo todowrite todoread writetodos updateplan todolist exitplanmode think switchmode",
    ToolKind.AGENT: "task agent subagent spawnagent delegate useagent",
}  # fmt: skip
_KINDS: Final = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_PATHS: Final = ("filePath", "file_path", "path", "absolute_path", "notebook_path", "filename", "dir_path", "file")
_WHAT: Final = {
    ToolKind.COMMAND: ("command", "commands", "cmd", "code"),
    ToolKind.SEARCH: ("pattern", "query", "queries", "regex", *_PATHS),
    ToolKind.FETCH: ("url", "urls", "requests", "query", "prompt"),
    ToolKind.AGENT: ("description", "prompt", "task"),
    ToolKind.OTHER: ("question", "command", "url", "query"),
}
_SEVERAL: Final = ("commands", "queries", "urls", "requests")
_PATCHED: Final = re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.MULTILINE)
_MAX_TARGET = 1000
_EXACT = 400
"""Changed stretches of at most so many lines are compared line by line."""


def kind_of(name: str) -> ToolKind:
    """What a tool of that name does: `run_shell_command` and `Bash` are both commands."""
    return _KINDS.get(re.sub(r"[^a-z]", "", name.lower()), ToolKind.OTHER)


def target_of(kind: ToolKind, given: Mapping[str, Any], cwd: str = "") -> str:
    """What a tool is called for: a command line, a pattern, an address, a path relative to `cwd`; may be empty."""
    for key in (*_WHAT.get(kind, ()), *_PATHS):
        found = _several(given.get(key)) if key in _SEVERAL else _words(given.get(key))
        if found:
            return (relative(found, cwd) if key in _PATHS else found)[:_MAX_TARGET]
    paths = [text(mapping(file).get("path")) or text(file) for file in items(given.get("files"))]
    patches = [text(given.get(key)) for key in ("patchText", "patch", "input")] if kind is ToolKind.EDIT else []
    paths += [path for patch in patches for path in _PATCHED.findall(patch)]
    if any(paths):
        return ", ".join(relative(path, cwd) for path in paths if path)[:_MAX_TARGET]
    todos = items(given.get("todos")) or items(given.get("plan"))
    return f"{len(todos)} {'step' if len(todos) == 1 else 'steps'}" if todos else ""


def _words(value: object) -> str:
    """Text, or what a list of texts comes to; a shell call in a list is the command that it carries."""
    if not isinstance(value, list):
        return text(value)
    parts = [part for part in value if isinstance(part, str)]
    if len(parts) == 3 and parts[1] in ("-c", "-lc"):
        return parts[2]
    return " ".join(parts)


def _several(value: object) -> str:
    """Several commands, patterns or addresses, one after the other."""
    return "; ".join(part for part in (text(part) or text(mapping(part).get("url")) for part in items(value)) if part)


def relative(path: str, cwd: str) -> str:
    """The path as seen from `cwd` when it is below it, else as it is."""
    if cwd and path.startswith(cwd):
        rest = path[len(cwd.rstrip("/")) :]
        if not rest or rest.startswith("/"):
            return rest.strip("/") or "."
    return path


def diff_lines(diff: str) -> tuple[int, int]:
    """Lines added and removed by a diff, unified or with line numbers; its headers do not count."""
    lines = [line for line in diff.splitlines() if not line.startswith(("+++ ", "--- "))]
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def edit_lines(old: str, new: str) -> tuple[int, int]:
    """Lines added and removed when `old` becomes `new`; at worst too many of each, for very large edits."""
    before, after = old.splitlines(), new.splitlines()
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    before, after = before[start : len(before) - end], after[start : len(after) - end]
    if len(before) + len(after) > _EXACT:
        return len(after), len(before)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return len(after) - same, len(before) - same
