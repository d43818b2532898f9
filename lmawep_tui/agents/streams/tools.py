"""What a tool call does and to what, from its name and input, whichever program it is of."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from lmawep_tui.agents.streams.record import Record, items, mapping, text
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.event import ToolKind

MAX_TARGET: Final = 4096
"""Characters of a target that an event carries: a command line may hold a whole file."""

_NAMES: Final = {
    ToolKind.READ: "read readfile readmanyfiles readfiles view viewfile viewimage cat open notebookread ls list "
    "listdir listdirectory listfiles readmcpresource zoomimage fsread",
    ToolKind.EDIT: "edit editfile multiedit write writefile writetofile replace replaceinfile smartedit strreplace "
    "strreplaceeditor strreplacebasededittool notebookedit applypatch applydiff patch createfile filechange delete "
    "deletefile editor fswrite",
    ToolKind.COMMAND: "bash shell sh exec execcommand localshell runshellcommand runcommand runcommands executecommand "
    "commandexecution terminal powershell bashoutput taskoutput killshell killbash",
    ToolKind.SEARCH: "grep glob search find grepsearch searchfiles searchfilecontent codebasesearch searchcodebase rg "
    "findfiles",
    ToolKind.FETCH: "webfetch fetch fetchurl fetchwebcontent websearch googlewebsearch searchweb browser",
    ToolKind.PLAN: "todowrite todoread writetodos todolist updateplan plan exitplanmode enterplanmode updategoal "
    "getgoal taskcreate taskupdate tasklist taskget",
    ToolKind.AGENT: "task agent subagent spawnagent dispatchagent delegate useskill skill",
}
_KINDS: Final = {name: kind for kind, names in _NAMES.items() for name in names.split()}

_PATHS: Final = (
    "file_path",
    "path",
    "filePath",
    "absolute_path",
    "notebook_path",
    "dir_path",
    "target_file",
    "filename",
)
_KEYS: Final = {
    ToolKind.READ: (*_PATHS, "uri"),
    ToolKind.EDIT: _PATHS,
    ToolKind.COMMAND: ("command", "cmd", "commands", "script", "bash_id", "task_id"),
    ToolKind.SEARCH: ("pattern", "query", "regex", "name"),
    ToolKind.FETCH: ("url", "query", "prompt"),
    ToolKind.PLAN: ("explanation", "subject", "plan"),
    ToolKind.AGENT: ("description", "prompt", "skill", "message"),
    ToolKind.OTHER: ("description", "title", "query", "name", "url", "command", *_PATHS, "prompt", "message"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call in a person's words."""

    kind: ToolKind
    target: str
    added: int | None = None
    removed: int | None = None


@lru_cache(256)
def kind_of(name: str) -> ToolKind:
    """What a tool of this name does; case, `_` and `-` do not matter. OTHER when it is not known."""
    return _KINDS.get("".join(char for char in name.lower() if char.isalnum()), ToolKind.OTHER)


def call(name: str, given: Record, cwd: str = "") -> Call:
    """What a call with these arguments does; paths below `cwd` are told relative to it."""
    kind = kind_of(name)
    target = target_of(kind, given, cwd)
    if not target and kind is not ToolKind.OTHER:
        target = next((value for value in given.values() if isinstance(value, str) and value), "")
    added, removed = edited(given) if kind is ToolKind.EDIT else (None, None)
    return Call(kind, short(target), added, removed)


def target_of(kind: ToolKind, given: Record, cwd: str = "") -> str:
    """What arguments of well-known names say that a call is for; empty when there are none."""
    target = _target(kind, given)
    if kind in (ToolKind.READ, ToolKind.EDIT):
        target = ", ".join(relative(path, cwd) for path in target.split("\n"))
    elif kind is ToolKind.COMMAND:
        target = command_line(target, cwd)
    elif kind is ToolKind.SEARCH:
        where = relative(text(given.get("path")) or text(given.get("dir_path")), cwd)
        target = f"{target} in {where}" if target and where not in ("", ".", target) else target
    return short(target)


def _target(kind: ToolKind, given: Record) -> str:
    if kind is ToolKind.PLAN and (steps := items(given.get("todos")) or items(given.get("plan"))):
        return _plan(steps)
    if several := [path for file in items(given.get("files")) if (path := text(mapping(file).get("path")))]:
        return "\n".join(several)
    patch = text(given.get("patchText")) or text(given.get("patch")) if kind is ToolKind.EDIT else ""
    if paths := _patched_files().findall(patch) if patch else []:
        return "\n".join(paths)
    if questions := items(given.get("questions")):
        return "\n".join(text(mapping(each).get("question")) for each in questions)
    for key in _KEYS[kind]:
        value = given.get(key)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            return shlex.join(value) if key in ("command", "cmd") else "\n".join(value)
    return ""


