"""The person's editor: how each is told where to go, and a copy of a text that it may be used on."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import LmawepError, NotFound, Refused

_PLUS = frozenset((
    *("vi", "vim", "nvim", "view", "gvim", "mvim", "vis", "ex", "nano", "pico", "emacs", "emacsclient", "mg", "joe"),
    *("kak", "jed", "ne", "micro", "gedit", "less", "mcedit"),
))  # fmt: skip
_GOTO = frozenset(("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"))
_COLON = frozenset(("hx", "helix", "zed", "zeditor", "subl", "sublime_text", "lapce"))
_OPTION = frozenset(("kate", "kwrite", "idea", "pycharm", "clion", "goland", "webstorm", "phpstorm", "rubymine"))


def editor_words(env: Mapping[str, str] | None = None) -> tuple[str, ...]:
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


def editor_command(path: Path, line: int | None = None) -> tuple[str, ...]:
    """The command that opens a file in the person's editor, at a line where that can be told."""
    return editor_at(editor_words(), path, line)


def copy_for_editor(text: str, name: str) -> Path:
    """A file of that name with the text in it, in a new private folder."""
    path = Path(tempfile.mkdtemp(prefix="lmawep-edit-")) / name
    path.write_text(text, "utf-8", newline="")
    return path


def run_editor(command: Sequence[str]) -> None:
    """Runs an editor to its end on the terminal; raises LmawepError when it cannot be started or ends in failure."""
    try:
        done = subprocess.run(list(command), check=False)
    except OSError as error:
        raise LmawepError(f"The editor {command[0]!r} cannot be started.", "Set $EDITOR.") from error
    if done.returncode != 0:
        raise LmawepError(f"The editor ended with status {done.returncode}.", "Nothing was changed.")


def edited(path: Path) -> str:
    """What stands in a copy now; raises BadFile when it is no text."""
    return read_text(path)


def forget(path: Path) -> None:
    """Removes a copy and its folder."""
    path.unlink(missing_ok=True)
    path.parent.rmdir()
