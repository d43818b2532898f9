"""The person's editor, for a text that is stored only when it is valid."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import LmawepError

_AT_LINE = ("vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "jed", "mg", "ne")
"""Editors that take `+LINE` before the file."""


def editor_command(path: Path, line: int | None = None) -> list[str]:
    """The command that opens a file in $VISUAL, $EDITOR or vi, at a line where the editor is known to take one."""
    text = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(text)
    except ValueError:
        raise LmawepError(f"$EDITOR {text!r:.80} is not a command.", "Set it to one, such as nano.") from None
    name = Path(words[0]).name if words else ""
    if line is None:
        return [*words, str(path)]
    if name in _AT_LINE:
        return [*words, f"+{line}", str(path)]
    if name in ("hx", "helix", "subl", "zed"):
        return [*words, f"{path}:{line}"]
    if name in ("code", "codium", "cursor"):
        return [*words, "--goto", f"{path}:{line}"]
    return [*words, str(path)]


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