@cache
def _patched_files() -> re.Pattern[str]:
    return re.compile(r"^\*\*\* (?:Add|Update|Delete) File: (.+)$", re.MULTILINE)


def _plan(steps: Sequence[Any]) -> str:
    """The step that is being done, and how far it is: `2/5 Write the test`."""
    told = [mapping(step) for step in steps]
    done = sum(text(step.get("status")) in ("completed", "done") or step.get("completed") is True for step in told)
    now = next((step for step in told if text(step.get("status")) in ("in_progress", "inProgress", "doing")), {})
    words = text(now.get("content")) or text(now.get("step")) or text(now.get("title")) or text(now.get("text"))
    return f"{done}/{len(told)} {words}".rstrip()


def edited(given: Record) -> tuple[int | None, int | None]:
    """Lines an edit adds and removes, as far as its arguments tell; None where they do not."""
    if edits := items(given.get("edits")):
        counts = [_replaced(mapping(edit)) for edit in edits]
        return sum(added or 0 for added, _ in counts), sum(removed or 0 for _, removed in counts)
    if isinstance(patch := given.get("patch") or given.get("diff") or given.get("patchText"), str):
        return patched(patch.split("\n"))
    return _replaced(given)


_OLD: Final = ("old_string", "oldString", "oldText", "old_text", "old_str")
_WHOLE: Final = ("content", "file_text", "new_source")
_NEW: Final = ("new_string", "newString", "newText", "new_text", "new_str")


def _replaced(given: Record) -> tuple[int | None, int | None]:
    old = next((given[key] for key in _OLD if isinstance(given.get(key), str)), None)
    new = next((given[key] for key in _NEW if isinstance(given.get(key), str)), None)
    if old is not None or new is not None:
        return changed(old or "", new or "")
    whole = next(
        (given[key] for key in ("content", "file_text", "new_source") if isinstance(given.get(key), str)), None
    )
    return (None, None) if whole is None else (len(whole.splitlines()), None)


def changed(old: str, new: str) -> tuple[int, int]:
    """Lines added and removed between two texts, without those they begin and end with alike."""
    before, after = old.splitlines(), new.splitlines()
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return len(after) - start - end, len(before) - start - end


def patched(lines: Sequence[object]) -> tuple[int, int]:
    """Lines added and removed by the lines of a patch."""
    told = [line for line in lines if isinstance(line, str) and not line.startswith(("+++", "---"))]
    return sum(line.startswith("+") for line in told), sum(line.startswith("-") for line in told)


def relative(path: str, cwd: str) -> str:
    """A path as seen from `cwd` when it lies below it, else as it is."""
    base = cwd.rstrip("/")
    if not base or not path.startswith(base):
        return path
    rest = path[len(base) :]
    return rest[1:] or "." if rest.startswith("/") else path if rest else "."


_SHELLS: Final = ("bash", "sh", "zsh", "dash")


def command_line(command: str, cwd: str = "") -> str:
    """A command line without the shell that a program puts around it, and without `cd` to where it is already."""
    shell, _, rest = command.partition(" ")
    if shell.rpartition("/")[2] in _SHELLS and rest.startswith(("-lc ", "-c ")):
        command = _unquoted(rest.partition(" ")[2])
    home = f"cd {cwd} && "
    return command[len(home) :] if cwd and command.startswith(home) else command


def _unquoted(word: str) -> str:
    """What a shell makes of one word, or the word as it is when it is not one."""
    if word[:1] == word[-1:] == "'" and len(word) > 1 and "'" not in word[1:-1]:
        return word[1:-1]
    quoted, escaped = _double_quoted()
    if match := quoted.fullmatch(word):
        return escaped.sub(r"\1", match[1])
    if len(word) > MAX_TARGET:
        return word
    try:
        words = shlex.split(word)
    except ValueError:
        return word
    return words[0] if len(words) == 1 else word


@cache
def _double_quoted() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL), re.compile(r'\\([\\"$`])')


def short(target: str) -> str:
    """A target of bearable length."""
    return target if len(target) <= MAX_TARGET else target[:MAX_TARGET] + "…"
