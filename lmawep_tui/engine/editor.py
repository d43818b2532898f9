"""The person's editor, opened at a line: how each of them is told where to go."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path, PurePath

from lmawep_tui.model.errors import LmawepError, NotFound, Refused

_PLUS = frozenset((
    *("vi", "vim", "nvim", "view", "gvim", "mvim", "vis", "ex", "nano", "pico", "emacs", "emacsclient", "mg", "joe"),
    *("kak", "jed", "ne", "micro", "gedit", "less", "mcedit"),
))  # fmt: skip
_GOTO = frozenset(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"))
_COLON = frozenset(("hx", "helix", "zed", "zeditor", "subl", "sublime_text", "lapce"))
_OPTION = frozenset(("kate", "kwrite", "idea", "pycharm", "clion", "goland", "webstorm", "phpstorm", "rubymine"))


def editor_command(env: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The words of `$VISUAL`, else `$EDITOR`, else vi. Raises LmawepError when they cannot be told apart."""
    env = os.environ if env is None else env
    text = env.get("VISUAL") or env.get("EDITOR") or "vi"
    try:
        return tuple(shlex.split(text)) or ("vi",)
    except ValueError as error:
        raise LmawepError(f"The editor {text!r} is no command: {error}.", "Set $EDITOR.") from error


def editor_at(command: tuple[str, ...], file: Path, line: int | None) -> tuple[str, ...]:
    """The command line that opens `file` at `line` in this editor; at its beginning where it cannot be told."""
    name = PurePath(command[0]).name.removesuffix(".exe")
    if line is None:
        return (*command, str(file))
    if name in _PLUS:
        return (*command, f"+{line}", str(file))
    if name in _GOTO:
        return (*command, "-g", f"{file}:{line}")
    if name in _COLON:
        return (*command, f"{file}:{line}")
    if name in _OPTION:
        return (*command, "--line", str(line), str(file))
    return (*command, str(file))


def file_in(worktree: Path, path: str) -> Path:
    """A file of a pod by its path from the top; raises NotFound, or Refused when it leads out of the pod."""
    file = worktree / path
    if not file.exists():
        raise NotFound(f"{path} is not in {worktree}.")
    if not file.resolve().is_relative_to(worktree.resolve()):
        raise Refused(f"{path} leads out of {worktree}, to {file.resolve()}.", "It is not opened from here.")
    if not file.is_file():
        raise Refused(f"{path} is not a file.")
    return file
